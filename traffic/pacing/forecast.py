"""What placements will have been delivered at their end, with the range that holds four in five.

Pure functions over arrays: a row is a placement, a column one stretch of its days, the newest
first. *Exposure* is what a stretch's days weigh by weekday and festival (`shape`), so that
delivered / exposure is a level which no Sunday and no 双11 moves.

The level is a local one (Harvey 1989, ch. 2): it wanders a little each day (`drift`) below noise
(`noise`), variances of logarithms, the likeliest for all placements together. How far single ones
lie from their peers (`apart`) says how long a young one is judged by them. Newer stretches count
more the more levels wander.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]

# Stretches of days before today, the newest first: (from, to) days ago, both included.
STRETCHES = ((1, 3), (4, 7), (8, 14), (15, 28), (29, 10_000))
# Four in five: the normal distribution's 10th and 90th percentile.
Z = 1.2816
# What is held of noise, drift and distance before much was seen, and how many stretches it weighs.
NOISE, DRIFT, APART, HELD = 0.06, 0.0013, 0.2, 30
# Drifts that are tried, in shares of the noise; how far from the held one they may well be (a
# standard deviation of logarithms).
RATIOS, UNSURE = np.geomspace(3e-4, 0.5, 10), 2.0
# A jump above this is an outage or a strike of luck, and says little about ordinary days.
JUMP = 1.5
# The stretches that ranges are tried on, and what they are widened by before much was seen.
LATE, WIDER = 2, 1.2
# How many days of a weekday its factor of 1 weighs.
HELD_DAYS = 0.1
# What weekdays and festivals are known wrongly by, for all placements of a campaign alike.
SHAPE = 0.005


@dataclass(frozen=True)
class Learned:
    """Variances of logarithms: of a day, of a level's step from day to day, between peers."""

    noise: float
    drift: float
    apart: float
    # What ranges are widened by, since the last days fell outside them so much.
    wider: float = 1.0

    @property
    def kept(self) -> float:
        """How much an observation weighs after one more day (Kalman's steady state)."""
        gain = (np.sqrt(self.drift**2 + 4 * self.drift * self.noise) - self.drift) / 2
        return float(1 - gain / self.noise)


@dataclass(frozen=True)
class Forecast:
    """Delivered at the end: the middle, and the range that holds four in five."""

    middle: npt.NDArray[np.int64]
    low: npt.NDArray[np.int64]
    high: npt.NDArray[np.int64]


def ages(days: Floats) -> Floats:
    """How many days ago the middle of each stretch lies, by the days in each."""
    return np.cumsum(days, axis=1) - days / 2


def learn(delivered: Floats, exposure: Floats, days: Floats, peers: Floats) -> Learned:
    """Learn the variances from all placements; `peers` is the level their peers have.

    Of drifts that are `RATIOS` of the noise the likeliest one, as far as each foresees a stretch
    from those before it. What is held counts as `HELD` stretches of noise, and as a bell around
    the drift that wins where the data say little.
    """
    known = (delivered > 0) & (exposure > 0) & (days > 0)
    level = np.log(np.divide(delivered, exposure, out=np.ones_like(exposure), where=known))
    noises, likely = _likely(level, known, days)
    best = int(likely.argmax())
    noise, ratio = float(noises[best]), float(RATIOS[best])
    noise = max(noise, 0.005)
    drift = max(noise * ratio, 1e-5)
    found = Learned(noise, drift, _apart(delivered, exposure, days, peers, noise))
    return replace(found, wider=_wider(delivered, exposure, days, peers, found))


def _likely(level: Floats, known: Any, days: Floats) -> tuple[Floats, Floats]:
    """For each of `RATIOS` the noise that fits best, and how likely both are (a logarithm).

    A Kalman filter over each placement's stretches, the oldest first, in units of the noise.

    A row is a ratio, a column a placement.
    """
    old, ratios = ages(days), RATIOS[:, None]
    # What is known of a level, how well, and as of how many days ago.
    mean = np.zeros((len(RATIOS), len(level)))
    variance, at, begun = mean.copy(), np.zeros(len(level)), np.zeros(len(level), dtype=bool)
    squares, logs, seen = np.zeros(len(RATIOS)), np.zeros(len(RATIOS)), 0
    for n in reversed(range(level.shape[1])):
        own, wrong = known[:, n], 1 / np.maximum(days[:, n], 1)
        judged, fresh = own & begun, own & ~begun
        before = np.where(judged, variance + ratios * (at - old[:, n]), 1.0)
        spread = before + wrong
        off = np.where(judged, np.clip(level[:, n] - mean, -JUMP, JUMP), 0)
        squares += (off**2 / spread).sum(axis=1)
        logs += (np.log(spread) * judged).sum(axis=1)
        seen += int(judged.sum())
        gain = np.where(judged, before / spread, 0)
        mean = np.where(fresh, level[:, n], mean + gain * off)
        variance = np.where(fresh, wrong, np.where(judged, before * (1 - gain), variance))
        at, begun = np.where(own, old[:, n], at), begun | own
    noise = (squares + NOISE * HELD) / (seen + HELD)
    bell = (np.log(RATIOS * NOISE / DRIFT) / UNSURE) ** 2
    return noise, -(logs + (seen + HELD) * np.log(noise) + bell) / 2


