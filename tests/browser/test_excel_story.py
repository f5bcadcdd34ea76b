"""Forty products in a county's own workbook: in, mended and submitted in one sitting; spots under
headings of its own, and out again."""

from __future__ import annotations

from collections import Counter

import pytest
from playwright.sync_api import Page, expect
from python_calamine import CalamineWorkbook

from portal.accounts.actor import Actor
from portal.jobs.domain import run_due
from portal.sheets.domain import WORK
from portal.submissions.models import Submission
from products.models import Product
from tests import dossiers
from tests.browser.conftest import People
from tests.browser.look import Look
from tests.browser.steps import choose, follow, picked, press, told
from tests.factories import RUYUAN, UserFactory
from tests.sheets.books import SPOT_HEADINGS, photo_zip, product_row, spot_row, workbook
from tourism.models import Spot

pytestmark = pytest.mark.browser
WALKED_AT = 1280

# Cells as an office leaves them, by number of the product, and what each should say.
WRONG = {
    3: {"售价（元）": "面议"},
    8: {"品类": "山货"},
    15: {"冷链": "看情况"},
    21: {"联系电话": "0751-5386"},
    30: {"库存量": "若干"},
    36: {"单位": "篓"},
}
MENDED = {3: "45", 8: "蔬菜", 15: "是", 21: "13800138001", 30: "120", 36: "箱"}


def done(page: Page) -> None:
    """Let the worker do what was asked, and open what came of it."""
    run_due(kinds=[WORK])
    page.reload()
    follow(page, "查看结果")


def counts(page: Page) -> list[str]:
    return page.locator(".stat .figure").all_inner_texts()


def bring_in(page: Page, look: Look) -> None:
    """The workbook as it is, with a zip of photos and certificates."""
    rows = [product_row(n, **WRONG.get(n, {})) for n in range(1, 41)]
    papers = {f"证书/乳源特产{n}.pdf": dossiers.pdf_upload().read() for n in range(1, 41)}
    names = [f"照片/乳源特产{n}.jpg" for n in range(1, 41)]
    page.goto("/")
    follow(page, "用 Excel 批量导入：特色商品")
    look(page, "excel-1-upload")
    page.get_by_label("表格").set_input_files(picked(workbook(rows)))
    page.get_by_label("照片和证书压缩包").set_input_files(picked(photo_zip(names, **papers)))
    press(page, "查看导入效果")
    done(page)
    assert counts(page) == ["32", "2", "0", "6"]


def mend(page: Page, look: Look) -> None:
    """Six cells, each beside its reason, mended where they stand."""
    look(page, "excel-2-checked")
    wrong = page.get_by_role("region", name="待改正")
    expect(wrong.get_by_role("row")).to_have_count(1 + len(WRONG))
    for number, text in MENDED.items():
        [heading] = WRONG[number]
        wrong.get_by_label(f"第{number + 3}行，{heading}").fill(text)
    press(page, "保存并重新检查")
    done(page)
    assert counts(page) == ["38", "2", "0", "0"]


def take_in_and_submit(page: Page, look: Look) -> None:
    """One press each; what was done is said."""
    press(page, "收入40行")
    done(page)
    press(page, "提交所有已填齐的")
    done(page)
    told(page, "已提交审核40项。")
    expect(page.get_by_role("button", name="提交所有已填齐的")).to_have_count(0)
    look(page, "excel-3-submitted")


def test_forty_products_in_a_workbook_of_ones_own_are_submitted_in_one_sitting(
    people: People, look: Look
) -> None:
    official = UserFactory(official=RUYUAN, full_name="盘志明")
    for number in (5, 12):
        dossiers.draft_product(Actor.of(official), name=f"乳源特产{number}", stock="1")
    page = people(official)
    bring_in(page, look)
    mend(page, look)
    take_in_and_submit(page, look)
    assert Counter(Submission.objects.values_list("state", flat=True)) == {"submitted": 40}
    assert Product.objects.get(name="乳源特产5").stock == 500
    assert Product.objects.get(name="乳源特产36").unit == "box"
    row = Submission.objects.get(title="乳源特产40")
    assert sorted(row.attachments.values_list("purpose", flat=True)) == ["certificates", "photos"]
    # It stands among those brought in before.
    page.goto("/sheets/new/product/")
    expect(page.get_by_role("region", name="以前导入的表格").get_by_role("row")).to_have_count(2)


def bring_in_spots(page: Page, look: Look) -> None:
    """A heading that nobody knows is asked for once; a town that is none is mended."""
    headings = ["好去处" if heading == "景点名称" else heading for heading in SPOT_HEADINGS]
    rows = [spot_row(1), spot_row(2, 所属乡镇="必背"), spot_row(3)]
    book = workbook(rows, headings=headings, title="2023年乳源县文旅打卡点统计表", units=None)
    page.goto("/")
    follow(page, "用 Excel 批量导入：打卡地")
    look(page, "spots-1-upload")
    page.get_by_label("表格").set_input_files(picked(book))
    press(page, "查看导入效果")
    told(page, "请指明哪一列是名称。")
    choose(page, 好去处="打卡地名称")
    look(page, "spots-2-columns")
    press(page, "检查各行")
    done(page)
    assert counts(page) == ["2", "0", "0", "1"]
    page.get_by_label("第4行，所属乡镇").fill("必背镇")
    look(page, "spots-3-checked")
    press(page, "保存并重新检查")
    done(page)
    press(page, "收入3行")
    done(page)


def take_away(page: Page, look: Look) -> list[list[object]]:
    """The list of dossiers as a workbook, narrowed to drafts of spots."""
    page.goto("/dossiers/?kind=spot&state=draft")
    look(page, "spots-4-list")
    with page.expect_download() as waiting:
        page.get_by_role("main").get_by_role("link", name="打卡地", exact=True).click()
    return CalamineWorkbook.from_path(waiting.value.path()).get_sheet_by_index(0).to_python()


def test_spots_come_in_under_headings_of_ones_own_and_go_out_again(
    people: People, look: Look
) -> None:
    page = people(UserFactory(official=RUYUAN, full_name="盘志明"))
    bring_in_spots(page, look)
    assert list(Spot.objects.order_by("pk").values_list("name", "town__name")) == [
        ("瑶寨1", "必背镇"),
        ("瑶寨2", "必背镇"),
        ("瑶寨3", "必背镇"),
    ]
    head, *rows = take_away(page, look)
    assert [row[head.index("打卡地名称")] for row in rows] == ["瑶寨1", "瑶寨2", "瑶寨3"]
    assert {row[head.index("联系手机")] for row in rows} == {"13800138000"}
    page.goto("/spots/")
    expect(page.get_by_role("main").get_by_role("link", name="导出 Excel")).to_be_visible()
    look(page, "spots-5-public")
