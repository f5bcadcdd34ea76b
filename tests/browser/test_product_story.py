"""A product's whole way: filed with mistakes, mended, returned, endorsed, published, changed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from playwright.sync_api import Page, expect

from portal.accounts.models import User
from portal.files.models import StoredFile
from portal.moves.models import MoveLog
from portal.submissions.models import Submission
from tests import dossiers
from tests.browser.conftest import People
from tests.browser.look import Look
from tests.browser.steps import facts, follow, open_row, picked, press, told
from tests.factories import RUYUAN, UserFactory

pytestmark = pytest.mark.browser

TYPED = {
    "产品名称": "乳源彩石萝卜",
    "产品特色": "长在石灰岩山地，脆甜少渣。",
    "包装规格": "5斤/箱",
    "库存": "500",
    "每日可发货量": "80",
    "联系人": "盘阿妹",
    "联系手机": "13800138000",
}
CHOSEN = {"类别": "蔬菜", "销售单位": "箱", "上市起始月": "10月", "上市结束月": "2月"}
REMARKS = {"产品特色": "请写明种植海拔。", "包装规格": "请写明一箱装多少个。"}
MENDED = {"产品特色": "种在海拔600米的石灰岩山地，脆甜少渣。", "包装规格": "5斤/箱，8个装"}


def entries(page: Page) -> dict[str, str]:
    """What the record page shows of each field, files and photos included."""
    return page.get_by_role("region", name="填报内容").evaluate(
        "(part) => Object.fromEntries([...part.querySelectorAll('dl > div')].map("
        "(line) => [line.querySelector('dt').innerText, line.querySelector('dd').innerHTML]))"
    )


def open_dossier(page: Page, task: str) -> None:
    """From home through the task to the only dossier that waits there."""
    page.goto("/")
    follow(page, task)
    open_row(page)
    expect(page.get_by_role("region", name="填报内容")).to_be_visible()


def open_from_desk(page: Page, task: str) -> None:
    """The same for who reviews, whose task leads over the desk; then the whole dossier."""
    open_dossier(page, task)
    follow(page, "查看完整卷宗")


@contextmanager
def nothing_written() -> Iterator[None]:
    """Neither dossier nor log changes inside."""
    before = list(Submission.objects.order_by("pk").values()), MoveLog.objects.count()
    yield
    assert (list(Submission.objects.order_by("pk").values()), MoveLog.objects.count()) == before


def file_with_mistakes(page: Page, look: Look) -> None:
    """A wrong price and a text that calls itself a photo: named, and the rest is kept."""
    page.goto("/")
    follow(page, "申报特色商品")
    for label, value in TYPED.items():
        page.get_by_label(label).fill(value)
    for label, value in CHOSEN.items():
        page.get_by_label(label).select_option(label=value)
    page.get_by_label("价格").fill("0")
    text = SimpleUploadedFile("说明.jpg", "这不是照片".encode(), "image/jpeg")
    page.get_by_label("照片").set_input_files(picked(dossiers.photo_upload(), text))
    page.get_by_label("证书").set_input_files(picked(dossiers.pdf_upload()))
    press(page, "保存并检查")
    summary = page.get_by_role("alert")
    expect(summary.get_by_role("heading")).to_have_text("还有 2 处需要修改，改好后再提交")
    expect(summary.get_by_role("link")).to_have_text(
        [
            "照片：“说明.jpg”不是照片：请上传 JPEG、PNG 或 WebP 格式的图片。",
            "价格（元）：价格必须大于零。",
        ]
    )
    look(page, "story-1-mistakes")
    assert Submission.objects.count() == 0


def mend_and_submit(page: Page, look: Look) -> None:
    """The good files are still there; one price, and it is filed."""
    expect(page.get_by_role("checkbox", name="保留 萝卜.jpg")).to_be_checked()
    expect(page.get_by_role("checkbox", name="保留 检测报告.pdf")).to_be_checked()
    for label, value in TYPED.items():
        expect(page.get_by_label(label)).to_have_value(value)
    page.get_by_role("link", name="价格（元）：价格必须大于零。").click()
    expect(page.get_by_label("价格")).to_be_focused()
    page.get_by_label("价格").fill("39.90")
    press(page, "保存并检查")
    expect(page.get_by_role("heading", level=1)).to_have_text("乳源彩石萝卜")
    assert entries(page)["价格（元）"] == "39.90"
    look(page, "story-2-draft")
    press(page, "提交审核")
    told(page, "乳源彩石萝卜：已提交审核。")
    assert (Submission.objects.get().state, StoredFile.objects.count()) == ("submitted", 2)


def endorse(page: Page, look: Look) -> None:
    """A colleague of the same county looks it through."""
    open_from_desk(page, "审核推荐")
    look(page, "story-3-endorse")
    press(page, "同意推荐")
    told(page, "乳源彩石萝卜：县区已推荐。")


def send_back(page: Page, look: Look) -> None:
    """The office names both defects in one return."""
    follow(page, "退回补正")
    for field, remark in REMARKS.items():
        box = page.get_by_role("group", name=field, exact=True)
        box.get_by_label("理由").select_option(label="不清楚")
        box.get_by_label(f"“{field}”需要补正什么").fill(remark)
    look(page, "story-4-return")
    press(page, "退回补正")
    told(page, "已连同意见退回，并通知申请人。")


def mend_what_was_marked(page: Page, look: Look) -> None:
    """The official changes the two fields; every other value stays as it was."""
    open_dossier(page, "补正后重新提交")
    marked = page.get_by_role("region", name="需要补正的意见").get_by_role("listitem")
    expect(marked).to_have_text(
        [f"{field} · 不清楚：{remark}" for field, remark in REMARKS.items()]
    )
    look(page, "story-5-returned")
    before = entries(page)
    follow(page, "去补正")
    look(page, "story-6-mend")
    for label, value in MENDED.items():
        page.get_by_label(label).fill(value)
    press(page, "保存并检查")
    told(page, "已保存。请核对下面的内容，然后提交。")
    assert entries(page) == before | MENDED
    press(page, "提交审核")
    told(page, "乳源彩石萝卜：已提交审核。")


def decide_too_late_then_rightly(page: Page, look: Look) -> None:
    """Who decides on an old page is told what happened since, and nothing is decided."""
    with nothing_written():
        press(page, "审核通过")
        told(page, "请重新查看后再作决定。")
    since = page.locator(".message.error").inner_text()
    assert re.findall("已退回补正|已修改|已提交审核|县区已推荐", since) == [
        "已退回补正",
        "已修改",
        "已提交审核",
        "县区已推荐",
    ]
    look(page, "story-7-too-late")
    assert entries(page)["包装规格"] == MENDED["包装规格"]
    press(page, "审核通过")
    told(page, "乳源彩石萝卜：审核通过。")
    press(page, "发布")
    told(page, "乳源彩石萝卜：已发布。")


def find_in_public(page: Page, look: Look) -> None:
    """Anybody finds it in the catalogue."""
    page.goto("/products/")
    look(page, "story-8-catalogue")
    follow(page, "乳源彩石萝卜")
    expect(page.get_by_role("main")).to_contain_text("39.90 元/箱")
    expect(page.get_by_role("img")).to_have_count(1)
    assert facts(page.get_by_role("main"))["库存"] == "500"
    look(page, "story-9-public")


def change(page: Page, label: str, value: str) -> None:
    """Change one field of the published product."""
    follow(page, "修改信息")
    page.get_by_label(label).fill(value)
    press(page, "保存并检查")


def change_stock_and_name(official: Page, public: Page) -> None:
    """Stock is in force at once; a name waits."""
    open_page = f"/dossiers/{Submission.objects.get().code}/"
    official.goto(open_page)
    change(official, "库存", "120")
    told(official, "已即时生效：库存。")
    public.reload()
    assert facts(public.get_by_role("main"))["库存"] == "120"
    change(official, "产品名称", "乳源石灰岩彩石萝卜")
    told(official, "其他修改等待审核；审核期间公开页面保持不变。")
    public.reload()
    expect(public.get_by_role("heading", level=1)).to_have_text("乳源彩石萝卜")


def review_the_change(page: Page, look: Look) -> None:
    """The office sees what would change, before and after."""
    page.goto("/")
    follow(page, "审核修改申请")
    row = page.get_by_role("row").filter(has=page.get_by_role("rowheader", name="产品名称"))
    expect(row.get_by_role("cell")).to_have_text(["乳源彩石萝卜", "乳源石灰岩彩石萝卜"])
    look(page, "story-10-change")
    press(page, "审核通过")
    told(page, "审核通过")


def test_a_product_from_draft_to_the_public_and_on(people: People, look: Look) -> None:
    def person(name: str, **traits: Any) -> User:
        return UserFactory(full_name=name, **traits)

    official = people(person("盘志明", official=RUYUAN))
    colleague = people(person("赵春兰", official=RUYUAN))
    office, second = people(person("陈雅文", staff=True)), people(person("何伟", staff=True))
    public = people.visitor()

    file_with_mistakes(official, look)
    mend_and_submit(official, look)
    endorse(colleague, look)
    open_from_desk(second, "审核决定")
    open_from_desk(office, "审核决定")
    send_back(office, look)
    mend_what_was_marked(official, look)
    open_from_desk(colleague, "审核推荐")
    press(colleague, "同意推荐")
    told(colleague, "乳源彩石萝卜：县区已推荐。")
    decide_too_late_then_rightly(second, look)
    find_in_public(public, look)
    change_stock_and_name(official, public)
    review_the_change(office, look)
    public.reload()
    expect(public.get_by_role("heading", level=1)).to_have_text("乳源石灰岩彩石萝卜")
    row = Submission.objects.get()
    assert (row.state, row.title) == ("published", "乳源石灰岩彩石萝卜")
    assert row.attachments.count() == StoredFile.objects.count() == 2
