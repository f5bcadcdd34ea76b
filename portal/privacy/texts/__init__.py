"""The privacy text by version: the words lie beside this file, `<number>.<language>.txt`.

A text that was in force is never changed: a new one gets a new number, and `PRIVACY_VERSION`
names the one in force. Everybody who uses the portal is then asked once to read and agree.

The words know three marks: `## ` before a heading, `- ` before a point, `{name}` for a value of
the site's profile; `{periods}` on a line of its own is the table of `portal.privacy.retention`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

FOLDER = Path(__file__).resolve().parent
PERIODS = "{periods}"


@dataclass(frozen=True)
class Version:
    """One version: its number, the day it came into force, and what changed with it."""

    number: str
    in_force: date
    changed: str | Promise


@dataclass(frozen=True)
class Block:
    """A heading, a paragraph, a list of points, or the place of the table of periods."""

    kind: str
    text: str = ""
    points: tuple[str, ...] = ()


# Oldest first.
VERSIONS: tuple[Version, ...] = (
    Version("1", date(2026, 11, 23), _("The first text.")),
    Version(
        "2",
        date(2026, 11, 25),
        _(
            "The whole text: grounds, periods, who gets what, your rights online "
            "(see, copy, correct, close), minors. Contact names are masked too."
        ),
    ),
)


def find(number: str) -> Version:
    """The version of that number. Raises: KeyError."""
    return {version.number: version for version in VERSIONS}[number]


def present() -> Version:
    """The version in force."""
    return find(settings.PRIVACY_VERSION)


def until(number: str) -> list[Version]:
    """Every version up to `number`, the newest first: what anybody may read."""
    return list(reversed(VERSIONS[: VERSIONS.index(find(number)) + 1]))


def newer_than(number: str) -> list[Version]:
    """What came into force after version `number`, newest first; nothing for who agreed to none."""
    if number not in {version.number for version in VERSIONS}:
        return []
    seen = until(number)
    return [version for version in until(settings.PRIVACY_VERSION) if version not in seen]


def blocks(version: Version) -> list[Block]:
    """The words of a version in the reader's language, with the site's own values in place."""
    language = "en" if (get_language() or "").startswith("en") else "zh-hans"
    profile = {key: value or "—" for key, value in settings.SITE_PROFILE.items()}
    return [_filled(block, profile) for block in _read(version.number, language)]


def _filled(block: Block, profile: dict[str, str]) -> Block:
    def fill(text: str) -> str:
        for key, value in profile.items():
            text = text.replace(f"{{{key}}}", value)
        return text

    return Block(block.kind, fill(block.text), tuple(fill(point) for point in block.points))


@cache
def _read(number: str, language: str) -> tuple[Block, ...]:
    text = (FOLDER / f"{number}.{language}.txt").read_text(encoding="utf-8")
    return tuple(_parse(text))


def _parse(text: str) -> Iterator[Block]:
    points: list[str] = []
    for line in [*text.splitlines(), ""]:
        if line.startswith("- "):
            points.append(line[2:])
            continue
        if points:
            yield Block("points", points=tuple(points))
            points = []
        if line == PERIODS:
            yield Block("periods")
        elif line.startswith("## "):
            yield Block("heading", line[3:])
        elif line:
            yield Block("paragraph", line)
