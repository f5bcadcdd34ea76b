"""The acts of the record in the words of the reader.

Each room names the acts it records, in its `AppConfig.ready`:

    acts.name({"organisation.register": _("Organisation registered")})

A room whose acts have words elsewhere already (moves) lets the record look there: `acts.also`.
"""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

_LABELS: dict[str, str | Promise] = {"file.upload": _("File uploaded")}
# Details that are no field of their subject: their name, and the words of their values.
_DETAILS: dict[str, tuple[str | Promise, Mapping[str, str | Promise]]] = {}
_ELSEWHERE: list[Mapping[str, str | Promise]] = []


def name(labels: Mapping[str, str | Promise]) -> None:
    """Give acts their words; an act that has other words already is an error of the programmer."""
    for act, label in labels.items():
        if _LABELS.setdefault(act, label) != label:
            raise ValueError(f"The act {act!r} is named twice.")


def also(labels: Mapping[str, str | Promise]) -> None:
    """Look into `labels` too, as it stands when an act is shown: it may grow later."""
    _ELSEWHERE.append(labels)


def detail(
    key: str, label: str | Promise, words: Mapping[str, str | Promise] | None = None
) -> None:
    """Name a detail, and look into `words` for its values, as they stand when it is shown."""
    if _DETAILS.setdefault(key, (label, {} if words is None else words))[0] != label:
        raise ValueError(f"The detail {key!r} is named twice.")


def detail_label(key: str) -> str:
    """Return the words of a detail; empty where nobody named it."""
    return str(_DETAILS[key][0]) if key in _DETAILS else ""


def detail_value(key: str, value: str) -> str:
    """Return the words of a detail's value; empty where nobody gave any."""
    return str(_DETAILS[key][1].get(value, "")) if key in _DETAILS else ""


def label(act: str) -> str:
    """Return the words of an act, or its code where nobody named it."""
    return str(next((words[act] for words in (_LABELS, *_ELSEWHERE) if act in words), act))