def _wider(
    delivered: Floats, exposure: Floats, days: Floats, peers: Floats, learned: Learned
) -> float:
    """How much wider ranges must be for four in five of the last days to have fallen into them,
    foreseen from the days before: noise that is no bell, festivals that were set too high."""
    late = slice(0, LATE)
    came, left = delivered[:, late].sum(axis=1), days[:, late].sum(axis=1)
    middle, spread = _foreseen(
        (delivered[:, LATE:], exposure[:, LATE:], days[:, LATE:]),
        peers,
        (exposure[:, late].sum(axis=1), left),
        learned,
    )
    known = (came > 0) & (middle > 0) & (days[:, LATE:].sum(axis=1) >= left)
    if not known.any():
        return WIDER
    off = np.abs(np.log(came[known] / middle[known])) / spread[known] / Z
    return float((np.quantile(off, 0.8) * known.sum() + WIDER * HELD) / (known.sum() + HELD))


def _apart(delivered: Floats, exposure: Floats, days: Floats, peers: Floats, noise: float) -> float:
    """How far placements lie from their peers, beyond what noise alone explains."""
    total, weight, length = delivered.sum(axis=1), exposure.sum(axis=1), days.sum(axis=1)
    known = (total > 0) & (weight > 0) & (peers > 0)
    off = np.log(total[known] / weight[known] / peers[known])
    excess = np.clip(off, -JUMP, JUMP) ** 2 - noise / np.maximum(length[known], 1)
    return max(float((excess.sum() + APART * HELD) / (len(excess) + HELD)), 0.01)


def at_end(
    delivered: Floats,
    exposure: Floats,
    days: Floats,
    peers: Floats,
    ahead: tuple[Floats, Floats],
    learned: Learned,
) -> Forecast:
    """Forecast each placement; `ahead` is the exposure and the number of the days to come.

    Where neither it nor its peers have delivered anything, ever less is foreseen.
    """
    more, spread = _foreseen((delivered, exposure, days), peers, ahead, learned)
    return _ranged(delivered.sum(axis=1), more, learned.wider * spread)


def _foreseen(
    seen: tuple[Floats, Floats, Floats],
    peers: Floats,
    ahead: tuple[Floats, Floats],
    learned: Learned,
) -> tuple[Floats, Floats]:
    """What is still to come, and the standard deviation of its logarithm."""
    delivered, exposure, days = seen
    weights = learned.kept ** ages(days)
    prior = np.where(peers > 0, learned.noise / learned.apart, 0.0)
    weighed = (weights * exposure).sum(axis=1) + prior
    done = (weights * delivered).sum(axis=1) + prior * peers
    level = np.divide(done, weighed, out=np.zeros_like(done), where=weighed > 0)
    length = (weights * days).sum(axis=1) + prior
    exposed, left = ahead
    still = np.maximum(left, 1)
    spread = learned.noise / np.maximum(length, 0.1) + learned.noise / still + SHAPE
    return level * exposed, np.sqrt(spread + learned.drift * still / 2)


def _ranged(done: Floats, more: Floats, spread: Floats) -> Forecast:
    def whole(values: Any) -> npt.NDArray[np.int64]:
        return np.rint(done + values).astype(np.int64)

    return Forecast(
        whole(more), whole(more * np.exp(-Z * spread)), whole(more * np.exp(Z * spread))
    )


def levels_of_peers(
    delivered: Floats, exposure: Floats, given: Floats, whole: Floats, groups: list[Any]
) -> Floats:
    """The level each placement would have if it were delivered as its peers are.

    `whole` is the exposure of its full window; given / whole is the level it was given. `groups`
    are group numbers, the widest first (campaign, then county in it): each is drawn towards the one
    before as far as it is small.
    """
    own = np.divide(given, whole, out=np.zeros_like(given), where=whole > 0)
    owed = own * exposure.sum(axis=1)
    done = delivered.sum(axis=1)
    ratio: Any = np.ones_like(own)
    for group in groups:
        sums = np.bincount(group, owed)[group]
        found = np.bincount(group, done)[group]
        # The weight of the wider group: what its average member is owed.
        members = np.bincount(group, owed > 0)[group]
        more = np.divide(sums, members, out=np.zeros_like(sums), where=members > 0)
        ratio = np.divide(found + ratio * more, sums + more, out=ratio.copy(), where=sums > 0)
    return own * ratio


def shape(counts: Floats, first_weekday: int, weights: Floats) -> Floats:
    """The seven weekdays' factors (Monday first), around 1, of daily counts in their order.

    Each day is set against the seven around it, festival weights taken out; a day without
    deliveries says nothing. Few of a weekday say little: `HELD_DAYS` of them draw it to 1.
    """
    plain = np.divide(counts, weights, out=np.zeros_like(counts), where=weights > 0)
    if len(plain) < 7:
        return np.ones(7)
    around = np.convolve(plain, np.ones(7) / 7, mode="valid")
    middle = plain[3 : 3 + len(around)]
    known = (middle > 0) & (around > 0)
    ratio = np.clip(middle[known] / around[known], 0.2, 5)
    day = (first_weekday + 3 + np.flatnonzero(known)) % 7
    factors = (np.bincount(day, ratio, 7) + HELD_DAYS) / (np.bincount(day, minlength=7) + HELD_DAYS)
    return factors * 7 / factors.sum()
