"""What reconciling found, in a form that can be kept and told in any language."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, NamedTuple

from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext, gettext_lazy

from traffic.enums import Aside, Fate

# A broken disk may make millions of differences; these are kept, all are counted.
MOST_KEPT = 1_000
LABELS: dict[str, str | Promise] = {
    "in": gettext_lazy("Rows in"),
    **{f"fate.{fate.value}": fate.label for fate in Fate},
    **{f"aside.{reason.value}": reason.label for reason in Aside},
    "ignored": gettext_lazy("Ignored"),
    "rejected": gettext_lazy("Rejected, with a number"),
    "unreadable": gettext_lazy("Rejected, without a number"),
}


def msgid(text: str | Promise) -> str:
    """A message as the source says it."""
    with translation.override(None):
        return str(text)


def pairs(labels: Mapping[str, str | Promise], values: Any) -> list[list[str]]:
    """Values with their words, as `told` says them."""
    return [
        [msgid(label), str(value)] for label, value in zip(labels.values(), values, strict=True)
    ]


def told(sentence: str, words: Mapping[str, Any]) -> str:
    """A kept sentence in the language of the present reader."""
    return gettext(sentence) % {name: _said(value) for name, value in words.items()}


def _said(value: Any) -> Any:
    """A word of a sentence: plain, a message, values with their words, or a message with them."""
    if isinstance(value, list):
        return " · ".join(f"{gettext(label)} {_said(each)}" for label, each in value)
    if isinstance(value, dict):
        name = gettext(value["msgid"])
        return f"{name}（{_said(value['of'])}）" if "of" in value else name
    return value


def _kept(value: Any) -> Any:
    """A word as it is kept."""
    if isinstance(value, Promise):
        return {"msgid": msgid(value)}
    return value if isinstance(value, str | int | list | dict) else str(value)


class Line(NamedTuple):
    """Rows of the files that met the same; impressions None where they are not to be summed."""

    key: str
    rows: int
    impressions: int | None

    @property
    def label(self) -> str:
        """What they met, in the reader's words."""
        return str(LABELS[self.key])


@dataclass(frozen=True)
class Sentence:
    """A message of the source with its words, and what it is about: at most one of each."""

    sentence: str
    words: dict[str, Any]
    statement: int | None = None
    day: date | None = None
    placement: int | None = None

    def __str__(self) -> str:
        """The sentence in the language of the present reader."""
        return told(self.sentence, self.words)


class About(NamedTuple):
    """What a difference concerns, for the link beside it."""

    statement: int | None = None
    day: date | None = None
    placement: int | None = None


NOTHING = About()


@dataclass
class Report:
    """What reconciling found: rows in their places, what was checked, and differences.

    `found` counts all differences; of them the first `MOST_KEPT` are in `differences`.
    """

    lines: list[Line] = field(default_factory=list)
    checked: list[Sentence] = field(default_factory=list)
    differences: list[Sentence] = field(default_factory=list)
    found: int = 0

    def checks(self, sentence: str | Promise, **words: object) -> None:
        """Add what was checked."""
        self.checked.append(Sentence(msgid(sentence), _all_kept(words)))

    def differs(self, sentence: str | Promise, about: About = NOTHING, **words: object) -> None:
        """Add a difference."""
        self.found += 1
        if len(self.differences) < MOST_KEPT:
            kept = Sentence(msgid(sentence), _all_kept(words), **about._asdict())
            self.differences.append(kept)


def _all_kept(words: Mapping[str, object]) -> dict[str, Any]:
    return {name: _kept(value) for name, value in words.items()}


class Steps:
    """Tells how many of all steps are done."""

    def __init__(self, tell: Callable[[int, int], None], total: int) -> None:
        self._tell, self._total, self._done = tell, total, 0

    def still(self) -> None:
        """Say that the present step goes on."""
        self._tell(self._done, self._total)

    def one(self) -> None:
        """Say that one more step is done."""
        self._done += 1
        self.still()
