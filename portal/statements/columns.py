"""Columns of the exported lists."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _

from portal.spreadsheet import Column

if TYPE_CHECKING:
    from portal.statements.models import Statement


def _state(row: Statement) -> str:
    from portal.statements.models import StatementState

    return str(StatementState(row.state).label)  # type: ignore[attr-defined]


STATEMENT_COLUMNS = (
    Column(_("Source"), 28, lambda row: row.source.name),
    Column(_("First day"), 12, lambda row: row.first_day),
    Column(_("Last day"), 12, lambda row: row.last_day),
    Column(_("Version"), 8, lambda row: row.version),
    Column(_("State"), 12, _state),
    Column(_("Replaced by version"), 12, lambda row: row.replaced_by_version),
    Column(_("Files"), 40, lambda row: "、".join(part.name for part in row.parts.all())),
    Column(_("Rows with figures"), 12, lambda row: sum(part.rows_data for part in row.parts.all())),
    Column(_("Rejected rows"), 12, lambda row: sum(part.rows_rejected for part in row.parts.all())),
    Column(_("Impressions"), 16, lambda row: row.totals.get("impressions")),
    Column(_("Plays"), 16, lambda row: row.totals.get("plays")),
    Column(_("Landed by"), 14, lambda row: str(row.landed_by) if row.landed_by else ""),
    Column(_("Landed at"), 20, lambda row: row.landed_at),
)
SOURCE_COLUMNS = (
    Column(_("Name"), 32, lambda row: row.name),
    Column(_("Short name"), 24, lambda row: row.key),
    Column(_("Platform"), 14, lambda row: row.get_platform_display()),
    Column(_("What names a row"), 18, lambda row: row.get_id_kind_display()),
    Column(_("Says totals"), 10, lambda row: _("Yes") if row.is_cumulative else _("No")),
    Column(_("Reports"), 10, lambda row: row.landed),
    Column(_("Last day covered"), 14, lambda row: row.last_covered),
    Column(_("reports expected until"), 14, lambda row: row.expected_until),
)


def rejected_columns(width: int) -> list[Column]:
    """File, row and reason, then the row's cells as they came."""
    return [
        Column(_("File"), 28, lambda row: row.part.name),
        Column(_("Row"), 8, lambda row: row.row),
        Column(_("Why it was rejected"), 60, lambda row: row.reason),
        Column(_("Rows it stands for"), 10, lambda row: row.rows),
        *cell_columns(width),
    ]


def cell_columns(width: int) -> list[Column]:
    """The cells of a row of a file as they came."""
    return [Column(_("Cell %(n)d") % {"n": n + 1}, 18, _cell(n)) for n in range(width)]


def _cell(n: int) -> Callable[[Any], str]:
    def value(row: Any) -> str:
        return row.cells[n] if n < len(row.cells) else ""

    return value
