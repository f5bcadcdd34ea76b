"""What the placements below each account need together, and how many stand how."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from portal.campaigns.models import Campaign
from portal.ledger.models import Account, Level
from traffic import queries as impressions
from traffic.pacing.curves import Ints
from traffic.pacing.enums import Status
from traffic.pacing.standing import STATUSES, Standing

# More than there are codes of counties.
COUNTIES = 1_000_000


@dataclass(frozen=True)
class Sums:
    """Need, what must wait, and how many stand in each of `STATUSES`, by placement or by county
    of a campaign: arrays of one length, `counts` with a column for each status."""

    need: Ints
    held: Ints
    running: Ints
    counts: npt.NDArray[np.int64]

    def __getitem__(self, rows: Any) -> Sums:
        return Sums(self.need[rows], self.held[rows], self.running[rows], self.counts[rows])


@dataclass(frozen=True)
class Need:
    """What the placements below an account need together, whole impressions that add up level by
    level; how many need anything, and how many stand how: statuses that none has are left out."""

    account: Account
    need: int
    held: int
    running: int
    by_status: Mapping[Status, int]

    @property
    def missing(self) -> int:
        """How many will miss what was promised."""
        return self.by_status.get(Status.WILL_MISS, 0)

    @property
    def behind(self) -> int:
        """How many are behind."""
        return self.by_status.get(Status.BEHIND, 0)

    @property
    def paused(self) -> int:
        """How many may not be promoted now."""
        return self.by_status.get(Status.PAUSED, 0)


@dataclass(frozen=True)
class Places:
    """Placements in the order of `key`, one by one."""

    key: Ints
    account: Ints
    need: Ints
    held: Ints
    status: npt.NDArray[np.int8]

    @classmethod
    def of(cls, found: Standing) -> Places:
        """Where each placement stands."""
        facts = found.facts
        return cls(facts.key, facts.account, found.need, found.held, found.status.astype(np.int8))

    def status_of(self, key: int) -> Status | None:
        """Where a placement stands; None where it is long over."""
        at = int(np.searchsorted(self.key, key))
        if at == len(self.key) or self.key[at] != key:
            return None
        return STATUSES[self.status[at]]

    def below(self, account: Account) -> Sums:
        """The one placement of an account."""
        rows = np.flatnonzero(self.account == account.pk)
        return _sums(self.need[rows], self.held[rows], self.status[rows])


@dataclass(frozen=True)
class Levels:
    """Sums of placements by county of a campaign (`cells`): what stands above them is made of a few
    thousand cells, not of all placements."""

    campaign: Ints
    county: Ints
    cells: Sums

    @classmethod
    def of(cls, found: Standing) -> Levels:
        """Add up where everything stands."""
        facts = found.facts
        names, cell = np.unique(facts.campaign * COUNTIES + facts.county, return_inverse=True)
        cell, many = cell.reshape(-1), len(names)

        def added(values: Any) -> Ints:
            # Weights are floats, whole up to 2**53: more than the platform pledged by far.
            return np.bincount(cell, values, many).astype(np.int64)

        own = _sums(found.need, found.held, found.status)
        by_status = [added(column) for column in own.counts.T]
        return cls(
            campaign=names // COUNTIES,
            county=names % COUNTIES,
            cells=Sums(
                added(own.need), added(own.held), added(own.running), np.stack(by_status, axis=1)
            ),
        )

    def count(self, status: Status, counties: Iterable[str] | None = None) -> int:
        """How many placements stand so, in all counties or in these."""
        rows = self.cells.counts[:, STATUSES.index(status)]
        if counties is not None:
            rows = rows[np.isin(self.county, [int(code) for code in counties])]
        return int(rows.sum())

    def below(self, account: Account, campaigns: list[dict[str, Any]]) -> Sums:
        """The sums of what stands below an account above placements, as `traffic.queries.beneath`
        has it in SQL."""
        where = impressions.beneath(account)
        wanted = {name.removeprefix("campaign__"): value for name, value in where.items()}
        rows = np.ones(len(self.campaign), dtype=bool)
        if county := wanted.pop("county", None):
            rows &= self.county == int(county)
        if wanted:
            own = [row["pk"] for row in campaigns if wanted.items() <= row.items()]
            rows &= np.isin(self.campaign, own)
        return self.cells[rows]


def _sums(need: Ints, held: Ints, status: Any) -> Sums:
    """Placements as sums of one."""
    counts = status[:, None] == np.arange(len(STATUSES))
    return Sums(need, held, (need > 0).astype(np.int64), counts.astype(np.int64))


def needs(accounts: Iterable[Account], levels: Levels, places: Callable[[], Places]) -> list[Need]:
    """What stands below each account, in their order; one query of campaigns. `places` is asked
    where an account is a placement's."""
    campaigns: list[Any] = list(Campaign.objects.order_by().values("pk", "code", "action"))
    return [
        _need(
            account,
            places().below(account)
            if account.level == Level.PLACEMENT
            else levels.below(account, campaigns),
        )
        for account in accounts
    ]


def _need(account: Account, rows: Sums) -> Need:
    counts = rows.counts.sum(axis=0)
    return Need(
        account=account,
        need=int(rows.need.sum()),
        held=int(rows.held.sum()),
        running=int(rows.running.sum()),
        by_status={STATUSES[n]: int(counts[n]) for n in np.flatnonzero(counts)},
    )
