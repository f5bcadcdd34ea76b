"""Forecasts against what came: simulated years, and four made by hand, day by day."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from benchmarks import forecast as benchmark
from traffic.pacing import forecast

FIRST = date(2023, 9, 4).toordinal()


def test_simulated_years_are_foreseen_better_than_by_a_straight_line():
    seeds = range(2 * benchmark.UNSEEN, 2 * benchmark.UNSEEN + 150)
    campaigns = [benchmark.simulate(seed, 40) for seed in seeds]
    found = benchmark.judged(campaigns)
    for share in benchmark.SHARES:
        assert found[f"error_{share}"] < found[f"straight_{share}"]
        assert 75 <= found[f"held_{share}"] <= 85
    assert found["forecasts"] == 6000


# Years made by hand: sixty placements, sixty days, ten days of a festival from day 40 on.
DAYS, MANY, SATURDAY = 60, 60, 5


def by_hand(counts, weights, first=0):
    """A campaign of daily counts (days × placements) whose first day is so long after a Monday."""
    many = counts.shape[1]
    given = np.full(many, 1_000_000.0)
    return benchmark.Campaign(
        np.rint(counts), given, np.arange(many) % 3, FIRST + first, np.asarray(weights, dtype=float)
    )


def noise(rows, height):
    """Noise that nobody drew by lot: the logistic map, each placement from a start of its own."""
    at = (np.arange(rows) + 0.5) / (rows + 0.7)
    days = []
    for _ in range(DAYS):
        at = 4 * at * (1 - at)
        days.append(at)
    # Between -1 and 1, as often below as above zero.
    return np.exp(height * 2 * (2 / np.pi * np.arcsin(np.sqrt(np.array(days))) - 0.5))


def weekly(weekend, first=0):
    """Weekends so much above weekdays, for all alike; the first day is so long after a Monday."""
    factor = np.ones(7)
    factor[5:] = weekend
    return factor[(first + np.arange(DAYS)) % 7][:, None]


FESTIVAL = np.where((np.arange(DAYS) >= 40) & (np.arange(DAYS) < 50), 4.0, 1.0)
LEVELS = 10_000 * (1 + np.arange(MANY) % 5)
# An outage of everything, and twice the level from the twelfth day on.
RISEN = np.where(np.arange(DAYS) < 12, 0.5, 1.0) * np.where(np.arange(DAYS) // 3 == 2, 0.0, 1.0)
YEARS = {
    "rising": by_hand(LEVELS * weekly(1.4) * RISEN[:, None] * noise(MANY, 0.5), np.ones(DAYS)),
    "festival": by_hand(LEVELS * weekly(1.4) * FESTIVAL[:, None] * noise(MANY, 0.5), FESTIVAL),
    "fading": by_hand(
        LEVELS * weekly(1.4) * 0.99 ** np.arange(DAYS)[:, None] * noise(MANY, 0.5), np.ones(DAYS)
    ),
    "weekly": by_hand(
        LEVELS * weekly(3, SATURDAY) * noise(MANY, 0.5), np.ones(DAYS), first=SATURDAY
    ),
}
# Nothing but noise and weekends, of which every quarter of the time has its share: there the line
# is as good as anything can be.
LEVEL = by_hand(LEVELS * weekly(1.4) * noise(MANY, 0.5), np.ones(DAYS))


@pytest.mark.parametrize("share", benchmark.SHARES)
@pytest.mark.parametrize("name", YEARS)
def test_years_made_by_hand_are_foreseen_day_by_day(name, share):
    found = benchmark.judged([YEARS[name]])
    assert found[f"error_{share}"] < found[f"straight_{share}"]


@pytest.mark.parametrize("share", benchmark.SHARES)
def test_where_the_line_cannot_be_beaten_it_is_hardly_better(share):
    found = benchmark.judged([LEVEL])
    assert found[f"error_{share}"] < 1.15 * found[f"straight_{share}"]


@pytest.mark.parametrize("name", YEARS)
def test_over_all_days_of_a_year_by_hand_the_line_is_beaten(name):
    year = YEARS[name]
    outcome = year.counts.sum(axis=0)
    ours, lines = [], []
    for gone in range(1, DAYS):
        ours.append(np.abs(benchmark.foreseen(year, gone).middle - outcome).sum())
        lines.append(np.abs(year.counts[:gone].sum(axis=0) * DAYS / gone - outcome).sum())
    assert sum(ours) < sum(lines)


def test_a_young_placement_goes_by_its_peers():
    """Nine of ten got half of what they were given; the tenth has one poor day."""
    delivered = np.array([[1500.0, 2000.0]] * 9 + [[20.0, 0.0]])
    exposure = np.array([[3.0, 4.0]] * 9 + [[1.0, 0.0]])
    given, whole = np.full(10, 30_000.0), np.full(10, 30.0)
    groups = [np.zeros(10, dtype=int), np.zeros(10, dtype=int)]
    peers = forecast.levels_of_peers(delivered, exposure, given, whole, groups)
    assert peers[0] == pytest.approx(500, rel=0.1)
    learned = forecast.learn(delivered, exposure, exposure, peers)
    ahead = (np.full(10, 23.0), np.full(10, 23.0))
    found = forecast.at_end(delivered, exposure, exposure, peers, ahead, learned)
    assert 20 + 23 * 20 < found.middle[9] < 20 + 23 * 500
    assert found.high[9] / found.low[9] > found.high[0] / found.low[0]


def test_the_longer_nothing_is_delivered_the_less_is_foreseen():
    ends = []
    for gone in (3, 7):
        days = np.array([[3.0, gone - 3.0, 0, 0, 0]] * 3)
        zeros, ahead = np.zeros((3, 5)), np.full(3, 30.0 - gone)
        groups = [np.zeros(3, dtype=int)]
        peers = forecast.levels_of_peers(zeros, days, np.full(3, 3e6), np.full(3, 30.0), groups)
        learned = forecast.learn(zeros, days, days, peers)
        ends.append(forecast.at_end(zeros, days, days, peers, (ahead, ahead), learned).high[0])
    assert 0 < ends[1] < ends[0] < 3e6 / 10


def test_the_range_closes_as_the_end_comes():
    year = YEARS["rising"]
    widths = [
        (found.high - found.low).mean()
        for found in (benchmark.foreseen(year, gone) for gone in (15, 30, 45, 59))
    ]
    assert widths == sorted(widths, reverse=True)


def test_weekdays_are_learned_and_festivals_taken_out():
    factor = np.array([1, 1, 1, 1, 1, 2, 2.0])
    weights = np.where(np.arange(70) == 33, 5.0, 1.0)
    counts = 1000 * factor[np.arange(70) % 7] * weights
    found = forecast.shape(counts, 0, weights)
    expected = factor * 7 / factor.sum()
    assert found == pytest.approx(expected, rel=0.1)
    assert forecast.shape(counts[:6], 0, weights[:6]).tolist() == [1.0] * 7
