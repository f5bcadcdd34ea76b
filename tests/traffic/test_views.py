"""Allotment and placements through the pages."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from portal.accounts.actor import Actor
from portal.audit.models import Entry
from portal.jobs.domain import run_due
from portal.ledger import queries as ledger
from portal.ledger.models import Account, Transfer, Unit
from tests import dossiers, twice
from tests.merchants import world as subsidies
from tests.traffic import world
from traffic import domain, pool
from traffic.models import Placement

pytestmark = pytest.mark.django_db


@pytest.fixture
def office() -> Actor:
    return dossiers.staff()


@pytest.fixture
def staff(office: Actor) -> Client:
    client = Client()
    client.force_login(office.user)
    return client


def action() -> Account:
    """The account of e-commerce, below the pool."""
    pool.open_pool(actor=Actor.system())
    return pool.action_account("products")


def placing(office: Actor, **changes: Any) -> dict[str, Any]:
    """What the form of a new placement holds, without ids of the platform."""
    pool.open_pool(actor=Actor.system())
    row = dossiers.product_in("published", office=office)
    return {
        "submission": row.pk,
        "campaign": world.harvest().pk,
        "channel": "product",
        "first_day": "2023-10-01",
        "last_day": "2023-10-31",
        "source": world.source().pk,
        "metric": "impressions",
        **changes,
    }


def test_a_double_click_allots_once(staff):
    row = action()
    moves = {
        "direction": "give",
        "other": row.parent_id,
        "amount": "500万",
        "reason": "首批",
    }
    led_to = twice.clicked_twice(staff, reverse("allot", args=[row.pk]), moves)
    assert led_to == (reverse("account", args=[row.pk]), ["已调拨 5,000,000 次曝光。"])
    row.refresh_from_db()
    assert row.balance == 5_000_000
    assert row.received.count() == 1
    assert ledger.breaks() == []


def test_everything_taken_back_by_a_double_click_is_no_overdraft(staff):
    row = action()
    url = reverse("allot", args=[row.pk])
    give = {"direction": "give", "other": row.parent_id, "amount": "5000", "reason": "首批"}
    twice.click(staff, url, give)
    led_to = twice.clicked_twice(staff, url, {**give, "direction": "back"})
    assert led_to[1] == ["已调拨 5,000 次曝光。"]
    row.refresh_from_db()
    assert row.balance == 0


def test_a_double_click_makes_one_placement_also_without_ids(staff, office):
    led_to = twice.clicked_twice(staff, reverse("placement-new"), placing(office))
    row = Placement.objects.get()
    assert led_to == (
        reverse("allot", args=[row.account_id]),
        ["投放已建立，请接着分配流量。"],
    )
    assert Account.objects.filter(level="placement").count() == 1
    assert Entry.objects.filter(act="placement.create").count() == 1


def test_a_form_opened_anew_makes_a_second_placement_of_the_same(staff, office):
    values = placing(office)
    for _form in range(2):
        twice.click(staff, twice.form_address(staff, reverse("placement-new")), values)
    assert Placement.objects.count() == 2


def test_a_double_click_reverses_once_and_a_second_form_is_refused(staff, office):
    transfer = given(office, world.placement(office))
    url = reverse("transfer-reverse", args=[transfer.pk])
    led_to = twice.clicked_twice(staff, url, {"reason": "错了"})
    assert led_to[1] == ["已冲销；两笔记录都保留在台账中。"]
    assert Transfer.objects.filter(reverses__isnull=False).count() == 1
    page = staff.post(twice.form_address(staff, url), {"reason": "再来"}).content.decode()
    assert "这笔调拨已经冲销过了。" in page
    assert Transfer.objects.filter(reverses__isnull=False).count() == 1


def given(office: Actor, placement: Placement) -> Transfer:
    """A transfer from the county to its placement."""
    county = placement.account.parent
    whole = county.parent.parent.parent
    return domain.move_between(
        source=whole, target=placement.account, amount=1000, actor=office, reason="给"
    )[-1]


def test_committed_subsidy_money_is_out_of_reach_of_this_room(staff, office):
    round_ = subsidies.subsidy_round(office)
    dossiers.move(subsidies.endorsed(round_), "approve", office)
    money = Transfer.objects.filter(target__unit=Unit.FEN)
    assert money.count() == 3
    before = Transfer.objects.count()
    for transfer in money:
        url = reverse("transfer-reverse", args=[transfer.pk])
        assert (staff.get(url).status_code, staff.post(url, {"reason": "x"}).status_code) == (
            404,
            404,
        )
    assert Transfer.objects.count() == before
    assert Account.objects.get(level="application").balance == 600_000


def test_what_is_not_ready_is_not_placed_and_the_form_says_why(staff, office):
    values = placing(office)
    row = dossiers.Submission.objects.get(pk=values["submission"])
    type(row.record).objects.update(stock=0)
    page = staff.post(reverse("placement-new"), values).content.decode()
    assert "产品已无库存" in page
    run_due()
    assert Placement.objects.count() == 0
    assert not Account.objects.filter(level="placement").exists()
