"""Where somebody stands in line, and which classes the sweep takes."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from portal import clock
from tests import dossiers
from tests.training.world import START, enrol, move, planned, trainee
from training import queries
from training.queries import Place

pytestmark = pytest.mark.django_db

OURS, THEIRS, OTHERS = dossiers.RUYUAN, dossiers.XINFENG, "440224"
RELEASE = date(2023, 11, 1)


def places(session):
    return [queries.place(row) for row in session.enrolments.order_by("pk")]


def test_who_has_a_seat_stands_in_no_line():
    session = planned(seats=1)
    for _person in range(3):
        enrol(session)
    assert places(session) == [None, Place(1, None), Place(2, None)]


def test_who_left_the_line_is_not_counted():
    session, leaver = planned(seats=1), trainee()
    enrol(session)
    row = enrol(session, leaver)
    enrol(session)
    move(row, "cancel", leaver)
    assert places(session) == [None, None, Place(1, None)]


def test_where_every_seat_is_a_countys_only_the_own_county_stands_before():
    session = planned(seats=2, kept={OURS: 1, THEIRS: 1}, release_on=RELEASE)
    for home in (OURS, THEIRS, OURS, OURS, THEIRS):
        enrol(session, code=home)
    assert places(session)[2:] == [Place(1, None), Place(2, None), Place(1, None)]
    with clock.telling(START.replace(day=1)):
        assert places(session)[2:] == [Place(1, None), Place(2, None), Place(3, None)]


def test_where_some_seats_are_for_everyone_all_earlier_ones_stand_before():
    """And the own county's line, for the seats kept for it, is told beside."""
    session = planned(seats=3, kept={OURS: 1, THEIRS: 1}, release_on=RELEASE)
    for home in (OURS, THEIRS, OTHERS, OTHERS, THEIRS, OURS, THEIRS):
        enrol(session, code=home)
    assert places(session)[3:] == [
        Place(1, None),
        Place(2, 1),
        Place(3, 1),
        Place(4, 2),
    ]


def test_a_county_without_seats_of_its_own_waits_behind_all():
    session = planned(seats=1, kept={OURS: 1}, release_on=RELEASE)
    for home in (OURS, OURS, OTHERS):
        enrol(session, code=home)
    assert places(session) == [None, Place(1, None), Place(2, None)]


def test_the_sweep_takes_late_offers_and_released_seats_that_somebody_waits_for():
    released = planned(seats=1, kept={OURS: 1}, release_on=RELEASE)
    enrol(released, code=THEIRS)
    nobody_waits = planned(seats=2, kept={OURS: 1}, release_on=RELEASE)
    enrol(nobody_waits, code=THEIRS)
    full = planned(seats=1, kept={OURS: 1}, release_on=RELEASE)
    enrol(full)
    enrol(full, code=THEIRS)
    offered, leaver = planned(seats=1), trainee()
    row = enrol(offered, leaver)
    enrol(offered)
    move(row, "cancel", leaver)
    assert set(queries.sessions_to_sweep()) == set()
    with clock.telling(clock.now() + timedelta(hours=25)):
        assert set(queries.sessions_to_sweep()) == {offered}
    with clock.telling(START.replace(day=1)):
        assert set(queries.sessions_to_sweep()) == {offered, released}
    with clock.telling(START):
        assert set(queries.sessions_to_sweep()) == {offered}


def test_a_place_in_line_is_found_with_three_queries(django_assert_num_queries):
    session = planned(seats=2, kept={OURS: 1}, release_on=RELEASE)
    rows = [enrol(session) for _n in range(5)]
    with django_assert_num_queries(3):
        queries.place(rows[-1])
