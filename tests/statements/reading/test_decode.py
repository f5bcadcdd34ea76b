"""From bytes to tables."""

from __future__ import annotations

import io
import struct
import zipfile
from datetime import date, datetime, time

import pytest

from portal.statements.reading import Limits, Unreadable
from portal.statements.reading.decode import decode
from tests.statements.reading.files import csv_bytes, html_bytes, xls_bytes, xlsx_bytes

ROWS = [["日期", "名称", "曝光量"], ["2026-05-01", "英德红茶,礼盒", "1,200"], ["", "", ""]]
ENCODINGS = ["utf-8", "utf-8-sig", "utf-16", "gb18030", "gbk"]


def refusal(data: bytes, **limits: int) -> tuple[str, str]:
    with pytest.raises(Unreadable) as caught:
        decode(data, name="报表.csv", limits=Limits(**limits))
    assert str(caught.value) == caught.value.message
    return caught.value.code, caught.value.message


@pytest.mark.parametrize("delimiter", [",", "\t", ";"])
@pytest.mark.parametrize("encoding", ENCODINGS)
def test_text_in_every_encoding(encoding, delimiter):
    [table] = decode(csv_bytes(ROWS, encoding=encoding, delimiter=delimiter), name="x.csv")
    assert table.rows == ROWS


def test_rows_keep_the_numbers_a_spreadsheet_shows():
    data = '\n标题\r\n\r\n日期,"名\n称",曝光量\r1,2,3'.encode()
    [table] = decode(data, name="x.csv")
    assert table.rows == [[], ["标题"], [], ["日期", "名\n称", "曝光量"], ["1", "2", "3"]]


@pytest.mark.parametrize(
    ("text", "rows"), [("a,b", 1), ("a,b\n", 1), ("a,b\n\n", 2), ("a\n\n\nb\n", 4)]
)
def test_the_end_of_the_last_line_is_no_row(text, rows):
    [table] = decode(text.encode(), name="x.csv")
    assert len(table.rows) == rows


def test_thousands_commas_do_not_make_a_tab_file_one_of_commas():
    rows = [["名称", "曝光量"], ["a", "1,234,567"], ["b", "2,345,678"]]
    data = "\n".join("\t".join(row) for row in rows).encode("utf-16")
    assert decode(data, name="x.csv")[0].rows == rows


def test_a_quotation_mark_never_closed_is_named_with_its_place():
    data = b'a,b\n1,2\n"3,4\n5,6\n'
    code, message = refusal(data)
    assert code == "quote"
    assert message.startswith("“报表.csv”第 3 行（文件第 3 行）的引号没有配对")


def test_quotation_marks_inside_a_text_are_text():
    data = '名称,曝光量\n12" 屏,1\n"""好""茶",2\n'.encode()
    assert decode(data, name="x")[0].rows[1:] == [['12" 屏', "1"], ['"好"茶', "2"]]


def test_a_very_long_cell_is_read():
    data = csv_bytes([["名称", "曝光量"], ["长" * 200_000, "1"]])
    assert len(decode(data, name="x")[0].rows[1][0]) == 200_000


