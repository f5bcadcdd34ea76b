"""Orders and sales by product and day: replaced, never added twice; ids matched later."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import IntegrityError, transaction

from portal.accounts.actor import Actor
from portal.jobs.domain import run_due
from portal.jobs.models import Work
from portal.statements import domain as statements
from portal.statements.models import Source
from products.sales import days
from products.sales.models import ReportedDay, SalesDay, UnmatchedSale
from tests import dossiers
from tests.products import world
from tests.traffic import world as traffic
from traffic import reconciling
from traffic.models import DayFate, UnmatchedDay

pytestmark = pytest.mark.django_db
DAY, NEXT = world.DAY, world.NEXT_DAY


@pytest.fixture
def office() -> Actor:
    return dossiers.staff()


@pytest.fixture
def row(office):
    row = dossiers.product_in("published", office=office)
    world.listed(row, office)
    return row


def stand() -> list[tuple[date, int, int, int, int]]:
    rows = SalesDay.objects.order_by("date", "product")
    return list(rows.values_list("date", "orders", "sales", "refunds", "refunded"))


def lost() -> list[tuple[date, str, int, int]]:
    rows = UnmatchedSale.objects.order_by("date", "external_id")
    return list(rows.values_list("date", "external_id", "orders", "sales"))


def test_a_report_stands_by_day_in_fen(row, office):
    world.land(
        office,
        [(DAY, world.ID, 12, "510.00", 1, "42.50"), (NEXT, world.ID, 3, "127.5", 0, 0)],
        days=(DAY, NEXT),
    )
    assert stand() == [(DAY, 12, 51000, 1, 4250), (NEXT, 3, 12750, 0, 0)]
    assert lost() == []


def test_a_corrected_report_replaces_its_days_and_leaves_the_others(row, office):
    world.land(
        office,
        [(DAY, world.ID, 12, 510, 1, 42.5), (NEXT, world.ID, 3, 127.5, 0, 0)],
        days=(DAY, NEXT),
    )
    corrected = world.land(office, [(NEXT, world.ID, 2, 85, 2, 85)], days=(NEXT, NEXT))
    assert stand() == [(DAY, 12, 51000, 1, 4250), (NEXT, 2, 8500, 2, 8500)]
    world.land(office, [(NEXT, world.ID, 2, 85, 2, 85)], days=(NEXT, NEXT))
    assert stand() == [(DAY, 12, 51000, 1, 4250), (NEXT, 2, 8500, 2, 8500)]
    statements.set_aside(statement=corrected, actor=office)
    run_due()
    assert stand() == [(DAY, 12, 51000, 1, 4250), (NEXT, 3, 12750, 0, 0)]


def test_adding_a_day_up_again_writes_nothing(row, office):
    world.land(office, [(DAY, world.ID, 12, 510, 1, 42.5)])
    before = list(SalesDay.objects.values_list("pk", flat=True))
    assert days.close_day(day=DAY) is False
    assert list(SalesDay.objects.values_list("pk", flat=True)) == before


def test_an_id_nobody_knows_waits_and_a_listing_settles_it(row, office):
    world.land(office, [(DAY, world.ID, 1, 40, 0, 0), (DAY, "88", 5, 99.99, 0, 0)])
    assert lost() == [(DAY, "88", 5, 9999)]
    world.listed(row, office, external_id="88", channel="live")
    run_due()
    assert (stand(), lost()) == ([(DAY, 6, 13999, 0, 0)], [])


def test_ids_of_one_product_add_and_one_id_in_two_reports_counts_once(row, office):
    world.listed(row, office, external_id="88", channel="live")
    world.land(office, [(DAY, world.ID, 1, 40, 0, 0), (DAY, "88", 2, 60, 0, 0)])
    world.land(office, [(DAY, "88", 2, 60, 0, 0)], of=world.shop("达人商品日报"))
    assert stand() == [(DAY, 3, 10000, 0, 0)]


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_a_listing_beside_the_close_of_its_day_loses_no_order(elsewhere):
    office = dossiers.staff()
    row = dossiers.product_in("published", office=office)
    world.land(office, [(DAY, world.ID, 12, 510, 1, 42.5)])
    assert (stand(), lost()) == ([], [(DAY, world.ID, 12, 51000)])
    ReportedDay.objects.update(inputs="")
    closing = elsewhere(lambda: days.close_day(day=DAY))
    naming = elsewhere(lambda: world.listed(row, office))
    closing.result(30)
    naming.result(30)
    run_due()
    assert (stand(), lost()) == ([(DAY, 12, 51000, 1, 4250)], [])


def test_figures_are_64_bits(row, office):
    world.land(office, [(DAY, world.ID, 9_000_000_000, "90000000000000.01", 0, 0)])
    assert stand() == [(DAY, 9_000_000_000, 9_000_000_000_000_001, 0, 0)]


def test_traffic_counts_nothing_of_it_and_its_books_still_balance(row, office):
    traffic.placement(office, submission=row, ids=(world.ID,))
    traffic.land(office, [(DAY, world.ID, 7)])
    world.land(office, [(DAY, world.ID, 12, 510, 1, 42.5), (DAY, "88", 5, 9, 0, 0)])
    assert not UnmatchedDay.objects.exists()
    assert DayFate.objects.get(fate="sales").rows == 2
    assert reconciling.reconcile().differences == []


def test_reconciling_makes_every_day_of_sales_once_more(row, office):
    world.land(office, [(DAY, world.ID, 12, 510, 1, 42.5), (DAY, "88", 5, 9, 0, 0)])
    assert reconciling.reconcile().found == 0
    SalesDay.objects.update(orders=13)
    UnmatchedSale.objects.all().delete()
    report = reconciling.reconcile()
    number, source = row.product.pk, Source.objects.get().pk
    rest = "销售额（分） 51000 · 退款订单数 1 · 退款额（分） 4250 · 约数 否"
    unmatched = "支付订单数 5 · 销售额（分） 900 · 退款订单数 0 · 退款额（分） 0"
    assert [str(line).partition("：")[::2] for line in report.differences] == [
        (
            f"2023-10-20，每日销售（产品 {number}）",
            f"现记为“支付订单数 13 · {rest}”，按报表应为“支付订单数 12 · {rest}”。",
        ),
        (
            f"2023-10-20，未对应的销售（报表来源 {source} · 平台 ID 88）",
            f"现记为“无”，按报表应为“{unmatched}”。",
        ),
    ]
    assert "销售日：重算 1 天，逐行核对 2 行。" in map(str, report.checked)
    # What follows from the reports is written by a close alone; looking changes nothing.
    assert SalesDay.objects.get().orders == 13
    days.derived.want_closed(ReportedDay, [DAY], kind=days.CLOSE)
    (behind,) = reconciling.reconcile().differences[:1]
    assert "2023-10-20" in str(behind)
    assert "尚未结算" in str(behind)


def test_reports_of_impressions_ask_for_no_day_of_sales(row, office):
    traffic.placement(office, submission=row)
    traffic.land(office, [(DAY, traffic.ID, 7)])
    assert not ReportedDay.objects.exists()
    assert not Work.objects.filter(kind=days.CLOSE).exists()


@pytest.mark.parametrize(
    ("model", "name"),
    [(SalesDay, "sales_day_not_negative"), (UnmatchedSale, "unmatched_sale_not_negative")],
)
@pytest.mark.parametrize("field", ["orders", "sales", "refunds", "refunded"])
def test_the_database_refuses_what_is_below_zero(row, office, model, name, field):
    world.land(office, [(DAY, world.ID, 1, 1, 0, 0), (DAY, "88", 1, 1, 0, 0)])
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        model.objects.update(**{field: -1})


def test_the_database_refuses_a_day_twice(row, office):
    world.land(office, [(DAY, world.ID, 1, 1, 0, 0), (DAY, "88", 1, 1, 0, 0)])
    for model, name in ((SalesDay, "one_row_a_product_day"), (UnmatchedSale, "one_unmatched_sale")):
        again = model.objects.get()
        again.pk = None
        with pytest.raises(IntegrityError, match=name), transaction.atomic():
            again.save(force_insert=True)
