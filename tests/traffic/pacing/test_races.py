"""A plan that is changed while its placement's day closes, and by two people at once."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import transaction

from portal.accounts.actor import Actor
from portal.jobs import domain as jobs
from portal.statements import domain as statements
from portal.statements import raw
from portal.verdict import RuleBroken
from tests import dossiers
from tests.qualifications.world import at
from tests.races import waiting_for_a_lock
from tests.traffic import world
from tests.traffic.pacing.test_standing import FIRST, placed, report
from tests.workers import wait_until
from traffic import days
from traffic.models import CampaignPacing, Placement, PlacementDay, Plan
from traffic.pacing import domain, queries

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.postgres]
MIDDLE, CORRECTED = date(2023, 10, 11), FIRST + timedelta(days=9)


@pytest.fixture
def office() -> Actor:
    return dossiers.staff()


def waits(number: int, what: str) -> None:
    wait_until(lambda: waiting_for_a_lock() == number, what=what)


def plan(row: Placement, shape: str, actor: Actor, seen: int = 0) -> Any:
    try:
        return domain.set_plan(placement=row, shape=shape, seen=seen, actor=actor)
    except RuleBroken as error:
        return error.code


def test_a_plan_changed_while_a_day_closes_waits_for_nobody_and_both_count(
    office: Actor, elsewhere: Any
) -> None:
    row = placed(office)
    with at(MIDDLE):
        report(office, [50_000] * 10)
        landing = statements.land(
            source=world.source(),
            period=(CORRECTED, CORRECTED),
            parts=[raw.keep([world.report([(str(CORRECTED), world.ID, 90_000)])], name="更正.csv")],
            actor=office,
        )
        jobs.run(work_id=jobs.Work.objects.get(key=landing.part.work_key).pk)
        with transaction.atomic():
            assert PlacementDay.objects.select_for_update().get(date=CORRECTED).count == 50_000
            closing = elsewhere(lambda: days.close_day(day=CORRECTED))
            waits(1, "the close has read the corrected report and waits for the day's rows")
            # Neither waits for the other; who looks in between finds the new plan, the old day.
            assert elsewhere(lambda: plan(row, "front", office)).result(20) is True
            between = queries.of_placements([row])[row.pk]
        assert closing.result(20) is True
        after = queries.of_placements([row])[row.pk]
    assert (between.due, between.done) == (612_500, 500_000)
    assert (after.due, after.done) == (612_500, 540_000)
    assert after.need < between.need
    assert Plan.objects.values_list("shape", "version").get() == ("front", 1)


def test_of_two_who_change_a_plan_at_once_one_does_and_the_other_is_told(
    office: Actor, elsewhere: Any
) -> None:
    row, colleague = placed(office), dossiers.staff()
    with transaction.atomic():
        Placement.objects.select_for_update().get(pk=row.pk)
        acts = [
            elsewhere(lambda one=one: plan(row, *one))
            for one in (("front", office), ("even", colleague))
        ]
        waits(2, "both wait for the placement")
    ends = [act.result(20) for act in acts]
    assert sorted(map(str, ends)) == ["True", domain.SEEN_TOO_OLD]
    kept = Plan.objects.get()
    assert (kept.shape, kept.version) == (("front", "even")[ends.index(True)], 1)


def test_of_two_who_set_festivals_at_once_one_does_and_the_other_is_told(
    office: Actor, elsewhere: Any
) -> None:
    campaign = placed(office).campaign

    def cap(most: int) -> Any:
        try:
            return domain.set_festivals(
                campaign=campaign, windows=[], county_cap=most, seen=0, actor=office
            )
        except RuleBroken as error:
            return error.code

    with transaction.atomic():
        type(campaign).objects.select_for_update().get(pk=campaign.pk)
        acts = [elsewhere(lambda most=most: cap(most)) for most in (10, 20)]
        waits(2, "both wait for the campaign")
    ends = [act.result(20) for act in acts]
    assert sorted(map(str, ends)) == ["True", domain.SEEN_TOO_OLD]
    assert CampaignPacing.objects.get().county_cap == (10, 20)[ends.index(True)]
