"""Curves: they add up exactly, rise, and are as far ahead as they should be."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from traffic.pacing import curves
from traffic.pacing.curves import WHOLE

DAYS = st.integers(1, 400)
TOTALS = st.integers(0, 10_000_000_000)


@st.composite
def any_curve(draw):
    days = draw(DAYS)
    shape = draw(st.sampled_from(["even", "front", "festival", "drawn"]))
    if shape == "even":
        return curves.even(days)
    if shape == "front":
        return curves.front_loaded(days)
    if shape == "festival":
        weights = draw(st.lists(st.integers(0, 1000), min_size=days, max_size=days))
        return curves.weighted([*weights[:-1], weights[-1] + 1])
    gone = sorted(draw(st.sets(st.integers(1, days), max_size=5)) | {days})
    shares = sorted(draw(st.lists(st.integers(0, 100), min_size=len(gone), max_size=len(gone))))
    return curves.drawn(days, list(zip(gone, [*shares[:-1], 100], strict=True)))


@given(any_curve(), TOTALS)
def test_days_add_up_to_the_total_and_none_takes_back(curve, total):
    days = curves.by_day(total, curve)
    assert int(days.sum()) == total
    assert (days >= 0).all()
    assert curve[0] == 0
    assert curve[-1] == WHOLE


@given(any_curve(), TOTALS)
def test_every_sum_of_days_lies_within_one_impression_of_its_share(curve, total):
    done = np.cumsum(curves.by_day(total, curve))
    for day in {0, len(done) // 2, len(done) - 1}:
        share = Fraction(total * int(curve[day + 1]), WHOLE)
        assert share - 1 < int(done[day]) <= share


@given(any_curve(), TOTALS, st.integers(1, 100_000_000))
def test_a_cap_holds_and_what_has_no_room_is_said(curve, total, cap):
    days, over = curves.capped(curves.by_day(total, curve), cap)
    assert int(days.sum()) + over == total
    assert days.max() <= cap
    assert over == max(total - cap * len(days), 0)


@given(any_curve(), st.data())
def test_spread_again_only_the_days_that_run_get_anything(curve, data):
    days = len(curve) - 1
    runs = np.array(data.draw(st.lists(st.booleans(), min_size=days, max_size=days)))
    again = curves.without(curve, runs)
    steps = np.diff(again)
    assert again[-1] == WHOLE
    assert (steps >= 0).all()
    if runs.any():
        assert not steps[~runs].any()
    else:
        assert (again == curve).all()


WEIGHTS = st.lists(st.integers(0, 10_000_000_000), min_size=1, max_size=30)


@given(TOTALS, WEIGHTS)
def test_parts_add_up_and_lie_within_one_of_their_share(total, weights):
    parts, left = curves.split(total, weights)
    assert (sum(parts), left) == (total, 0)
    whole = sum(weights)
    for part, weight in zip(parts, weights, strict=True):
        if whole:
            assert abs(part - Fraction(total * weight, whole)) < 1


@given(TOTALS, WEIGHTS, st.data())
def test_no_part_is_above_its_cap_unless_all_of_them_are_full(total, weights, data):
    many = len(weights)
    caps = data.draw(st.lists(st.integers(0, 10**9), min_size=many, max_size=many))
    parts, left = curves.split(total, weights, caps)
    assert sum(parts) + left == total
    assert all(0 <= part <= cap for part, cap in zip(parts, caps, strict=True))
    assert left == max(total - sum(caps), 0)


def test_of_equal_remainders_the_first_comes_first():
    assert curves.split(10, [1, 1, 1]) == ([4, 3, 3], 0)
    assert curves.split(11, [1, 1, 1]) == ([4, 4, 3], 0)
    assert curves.split(7, [0, 0]) == ([4, 3], 0)


def test_an_even_plan_runs_five_per_cent_ahead_until_the_end():
    done = np.cumsum(curves.by_day(1_000_000, curves.even(20)))
    assert done[0] == 52_500
    assert done[9] == 525_000
    assert done[18] == 997_500
    assert done[19] == 1_000_000


def test_a_front_loaded_plan_falls_from_forty_to_five_per_cent_ahead():
    done = np.cumsum(curves.by_day(10_000_000, curves.front_loaded(100)))
    straight = np.arange(1, 101) * 100_000
    ahead = done / straight
    assert 1.39 < ahead[0] < 1.40
    assert (np.diff(ahead) <= 0).all()
    assert ahead[49] == pytest.approx(1.225, abs=1e-6)
    assert done[-1] == 10_000_000


def test_a_festival_day_gets_its_weight():
    weights = curves.festival_weights(10, [(4, 5, 300)])
    assert weights.tolist() == [100, 100, 100, 100, 300, 300, 100, 100, 100, 100]
    days = curves.by_day(1_400_000, curves.weighted(weights))
    assert days[:4].tolist() == [105_000, 105_000, 105_000, 105_000]
    assert days[4:6].tolist() == [315_000, 315_000]
    assert days.sum() == 1_400_000


def test_windows_may_reach_beyond_the_placement():
    assert curves.festival_weights(3, [(-5, 0, 200), (2, 9, 50)]).tolist() == [200, 100, 50]
    assert curves.festival_weights(3, [(-5, -1, 200), (3, 4, 50)]).tolist() == [100, 100, 100]


def test_a_drawn_plan_goes_straight_from_date_to_date():
    curve = curves.drawn(10, [(4, 60), (10, 100)])
    assert curves.by_day(1000, curve).cumsum()[[1, 3, 6, 9]].tolist() == [300, 600, 800, 1000]