REFUSED = [
    (b"", "empty"),
    (b"\xef\xbb\xbf", "empty"),
    (b" \r\n\t\n", "empty"),
    (b"a,b\x00\n1,2", "binary"),
    (bytes(range(256)) * 4, "binary"),
    (b"\x01\x02\x03\x04abc", "binary"),
    (b"\xff\xfea", "encoding"),
    (b"\xef\xbb\xbf\xc8\xd5\xc6\xda", "encoding"),
    ("日期,曝光".encode() + b"\xff", "encoding"),
    (b"%PDF-1.7\n", "not_a_table"),
    (b"\x89PNG\r\n\x1a\n", "not_a_table"),
    (b"\xff\xd8\xff\xe0", "not_a_table"),
    (b"PK\x03\x04junk", "damaged"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1junk", "damaged"),
    (b"<html><body>404</body></html>", "not_a_table"),
    (b'<?xml version="1.0"?><Workbook><Table><Row/></Table></Workbook>', "not_a_table"),
]


@pytest.mark.parametrize(("data", "code"), REFUSED)
def test_what_is_no_table_is_refused_in_a_sentence(data, code):
    found, message = refusal(data)
    assert found == code
    assert message.startswith("“报表.csv”")
    assert message.endswith("。")
    assert "请" in message


def test_sheets_with_their_types():
    def dress(book, sheet):
        sheet.write_formula(3, 0, "=1+1", None, "")
        sheet.write_formula(3, 1, "=1/0", None, "#DIV/0!")
        sheet.merge_range(4, 0, 5, 0, "清远市")
        book.add_worksheet("说明").write(0, 0, "请勿修改表头")
        book.worksheets()[1].hide()

    rows = [
        [None, None],
        ["日期", "曝光量"],
        [datetime(2026, 5, 1, 13), 12.5],  # noqa: DTZ001 - a sheet's time
    ]
    first, second = decode(xlsx_bytes(rows, dress=dress), name="报表.xls")
    assert first.rows == [
        [None, None],
        ["日期", "曝光量"],
        [datetime(2026, 5, 1, 13), 12.5],  # noqa: DTZ001
        [None, None],
        ["清远市", None],
    ]
    assert first.merged == [(4, 0, 4, 0)]
    assert (second.name, second.hidden, second.rows) == ("说明", True, [["请勿修改表头"]])
    assert first.hidden is False


def test_truth_and_times_of_day_are_text():
    def dress(book, sheet):
        sheet.write_boolean(0, 0, True)
        sheet.write_datetime(0, 1, time(13), book.add_format({"num_format": "hh:mm"}))
        sheet.write_datetime(0, 2, date(2026, 5, 1), book.add_format({"num_format": "yyyy-mm-dd"}))

    [table] = decode(xlsx_bytes([], dress=dress), name="x")
    assert table.rows == [["TRUE", "13:00:00", date(2026, 5, 1)]]


def test_a_workbook_of_excel_97():
    rows = [["素材ID", "展示数"], ["7390000000000000001", 5.0], ["72", "1.2万"]]
    [table] = decode(xls_bytes(rows), name="报表.xlsx")
    assert (table.name, table.rows) == ("报表", rows)


def test_a_web_page_saved_as_xls():
    page = html_bytes(
        "<table><tr><th rowspan=2>名称</th><th colspan='2'>曝光</th></tr>"
        "<tr><td>次数<td>人数</tr>"
        "<tr><td>英德&amp;红茶<br>礼盒<td>1,200</td><td></td></tr></table>"
        "<script>var x = '<table>'</script><table><tr><td>说明</table>",
        encoding="gb2312",
    )
    first, second = decode(page, name="报表.xls")
    assert first.rows == [
        ["名称", "曝光", None],
        [None, "次数", "人数"],
        ["英德&红茶\n礼盒", "1,200", None],
    ]
    assert first.merged == [(0, 0, 1, 0), (0, 1, 0, 2)]
    assert second.rows == [["说明"]]


def test_limits_are_named_before_anything_is_cut_off():
    assert refusal(b"a,b\n" * 300_000, file_bytes=1 << 20)[0] == "too_large"
    assert refusal(b"a,b\n" * 11, rows=10)[0] == "too_many_rows"
    assert refusal(b"a," * 1001)[0] == "too_many_cells"
    assert refusal(xlsx_bytes([["a"]] * 11), rows=10)[0] == "too_many_rows"
    assert refusal(html_bytes("<table>" + "<tr><td>1" * 11), rows=10)[0] == "too_many_rows"
    assert refusal(html_bytes("<table><tr>" + "<td colspan=999>1" * 2))[0] == "too_many_cells"
    assert decode(b"a,b\n" * 10, name="x", limits=Limits(rows=10))[0].rows == [["a", "b"]] * 10


def test_a_cell_far_from_the_table_is_refused_before_the_area_is_laid_out():
    def dress(book, sheet):
        sheet.write(1_048_575, 900, "x")

    assert refusal(xlsx_bytes([["a"]], dress=dress))[0] == "too_many_cells"


def test_an_archive_that_unpacks_to_too_much_is_refused_unread():
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", bytes(3 << 20))
    assert refusal(out.getvalue(), unpacked_bytes=2 << 20)[0] == "too_many_rows"


def test_other_archives_are_refused():
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("报表.csv", "a,b")
    code, message = refusal(out.getvalue())
    assert code == "not_a_table"
    assert "压缩包" in message


# Places in a file of Excel 97 and what damage writes there.
HUNGRY = {
    "a table of sectors beyond the file": (76, 0x00FFFFFF),
    "a directory that leads back to itself": (512 + 4, 1),
}


@pytest.mark.parametrize("damage", sorted(HUNGRY))
def test_a_damaged_file_cannot_take_the_machines_memory(damage):
    place, value = HUNGRY[damage]
    data = bytearray(xls_bytes([["素材ID", "展示数"], ["71", 5.0]]))
    struct.pack_into("<I", data, place, value)
    code, message = refusal(bytes(data))
    assert code == "damaged"
    assert message.startswith("“报表.csv”打不开")


def test_merged_ranges_that_lie_on_each_other_are_damage():
    def dress(book, sheet):
        sheet.merge_range(0, 0, 1, 1, "x")

    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(xlsx_bytes([[1, 2], [3, 4]], dress=dress))) as archive,
        zipfile.ZipFile(out, "w") as other,
    ):
        for entry in archive.infolist():
            twice = archive.read(entry).replace(
                b'<mergeCell ref="A1:B2"/>', b'<mergeCell ref="A1:B2"/><mergeCell ref="A1:B2"/>'
            )
            other.writestr(entry, twice)
    assert refusal(out.getvalue())[0] == "damaged"


@pytest.mark.parametrize("cut", [100, 1000, 3000, -30])
def test_a_workbook_cut_off_is_damaged(cut):
    assert refusal(xlsx_bytes(ROWS)[:cut])[0] == "damaged"
