"""A page whose queries are counted, and what fills its address."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from tests import walk
from tests.pages.crowd import Crowd

Fill = Callable[[Crowd], dict[str, Any]]


def with_code(name: str) -> Fill:
    """The code of the crowd's dossier of that name."""

    def fill(crowd: Crowd) -> dict[str, Any]:
        return {"code": getattr(crowd, name).code}

    fill.__name__ = name
    return fill


def with_kind(name: str) -> Fill:
    """The code of a kind of dossier."""

    def fill(crowd: Crowd) -> dict[str, Any]:
        return {"kind": name}

    fill.__name__ = name
    return fill


FILLS: dict[str, Fill] = {
    **walk.PUBLIC,
    "sheet-new": with_kind("product"),
    "sheet-export": with_kind("product"),
} | {
    name: stop.fill
    for name, stop in (walk.ROWS | walk.SHARED | walk.OPEN | walk.ADMIN_ROWS).items()
}


@dataclass(frozen=True)
class Page:
    """A page, who reads it, how many queries that takes, and the filter in its address.

    `of` fills the address where it is not about the row that the walk names. `beside` counts the
    rows of a list that are always there; None where rows of several kinds are listed together.
    `still`: the page shows numbers or one row's own facts, and gets no longer.
    """

    name: str
    reader: str
    sql: int
    query: str = ""
    of: Fill | None = None
    beside: int | None = 0
    still: bool = False

    def __str__(self) -> str:
        of = f" of {self.of.__name__.strip('_')}" if self.of else ""
        return f"{self.name}{of}{self.query} for {self.reader}"

    def address(self, crowd: Crowd) -> str:
        """Where the page is; the filter may name what the crowd has."""
        fill = self.of or FILLS.get(self.name, lambda _crowd: {})
        return reverse(self.name, kwargs=fill(crowd)) + self.query.format(crowd=crowd)
