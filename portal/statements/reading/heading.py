"""Stage 2: where the table is: its heading, its first row, and the period said above it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _

from portal.statements.reading import words
from portal.statements.reading.errors import Unreadable
from portal.statements.reading.figures import Number, parse_number
from portal.statements.reading.period import find_period
from portal.statements.reading.tables import Cell, Table, as_text, is_blank

# A heading stands near the top of its sheet.
SEARCHED = 200
# A heading says at least two things: what, and how much.
FEWEST = 2
# Headings listed to a person when none is known.
LISTED = 20


@dataclass(frozen=True)
class Heading:
    """The heading rows `first` to `last` (from 0) of a sheet; one label per column, or "".

    `factors` are those of a unit said for the whole sheet: money and counts.
    """

    sheet: int
    first: int
    last: int
    labels: tuple[str, ...]
    period: tuple[date, date] | None
    count_factor: Decimal = Decimal(1)
    money_factor: Decimal = Decimal(1)


@dataclass(frozen=True)
class _Candidate:
    """A row, or two, that may be the heading. Ordered by how well."""

    score: tuple[bool, bool, int]
    first: int
    last: int
    labels: tuple[str, ...]


def find_heading(
    tables: Sequence[Table],
    *,
    name: str = "",
    id_column: str | None = None,
    mapping: Mapping[str, str] | None = None,
) -> Heading:
    """Find the sheet and the rows that look most like a heading. `mapping` comes from `given`.

    A table that names the thing counted goes before a summary; visible sheets before hidden ones;
    else the first of equals. Raises: Unreadable with the headings found.
    """
    found: list[tuple[bool, tuple[bool, bool, int], int, _Candidate]] = []
    for number, table in enumerate(tables):
        best = _best(table, id_column, mapping or {})
        if best is not None:
            found.append((not table.hidden, best.score, -number, best))
    if not found:
        raise _unknown(tables, name)
    _visible, _score, minus_number, best = max(found, key=lambda each: each[:3])
    sheet = -minus_number
    above = tables[sheet].rows[: best.first]
    return Heading(
        sheet=sheet,
        first=best.first,
        last=best.last,
        labels=best.labels,
        period=find_period(_lines(above)),
        count_factor=_factor(above, words.COUNT_UNITS),
        money_factor=_factor(above, words.MONEY_UNITS),
    )


def _lines(above: Sequence[Sequence[Cell]]) -> list[str]:
    """What each cell says, line by line; a label that ends in a colon takes the next cell."""
    lines: list[str] = []
    for row in above:
        label = ""
        for cell in row:
            if is_blank(cell):
                continue
            text = label + as_text(cell).strip()
            label = text if text.endswith((":", "：")) else ""
            if not label:
                lines.extend(text.splitlines())
    return lines


def is_heading(row: Sequence[Cell], mapping: Mapping[str, str]) -> bool:
    """True for a row of words of which two or more, and most, are known headings."""
    if not _only_words(row):
        return False
    labels = [as_text(cell) for cell in row if not is_blank(cell)]
    known = sum(1 for label in labels if words.lookup(label, mapping))
    return known >= FEWEST and known * 2 >= len(labels)


def _only_words(row: Sequence[Cell]) -> bool:
    for cell in row:
        if is_blank(cell):
            continue
        if not isinstance(cell, str) or words.mark(cell) == "missing":
            return False
        number = parse_number(cell)
        if isinstance(number, Number):
            return False
    return True


def _best(table: Table, id_column: str | None, mapping: Mapping[str, str]) -> _Candidate | None:
    best: _Candidate | None = None
    for first, row in enumerate(table.rows[:SEARCHED]):
        if not _only_words(row) or all(is_blank(cell) for cell in row):
            continue
        for candidate in _candidates(table, first, id_column, mapping):
            if best is None or candidate.score > best.score:
                best = candidate
    return best


def _candidates(
    table: Table, first: int, id_column: str | None, mapping: Mapping[str, str]
) -> Iterator[_Candidate]:
    """The row alone; with the row below it when the two say more than either, or it has units."""
    row = table.rows[first]
    below = table.rows[first + 1] if first + 1 < len(table.rows) else []
    alone = [as_text(cell).strip() for cell in row]
    together = _joined(alone, below, mapping) if _only_words(below) else []
    score = _score(alone, id_column, mapping)
    if together and (both := _score(together, id_column, mapping)) is not None:
        under = _score([as_text(cell).strip() for cell in below], id_column, mapping)
        says_more = (score is None or both > score) and (under is None or both > under)
        if says_more or (both == score and _has_only_units(below)):
            yield _Candidate(both, first, first + 1, tuple(together))
    if score is not None:
        yield _Candidate(score, first, first, tuple(alone))


def _has_only_units(row: Sequence[Cell]) -> bool:
    said = [_unit(as_text(cell)) for cell in row if not is_blank(cell)]
    return bool(said) and all(unit in words.UNITS or unit == "%" for unit in said)


def _unit(text: str) -> str:
    return words.normalise(text).strip("()")


def _score(
    labels: Sequence[str], id_column: str | None, mapping: Mapping[str, str]
) -> tuple[bool, bool, int] | None:
    """(has the wanted id, has any id, known headings), or None for what is no heading."""
    fields = [field for label in labels if label and (field := words.lookup(label, mapping))]
    canonicals = {field.canonical for field in fields}
    if len(fields) < FEWEST or canonicals.isdisjoint(words.METRICS):
        return None
    named = not canonicals.isdisjoint(words.ID_COLUMNS)
    return id_column in canonicals, named, len(fields)


def _joined(top: Sequence[str], below: Sequence[Cell], mapping: Mapping[str, str]) -> list[str]:
    """Labels of a heading of two rows: 曝光 over 次数, 互动 over 点赞量, 展示量 over a unit row.

    A blank to the right of a label belongs to it when something stands under the blank: merged
    cells have a value in their first place only.
    """
    labels: list[str] = []
    over = ""
    for index in range(max(len(top), len(below))):
        upper = top[index] if index < len(top) else ""
        lower = as_text(below[index]).strip() if index < len(below) else ""
        over = upper or (over if lower else "")
        labels.append(_label(upper, over, lower, mapping))
    return labels


def _label(upper: str, over: str, lower: str, mapping: Mapping[str, str]) -> str:
    if not lower:
        return upper
    if upper and _unit(lower) in words.UNITS:
        return f"{upper}({_unit(lower)})"
    both = f"{over}{lower}"
    return both if over and words.lookup(both, mapping) else lower


def _factor(above: Sequence[Sequence[Cell]], units: Mapping[str, Decimal]) -> Decimal:
    """The factor of “单位：万次” or “单位：万元、次” above the heading, 1 without."""
    for row in above:
        for cell in row:
            said, colon, unit = words.normalise(as_text(cell)).strip("()").partition(":")
            if colon and said in {"单位", "计量单位", "unit"}:
                for part in re.split("[、,/;]", unit):
                    if part in units:
                        return units[part]
    return Decimal(1)


def guess_heading(tables: Sequence[Table]) -> Heading:
    """The row of words that is the widest, for want of a known heading; no labels without one."""
    rows = [
        (sheet, index, tuple(as_text(cell).strip() for cell in row))
        for sheet, table in enumerate(tables)
        for index, row in enumerate(table.rows[:SEARCHED])
        if _only_words(row)
    ]
    widest = max(rows, key=lambda each: sum(map(bool, each[2])), default=(0, 0, ()))
    sheet, index, labels = widest
    return Heading(sheet, index, index, labels, None)


def _unknown(tables: Sequence[Table], name: str) -> Unreadable:
    """List the words of the row that looks most like a heading, for want of a known one."""
    widest = [label[:30] for label in guess_heading(tables).labels if label][:LISTED]
    return Unreadable(
        "headings",
        _(
            "“{name}” has no heading row that is known: it needs a column of figures, such as "
            "impressions or plays, and a column that names the work, plan or product. Headings "
            "found: {headings}. Match these headings to fields, or export the report with its own "
            "headings; if they look garbled, save the file as .xlsx."
        ).format(name=name, headings="、".join(widest) or _("none found")),
    )
