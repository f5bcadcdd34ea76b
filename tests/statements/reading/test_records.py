"""JSON of the platform's report API, and Parquet whose rows are a report."""

from __future__ import annotations

import io
import json
from datetime import UTC, date, datetime
from decimal import Decimal

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from portal.statements.reading import Unreadable, read
from portal.statements.reading.decode import decode
from tests.statements.reading.files import facts

DAY = date(2023, 10, 20)
LONG = 7390000000000000017
# The older shape: flat rows in data.list, whole numbers as numbers.
OLD = {
    "code": 0,
    "message": "OK",
    "data": {
        "list": [
            {
                "ad_id": LONG,
                "ad_name": "彩石萝卜",
                "stat_datetime": "2023-10-20 13:00:00",
                "show": 1200,
                "click": 7,
                "cost": 12.35,
                "convert": 1,
                "total_play": 800,
                "play_over": 30,
                "ctr": 0.58,
            },
            {"ad_id": 42, "stat_datetime": "2023-10-20 14:00:00", "show": 5, "cost": 0},
        ],
        "page_info": {"page": 1, "page_size": 2, "total_number": 4, "total_page": 2},
    },
    "request_id": "2023102013",
}
# The newer one: dimensions and metrics, all of them text, and the sums of all pages.
NEW = {
    "code": 0,
    "data": {
        "rows": [
            {
                "dimensions": {"stat_time_day": "2023-10-20", "project_id": str(LONG)},
                "metrics": {"stat_cost": "12.35", "show_cnt": "1200", "convert_cnt": "3"},
            }
        ],
        "total_metrics": {"stat_cost": "12.35", "show_cnt": "1200", "convert_cnt": "3"},
        "page_info": {"page": 1, "page_size": 100, "total_number": 1, "total_page": 1},
    },
}


def sent(*values, between="\n", **how):
    return between.join(json.dumps(value, ensure_ascii=False, **how) for value in values).encode()


def reading_of(data, **how):
    found = read(data, name="接口.json", **how)
    counted = found.partial.sum("rows") + len(found.rejected) + sum(found.ignored.values())
    assert found.rows_in == counted
    return found


def test_the_older_shape_of_the_api():
    found = reading_of(sent(OLD, indent=2), id_column="material_id")
    assert facts(found.partial) == [
        (str(LONG), DAY, 13, "clicks", 7, False),
        (str(LONG), DAY, 13, "conversions", 1, False),
        (str(LONG), DAY, 13, "cost", 1235, False),
        (str(LONG), DAY, 13, "impressions", 1200, False),
        (str(LONG), DAY, 13, "plays", 800, False),
        ("42", DAY, 14, "cost", 0, False),
        ("42", DAY, 14, "impressions", 5, False),
    ]
    assert found.unknown_headings == ["play_over"]
    assert not found.approximate


def test_the_newer_shape_of_the_api_with_its_own_sums():
    found = reading_of(sent(NEW), id_column="campaign_id")
    assert facts(found.partial) == [
        (str(LONG), DAY, None, "conversions", 3, False),
        (str(LONG), DAY, None, "cost", 1235, False),
        (str(LONG), DAY, None, "impressions", 1200, False),
    ]
    assert found.own_totals == {"cost": 1235, "impressions": 1200, "conversions": 3}
    assert found.ignored == {"heading": 1, "total": 1}


@pytest.mark.parametrize(
    "data",
    [
        sent(OLD, OLD),
        sent(OLD, OLD, between=""),
        sent(OLD, OLD, between=",\r\n"),
        sent([OLD, OLD]),
        sent(OLD["data"], OLD["data"]),
        sent(*OLD["data"]["list"], *OLD["data"]["list"]),
        sent([*OLD["data"]["list"], *OLD["data"]["list"]]),
        b"\xef\xbb\xbf" + sent(OLD, OLD),
        sent(OLD, OLD).decode().encode("utf-16"),
        sent(OLD, OLD).decode().encode("gb18030"),
    ],
)
def test_pages_in_one_file_lines_and_bare_rows(data):
    found = reading_of(data, id_column="material_id")
    assert found.totals["impressions"] == 2410
    assert found.partial.sum("rows") == 4


