"""What landing files would change elsewhere, told by the rooms above before it is done."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date

import pyarrow as pa
from django.utils.functional import Promise

from portal.statements.models import Source, Statement

Words = str | Promise


@dataclass(frozen=True)
class OnPaper:
    """A landing that is not done: what the source would say of the days of a period.

    `now` are the statements that count for them, each with its days; `tables` the rows of the new
    files, dated, which stand in place of what counts now or, when `adds`, beside it.
    """

    source: Source
    days: list[date]
    now: list[tuple[Statement, list[date]]]
    tables: list[pa.Table]
    adds: bool = False


@dataclass(frozen=True)
class Moved:
    """A figure before and after, and what it is the figure of."""

    where: tuple[Words, ...]
    before: int
    after: int

    @property
    def difference(self) -> int:
        """What is added; negative when something is taken away."""
        return self.after - self.before


@dataclass(frozen=True)
class Forecast:
    """A table of figures that would change; `headings` name what `Moved.where` says.

    `more` rows that change less are left out; `note` says what the reader must know beside it,
    `warning` what speaks against landing these files here.
    """

    title: Words
    headings: tuple[Words, ...]
    rows: list[Moved] = field(default_factory=list)
    more: int = 0
    note: Words = ""
    warning: Words = ""


_tellers: list[Callable[[OnPaper], Iterable[Forecast]]] = []


def register(teller: Callable[[OnPaper], Iterable[Forecast]]) -> None:
    """Let a room above tell what a landing would change there; called once from an AppConfig."""
    _tellers.append(teller)


def of(paper: OnPaper) -> list[Forecast]:
    """Everything that the rooms above tell of the landing."""
    return [each for teller in _tellers for each in teller(paper)]
