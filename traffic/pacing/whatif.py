"""What would be if: the same arithmetic on changed facts; nothing is read and nothing written."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import numpy as np

from traffic.pacing.curves import Ints
from traffic.pacing.enums import Status
from traffic.pacing.facts import SHAPES, Facts
from traffic.pacing.standing import STATUSES, Pauses, Standing, assess


@dataclass(frozen=True)
class Change:
    """What is supposed: campaigns whose placements end so many days later (earlier below zero; what
    has not begun begins so much later, too), campaigns that get another curve, and how many per
    cent of what is foreseen from now on are lost."""

    moved: Mapping[int, int] = field(default_factory=dict)
    shapes: Mapping[int, str] = field(default_factory=dict)
    lost: int = 0


@dataclass(frozen=True)
class Outcome:
    """Where placements stand now and would stand; `risk` are the numbers of those that would miss
    and do not now, the largest shortfall first."""

    before: Standing
    after: Standing
    risk: Ints

    @property
    def counts(self) -> list[tuple[Status, int, int]]:
        """How many stand so, now and then; statuses that nobody has are left out."""
        many = len(STATUSES)
        now, then = (np.bincount(each.status, minlength=many) for each in (self.before, self.after))
        return [
            (status, int(now[n]), int(then[n]))
            for n, status in enumerate(STATUSES)
            if now[n] or then[n]
        ]


def compare(found: Standing, change: Change) -> Outcome:
    """Set what would be beside what is."""
    facts = _changed(found.facts, change)
    after = assess(facts, _pauses(found, facts), supply=1 - change.lost / 100)
    bad = [STATUSES.index(each) for each in (Status.WILL_MISS, Status.MISSED)]
    rows = np.flatnonzero(np.isin(after.status, bad) & ~np.isin(found.status, bad))
    lacks = after.facts.given[rows] - after.middle[rows]
    return Outcome(found, after, facts.key[rows][np.lexsort((facts.key[rows], -lacks))])


def _pauses(found: Standing, facts: Facts) -> Pauses:
    """The same pauses; of what is moved nobody has asked which days it may run on."""
    before = found.facts
    moved = set(facts.key[(facts.first != before.first) | (facts.last != before.last)].tolist())
    runs = {key: days for key, days in (found.pauses.runs or {}).items() if key not in moved}
    return replace(found.pauses, runs=runs)


def _changed(facts: Facts, change: Change) -> Facts:
    first, last, shape = facts.first.copy(), facts.last.copy(), facts.shape.copy()
    for campaign, days in change.moved.items():
        rows = (facts.campaign == campaign) & (facts.last >= facts.today)
        begun = facts.first <= facts.today
        first[rows & ~begun] = np.maximum(first[rows & ~begun] + days, facts.today)
        last[rows] = np.maximum(last[rows] + days, np.maximum(first[rows], facts.today))
    # A curve that was drawn by dates does not fit other days: what is moved goes as its campaign.
    moved = (first != facts.first) | (last != facts.last)
    shape[moved & (shape == SHAPES.index("custom"))] = 0
    for campaign, name in change.shapes.items():
        shape[facts.campaign == campaign] = SHAPES.index(name)
    return replace(facts, first=first, last=last, shape=shape)
