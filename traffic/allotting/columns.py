"""Columns of the workbooks of this room."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.ledger.models import Account
from portal.spreadsheet import Column
from traffic.allotting import reading
from traffic.allotting.statement import Statement, lines
from traffic.queries import action_label


def template_columns() -> list[Column]:
    """What is filled in, and beside it what helps to."""
    return [
        Column(reading.LABELS["code"], 14, lambda row: row[0]),
        Column(gettext_lazy("Name"), 36, lambda row: row[1]),
        Column(reading.LABELS["county"], 16, lambda row: row[2]),
        Column(gettext_lazy("Holds now"), 18, lambda row: row[3]),
        Column(reading.LABELS["amount"], 18, lambda row: row[4]),
        Column(reading.LABELS["reason"], 40, lambda row: row[5]),
        Column(reading.LABELS["source"], 18, lambda row: row[6]),
    ]


def template_rows(top: Account, below: Iterator[Account]) -> Iterator[list[Any]]:
    """A row that explains, then one for each account below."""
    yield [
        _("How to fill in") + _(": ") + _("one row for each account; leave the others as they are"),
        "",
        "",
        "",
        _("5000000 or 500万"),
        _("It stays in the ledger for ever."),
        _("Empty: from %(code)s, %(name)s, which holds %(balance)s")
        % {
            "code": reading.code_of(top),
            "name": action_label(top),
            "balance": f"{top.balance:,}",
        },
    ]
    for row in below:
        place = row.county.name if row.county else ""
        yield [reading.code_of(row), action_label(row), place, row.balance, "", "", ""]


def statement_columns(*, shows_who: bool) -> list[Column]:
    """The lines of a statement; rows are sequences."""
    columns = [
        Column(_("When"), 20),
        Column(_("Counter-account"), 30),
        Column(_("Reason"), 40),
        Column(_("In"), 16),
        Column(_("Out"), 16),
        Column(_("Holds then"), 18),
    ]
    return [*columns, Column(_("Who"), 16)] if shows_who else columns


def statement_rows(found: Statement, *, shows_who: bool) -> Iterator[list[Any]]:
    """Opening balance, each transfer, closing balance."""
    blank = [""] if shows_who else []
    yield [found.first_day or "", _("Opening balance"), "", "", "", found.opening, *blank]
    for row, other in lines(found):
        who = [str(row.user) if row.user else _("the system")] if shows_who else []
        name = action_label(other)
        yield [row.at, name, row.reason, row.came, row.went, row.held, *who]
    sums = [found.came, found.went, found.closing]
    yield [found.last_day or "", _("Closing balance"), "", *sums, *blank]
