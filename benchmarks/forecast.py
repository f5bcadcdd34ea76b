"""Forecasts at 25, 50 and 75 % of the time against what came, and against a straight line.

    python -m benchmarks.forecast [--years N] [--placements N] [--json]

Replays simulated years from their seeds: levels a factor of three apart, weekdays, festivals whose
effect is not what was set on the campaign, levels that rise or fade, daily noise, outages of a few
days. What was delivered by a day, and nothing later, is given to `traffic.pacing.forecast`; the
straight line is delivered / days gone × days. Errors are means of |forecast − outcome| / outcome.

Keys: forecasts, and for each share of the time (25, 50, 75) error_N, straight_N and held_N, the per
cent of outcomes within the 80 % range. Exits 1 when an error is not below the straight line's, or a
range holds fewer than 75 or more than 85 %.
"""

from __future__ import annotations

import argparse
import sys
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np

from benchmarks.results import say
from traffic.pacing import forecast

SHARES = (25, 50, 75)
FIRST = date(2023, 9, 1).toordinal()
# No seed from here on was looked at when the settings of `traffic.pacing.forecast` were chosen.
UNSEEN = 10_000


@dataclass(frozen=True)
class Campaign:
    """Days × placements delivered, who is whose peer, and what was set of the festivals."""

    counts: Any
    given: Any
    county: Any
    first: int
    weights: Any


def simulate(seed: int, placements: int) -> Campaign:
    """One campaign of 30 to 90 days."""
    random = np.random.default_rng(seed)
    days = int(random.integers(30, 91))
    first = FIRST + int(random.integers(0, 300))
    weekday = 1 + random.uniform(-0.3, 0.3, 7)
    set_, true = np.ones(days), np.ones(days)
    for _ in range(int(random.integers(1, 4))):
        start, long = int(random.integers(3, days)), int(random.integers(1, 6))
        lift = random.uniform(1.5, 3.5)
        set_[start : start + long] = lift
        true[start : start + long] = lift * np.exp(random.normal(0, 0.15))
    level = np.exp(random.normal(0, 0.55, placements))
    steps = random.normal(0, random.uniform(0.01, 0.05), (days, placements))
    trend = random.normal(0, 0.004, placements) * np.arange(days)[:, None]
    noise = random.normal(0, random.uniform(0.1, 0.35), (days, placements))
    wandered = np.exp(np.cumsum(steps, axis=0) + trend + noise)
    shape = (weekday[(first + np.arange(days) - 1) % 7] * true)[:, None]
    county = random.integers(0, max(placements // 20, 1), placements)
    reach = np.exp(random.normal(0, 0.3, county.max() + 1))[county]
    given = np.rint(50_000 * level * days)
    counts = np.rint(50_000 * level * reach * shape * wandered)
    for one in np.flatnonzero(random.random(placements) < 0.08):
        start = int(random.integers(0, days))
        counts[start : start + int(random.integers(1, 4)), one] = 0
    return Campaign(counts, given, county, first, set_)


def stretches(counts: Any, exposures: Any, gone: int) -> tuple[Any, Any, Any]:
    """Delivered, exposure and days of each stretch before the day `gone`."""
    many = counts.shape[1]
    found: list[list[Any]] = [[], [], []]
    for nearest, farthest in forecast.STRETCHES:
        part = slice(max(gone - farthest, 0), max(gone - nearest + 1, 0))
        found[0].append(counts[part].sum(axis=0))
        found[1].append(np.full(many, exposures[part].sum()))
        found[2].append(np.full(many, float(len(exposures[part]))))
    delivered, exposure, days = (np.stack(each, axis=1) for each in found)
    return delivered, exposure, days


def foreseen(campaign: Campaign, gone: int) -> Any:
    """The forecast after `gone` days."""
    total = len(campaign.weights)
    monday = (campaign.first - 1) % 7
    known = campaign.counts[:gone].sum(axis=1)
    factors = forecast.shape(known, monday, campaign.weights[:gone])
    exposures = campaign.weights * factors[(monday + np.arange(total)) % 7]
    delivered, exposure, days = stretches(campaign.counts, exposures, gone)
    many = len(campaign.given)
    whole = np.full(many, exposures.sum())
    groups = [np.zeros(many, dtype=np.int64), campaign.county]
    peers = forecast.levels_of_peers(delivered, exposure, campaign.given, whole, groups)
    learned = forecast.learn(delivered, exposure, days, peers)
    ahead = (np.full(many, exposures[gone:].sum()), np.full(many, float(total - gone)))
    return forecast.at_end(delivered, exposure, days, peers, ahead, learned)


def judged(campaigns: list[Campaign]) -> dict[str, float]:
    """Errors and what the ranges held, over all placements of the campaigns."""
    found: dict[str, float] = {"forecasts": sum(len(each.given) for each in campaigns)}
    for share in SHARES:
        errors, straights, held = [], [], []
        for each in campaigns:
            total = len(each.weights)
            gone = max(total * share // 100, 1)
            outcome = each.counts.sum(axis=0)
            ours = foreseen(each, gone)
            straight = each.counts[:gone].sum(axis=0) * total / gone
            errors.append(np.abs(ours.middle - outcome) / outcome)
            straights.append(np.abs(straight - outcome) / outcome)
            held.append((ours.low <= outcome) & (outcome <= ours.high))
        found |= {
            f"error_{share}": round(float(np.concatenate(errors).mean()), 4),
            f"straight_{share}": round(float(np.concatenate(straights).mean()), 4),
            f"held_{share}": round(100 * float(np.concatenate(held).mean()), 1),
        }
    return found


def kept(found: dict[str, float]) -> bool:
    """Whether every goal is met."""
    return all(
        found[f"error_{share}"] < found[f"straight_{share}"] and 75 <= found[f"held_{share}"] <= 85
        for share in SHARES
    )


def main() -> int:
    """Replay and print; 0 when every goal is met."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--years", type=int, default=20)
    parser.add_argument("--placements", type=int, default=200, help="of each campaign")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    # Eight campaigns make a year.
    seeds = range(UNSEEN, UNSEEN + 8 * options.years)
    campaigns = [simulate(seed, options.placements) for seed in seeds]
    found = judged(campaigns)
    say(found, as_json=options.json)
    return int(not kept(found))


if __name__ == "__main__":
    sys.exit(main())
