"""A merchant's licence: entered on a phone, checked by the county, lapsed overnight, renewed."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from portal.accounts.actor import Actor
from portal.accounts.models import User
from portal.qualifications.models import Qualification
from portal.submissions.models import Submission
from tests import dossiers
from tests.browser.conftest import People
from tests.browser.look import Look
from tests.browser.steps import choose, faults, fill, follow, go, picked, press, told
from tests.factories import RUYUAN, OrganisationFactory, UserFactory

pytestmark = pytest.mark.browser
LICENCE = "食品生产许可证"
LAST, NEXT_DAY = date(2023, 10, 31), date(2023, 11, 1)


def attach(page: Page) -> None:
    page.locator("input[type=file]").set_input_files(picked(dossiers.pdf_upload("许可证.pdf")))


def enter_a_licence(page: Page, look: Look) -> None:
    """What lacks is named; what was typed stays."""
    page.goto("/organisations/")
    follow(page, "乳源瑶山茶业专业合作社")
    follow(page, "登记证照")
    look(page, "paper-new")
    choose(page, 证照种类=LICENCE)
    fill(page, 编号="10144023200012", 发证机关="乳源县市场监督管理局", 有效期起="2018-11-01")
    press(page, "登记这份证照")
    assert faults(page) == [
        "有效期至：这种证照须填写有效期截止日。",
        "证照扫描件：请上传证照扫描件。",
    ]
    look(page, "paper-new-mistakes")
    fill(page, 有效期至=LAST.isoformat())
    attach(page)
    press(page, "登记这份证照")
    told(page, "证照已登记，将由另一人核对。")
    look(page, "organisation-with-paper")


def check_it(page: Page, look: Look) -> None:
    follow(page, "核对他人登记的证照")
    look(page, "papers-to-check")
    follow(page, LICENCE)
    look(page, "paper-to-check")
    press(page, "与扫描件一致")
    told(page, "已核对：登记内容与证照一致。")


def renew_it(page: Page, product: Submission, look: Look) -> None:
    """The home page says what has lapsed; the product says why it is left out, until renewed."""
    page.goto("/")
    expect(page.get_by_role("link", name="证照已到期，请登记续期")).to_be_visible()
    page.goto(product.get_absolute_url())
    expect(page.locator(".message.error")).to_contain_text("目前不进入产品目录、导出和流量投放。")
    look(page, "dossier-stopped")
    page.goto(f"/products/{product.code}/")
    look(page, "product-pauses")
    page.goto("/")
    follow(page, "证照已到期，请登记续期")
    look(page, "papers-lapsed")
    follow(page, LICENCE)
    look(page, "paper-lapsed")
    follow(page, "登记续期")
    fill(page, 有效期至="2028-10-31")
    attach(page)
    look(page, "paper-renew")
    press(page, "登记这次续期")
    told(page, "续期已登记，原证照保留在下方。")
    look(page, "paper-renewed")
    page.goto(product.get_absolute_url())
    expect(page.locator(".message.error")).to_have_count(0)
    go(page.get_by_role("main").get_by_role("link", name="公开页面"))
    expect(page.get_by_role("main")).to_contain_text("39.90")


def test_a_licence_lapses_overnight_and_its_product_comes_back_when_renewed(
    people: People, look: Look, settings: Any
) -> None:
    organisation = OrganisationFactory(name="乳源瑶山茶业专业合作社")
    merchant: User = UserFactory(merchant=organisation)
    product = dossiers.product_in("published", owner=Actor.of(merchant))
    page = people(merchant)
    enter_a_licence(page, look)
    check_it(people(UserFactory(official=RUYUAN)), look)
    assert Qualification.objects.get().verified_at is not None
    settings.PROGRAMME_CLOCK = NEXT_DAY
    renew_it(page, product, look)
    assert Qualification.objects.count() == 2
