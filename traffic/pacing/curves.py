"""Curves: what share of its impressions a placement should have by the end of each day.

A curve is a rising array of whole numbers, one more than it has days: 0 before the first, `WHOLE`
after the last. What is due by a day is `total * curve[day] // WHOLE`, and a day is the difference
of two such: days add up to the total exactly, and every day and every sum of days lies within one
impression of its share. Everything here is whole numbers in, whole numbers out.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]

# Ten billion times this fits 63 bits; per cents of it are whole.
WHOLE = 200_000_000
# A plan runs so much ahead of its straight line until the end: what comes late still counts.
GUARD = 1.05
# A front-loaded one begins so much ahead.
FRONT = 1.40
# The weight of a day that no festival names.
PLAIN = 100
# No cap, and no number of impressions: more than the platform pledged by far.
UNCAPPED = 1 << 40


def _curve(shares: Any) -> Ints:
    """Shares (0 … 1 by the end of each day) as a curve that ends at `WHOLE`."""
    curve = np.rint(np.minimum(shares, 1.0) * WHOLE).astype(np.int64)
    return np.concatenate(([0], curve[:-1], [WHOLE]))


def even(days: int) -> Ints:
    """The straight line, run 5 % ahead until the end."""
    return _curve(GUARD * np.arange(1, days + 1) / days)


def front_loaded(days: int) -> Ints:
    """Up to 40 % ahead of the straight line at first, falling to 5 %."""
    done = np.arange(1, days + 1) / days
    return _curve(done * (FRONT - (FRONT - GUARD) * done))


def weighted(weights: Sequence[int] | Ints) -> Ints:
    """By weight of each day, 5 % ahead as the even one; days without weight get nothing.

    Weights are not negative, and one at least is above zero.
    """
    sums = np.cumsum(np.asarray(weights, dtype=np.int64))
    return _curve(GUARD * sums / sums[-1])


def drawn(days: int, points: Sequence[tuple[int, int]]) -> Ints:
    """Through points (days gone, per cent by then), straight between them.

    The last point is (days, 100), as `faults_of_points` has seen to.
    """
    gone, percent = zip((0, 0), *points, strict=True)
    return _curve(np.interp(np.arange(1, days + 1), gone, percent) / 100)


def without(curve: Ints, runs: npt.NDArray[np.bool_]) -> Ints:
    """The curve spread again over the days that run; evenly where it had nothing for any of them.

    Unchanged when no day runs: there is nothing to spread over.
    """
    if runs.all() or not runs.any():
        return curve
    steps = np.where(runs, np.diff(curve), 0)
    if not steps.any():
        steps = runs.astype(np.int64)
    sums = np.cumsum(steps)
    return np.concatenate(([0], sums * WHOLE // sums[-1]))


def by_day(total: int, curve: Ints) -> Ints:
    """What each day gets of `total` impressions; adds up to it."""
    return np.diff(total * curve // WHOLE)


def steepest(curve: Ints) -> int:
    """The largest part a day has. Of `total` impressions no day has more than
    `total * steepest // WHOLE + 1`: where a cap is above that, it is never reached."""
    return int(np.diff(curve).max(initial=0))


def capped(days: Ints, cap: int) -> tuple[Ints, int]:
    """The same days with at most `cap` each, and what has no room on any of them.

    What is above goes to the next days with room, then to the last ones before.
    """
    found, over = days.copy(), 0
    for order in (range(len(days)), reversed(range(len(days)))):
        for day in order:
            wanted = int(found[day]) + over
            found[day] = min(wanted, cap)
            over = wanted - int(found[day])
    return found, over


def split(total: int, weights: Sequence[int], caps: Sequence[int] = ()) -> tuple[list[int], int]:
    """Split `total` by weight into whole numbers by largest remainder, none above its cap.

    Returns the parts and what no part could take: zero unless the caps together are less than
    `total`. Of equal remainders the first comes first. Without any weight all weigh the same.
    """
    room = list(caps) if caps else [total] * len(weights)
    parts, left = [0] * len(weights), total
    weigh = list(weights) if any(weights) else [1] * len(weights)
    while left:
        open_ = [n for n, (part, most) in enumerate(zip(parts, room, strict=True)) if part < most]
        # Those without weight take what nobody else could.
        heavy = [n for n in open_ if weigh[n]]
        if not open_:
            break
        some = heavy or open_
        for n, more in zip(some, _remainders(left, [weigh[n] or 1 for n in some]), strict=True):
            taken = min(more, room[n] - parts[n])
            parts[n] += taken
            left -= taken
    return parts, left


def _remainders(total: int, weights: Sequence[int]) -> list[int]:
    """Largest remainder; weights are above zero."""
    whole = sum(weights)
    parts = [total * weight // whole for weight in weights]
    last = sorted(range(len(weights)), key=lambda n: (-(total * weights[n] % whole), n))
    for n in last[: total - sum(parts)]:
        parts[n] += 1
    return parts


def festival_weights(days: int, windows: Sequence[tuple[int, int, int]]) -> Ints:
    """The weight of each day: `PLAIN`, and within windows (first, last, weight) theirs.

    Windows count days from 0, include both ends, and may reach beyond the curve.
    """
    weights = np.full(days, PLAIN, dtype=np.int64)
    for first, last, weight in windows:
        weights[max(first, 0) : max(last + 1, 0)] = weight
    return weights
