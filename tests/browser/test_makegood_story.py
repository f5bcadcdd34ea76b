"""What fell short is made good by two people; a campaign is allotted from Excel; the statement of
account says all of it."""

from __future__ import annotations

from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from portal.accounts.actor import Actor
from portal.ledger.models import Account
from tests import dossiers
from tests.browser.conftest import People
from tests.browser.look import Look
from tests.browser.steps import fill, follow, press, told
from tests.factories import UserFactory
from tests.traffic import shortfalls
from tests.traffic.test_allotting import book, line
from traffic.makegood.models import MakeGood

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("live_server")]
WALKED_AT = 1280


def upload(page: Page, rows: list[list[Any]]) -> None:
    """Choose a workbook and see what it would do."""
    file = book(rows)
    page.locator("input[type=file]").set_input_files(
        [{"name": file.name, "mimeType": "application/zip", "buffer": file.read()}]
    )
    press(page, "查看导入效果")


def test_a_shortfall_is_made_good_and_a_county_allotted(people: People, look: Look) -> None:
    first, second = UserFactory(staff=True), UserFactory(staff=True)
    row: MakeGood = shortfalls.proposed(Actor.of(first))
    county, target = row.reserve, row.target.account
    official = UserFactory(official=dossiers.RUYUAN)

    office = people(first)
    follow(office, "审批投放缺口的补量")
    look(office, "make-goods")
    follow(office, row.placement.name)
    look(office, "make-good")
    follow(office, "调整")
    fill(office, 曝光次数="250", 理由="本月余量不多")
    look(office, "make-good-adjust")
    press(office, "保存调整")
    told(office, "已调整，等待另一位同事审批。")
    expect(office.get_by_text("须由另一位同事批准")).to_be_visible()

    other = people(second)
    other.goto(row.get_absolute_url())
    press(other, "批准并调拨流量")
    told(other, "已补量")
    look(other, "make-good-given")
    assert Account.objects.get(pk=target.pk).balance == 250

    reader = people(official)
    reader.goto(row.get_absolute_url())
    expect(reader.get_by_role("main").get_by_text("本月余量不多")).to_be_visible()

    office.goto(reverse("allotment-sheet-new", args=[county.pk]))
    look(office, "allotment-sheet-new")
    upload(office, [line(target, "1.5"), line(target, "3000")])
    look(office, "allotment-sheet-wrong")
    office.goto(reverse("allotment-sheet-new", args=[county.pk]))
    upload(office, [line(target, "3000"), line(target, "0.1万", reason="追加")])
    look(office, "allotment-sheet")
    press(office, "全部调拨")
    told(office, "已入账：表格中的每一行都已调拨。")
    look(office, "allotment-sheet-booked")
    assert Account.objects.get(pk=target.pk).balance == 4_250
    office.goto(reverse("account-statement", args=[county.pk]))
    look(office, "account-statement")
    office.goto(reverse("allot", args=[target.pk]))
    look(office, "allot")