def test_the_sums_of_each_page_are_the_same_and_said_once():
    found = reading_of(sent(NEW, NEW))
    assert found.totals["impressions"] == 2400
    assert found.own_totals["impressions"] == 1200


IDS = [
    (str(LONG), str(LONG)),
    (f'"{LONG}"', str(LONG)),
    ("18446744073709551615", "18446744073709551615"),
    ("12345.0", "12345"),
]


@pytest.mark.parametrize(("written", "kept"), IDS)
def test_ids_keep_every_digit(written, kept):
    data = f'[{{"item_id": {written}, "show_cnt": 5}}]'.encode()
    assert facts(reading_of(data).partial) == [(kept, None, None, "impressions", 5, False)]


@pytest.mark.parametrize("written", ["7.390000000000000017e18", "7390000000000000017.0", "1e17"])
def test_ids_that_went_through_a_double_are_rejected(written):
    data = f'[{{"item_id": {written}, "show_cnt": 5}}]'.encode()
    (row,) = reading_of(data).rejected
    assert "7.39" in str(row.reason) or "1e+17" in str(row.reason)
    assert row.impressions == 5


FIGURES = [
    ("5", [5]),
    ("5.0", [5]),
    ('"5"', [5]),
    ('"1.2万"', [12_000]),
    ("null", []),
    ('""', []),
    ("NaN", []),
    ('"-"', []),
]


@pytest.mark.parametrize(("written", "counts"), FIGURES)
def test_figures_as_an_api_writes_them(written, counts):
    data = f'[{{"item_id": "71", "show_cnt": {written}, "play_cnt": 1}}]'.encode()
    found = facts(reading_of(data).partial)
    assert [count for *_whose, metric, count, _about in found if metric == "impressions"] == counts


@pytest.mark.parametrize("written", ["true", "[1]", "Infinity", "-5", "1e400", "9" * 5000, "5.5"])
def test_what_is_no_count_rejects_its_row(written):
    data = f'[{{"item_id": "71", "show_cnt": {written}, "play_cnt": 1}}]'.encode()
    found = reading_of(data)
    assert (found.rows_rejected, found.partial.sum("rows")) == (1, 0)


def test_money_of_a_task_of_creators_is_in_thousandths():
    row = {"item_id": LONG, "ad_cost": 12_345_670, "play_cnt": 5, "finish_rate": 1234}
    found = reading_of(sent([row]))
    assert found.totals == {"plays": 5, "cost": 1_234_567}


@pytest.mark.parametrize(
    ("hour", "expected"), [("13", 13), ("2023-10-20 13:00:00", 13), ("13:00-13:59", 13)]
)
def test_hours_of_the_api(hour, expected):
    row = {"stat_time_day": "2023-10-20", "stat_time_hour": hour, "material_id": 7, "show_cnt": 1}
    assert facts(reading_of(sent([row])).partial)[0][1:3] == (DAY, expected)


NO_REPORTS = [
    (sent({"code": 40105, "message": "access_token已过期", "data": {}}), "answer", "已过期"),
    (sent({"code": 0, "data": {"list": [], "page_info": {"page": 1}}}), "no_rows", "没有数据行"),
    (sent({"code": 0, "data": {"list": None, "page_info": {"page": 1}}}), "no_rows", ""),
    (sent({"code": 0, "message": "OK", "data": {}}), "no_rows", ""),
    (b"[]", "no_rows", ""),
    (b"{}", "no_rows", ""),
    (sent(OLD, indent=1)[:-40], "json", "行"),
    (b'{"code": 0, "data": {"list": [{"show": 1,,}]}}', "json", "第 1 行"),
    (b'[{"a": 1}, 7]', "no_rows", ""),
    (b'{"a":' * 100_000, "damaged", ""),
    (sent([{f"列{n}": 1 for n in range(1001)}]), "too_many_cells", ""),
]


