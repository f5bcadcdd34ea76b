"""Two at once over impressions: the last ones, those being delivered, and a double click."""

from __future__ import annotations

import uuid
from datetime import date
from typing import Any

import pytest
from django.db import transaction

from portal.accounts.actor import Actor
from portal.jobs import domain as jobs
from portal.ledger import queries as ledger
from portal.ledger.models import Account, Transfer
from portal.statements import domain as statements
from portal.statements import raw
from portal.submissions.models import Submission
from portal.verdict import RuleBroken
from tests import dossiers
from tests.races import waiting_for_a_lock
from tests.traffic import world
from tests.traffic.world import DAY, ID
from tests.workers import wait_until
from traffic import days, domain, placing, pool
from traffic.models import Placement, PlacementDay
from traffic.reconciling import reconcile

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.postgres]


@pytest.fixture
def office() -> Actor:
    return dossiers.staff()


def whole(placement: Placement) -> Account:
    """The pool."""
    return placement.account.parent.parent.parent.parent


def held(account: Account) -> int:
    return Account.objects.get(pk=account.pk).balance


def waits(number: int, what: str) -> None:
    wait_until(lambda: waiting_for_a_lock() == number, what=what)


def test_of_two_placements_only_one_gets_the_last_impressions(
    office: Actor, elsewhere: Any
) -> None:
    placements = [world.placement(office, ids=(number,)) for number in ("1", "2")]
    county = placements[0].account.parent
    assert county == placements[1].account.parent
    domain.move_between(
        source=whole(placements[0]), target=county, amount=1_000, actor=office, reason="首批"
    )

    def give(placement: Placement) -> str:
        try:
            domain.move_between(
                source=county, target=placement.account, amount=600, actor=office, reason="给"
            )
        except RuleBroken as error:
            return error.code
        return "moved"

    with transaction.atomic():
        Account.objects.select_for_update().get(pk=county.pk)
        gifts = [elsewhere(lambda row=row: give(row)) for row in placements]
        waits(2, "both wait for the county's account")
    assert sorted(gift.result(20) for gift in gifts) == ["moved", "overdrawn"]
    assert held(county) == 400
    assert sorted(held(row.account) for row in placements) == [0, 600]
    assert ledger.breaks() == []


def test_taking_back_while_a_day_closes_counts_what_stands_and_afterwards_what_came(
    office: Actor, elsewhere: Any
) -> None:
    placement = world.placement(office)
    jobs.run_due()
    domain.move_between(
        source=whole(placement), target=placement.account, amount=1_000, actor=office, reason="给"
    )
    world.land(office, [(DAY, ID, 300)])
    landing = statements.land(
        source=world.source(),
        period=(DAY, DAY),
        parts=[raw.keep([world.report([(DAY, ID, 900)])], name="更正.csv")],
        actor=office,
    )
    jobs.run(work_id=jobs.Work.objects.get(key=landing.part.work_key).pk)

    def take_back() -> str:
        try:
            domain.move_between(
                source=placement.account,
                target=placement.account.parent,
                amount=500,
                actor=office,
                reason="收回",
            )
        except RuleBroken as error:
            return error.code
        return "moved"

    with transaction.atomic():
        assert PlacementDay.objects.select_for_update().get(date=DAY).count == 300
        closing = elsewhere(lambda: days.close_day(day=DAY))
        waits(1, "the close has read the corrected report and waits for the day's rows")
        # Until the close is through 300 are delivered, and of the 700 left 500 may be taken.
        assert take_back() == "moved"
    assert closing.result(20) is True
    delivered = PlacementDay.objects.get().count
    assert (delivered, held(placement.account)) == (900, 500)
    # That more was delivered than is allotted now is shown; nothing more can be taken.
    assert take_back() == "used"
    assert reconcile().differences == []


def test_two_clicks_make_one_placement(office: Actor, elsewhere: Any) -> None:
    pool.open_pool(actor=Actor.system())
    row = dossiers.product_in("published", office=office)
    campaign, source, key = world.harvest(), world.source(), uuid.uuid4()

    def place() -> int:
        wanted = placing.Wanted(
            submission=row,
            campaign=campaign,
            channel="product",
            first_day=date(2023, 10, 1),
            last_day=date(2023, 10, 31),
            source=source,
            metric="impressions",
            form_key=key,
        )
        return placing.make_placements([wanted], actor=office)[0].pk

    with transaction.atomic():
        Submission.objects.select_for_update().get(pk=row.pk)
        clicks = [elsewhere(place), elsewhere(place)]
        waits(2, "both clicks wait for the dossier")
    assert [click.result(20) for click in clicks] == [Placement.objects.get().pk] * 2
    assert Account.objects.filter(level="placement").count() == 1


def test_two_clicks_move_impressions_once(office: Actor, elsewhere: Any) -> None:
    pool.open_pool(actor=Actor.system())
    action, key = pool.action_account("products"), uuid.uuid4()
    above = action.parent

    def give() -> list[int]:
        moved = domain.move_between(
            source=above, target=action, amount=5_000, actor=office, reason="给", form_key=key
        )
        return [row.pk for row in moved]

    with transaction.atomic():
        Account.objects.select_for_update().get(pk=above.pk)
        clicks = [elsewhere(give), elsewhere(give)]
        waits(2, "both clicks wait for the pool's account")
    first, second = (click.result(20) for click in clicks)
    assert first == second
    assert held(action) == 5_000
    assert Transfer.objects.filter(target=action).count() == 1
    assert ledger.breaks() == []
