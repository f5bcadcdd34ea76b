"""A product goes on sale, is found and bought, and is sent out: office, buyer, owner, county."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from portal.accounts.actor import Actor
from portal.jobs.domain import run_due
from portal.submissions.models import Submission
from products.seen import domain as seen
from tests import dossiers
from tests.browser.conftest import People
from tests.browser.look import Look
from tests.browser.steps import choose, fill, follow, press, told
from tests.factories import UserFactory
from tests.products import world

pytestmark = pytest.mark.browser
PHONE_AGENT = "Mozilla/5.0 (Linux; Android 13) AppleWebKit/537.36 Mobile Safari/537.36"


def put_on_sale(page: Page, row: Submission, look: Look) -> None:
    """The office enters shelf, price, stock and the platform's id."""
    page.goto(row.get_absolute_url())
    follow(page, "登记上架")
    look(page, "sale-listing-new")
    choose(page, 渠道="达人橱窗")
    fill(page, 店铺或直播间="阿妹直播", 平台商品编号=world.ID, 链接="https://v.douyin.com/x/")
    fill(page, 价格="45.00", 在售库存="12")
    press(page, "确认上架")
    told(page, "已登记上架")
    look(page, "sale-dossier")


def send(page: Page, row: Submission, look: Look) -> None:
    """A profile, its export, and what it sent."""
    page.goto("/products/exports/")
    follow(page, "新建方案")
    look(page, "sale-profile-new")
    fill(page, 名称="抖音选品")
    press(page, "保存方案")
    press(page, "开始导出")
    run_due()
    page.goto("/products/exports/")
    follow(page, "抖音选品")
    look(page, "sale-profile")
    page.get_by_role("rowheader").get_by_role("link", name="第1次").click()
    expect(page.get_by_role("rowheader")).to_contain_text(row.code)
    look(page, "sale-export")
    with page.expect_download() as download:
        page.get_by_role("link", name="下载表格文件").click()
    assert download.value.suggested_filename == "抖音选品-1.xlsx"


def test_a_product_is_sold_and_sent(live_server, people: People, look: Look):
    office = Actor.of(UserFactory(staff=True))
    row = dossiers.product_in("published", office=office)
    desk = people(office.user)
    put_on_sale(desk, row, look)
    sales = [(day, world.ID, 12, 540, 3, 135) for day in (world.DAY, world.NEXT_DAY)]
    world.land(office, sales, days=(world.DAY, world.NEXT_DAY))
    send(desk, row, look)

    buyer = people.visitor(user_agent=PHONE_AGENT)
    buyer.goto("/products/?season=now")
    buyer.get_by_role("link", name=row.title).click()
    shop = buyer.get_by_role("link", name="达人橱窗 阿妹直播")
    expect(shop).to_have_attribute("href", "https://v.douyin.com/x/")
    buyer.locator("summary", has_text="二维码").click()
    look(buyer, "sale-public")
    seen.fold()

    owner = people(row.owner)
    owner.goto(row.get_absolute_url())
    part = owner.get_by_role("region", name="近30天的销售与浏览")
    expect(part).to_contain_text("1,080.00元")
    expect(part).to_contain_text("公开页面浏览次数：1")
    part.get_by_role("link", name="24").first.click()
    expect(owner.get_by_role("rowheader")).to_have_count(2)
    look(owner, "sale-days")
    owner.goto(f"/products/counties/{dossiers.RUYUAN}/")
    expect(owner.get_by_role("region", name="改进建议")).to_contain_text("25%的订单退款")
    look(owner, "sale-county")
