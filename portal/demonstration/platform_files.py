"""The platform's reports as files: each layout as the platform writes it. Pure functions."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

import xlsxwriter

from portal.demonstration import simulator
from portal.demonstration.simulator import Work

Row = list[str | int]
# A tab behind an id keeps spreadsheets from reading it as a number.
TAB = "\t"


@dataclass(frozen=True)
class Table:
    """A report before it is written: heading, data rows, the total row."""

    heading: list[str]
    rows: list[Row]
    total: Row


def materials(works: Sequence[Work], day: date, *, percent: int = 100) -> Table:
    """素材日报: one row per work; `percent` of what was shown is left after a correction."""
    rows: list[Row] = []
    for work in works:
        count = simulator.shown(work, day) * percent // 100
        clicked = simulator.clicks(count, work.external_id)
        rate = f"{100 * clicked / count:.2f}" if count else "0.00"
        rows.append([day.isoformat(), work.external_id + TAB, work.name, count, clicked, rate])
    return Table(
        ["时间-天", "素材ID", "素材名称", "展示数", "点击数", "点击率%"],
        rows,
        ["总计", "-", "-", _sum(rows, 3), _sum(rows, 4), "-"],
    )


def works(shown: Sequence[Work], day: date) -> Table:
    """作品日报: one row per work, with plays."""
    rows: list[Row] = []
    for work in shown:
        count = simulator.shown(work, day)
        played = simulator.plays(count, work.external_id)
        rows.append([day.isoformat(), work.external_id + TAB, work.name, count, played])
    heading = ["日期", "作品ID", "作品标题", "曝光量", "播放量"]
    return Table(heading, rows, ["总计", "-", "-", _sum(rows, 3), _sum(rows, 4)])


def works_by_hour(shown: Sequence[Work], day: date) -> Table:
    """作品日报 by hour: up to 24 rows per work."""
    rows: list[Row] = []
    for work in shown:
        counts = simulator.by_hour(simulator.shown(work, day), work.external_id, day)
        for hour, count in enumerate(counts):
            played = simulator.plays(count, work.external_id)
            rows.append(
                [day.isoformat(), f"{hour:02d}", work.external_id + TAB, work.name, count, played]
            )
    heading = ["日期", "小时", "作品ID", "作品标题", "曝光量", "播放量"]
    return Table(heading, rows, ["总计", "-", "-", "-", _sum(rows, 4), _sum(rows, 5)])


def totals(shown: Sequence[Work], day: date, *, percent_of_first: int = 100) -> Table:
    """作品累计: what each work has reached by the end of a day; the day stands in the file's name
    alone. `percent_of_first` is left of the first one's after something was struck off."""
    rows: list[Row] = []
    for work in shown:
        count = simulator.reached(work, day) * (100 if rows else percent_of_first) // 100
        played = simulator.plays(count, work.external_id)
        rows.append([work.external_id + TAB, work.name, count, played])
    heading = ["作品ID", "作品标题", "曝光量", "播放量"]
    return Table(heading, rows, ["总计", "-", _sum(rows, 2), _sum(rows, 3)])


def joined(tables: Sequence[Table]) -> Table:
    """Several days of 作品日报 in one table, with the total of all."""
    rows = [row for table in tables for row in table.rows]
    return Table(tables[0].heading, rows, ["总计", "-", "-", _sum(rows, 3), _sum(rows, 4)])


def damaged(table: Table) -> Table:
    """The same with three rows that somebody spoiled in a spreadsheet; the total row knows them."""
    rows = [list(row) for row in table.rows]
    rows[1][1] = "7.28E+18"
    rows[3][3] = "-120"
    rows[5][1] = ""
    return Table(table.heading, rows, table.total)


def _sum(rows: Sequence[Row], place: int) -> int:
    return sum(int(row[place]) for row in rows)


def utf8(table: Table) -> bytes:
    """Comma-separated, with the mark that makes spreadsheets read UTF-8."""
    return _csv(table).encode("utf-8-sig")


def gbk(table: Table) -> bytes:
    """Comma-separated in the encoding of older Chinese programs."""
    return _csv(table).encode("gbk")


def xlsx(table: Table) -> bytes:
    """A workbook, with ids as text."""
    data = io.BytesIO()
    book = xlsxwriter.Workbook(data, {"in_memory": True, "strings_to_urls": False})
    # Its own date of making would make the same report another file each time.
    book.set_properties({"created": datetime(2023, 9, 23)})  # noqa: DTZ001 - written as it stands
    sheet = book.add_worksheet("数据")
    for number, row in enumerate([table.heading, *table.rows, table.total]):
        sheet.write_row(number, 0, [c.strip() if isinstance(c, str) else c for c in row])
    book.close()
    return data.getvalue()


def _csv(table: Table) -> str:
    text = io.StringIO()
    csv.writer(text, lineterminator="\r\n").writerows([table.heading, *table.rows, table.total])
    return text.getvalue()


Write = Callable[[Table], bytes]
