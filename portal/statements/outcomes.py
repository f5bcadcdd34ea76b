"""What became of a statement's rows, told by the rooms above that use them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from django.utils.functional import Promise

from portal.statements.models import Statement


@dataclass(frozen=True)
class Outcome:
    """Rows of one day that met the same fate; `url` is where something is to be done about it."""

    day: date
    label: str | Promise
    rows: int
    impressions: int
    plays: int
    url: str = ""


@dataclass(frozen=True)
class Share:
    """Of what a statement says of a day: how much belongs to nobody yet, and how much it is in all.

    In impressions; in plays where the report says no impressions.
    """

    unmatched: int
    whole: int


# By statement and day, for statements by their number between two days.
Shares = Mapping[tuple[int, date], Share]
_tellers: list[Callable[[Statement], Iterable[Outcome]]] = []
_sharers: list[Callable[[Collection[int], date, date], Shares]] = []


def register(teller: Callable[[Statement], Iterable[Outcome]]) -> None:
    """Let a room above tell what it did with rows; called once from an AppConfig."""
    _tellers.append(teller)


def of(statement: Statement) -> list[Outcome]:
    """Every outcome of the statement's rows, as the rooms above tell it."""
    return [outcome for teller in _tellers for outcome in teller(statement)]


def register_shares(sharer: Callable[[Collection[int], date, date], Shares]) -> None:
    """Let a room above tell how much of each day is unmatched; called once from an AppConfig."""
    _sharers.append(sharer)


def shares(statements: Collection[int], first_day: date, last_day: date) -> Shares:
    """How much of each day of these statements is unmatched, as the rooms above tell it."""
    found: dict[tuple[int, date], Share] = {}
    for sharer in _sharers:
        found |= sharer(statements, first_day, last_day)
    return found
