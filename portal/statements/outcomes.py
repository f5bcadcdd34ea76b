"""What became of a statement's rows, told by the rooms above that use them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date

from django.utils.functional import Promise

from portal.statements.models import Statement


@dataclass(frozen=True)
class Outcome:
    """Rows of one day that met the same fate."""

    day: date
    label: str | Promise
    rows: int
    impressions: int
    plays: int


_tellers: list[Callable[[Statement], Iterable[Outcome]]] = []


def register(teller: Callable[[Statement], Iterable[Outcome]]) -> None:
    """Let a room above tell what it did with rows; called once from an AppConfig."""
    _tellers.append(teller)


def of(statement: Statement) -> list[Outcome]:
    """Every outcome of the statement's rows, as the rooms above tell it."""
    return [outcome for teller in _tellers for outcome in teller(statement)]
