"""Every form in which a report comes, through the page: shown, landed, counted."""

from __future__ import annotations

import gzip
import io
import json

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from django.urls import reverse

from portal.statements.models import Part
from tests.statements.pages import land, show, upload, words, written
from tests.statements.reading.files import html_bytes, xls_bytes, xlsx_bytes
from tests.traffic import world
from tests.traffic.world import DAY, ID

pytestmark = pytest.mark.django_db
ROWS = [["时间-天", "素材ID", "展示数"], [str(DAY), ID, 100], [str(DAY), "无人认领", 5]]


def answer(rows):
    page = {"code": 0, "data": {"list": rows, "page_info": {"page": 1}}}
    return json.dumps(page, ensure_ascii=False).encode()


def parquet():
    table = pa.table({"日期": [DAY, DAY], "素材ID": [ID, "无人认领"], "展示数": [100, 5]})
    out = io.BytesIO()
    pq.write_table(table, out)
    return out.getvalue()


def text(delimiter=",", encoding="utf-8"):
    lines = (delimiter.join(map(str, row)) for row in ROWS)
    return "\r\n".join(lines).encode(encoding)


CELLS = "".join(f"<tr>{''.join(f'<td>{cell}</td>' for cell in row)}</tr>" for row in ROWS)
FILES = {
    "日报.xlsx": xlsx_bytes(ROWS),
    "日报.xls": xls_bytes(ROWS),
    "网页.xls": html_bytes(f"<table>{CELLS}</table>"),
    "日报.csv": text(encoding="gb18030"),
    "日报.tsv": text("\t"),
    "十六.csv": text("\t", "utf-16"),
    "接口.json": answer(
        [
            {"stat_time_day": str(DAY), "item_id": int(ID), "show_cnt": 100},
            {"stat_time_day": str(DAY), "item_id": "无人认领", "show_cnt": 5},
        ]
    ),
    "日报.parquet": parquet(),
}


@pytest.mark.parametrize("name", FILES)
def test_a_report_of_any_form_is_shown_and_counted(name, page, office):
    placement = world.placement(office)
    assert "曝光次数 0 105 105" in words(show(page, upload(FILES[name], name)))
    land(page, upload(FILES[name], name))
    assert placement.days.get().count == 100
    part = Part.objects.get()
    assert (part.rows_data, part.totals) == (2, {"impressions": 105})


def test_examples_of_each_kind_of_row_are_shown_with_their_numbers(page):
    below = f"\n\n填表人：张三\n总计,-,105\n{DAY},1.00449E+11,7\n"
    data = f"报表名称：作品日报\n{text().decode()}{below}"
    shown = show(page, upload(data.encode()))
    found = {
        each["label"]: [(row.row, row.cells) for row in each["rows"]]
        for each in shown.context["files"][0]["samples"]
    }
    assert found == {
        "数据行": [(3, [str(DAY), ID, "100"]), (4, [str(DAY), "无人认领", "5"])],
        "表头上方的说明行": [(1, ["报表名称：作品日报"])],
        "表头行": [(2, ["时间-天", "素材ID", "展示数"])],
        "合计行": [(7, ["总计", "-", "105"])],
        "备注或签字行": [(6, ["填表人：张三"])],
    }
    assert "合计行 7 总计 · - · 105" in words(shown)


def test_examples_name_the_sheet_that_is_not_read(page):
    def more(book, _sheet):
        book.add_worksheet("口径").write(0, 0, "截至次日")

    shown = show(page, upload(xlsx_bytes(ROWS, dress=more), "日报.xlsx"))
    assert "1 口径: 截至次日" in words(shown)


def test_an_answer_that_is_an_error_is_refused_with_what_the_platform_said(page):
    data = json.dumps({"code": 40105, "message": "<b>token已过期", "data": {}}).encode()
    answer = page.post(
        reverse("statement-land"),
        {
            "source": world.source().pk,
            "files": [upload(data, "接口.json")],
            "first_day": str(DAY),
            "last_day": str(DAY),
        },
    )
    assert "平台返回的提示“<b>token已过期”" in " ".join(answer.context["form"].errors["files"])
    assert "<b>token" not in answer.content.decode()


HARMFUL = {
    "深.json": (b'[{"a":' + b"[" * 200_000, "已损坏或内容过大"),
    "宽.csv": (b"a," * 300_000, "使用范围过大"),
    "包.csv.gz": (gzip.compress(b"event_time,content_id,kind\n" + b"a" * (40 << 20)), "已损坏"),
    "包.xlsx": (b"PK\x03\x04" + bytes(200), "已损坏"),
    "破.parquet": (b"PAR1" + bytes(200) + b"PAR1", "已损坏"),
    "图.csv": (b"\x89PNG\r\n\x1a\n", "PNG"),
}


@pytest.mark.parametrize("name", HARMFUL)
def test_a_harmful_file_is_refused_on_the_page_and_the_next_one_is_taken(name, page, office):
    data, sentence = HARMFUL[name]
    before = written()
    answer = show(page, upload(data, name))
    assert answer.status_code == 200
    assert sentence in " ".join(answer.context["form"].errors["files"])
    assert written() == before
    # Whoever read it reads on.
    assert "曝光次数 0 105 105" in words(show(page, upload(text())))


def test_sums_beyond_all_bounds_are_rejected_with_their_row(page):
    data = f"日期,素材ID,展示数\n{DAY},{ID},{'9' * 300_000}\n{DAY},{ID},5\n".encode()
    answer = show(page, upload(data))
    assert "曝光次数 0 5 5" in words(answer)
    assert len(answer.content) < 200_000
