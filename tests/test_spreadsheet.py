import io
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.utils import translation
from django.utils.translation import gettext_lazy
from python_calamine import CalamineWorkbook

from portal.spreadsheet import CONTENT_TYPE, Column, write_xlsx, xlsx_response


def read(data: bytes) -> dict[str, list[list[object]]]:
    book = CalamineWorkbook.from_filelike(io.BytesIO(data))
    return {name: book.get_sheet_by_name(name).to_python() for name in book.sheet_names}


def written(rows: list[list[object]], **options: object) -> dict[str, list[list[object]]]:
    target = io.BytesIO()
    columns = [f"c{n}" for n in range(max(map(len, rows)))]
    write_xlsx(target, columns, rows, **options)
    return read(target.getvalue())


def test_text_stays_text():
    texts = [
        "=1+1",
        '=HYPERLINK("http://x")',
        "+1",
        "-1",
        "@SUM(A1)",
        "http://example.com",
        "0012",
        "440232199001010018",
        "{=1}",
        "1.2万",
        "多行\n文本",
    ]

    assert written([texts])["Sheet1"][1] == texts


def test_numbers_stay_numbers_until_a_cell_would_round_them():
    row = [0, -5, 999_999_999_999_999, 10**15, -(10**15), 7386532123456789012, Decimal("12.50"),
           1.5, Decimal("1234567890.1234567"), float("nan"), Decimal("Infinity")]  # fmt: skip

    assert written([row])["Sheet1"][1] == [
        0, -5, 999_999_999_999_999, "1000000000000000", "-1000000000000000",
        "7386532123456789012", 12.5, 1.5, "1234567890.1234567", "nan", "Infinity",
    ]  # fmt: skip


def test_days_are_days_and_moments_are_those_of_shanghai():
    row = [
        date(2023, 10, 23),
        datetime(2023, 10, 22, 23, 30, 15, 999_999, tzinfo=UTC),
        date(1899, 12, 31),
    ]

    assert written([row])["Sheet1"][1] == [
        date(2023, 10, 23),
        datetime(2023, 10, 23, 7, 30, 15),  # noqa: DTZ001 (a sheet has no zones)
        "1899-12-31",
    ]


def test_truth_nothing_and_translated_text_are_words():
    with translation.override("en"):
        row = written([[True, False, None, "", gettext_lazy("Yes"), "end"]])["Sheet1"][1]

    assert row == ["Yes", "No", "", "", "Yes", "end"]


def test_what_xml_cannot_hold_is_dropped_and_what_a_cell_cannot_hold_is_cut_visibly():
    row = written([["a\0b\x0bc\ud800d\ufffee", "长" * 40_000]])["Sheet1"][1]

    assert row == ["abcde", "长" * 32_766 + "…"]


def test_what_one_sheet_cannot_hold_goes_on_in_the_next_under_the_same_heading():
    sheets = written([[1], [2], [3], [4], [5]], rows_per_sheet=2, title="名单")

    assert sheets == {
        "名单": [["c0"], [1], [2]],
        "名单 2": [["c0"], [3], [4]],
        "名单 3": [["c0"], [5]],
    }


def test_a_list_without_rows_is_its_heading():
    target = io.BytesIO()

    assert write_xlsx(target, ["名称", Column("编码", width=20)], [], title="a/b:c") == 0
    assert read(target.getvalue()) == {"a b c": [["名称", "编码"]]}


# Closing a response lets Django look after its connections.
@pytest.mark.django_db
def test_the_response_is_a_download_under_a_chinese_name():
    response = xlsx_response("特色商品.xlsx", ["名称"], [["乳源彩石"]])

    assert response["Content-Type"] == CONTENT_TYPE
    assert response["Content-Disposition"] == (
        "attachment; filename*=utf-8''%E7%89%B9%E8%89%B2%E5%95%86%E5%93%81.xlsx"
    )
    assert response["Cache-Control"] == "private, no-store"
    assert read(b"".join(response.streaming_content)) == {"Sheet1": [["名称"], ["乳源彩石"]]}
    response.close()


def test_a_column_may_say_how_to_read_its_cell():
    target = io.BytesIO()
    columns = [("名称", lambda row: row["name"]), Column("数量", value=lambda row: row["count"])]

    assert write_xlsx(target, columns, [{"name": "乳源彩石", "count": 3}]) == 1
    assert read(target.getvalue()) == {"Sheet1": [["名称", "数量"], ["乳源彩石", 3]]}


@pytest.mark.django_db
def test_a_name_without_its_ending_gets_it():
    response = xlsx_response("list", ["c"], [])

    assert response["Content-Disposition"] == 'attachment; filename="list.xlsx"'
    response.close()
