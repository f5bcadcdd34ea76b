"""Two at once over a make-good, and over the last impressions of an account."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import transaction

from portal.accounts.actor import Actor
from portal.jobs import domain as jobs
from portal.ledger import queries as ledger
from portal.ledger.models import Account, Transfer
from portal.moves.domain import transition
from portal.statements import domain as statements
from portal.statements import raw
from portal.verdict import RuleBroken
from tests import dossiers
from tests.races import waiting_for_a_lock
from tests.traffic import shortfalls, world
from tests.workers import wait_until
from traffic import days, domain
from traffic.allotting import domain as sheets
from traffic.allotting.models import AllotmentSheet
from traffic.makegood import domain as make_goods
from traffic.makegood.models import MakeGood
from traffic.models import Day, Placement, PlacementDay

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.postgres]


@pytest.fixture
def office() -> Actor:
    return dossiers.staff()


def held(account: Account) -> int:
    return Account.objects.get(pk=account.pk).balance


def waits(number: int, what: str) -> None:
    wait_until(lambda: waiting_for_a_lock() == number, what=what)


def approve(row: MakeGood, actor: Actor) -> str:
    try:
        transition(row, "make_good", actor=actor, seen=row.version)
    except RuleBroken as error:
        return error.code
    return "given"


def test_of_two_who_approve_at_once_one_does(office: Actor, elsewhere: Any) -> None:
    row = shortfalls.proposed(office)
    people = [office, shortfalls.colleague()]
    with transaction.atomic():
        MakeGood.objects.select_for_update().get(pk=row.pk)
        acts = [elsewhere(lambda who=who: approve(row, who)) for who in people]
        waits(2, "both wait for the make-good")
    assert sorted(act.result(20) for act in acts) == ["given", "seen"]
    assert held(row.target.account) == 400
    assert Transfer.objects.filter(target=row.target.account).count() == 1
    assert ledger.breaks() == []


def corrected(office: Actor, count: int) -> None:
    """A corrected report has been read; its day waits to be closed again."""
    landing = statements.land(
        source=world.source(),
        period=(shortfalls.FIRST, shortfalls.LAST),
        parts=[raw.keep([world.report([(shortfalls.LAST, world.ID, count)])], name="更正.csv")],
        actor=office,
    )
    jobs.run(work_id=jobs.Work.objects.get(key=landing.part.work_key).pk)


def test_nobody_approves_while_the_figures_are_corrected(office: Actor, elsewhere: Any) -> None:
    row = shortfalls.proposed(office)
    corrected(office, 900)
    # The correction stands, its day is not added up again yet.
    assert approve(row, office) == "correcting"
    with transaction.atomic():
        assert PlacementDay.objects.select_for_update().get(date=world.DAY).count == 600
        closing = elsewhere(lambda: days.close_day(day=shortfalls.LAST))
        waits(1, "the close has read the corrected report and waits for the day's rows")
        approval = elsewhere(lambda: approve(row, office))
        waits(2, "the approval waits for the day that is being closed")
    assert closing.result(20) is True
    # What it sees then is one consistent state: the day it waited for, or that others are behind.
    assert approval.result(20) in {"correcting", "shrunk"}
    jobs.run_due()
    row.refresh_from_db()
    assert (row.state, row.short, held(row.target.account)) == ("proposed", 100, 0)
    assert approve(row, office) == "given"
    assert held(row.target.account) == 100


def test_a_correction_that_lands_during_an_approval_waits_for_it(
    office: Actor, elsewhere: Any
) -> None:
    row = shortfalls.proposed(office)
    with transaction.atomic():
        Account.objects.select_for_update().get(pk=row.reserve_id)
        approval = elsewhere(lambda: approve(row, office))
        waits(1, "the approval holds the days and waits for the reserve")
        wanting = elsewhere(lambda: days.want_closed([shortfalls.LAST]))
        waits(2, "the correction waits for the days")
    assert approval.result(20) == "given"
    wanting.result(20)
    assert (
        Day.objects.get(date=shortfalls.LAST).wanted
        == Day.objects.get(date=shortfalls.LAST).closed + 1
    )
    row.refresh_from_db()
    assert (row.state, row.delivered, held(row.target.account)) == ("approved", 600, 400)


def test_two_workers_propose_one_make_good(office: Actor, elsewhere: Any) -> None:
    row = shortfalls.proposed(office)
    placement = row.placement
    MakeGood.objects.all().delete()
    with transaction.atomic():
        Placement.objects.select_for_update().get(pk=placement.pk)
        acts = [elsewhere(lambda: make_goods.settle(placement)) for _n in range(2)]
        waits(2, "both wait for the placement")
    assert sorted(act.result(20) for act in acts) == [False, True]
    assert MakeGood.objects.get().short == 400


def test_of_a_form_and_a_workbook_one_gets_the_last_million(office: Actor, elsewhere: Any) -> None:
    placements = [shortfalls.running(office, number=number) for number in ("1", "2")]
    county = placements[0].account.parent
    shortfalls.give(office, county, 1_000_000)
    line = {"row": 2, "code": f"A{placements[0].account_id}", "county": "", "source": ""}
    sheet, _new = sheets.keep(
        account=county,
        name="分配.xlsx",
        lines=[{**line, "amount": "100万", "reason": "表"}],
        actor=office,
    )

    def by_sheet() -> str:
        try:
            sheets.book(sheet=sheet, actor=office)
        except RuleBroken as error:
            return str(error)
        return "moved"

    def by_form() -> str:
        try:
            domain.move_between(
                source=county,
                target=placements[1].account,
                amount=1_000_000,
                actor=office,
                reason="手工",
            )
        except RuleBroken as error:
            return str(error)
        return "moved"

    with transaction.atomic():
        Account.objects.select_for_update().get(pk=county.pk)
        acts = [elsewhere(by_sheet), elsewhere(by_form)]
        waits(2, "both wait for the county's account")
    ends = sorted(act.result(20) for act in acts)
    assert ends[0] == "moved"
    assert "余额只有 0" in ends[1]
    assert held(county) == 0
    assert sorted(held(row.account) for row in placements) == [0, 1_000_000]
    assert ledger.breaks() == []


def test_two_clicks_book_a_workbook_once(office: Actor, elsewhere: Any) -> None:
    row = shortfalls.running(office)
    county = row.account.parent
    shortfalls.give(office, county, 1_000)
    line = {"row": 2, "code": f"A{row.account_id}", "county": "", "source": ""}
    sheet, _new = sheets.keep(
        account=county,
        name="分配.xlsx",
        lines=[{**line, "amount": "300", "reason": "表"}],
        actor=office,
    )
    with transaction.atomic():
        AllotmentSheet.objects.select_for_update().get(pk=sheet.pk)
        clicks = [elsewhere(lambda: sheets.book(sheet=sheet, actor=office).act) for _n in range(2)]
        waits(2, "both clicks wait for the workbook")
    first, second = (click.result(20) for click in clicks)
    assert first == second
    assert (held(county), held(row.account)) == (700, 300)
