"""Every state × move × role of an enrolment."""

from __future__ import annotations

import pytest

from portal import clock
from portal.accounts.actor import Actor
from tests import dossiers
from tests.factories import UserFactory
from tests.training.world import START, enrol, move, planned, trainee
from training.enums import EnrolmentState

pytestmark = pytest.mark.django_db

TRAINEE, OFFICE, PORTAL = "trainee", "office", "portal"
# state → move → roles that may make it; everything else is refused.
ALLOWED = {
    "waiting": {"cancel": {TRAINEE}, "remove": {OFFICE}, "offer": {PORTAL}},
    "offered": {
        "accept": {TRAINEE},
        "cancel": {TRAINEE},
        "remove": {OFFICE},
        "lapse": {PORTAL},
    },
    "enrolled": {"cancel": {TRAINEE}, "remove": {OFFICE}},
    "cancelled": {},
    "expired": {},
}


def enrolment_in(state, me):
    """Somebody's enrolment brought to `state` through the portal's own acts."""
    if state in {"enrolled", "cancelled"}:
        row = enrol(planned(seats=1), me)
        return move(row, "cancel", me) if state == "cancelled" else row
    session, other = planned(seats=1), trainee()
    first, row = enrol(session, other), enrol(session, me)
    if state != "waiting":
        move(first, "cancel", other)
    if state == "expired":
        row = move(row, "lapse", Actor.system())
    row.refresh_from_db()
    return row


def people(me):
    return {
        TRAINEE: me,
        OFFICE: dossiers.staff(),
        PORTAL: Actor.system(),
        "another trainee": trainee(),
        "official": dossiers.official(),
        "neighbour": dossiers.official(dossiers.XINFENG),
        "auditor": Actor.of(UserFactory(auditor=True)),
        "administrator": Actor.of(UserFactory(admin=True)),
        "visitor": Actor.visitor(),
    }


@pytest.mark.parametrize("state", EnrolmentState.values)
def test_every_state_move_and_role(state):
    me = trainee()
    row = enrolment_in(state, me)
    assert row.state == state
    everyone = people(me)
    found = {
        step.name: allowed
        for step in row.moves
        if (allowed := {n for n, who in everyone.items() if row.moves.judge(row, step.name, who)})
    }
    assert found == ALLOWED[state]


def test_an_offered_seat_is_taken_by_nobody_once_the_class_has_begun():
    me = trainee()
    row = enrolment_in("offered", me)
    row.offer_until = START
    with clock.telling(START):
        verdict = row.moves.judge(row, "accept", me)
    assert (bool(verdict), str(verdict.reason)) == (False, "该班级已经开课。")
