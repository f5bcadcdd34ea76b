"""What differs between two values, word by word, for a reader who compares them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from difflib import SequenceMatcher

# Latin words and numbers count as one word; Chinese has no spaces, so each character is its own.
WORD = re.compile(r"[A-Za-z]+|\d[\d.,:]*|\s+|.", re.S)
# Beyond this a comparison costs more than it tells: the whole is marked.
LONGEST = 3000
# Below this share in common the two have nothing to do with each other: the whole is marked.
ALIKE = 0.35


@dataclass(frozen=True)
class Piece:
    """A stretch of text that stays, or that is changed."""

    text: str
    changed: bool


def pieces(before: object, after: object) -> tuple[list[Piece], list[Piece]]:
    """Return both texts cut into what stays and what is changed."""
    old, new = _text(before), _text(after)
    if not old or not new or old == new or len(old) + len(new) > LONGEST:
        return _whole(old, new)
    left, right = WORD.findall(old), WORD.findall(new)
    matcher = SequenceMatcher(None, left, right, autojunk=False)
    if matcher.ratio() < ALIKE:
        return _whole(old, new)
    steps = matcher.get_opcodes()
    return (
        _joined((tag != "equal", left[i1:i2]) for tag, i1, i2, _j1, _j2 in steps),
        _joined((tag != "equal", right[j1:j2]) for tag, _i1, _i2, j1, j2 in steps),
    )


def _text(value: object) -> str:
    return "" if value is None else str(value)


def _whole(old: str, new: str) -> tuple[list[Piece], list[Piece]]:
    changed = old != new
    return ([Piece(old, changed)] if old else [], [Piece(new, changed)] if new else [])


def _joined(parts: Iterable[tuple[bool, list[str]]]) -> list[Piece]:
    return [Piece("".join(words), changed) for changed, words in parts if words]
