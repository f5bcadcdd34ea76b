"""The repository keeps its own habits."""

from __future__ import annotations

import ast
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
LONGEST_FILE = 400
LONGEST_FUNCTION = 50
# Words that promise work instead of doing it; spelled apart, so that this file may hold them.
PROMISES = re.compile("|".join(["TO" + "DO", "FIX" + "ME", "X" + "XX", "HA" + "CK"]))
# Drawers that speak HTTP or Excel; they reach rows by visible_to, queries and domain.
WEB_DRAWERS = {"views", "forms", "api", "urls", "columns", "serializers", "filters"}
# Files over the limit, each with its reason.
LONG_FILES: dict[str, str] = {
    "static/portal.css": "one stylesheet is one request on a slow link",
}
# Functions over the limit, each with its reason.
LONG_FUNCTIONS: dict[str, str] = {
    "portal/submissions/moves.py dossier_moves": "a table of moves: data, read line by line",
}
OURS = {".py", ".html", ".css", ".js", ".toml", ".md", ".yml", ".txt", ".typ"}


def files(*suffixes: str) -> Iterator[tuple[str, str]]:
    """Name and text of each file git knows or would add."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    ).stdout.splitlines()
    for name in sorted(listed):
        path = ROOT / name
        if path.suffix in (suffixes or OURS) and path.is_file():
            yield name, path.read_text(encoding="utf-8")


def source(*, tests: bool = True) -> Iterator[tuple[str, ast.Module]]:
    """Our Python, with or without its tests; migrations left out: they are written by Django."""
    for name, text in files(".py"):
        if "/migrations/" not in name and (tests or not name.startswith("tests/")):
            yield name, ast.parse(text)


def drawer(name: str) -> str:
    """`views` for products/views.py and for products/views/lists.py."""
    path = Path(name)
    if path.parent == Path("portal/api"):  # a room that is called like a drawer
        return path.stem
    return path.stem if path.stem in WEB_DRAWERS else path.parent.name


def test_no_file_is_longer_than_400_lines():
    too_long = {
        name: lines
        for name, text in files(".py", ".html", ".css", ".js")
        if "/migrations/" not in name and (lines := text.count("\n")) > LONGEST_FILE
    }
    assert {name: n for name, n in too_long.items() if name not in LONG_FILES} == {}
    assert [name for name in LONG_FILES if not (ROOT / name).exists()] == []


def test_no_function_is_longer_than_50_lines():
    too_long = {
        f"{name} {node.name}": lines
        for name, tree in source()
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and (lines := (node.end_lineno or 0) - node.lineno + 1) > LONGEST_FUNCTION
    }
    assert {name: n for name, n in too_long.items() if name not in LONG_FUNCTIONS} == {}
    assert set(LONG_FUNCTIONS) <= set(too_long), "take functions off once they are short again"


def test_every_room_and_action_has_its_page_in_docs_and_its_tests():
    rooms = {Path(name).parent.name for name, _text in files(".py") if name.endswith("/apps.py")}
    # The project itself is the house, no room of it.
    rooms -= {"portal"}
    assert {"submissions", "products", "traffic"} <= rooms
    assert [room for room in sorted(rooms) if not (ROOT / f"docs/{room}.md").is_file()] == []
    assert [room for room in sorted(rooms) if not list(ROOT.glob(f"tests/{room}/test_*.py"))] == []


def test_web_drawers_never_reach_rows_past_their_rights():
    bare = [
        f"{name}:{node.lineno}"
        for name, tree in source()
        if drawer(name) in WEB_DRAWERS and not name.startswith("tests/")
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute)
        and node.attr in {"objects", "_default_manager", "_base_manager"}
    ]
    assert bare == []


def test_nothing_promises_what_it_does_not_do():
    promises = [
        f"{name}:{number}"
        for name, text in files()
        for number, line in enumerate(text.splitlines(), start=1)
        if PROMISES.search(line)
    ]
    assert promises == []


def test_pages_hold_no_inline_style_and_no_inline_script():
    inline = re.compile(r"<style|\sstyle=|\son[a-z]+=\"|javascript:|<script(?![^>]*\ssrc=)")
    found = [
        f"{name}:{number}"
        for name, text in files(".html")
        for number, line in enumerate(text.splitlines(), start=1)
        if inline.search(line)
    ]
    assert found == []


def test_every_data_attribute_of_a_page_is_read_by_script_or_style():
    readers = "".join(text for _name, text in files(".js", ".css"))
    unread = {
        f"{name} {attribute}"
        for name, text in files(".html")
        for attribute in re.findall(r"\s(data-[a-z-]+)", text)
        if attribute not in readers
    }
    assert unread == set()


def test_nothing_is_loaded_from_elsewhere():
    elsewhere = re.compile(
        r"(?:src|href|action)=\"(?:https?:)?//|url\(['\"]?(?:https?:)?//|@import", re.I
    )
    found = [
        f"{name}:{number}"
        for name, text in files(".html", ".css", ".js")
        for number, line in enumerate(text.splitlines(), start=1)
        if elsewhere.search(line) and "<a " not in line
    ]
    assert found == []


def test_no_test_is_skipped_and_none_sleeps():
    banned = {"skip", "skipif", "importorskip", "xfail", "sleep"}
    found = [
        f"{name}:{node.lineno} {node.attr}"
        for name, tree in source()
        if name.startswith("tests/")
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and node.attr in banned
    ]
    assert found == []


def test_every_name_the_settings_read_stands_in_the_example():
    names = set()
    for node in ast.walk(ast.parse((ROOT / "portal/settings.py").read_text(encoding="utf-8"))):
        if (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and isinstance(node.func.value, ast.Name)
            and node.func.value.id == "env"
        ):
            names.add(node.args[0].value)
    names |= {"HOST", "PORT", "WEB_CONCURRENCY"}  # read by `manage.py run`
    # What docker-compose.yml takes out of the same file.
    names |= set(re.findall(r"\$\{([A-Z_]+)", (ROOT / "docker-compose.yml").read_text()))
    example = (ROOT / ".env.example").read_text(encoding="utf-8")
    assert set(re.findall(r"^(?:# )?([A-Z_]+)=", example, re.M)) == names


@pytest.mark.parametrize("lock", ["requirements.lock", "requirements-dev.lock"])
def test_every_direct_part_is_locked_at_its_version_with_hashes(lock):
    wanted = set()
    for name in ["requirements.txt"] + (["requirements-dev.txt"] if "dev" in lock else []):
        wanted |= set(
            re.findall(r"^([A-Za-z0-9_.-]+)(?:\[.*\])?==(\S+)$", (ROOT / name).read_text(), re.M)
        )
    text = (ROOT / lock).read_text(encoding="utf-8")
    locked = set(re.findall(r"^([a-z0-9.-]+)==(\S+)", text, re.M))
    assert {(n.lower().replace("_", "-"), v) for n, v in wanted} - locked == set()
    assert text.count("--hash=sha256:") > len(locked)
    assert "http" not in text
