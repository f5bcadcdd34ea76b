"""Composed reads of pacing: all placements as arrays, kept until what they
are made of changes."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

import numpy as np
from django.core.cache import cache
from django.db.models import Count, F, Max, Sum

from portal import clock
from portal.campaigns.models import Campaign
from portal.ledger.models import Account, Level, Unit
from traffic import readiness
from traffic.models import Day, Placement
from traffic.pacing import ahead, facts, standing
from traffic.pacing.curves import Ints
from traffic.pacing.enums import Status
from traffic.pacing.models import CampaignPacing, Plan
from traffic.pacing.standing import STATUSES, Bools, Pauses, Standing

# Longer than a morning nothing is kept, whatever happens.
KEPT_SECONDS = 12 * 3600
# A prime: accounts that exchange what they hold do not add up to the same.
MIXED = 9973


def everything() -> Standing:
    """Where every placement stands that is not over, or was lately; five queries and two of
    the cache, ten more when anything it is made of has changed: the days ahead are asked for then,
    too."""
    today = clock.today()
    now = readiness.paused()
    ahead_ = cache.get(_ahead_key(), "")
    key = f"pacing-{today}-{_stamp()}-{hash(tuple(sorted(now)))}-{ahead_}"
    found: Standing | None = cache.get(key)
    if found is None:
        of = facts.read(Placement.objects.filter(facts.current(today)), today)
        found = standing.assess(of, Pauses(now, ahead.runs(of)))
        cache.set(key, found, KEPT_SECONDS)
    return found


def look_ahead() -> bool:
    """See whether the days that placements may run on are others than those that are kept, by a
    season or a closing that was changed; if so, `everything` is made anew. True when they are."""
    found = everything()
    asked = _digest(ahead.runs(found.facts))
    if asked == _digest(found.pauses.runs or {}):
        return False
    cache.set(_ahead_key(), asked, KEPT_SECONDS)
    return True


def _ahead_key() -> str:
    return f"pacing-ahead-{clock.today()}"


def _digest(runs: Mapping[int, Bools]) -> str:
    found = hashlib.sha256()
    for key, days in sorted(runs.items()):
        found.update(f"{key}:{days.tobytes().hex()};".encode())
    return found.hexdigest()[:16]


def _stamp() -> str:
    """Changes with every close, transfer, placement and plan; four queries."""
    closes = Day.objects.aggregate(n=Sum("closed"), at=Max("closed_at"))
    held = Account.objects.filter(unit=Unit.IMPRESSIONS, level=Level.PLACEMENT).aggregate(
        n=Count("pk"), sum=Sum("balance"), mixed=Sum(F("balance") * (F("pk") % MIXED))
    )
    versions = {"n": Count("pk"), "v": Sum("version"), "mixed": Sum(F("pk") * F("version"))}
    set_ = [model.objects.aggregate(**versions) for model in (Plan, CampaignPacing)]
    moment = closes["at"] and closes["at"].timestamp()
    counted = [value for row in (held, *set_) for value in row.values()]
    return "-".join(str(value) for value in (closes["n"], moment, *counted))


def of_placements(rows: Iterable[Placement]) -> dict[int, Line]:
    """Where each of these stands, by its number; those long over are read by themselves."""
    keys = {row.pk for row in rows}
    whole = everything()
    found = lines(whole, keys)
    if older := keys - found.keys():
        of = Placement.objects.filter(pk__in=older)
        found |= lines(standing.assess(facts.read(of, clock.today())), older)
    return found


def plan_of(placement: Placement) -> Plan | None:
    """What is set of a placement's pacing."""
    return Plan.objects.filter(pk=placement.pk).first()


def festivals_of(campaign: Campaign) -> CampaignPacing | None:
    """What is set of a campaign's pacing."""
    return CampaignPacing.objects.filter(pk=campaign.pk).first()


@dataclass(frozen=True)
class Line:
    """One placement's figures; impressions. The range holds four outcomes in five."""

    status: Status
    given: int
    done: int
    due: int
    need: int
    held: int
    short: int
    middle: int
    low: int
    high: int
    seen: date | None

    @property
    def ends(self) -> bool:
        """Whether there is an end to be foreseen: something promised and some report read."""
        return self.status not in (Status.UNGIVEN, Status.WAITING, Status.MISSED)

    @property
    def lacks(self) -> int:
        """What will be missing at the end by the middle of the forecast."""
        return max(self.given - self.middle, 0)


def lines(found: Standing, keys: Iterable[int]) -> dict[int, Line]:
    """Lines of these placements."""
    of = found.facts
    return {int(of.key[at]): line(found, int(at)) for at in of.places(keys)}


def line(found: Standing, at: int) -> Line:
    """The figures of the placement at a place."""
    of = found.facts
    seen = int(of.seen[at])
    return Line(
        status=STATUSES[found.status[at]],
        given=int(of.given[at]),
        done=int(of.delivered[at].sum()),
        **{
            name: int(getattr(found, name)[at])
            for name in ("due", "need", "held", "short", "middle", "low", "high")
        },
        seen=date.fromordinal(seen) if seen else None,
    )


def ranked(found: Standing, order: str, statuses: Iterable[Status]) -> Ints:
    """Numbers of placements that stand so, those on top first: by `need`, by what they `lacks` at
    the end, by their `last` day, else by urgency."""
    of = found.facts
    lacks = np.maximum(of.given - found.middle, 0)
    weights = {"need": -found.need, "lacks": -lacks, "last": of.last}
    weight = weights.get(order, found.status)
    keys = of.key[np.lexsort((of.key, -lacks, weight))]
    return np.asarray(keys[np.isin(keys, found.having(*statuses))])
