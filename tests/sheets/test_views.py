"""A workbook's way in through its pages: read, mended, taken in, taken back, submitted."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from portal.accounts.actor import Actor
from portal.jobs.domain import run_due
from portal.sheets.domain import WORK
from portal.sheets.models import Intake
from portal.submissions.models import Revision, Submission
from products.models import Product
from tests import dossiers
from tests.factories import UserFactory
from tests.sheets.books import HEADINGS, photo_zip, product_row, workbook
from tests.sheets.steps import act, cells, upload, verdicts

pytestmark = pytest.mark.django_db


@pytest.fixture
def official():
    return UserFactory(official=dossiers.RUYUAN)


@pytest.fixture
def browser(official):
    client = Client()
    client.force_login(official)
    return client


def refused(browser: Client, file: Any, photos: Any = None) -> dict[str, list[str]]:
    """Choose a file that is refused; the errors of the form. Nothing is kept."""
    data = {"file": file} | ({"archive": photos} if photos else {})
    answer = browser.post(reverse("sheet-new", args=["product"]), data)
    assert answer.status_code == 200
    assert not Intake.objects.exists()
    return dict(answer.context["form"].errors)


def test_a_workbook_of_ones_own_is_understood_and_taken_in(browser):
    intake = upload(browser, workbook([product_row(n) for n in (1, 2, 3)]))
    assert verdicts(intake) == {"new": 3}
    assert not Submission.objects.exists()
    page = act(browser, intake, "take_in")
    assert [row.submission.title for row in page.context["page_obj"]] == [
        "乳源特产1",
        "乳源特产2",
        "乳源特产3",
    ]
    product = Product.objects.get(name="乳源特产2")
    assert (product.category_id, product.unit, str(product.price), product.stock) == (
        "vegetable",
        "box",
        "39.90",
        500,
    )
    assert (product.season_start, product.season_end, product.cold_chain) == (10, 2, False)
    assert product.submission.county_id == dossiers.RUYUAN
    assert product.submission.state == "draft"


def test_wrong_cells_are_said_by_row_and_column_and_mended_in_place(browser):
    rows = [
        product_row(1, **{"售价（元）": "面议"}),
        product_row(2, 品类="水晶"),
        product_row(3, 冷链="也许"),
        product_row(4, 品名=""),
        product_row(5, 联系电话="1380013"),
        product_row(6, 产品介绍="全网第一的菜。"),
        product_row(7),
    ]
    intake = upload(browser, workbook(rows))
    assert verdicts(intake) == {"wrong": 6, "new": 1}
    page = browser.get(intake.get_absolute_url())
    shown = [(cell["row"], cell["heading"], cell["text"]) for cell in page.context["cells"]]
    assert shown == [
        (4, "售价（元）", "面议"),
        (5, "品类", "水晶"),
        (6, "冷链", "也许"),
        (7, "品名", ""),
        (8, "联系电话", "1380013"),
        (9, "产品介绍", "全网第一的菜。"),
    ]
    assert "“面议”不是数字" in page.content.decode()
    mended = {
        "cell-4-6": "40",
        "cell-5-2": "茶叶",
        "cell-6-11": "是",
        "cell-7-1": "乳源特产4",
        "cell-8-13": "13800138001",
        "cell-9-3": "好吃的菜。",
    }
    browser.post(reverse("sheet-mend", args=[intake.pk]), mended)
    run_due(kinds=[WORK])
    intake.refresh_from_db()
    assert verdicts(intake) == {"new": 7}


def test_good_rows_go_in_and_the_wrong_ones_come_back_as_a_workbook(browser):
    intake = upload(browser, workbook([product_row(1, 品类="水晶"), product_row(2)]))
    act(browser, intake, "take_in")
    assert list(Submission.objects.values_list("title", flat=True)) == ["乳源特产2"]
    rows = cells(browser.get(reverse("sheet-wrong-rows", args=[intake.pk])))
    assert rows[0] == ["未收入的原因", *HEADINGS]
    assert len(rows) == 2
    assert rows[1][0].startswith("品类：“水晶”不在可选项之内：")
    assert rows[1][2] == "乳源特产1"


def test_the_rows_that_came_back_are_brought_in_again_with_their_reason_column(browser):
    intake = upload(browser, workbook([product_row(1, 品类="水晶")]))
    answer = browser.get(reverse("sheet-wrong-rows", args=[intake.pk]))
    rows = cells(answer)
    rows[1][3] = "茶叶"
    again = upload(browser, workbook(rows[1:], headings=rows[0], title="", units=None))
    assert verdicts(again) == {"new": 1}


def test_the_same_file_again_does_nothing(browser):
    book = [product_row(n) for n in (1, 2)]
    act(browser, upload(browser, workbook(book)), "take_in")
    again = upload(browser, workbook(book))
    assert verdicts(again) == {"unchanged": 2}
    before = list(Submission.objects.order_by("pk").values())
    page = act(browser, again, "take_in")
    assert again.taken_at is None
    assert "没有新增也没有改动" in page.content.decode()
    assert list(Submission.objects.order_by("pk").values()) == before


def test_a_row_of_a_known_name_changes_it_and_an_empty_cell_says_nothing(browser):
    act(browser, upload(browser, workbook([product_row(1)])), "take_in")
    changed = upload(browser, workbook([product_row(1, 库存量=7, 规格="")]))
    [row] = changed.checked
    assert (row["verdict"], row["changes"]) == ("changed", {"stock": [500, 7]})
    act(browser, changed, "take_in")
    product = Product.objects.get()
    assert (product.stock, product.package) == (7, "5斤/箱")


def test_undo_withdraws_what_is_new_and_writes_back_what_was_changed(browser):
    act(browser, upload(browser, workbook([product_row(1)])), "take_in")
    second = upload(browser, workbook([product_row(1, 库存量=7), product_row(2), product_row(3)]))
    act(browser, second, "take_in")
    touched = Submission.objects.get(title="乳源特产3")
    Submission.objects.filter(pk=touched.pk).update(version=touched.version + 1)
    page = act(browser, second, "undo")
    states = dict(Submission.objects.values_list("title", "state"))
    assert states == {"乳源特产1": "draft", "乳源特产2": "withdrawn", "乳源特产3": "draft"}
    assert Product.objects.get(name="乳源特产1").stock == 500
    assert page.context["last"].result["failed"] == [
        [6, "乳源特产3", "收入之后又被改动过，保持现状。"]
    ]


def test_what_is_complete_is_submitted_and_what_lacks_is_said(browser):
    papers = {"乳源特产1/检测报告.pdf": dossiers.pdf_upload().read()}
    files = photo_zip(["乳源特产1.jpg", "乳源特产2.jpg"], **papers)
    intake = upload(browser, workbook([product_row(1), product_row(2)]), files)
    act(browser, intake, "take_in")
    page = act(browser, intake, "submit")
    states = dict(Submission.objects.values_list("title", "state"))
    assert states == {"乳源特产1": "submitted", "乳源特产2": "draft"}
    [[row, title, why]] = page.context["last"].result["failed"]
    assert (row, title) == (5, "乳源特产2")
    assert why == "尚未填完：证书。"


def test_photos_are_found_by_name_number_folder_and_cell(browser):
    names = ["乳源特产1.jpg", "图/乳源特产2-2.jpg", "乳源特产3/a.jpg", "DSC01.JPG", "没有主人.jpg"]
    rows = [[*product_row(n), ""] for n in (1, 2, 3)] + [[*product_row(4), "DSC01"]]
    book = workbook(rows, headings=[*HEADINGS, "照片"], units=None)
    intake = upload(browser, book, photo_zip(names, **{"说明.txt": b"x", "坏.jpg": b"no photo"}))
    page = act(browser, intake, "take_in")
    counted = {row.title: row.attachments.count() for row in Submission.objects.all()}
    assert counted == {f"乳源特产{n}": 1 for n in (1, 2, 3, 4)}
    assert page.context["unmatched_files"] == ["没有主人.jpg"]
    assert set(page.context["refused_files"]) == {"说明.txt", "坏.jpg"}


def test_a_photo_name_that_matches_nothing_is_said_at_its_cell(browser):
    book = workbook([[*product_row(1), "不存在.jpg"]], headings=[*HEADINGS, "照片"], units=None)
    intake = upload(browser, book, photo_zip(["别的.jpg"]))
    assert intake.checked[0]["errors"] == {"photos": ["压缩包里没有：不存在.jpg。"]}


def test_headings_nobody_knows_are_asked_once_and_remembered(browser):
    rows = [["甲菜", "30"], ["乙菜", "40"]]
    first = upload(browser, workbook(rows, headings=["宝贝", "售价"], units=None))
    assert first.mapping == ["", "price"]
    answer = browser.get(reverse("sheet-columns", args=[first.pk]))
    assert "首个单元格：甲菜" in answer.content.decode()
    columns = {"column-0": "name", "column-1": "price"}
    browser.post(reverse("sheet-columns", args=[first.pk]), columns)
    run_due(kinds=[WORK])
    first.refresh_from_db()
    assert verdicts(first) == {"new": 2}
    second = upload(browser, workbook(rows, headings=["宝贝", "售价"], units=None))
    assert second.mapping == ["name", "price"]
    twice = browser.post(
        reverse("sheet-columns", args=[second.pk]), {"column-0": "name", "column-1": "name"}
    )
    assert twice.context["form"].errors == {"column-1": ["“宝贝”已经是这个字段。"]}


def test_the_template_says_what_to_write_and_comes_in_without_its_example(browser):
    rows = cells(browser.get(reverse("sheet-template", args=["product"])))
    assert rows[0][:3] == ["产品名称*", "类别*", "产品特色*"]
    assert rows[1][0].startswith("填写说明：")
    assert "水果、蔬菜" in rows[1][1]
    assert rows[2][0] == "示例：清远鸡蛋"
    filled = ["乳源红薯", "粮油", "沙地里长的。", "箱", "", "20", "5", "2", "", "", "", "", ""]
    book = workbook([*rows[1:], filled], headings=rows[0], title="", units=None)
    assert [row["title"] for row in upload(browser, book).checked] == ["乳源红薯"]


def test_what_is_exported_changed_and_brought_in_changes_just_that(browser):
    act(browser, upload(browser, workbook([product_row(n) for n in (1, 2)])), "take_in")
    rows = cells(browser.get(reverse("sheet-export", args=["product"])))
    assert rows[0][:2] == ["编号", "产品名称"]
    same = workbook(rows[1:], headings=rows[0], title="", units=None)
    assert verdicts(upload(browser, same)) == {"unchanged": 2}
    rows[1][rows[0].index("产品名称")] = "新名字"
    rows[2][rows[0].index("包装规格")] = ""
    edited = upload(browser, workbook(rows[1:], headings=rows[0], title="", units=None))
    assert [row["changes"] for row in edited.checked] == [
        {"name": ["乳源特产1", "新名字"]},
        {"package": ["5斤/箱", ""]},
    ]


def test_a_published_product_takes_live_fields_at_once_and_a_revision_for_the_rest(
    browser, official
):
    row = dossiers.product_in("published", owner=Actor.of(official))
    rows = cells(browser.get(reverse("sheet-export", args=["product"])))
    [[code, *_rest]] = rows[1:]
    assert code == row.code
    rows[1][rows[0].index("库存")] = 3
    rows[1][rows[0].index("包装规格")] = "10斤/箱"
    intake = upload(browser, workbook(rows[1:], headings=rows[0], title="", units=None))
    act(browser, intake, "take_in")
    product = Product.objects.get()
    assert (product.stock, product.package) == (3, "5斤/箱")
    revision = Revision.objects.get()
    assert revision.changes == {"package": ["5斤/箱", "10斤/箱"]}
    act(browser, intake, "undo")
    product.refresh_from_db()
    revision.refresh_from_db()
    assert (product.stock, revision.state) == (500, "cancelled")


def test_a_name_that_stands_twice_and_a_code_of_another_county_are_wrong(browser):
    other = dossiers.draft_product(dossiers.official(dossiers.XINFENG))
    headings = ["编号", *HEADINGS]
    rows = [["", *product_row(1)], ["", *product_row(1)], [other.code, *product_row(3)]]
    intake = upload(browser, workbook(rows, headings=headings, units=None))
    errors = [row["errors"] for row in intake.checked]
    assert errors == [
        {},
        {"name": ["这个名称在文件前面已经出现。"]},
        {"code": ["您没有这个编号的卷宗。"]},
    ]


def test_a_number_cell_that_lost_digits_is_refused(browser):
    book = workbook([product_row(1, 联系电话=440232199001011234)])
    [row] = upload(browser, book).checked
    assert row["errors"]["contact_phone"][0].startswith("超过15位的数字")


def test_formula_text_stays_text(browser):
    book = workbook([product_row(1, 产品介绍="好=1+1")])
    act(browser, upload(browser, book), "take_in")
    assert Product.objects.get().description == "好=1+1"


def test_files_that_are_no_workbook_are_refused_with_what_to_do(browser):
    assert "PDF" in refused(browser, dossiers.pdf_upload())["file"][0]
    nothing = workbook([["a", "b"]], headings=["甲", "乙"], title="", units=None)
    assert "没有一列认得出来" in refused(browser, nothing)["file"][0]
    empty = workbook([], units=None)
    assert refused(browser, empty) == {"file": ["表头下面没有数据行。"]}
    not_zip = dossiers.photo_upload()
    errors = refused(browser, workbook([product_row(1)]), not_zip)
    assert errors == {"archive": ["这不是 .zip 压缩包。请把照片和证书打包成 .zip。"]}


def test_a_damaged_zip_is_said_and_the_rows_are_checked_all_the_same(browser):
    photos = photo_zip(["乳源特产1.jpg"])
    photos.file.seek(0)
    cut = photos.file.read()[:200]
    photos.file.seek(0)
    photos.file.truncate()
    photos.file.write(cut)
    photos.size = len(cut)
    photos.seek(0)
    intake = upload(browser, workbook([product_row(1)]), photos)
    assert verdicts(intake) == {"new": 1}
    assert list(intake.refused_files) == ["zip"]


def test_a_workbook_is_its_owners_alone(browser):
    intake = upload(browser, workbook([product_row(1)]))
    colleague = Client()
    colleague.force_login(UserFactory(official=dossiers.RUYUAN))
    for name in ("sheet", "sheet-columns", "sheet-wrong-rows"):
        assert colleague.get(reverse(name, args=[intake.pk])).status_code == 404
    taken = colleague.post(reverse("sheet-act", args=[intake.pk, "take_in"]))
    assert taken.status_code == 404
    assert not Submission.objects.exists()
    trainee = Client()
    trainee.force_login(UserFactory(trainee=True))
    assert trainee.get(reverse("sheet-new", args=["product"])).status_code == 404


def test_an_act_out_of_turn_is_refused(browser):
    intake = upload(browser, workbook([product_row(1)]))
    page = browser.post(reverse("sheet-act", args=[intake.pk, "undo"]), follow=True)
    assert "这份表格的状态已经变化" in page.content.decode()
    assert browser.post(reverse("sheet-act", args=[intake.pk, "eat"])).status_code == 404


def test_what_is_under_review_comes_in_unchanged_and_cannot_be_changed(browser, official):
    row = dossiers.product_in("submitted", owner=Actor.of(official))
    rows = cells(browser.get(reverse("sheet-export", args=["product"])))
    same = upload(browser, workbook(rows[1:], headings=rows[0], title="", units=None))
    assert verdicts(same) == {"unchanged": 1}
    rows[1][rows[0].index("库存")] = 3
    [line] = upload(browser, workbook(rows[1:], headings=rows[0], title="", units=None)).checked
    assert line["verdict"] == "wrong"
    assert line["errors"] == {"name": [f"{row.code} 目前为“已提交”，现在不能改动。"]}


def test_lines_end_on_a_page_as_in_a_workbook(browser, official):
    row = dossiers.draft_product(Actor.of(official), description="高山菜。\r\n脆甜。")
    rows = cells(browser.get(reverse("sheet-export", args=["product"])))
    assert rows[1][rows[0].index("产品特色")] == "高山菜。\n脆甜。"
    same = upload(browser, workbook(rows[1:], headings=rows[0], title="", units=None))
    assert [(line["code"], line["verdict"]) for line in same.checked] == [(row.code, "unchanged")]
