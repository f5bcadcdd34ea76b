"""What boards and lists tell of pacing: one reading that all who look share, made anew every
minute, so that a page costs the same however many placements there are."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.cache import cache
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _

from portal import clock
from portal.ledger.models import Account, Level
from portal.verdict import Verdict
from traffic import queries as impressions
from traffic.pacing import levels, queries
from traffic.pacing.enums import Status
from traffic.pacing.levels import Levels, Need, Places

if TYPE_CHECKING:
    from traffic.models import Placement

# Where nobody makes it anew any more, a reading is thrown away after so many times its age.
FORGOTTEN = 10
# What boards count apart.
BADLY = {"missing": Status.WILL_MISS, "behind": Status.BEHIND, "paused": Status.PAUSED}
# What a placement stands as that is not over and was promised something.
RUNS = frozenset(
    {Status.WILL_MISS, Status.BEHIND, Status.ON_TIME, Status.AHEAD, Status.WAITING, Status.PAUSED}
)


@dataclass(frozen=True)
class Told:
    """The least of a `Standing` that boards need, read at a moment.

    Each placement's own part is far larger and is kept apart: `places` asks for it.
    """

    at: datetime
    levels: Levels
    _places: Places | None = None

    @cached_property
    def places(self) -> Places:
        """Where each placement stands; one more reading of the cache."""
        if self._places is not None:
            return self._places
        kept: tuple[datetime, Places] | None = cache.get(f"{_name()}-places")
        # Who makes it anew at this moment writes this part first: it may be newer, never older.
        return kept[1] if kept and kept[0] >= self.at else renew().places

    def status_of(self, row: Placement, ready: Verdict | None) -> Status | None:
        """Where a placement stands; None where it is long over.

        `ready`, judged just now, goes before what was read a minute ago.
        """
        status = self.places.status_of(row.pk)
        begun = row.first_day <= clock.today()
        return (
            Status.PAUSED
            if status in RUNS and begun and ready is not None and not ready
            else status
        )

    def needs(self, accounts: Iterable[Account]) -> list[Need]:
        """What stands below each account; one query."""
        return levels.needs(accounts, self.levels, lambda: self.places)


def told() -> Told:
    """Where everything stands, at most a minute old; one reading of the cache.

    With `BOARD_SECONDS` at 0 it is made anew each time.
    """
    found: tuple[datetime, Levels] | None = cache.get(_name()) if settings.BOARD_SECONDS else None
    return Told(*found) if found else renew()


def renew() -> Told:
    """Make the reading anew and keep it for all; queries as `queries.everything`."""
    standing = queries.everything()
    at, sums, places = clock.now(), Levels.of(standing), Places.of(standing)
    if settings.BOARD_SECONDS:
        seconds = FORGOTTEN * settings.BOARD_SECONDS
        cache.set(f"{_name()}-places", (at, places), seconds)
        cache.set(_name(), (at, sums), seconds)
    return Told(at, sums, places)


def _name() -> str:
    return f"pacing-told-{clock.today()}"


def status_column() -> tuple[Any, Callable[[Placement], str]]:
    """The status of each placement as a column of a workbook; empty where it is long over."""
    found = told()

    def label(row: Placement) -> str:
        status = found.status_of(row, None)
        return str(status.label) if status is not None else ""

    return (_("Status"), label)


# --- Boards ------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Line:
    """An account's part of a board: its four figures, and what stands below it."""

    figures: impressions.BoardRow
    needed: Need

    @property
    def status(self) -> Status | None:
        """Where a placement stands; None of accounts above, and where it is long over."""
        if self.figures.account.level != Level.PLACEMENT:
            return None
        return next(iter(self.needed.by_status), None)

    @property
    def mark(self) -> tuple[Any, ...]:
        """All that a row of a board shows: what is the same need not be drawn again."""
        row, needed = self.figures, self.needed
        own = (row.account.pk, row.account.name, row.promised, row.allotted, row.delivered)
        return (*own, needed.need, *((str(name), n) for name, n in needed.by_status.items()))

    @property
    def urls(self) -> dict[str, str]:
        """Where the rows of what is needed are listed, and of those that stand badly."""
        return urls_below(self.figures.account)


def lines(rows: Iterable[impressions.BoardRow]) -> list[Line]:
    """What each account of a board needs today and how it stands; one query beside `told`."""
    figures = list(rows)
    needs = told().needs([row.account for row in figures])
    return [Line(row, need) for row, need in zip(figures, needs, strict=True)]


def board_of(account: Account, rows: Iterable[impressions.BoardRow]) -> dict[str, Any]:
    """What an account's page shows: its `rows` as lines, what they need together, and as of when;
    one query beside `told`."""
    found, figures = told(), list(rows)
    own, *below = found.needs([account, *(row.account for row in figures)])
    lines = [Line(row, need) for row, need in zip(figures, below, strict=True)]
    return {
        "lines": lines,
        "rows_mark": [line.mark for line in lines],
        "drawn_seconds": FORGOTTEN * settings.BOARD_SECONDS,
        "needed": own,
        "urls": urls_below(account),
        "told_at": found.at,
    }


def urls_below(account: Account) -> dict[str, str]:
    """Where the standings of what lies below an account are listed: `all` of them, those that
    `need` anything on top, and by the statuses that ask for somebody."""
    names = {"campaign__action": "action", "campaign__code": "campaign", "county": "county"}
    where = {} if account.level == Level.PLACEMENT else impressions.beneath(account)
    asked = {names[name]: value for name, value in where.items()}
    narrower = {"all": {}, "need": {"sort": "need"}} | {
        name: {"status": str(status)} for name, status in BADLY.items()
    }
    return {
        name: f"{reverse('pacing')}?{urlencode(asked | more)}" for name, more in narrower.items()
    }
