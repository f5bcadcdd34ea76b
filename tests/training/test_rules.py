"""Who may plan, enrol and read rosters."""

from __future__ import annotations

from datetime import timedelta

import pytest

from portal import clock
from portal.accounts.actor import Actor
from tests import dossiers
from tests.factories import UserFactory
from tests.training.world import START, planned, trainee
from training import rules

pytestmark = pytest.mark.django_db


def everyone():
    return {
        "staff": dossiers.staff(),
        "official": dossiers.official(),
        "auditor": Actor.of(UserFactory(auditor=True)),
        "admin": Actor.of(UserFactory(admin=True)),
        "trainee": trainee(),
        "visitor": Actor.visitor(),
        "portal": Actor.system(),
    }


def allowed(rule):
    return {name for name, actor in everyone().items() if rule(actor)}


def test_only_the_office_plans():
    assert allowed(rules.may_plan) == {"staff"}


def test_everyone_signed_in_enrols_until_the_class_begins():
    session = planned()
    people = {"staff", "official", "auditor", "admin", "trainee"}
    assert allowed(lambda actor: rules.may_enrol(session, actor)) == people
    with clock.telling(START - timedelta(seconds=1)):
        assert rules.may_enrol(session, trainee())
    with clock.telling(START):
        assert allowed(lambda actor: rules.may_enrol(session, actor)) == set()


def test_rosters_are_for_the_office_the_counties_and_the_auditors():
    assert allowed(rules.may_read_roster) == {"staff", "official", "auditor", "admin"}
