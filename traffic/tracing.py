"""From a figure down to file and row: what a placement's day is made of."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from portal.lists import lines_context
from portal.spreadsheet import Column, xlsx_response
from portal.statements import queries as statements
from portal.statements import rules as reading_rules
from portal.statements import tracing
from portal.statements.columns import cell_columns
from portal.statements.labels import METRICS
from portal.templatetags.figures import date_text
from traffic import queries

if TYPE_CHECKING:
    from django.http.response import HttpResponseBase

    from portal.accounts.middleware import PortalRequest
    from portal.statements.models import Statement
    from traffic.models import Placement, PlacementDay

SORTS = {
    "": (gettext_lazy("File and row"), lambda row: (row.part.pk, row.row)),
    "count": (gettext_lazy("Largest figure"), lambda row: (-row.count, row.part.pk, row.row)),
}
ROW_COLUMNS = (
    Column(gettext_lazy("File"), 28, lambda row: row.part.name),
    Column(gettext_lazy("Row"), 8, lambda row: row.row),
    Column(gettext_lazy("Day"), 12, lambda row: row.day),
    Column(gettext_lazy("Hour"), 8, lambda row: row.hour),
    Column(gettext_lazy("Id"), 28, lambda row: row.external_id),
    Column(gettext_lazy("Figure"), 14, lambda row: row.count),
    Column(gettext_lazy("Rounded"), 10, lambda row: _("Yes") if row.approximate else _("No")),
)


@dataclass(frozen=True)
class Day:
    """A placement's day and the files that say it; `statement` None when none counts now.

    `is_behind`: it is to be added up again, so that the files may say something newer.
    """

    row: PlacementDay
    is_behind: bool
    statement: Statement | None
    files: list[tracing.TracedFile]

    @property
    def rows(self) -> list[tracing.TracedRow]:
        """The rows of all files that are shown."""
        return [row for file in self.files for row in file.rows]

    @property
    def agrees(self) -> bool:
        """Whether the files add up to the figure that stands."""
        return sum(file.count for file in self.files) == self.row.count


def day_of(placement: Placement, day: date) -> Day:
    """What a placement's day is made of. Raises: Http404 where nothing was delivered."""
    row = get_object_or_404(placement.days.all(), date=day)
    source = placement.source
    statement = statements.counting(source, day)
    own = placement.external_ids.filter(platform=source.platform, kind=source.id_kind)
    ids = set(own.order_by("pk").values_list("value", flat=True))
    files = list(tracing.trace(statement, ids, {day}, placement.metric)) if statement else []
    return Day(row, queries.days(only_open=True).filter(pk=day).exists(), statement, files)


def _asked(request: PortalRequest, pk: int, day: str) -> tuple[Placement, Day]:
    placement = get_object_or_404(queries.placements(request.user), pk=pk)
    try:
        return placement, day_of(placement, date.fromisoformat(day))
    except ValueError:
        raise Http404 from None


@require_safe
def placement_day(request: PortalRequest, pk: int, day: str) -> HttpResponse:
    """The rows of the platform's files that add up to one figure."""
    placement, found = _asked(request, pk, day)
    may_read = bool(reading_rules.may_read(request.actor))
    listed = lines_context(request, found.rows, sorts=SORTS)
    context = {
        "placement": placement,
        "found": found,
        "files": [file_of(file) for file in found.files],
        "corrections": queries.corrections(request.user).filter(
            placement=placement, date=found.row.date
        ),
        # Which report it is, and all else it says, is for those who read reports.
        "may_read": may_read,
        "crumbs": [
            (_("Home"), reverse("home")),
            (placement.name, placement.get_absolute_url()),
            (date_text(found.row.date), ""),
        ],
        "pages": listed.pop("page_obj"),
        **listed,
    }
    return render(request, "traffic/placement_day.html", context)


@require_safe
def placement_day_export(request: PortalRequest, pk: int, day: str) -> HttpResponseBase:
    """The same rows as a workbook."""
    _placement, found = _asked(request, pk, day)
    return rows_response(_("Rows behind a figure"), found.files)


def rows_response(name: str, files: list[tracing.TracedFile]) -> HttpResponseBase:
    """Rows of files as a workbook: what each says, then its cells as they came."""
    rows = [row for file in files for row in file.rows]
    width = max((len(row.cells) for row in rows), default=0)
    return xlsx_response(name, [*ROW_COLUMNS, *cell_columns(width)], rows)


def file_of(file: tracing.TracedFile) -> dict[str, Any]:
    """A file as pages show it; single events with their sums by hour and kind."""
    return {
        "part": file.part,
        "name": file.part.name,
        "count": file.count,
        "rows_said": file.rows_said,
        "shown": len(file.rows),
        "note": "" if file.shown == tracing.Shown.ALL else file.shown.label,
        "hours": list(_hours(file)) if file.is_events else [],
    }


def _hours(file: tracing.TracedFile) -> Iterator[dict[str, Any]]:
    """Every sum of single events, hour by hour; the rows themselves are the sum of all kinds."""
    known = sorted(file.by_hour.items(), key=lambda pair: (pair[0][0] or 0, pair[0][1]))
    for (hour, metric), count in known:
        if metric != "rows":
            yield {"hour": hour, "what": METRICS.get(metric, metric), "count": count}