@pytest.mark.parametrize(("data", "code", "says"), NO_REPORTS)
def test_what_is_no_report_says_why(data, code, says):
    with pytest.raises(Unreadable) as caught:
        read(data, name="接口.json")
    assert (caught.value.code, says in str(caught.value)) == (code, True)


def test_text_that_begins_with_a_bracket_is_text():
    data = "[导出时间：2023-10-20]\n日期,素材ID,展示数\n2023-10-20,71,5\n".encode()
    assert reading_of(data).totals == {"impressions": 5}
    data = "{日期},素材ID,展示数\n2023-10-20,71,5\n".encode()
    assert decode(data, name="x.csv")[0].rows[1] == ["2023-10-20", "71", "5"]


def test_half_a_character_in_an_escape_stays_inert():
    data = rb'[{"item_title": "a\ud800b", "x\udfff": 1, "show_cnt": 5}]'
    assert facts(reading_of(data).partial)[0][0] == "a\ufffdb"


# --- Parquet ---------------------------------------------------------------------------------


def parquet(**columns):
    out = io.BytesIO()
    pq.write_table(pa.table(columns), out)
    return out.getvalue()


def test_parquet_whose_rows_are_a_report():
    data = parquet(
        日期=pa.array([DAY, DAY, None]),
        素材ID=pa.array([LONG, 42, 43]),
        展示数=pa.array([1200, None, 7]),
        消耗=pa.array([Decimal("12.35"), Decimal("0.00"), None]),
        点击率=pa.array([0.5, None, 1.0]),
        来源=pa.array(["抖音", "抖音", ""]),
    )
    found = reading_of(data, id_column="material_id")
    assert facts(found.partial) == [
        ("42", DAY, None, "cost", 0, False),
        (str(LONG), DAY, None, "cost", 1235, False),
        (str(LONG), DAY, None, "impressions", 1200, False),
    ]
    assert [row.row for row in found.rejected] == [4]
    assert found.unknown_headings == ["来源"]


def test_figures_of_pandas_are_missing_where_it_says_nan():
    data = parquet(素材ID=["71", "72"], 展示数=pa.array([5.0, float("nan")]), 播放量=[1, 2])
    found = reading_of(data)
    assert found.totals == {"impressions": 5, "plays": 3}


def test_moments_of_parquet_are_told_by_shanghais_clocks():
    moment = datetime(2023, 10, 20, 17, tzinfo=UTC)
    for kind, day, hour in (
        (pa.timestamp("ns", "UTC"), date(2023, 10, 21), 1),
        (pa.timestamp("ms", "America/New_York"), date(2023, 10, 21), 1),
        (pa.timestamp("us"), DAY, 17),
    ):
        written = moment if kind.tz else moment.replace(tzinfo=None)
        data = parquet(时间=pa.array([written], kind), 素材ID=["71"], 展示数=[5])
        assert facts(reading_of(data).partial)[0][1:3] == (day, hour)


def test_dictionaries_lists_and_columns_of_one_name_are_read():
    table = pa.table(
        [pa.array(["71", "71"]).dictionary_encode(), pa.array([5, 6]), pa.array([[1], [2]])],
        names=["素材ID", "展示数", "标签"],
    )
    out = io.BytesIO()
    pq.write_table(table, out)
    assert reading_of(out.getvalue()).totals == {"impressions": 11}


def test_parquet_cut_off_is_damaged():
    data = parquet(素材ID=["71"], 展示数=[5])
    for cut in (data[:20], data[:-1], data[:40] + bytes(20) + data[60:]):
        with pytest.raises(Unreadable) as caught:
            read(cut, name="x.parquet")
        assert caught.value.code == "damaged"
