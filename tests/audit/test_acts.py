import ast
from pathlib import Path

import pytest
from django.utils import translation

from portal.audit import acts

ROOT = Path(__file__).resolve().parent.parent.parent


def recorded_acts() -> set[str]:
    """Every act that some room gives to `record` by name."""
    found = set()
    for path in ROOT.rglob("*.py"):
        if path.relative_to(ROOT).parts[0] in {"tests", ".venv", "var"}:
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "record":
                found |= {
                    word.value.value
                    for word in node.keywords
                    if word.arg == "act" and isinstance(word.value, ast.Constant)
                }
    return found


def test_every_act_that_is_recorded_has_words_for_the_auditor():
    recorded = recorded_acts()

    assert "file.upload" in recorded
    with translation.override("en"):
        assert [act for act in sorted(recorded) if acts.label(act) == act] == []


def test_an_act_of_older_days_shows_its_code():
    assert acts.label("product.of_long_ago") == "product.of_long_ago"


def test_an_act_has_one_name(monkeypatch):
    monkeypatch.setattr(acts, "_LABELS", dict(acts._LABELS))

    acts.name({"test.act": "Tried"})
    acts.name({"test.act": "Tried"})
    with pytest.raises(ValueError, match="named twice"):
        acts.name({"test.act": "Tested"})
    assert acts.label("test.act") == "Tried"
