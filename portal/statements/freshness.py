"""For monitors: do the figures keep up with the days? Says numbers and days, never a name."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from django.apps import apps
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db.models import Min
from django.http import HttpRequest, JsonResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from portal import clock
from portal.jobs.models import ENDED, Work, WorkState
from portal.statements import days, queries
from portal.statements.models import DerivedDay, Source

# How far back the newest complete day is looked for.
LOOKED_BACK = timedelta(days=92)


@require_safe
@never_cache
@login_not_required
def freshz(request: HttpRequest) -> JsonResponse:
    """200 while every source sends as it does and days are added up in time, else 503."""
    found = _freshness()
    stale = found["sources_late"] > 0 or found["days_overdue"] > 0
    return JsonResponse(
        {"status": "stale" if stale else "ok", **found}, status=503 if stale else 200
    )


def _freshness() -> dict[str, Any]:
    """What is told; the same number of queries whatever there is."""
    rows = queries.expecting(Source.objects.order_by("pk")).filter(latest_last__isnull=False)
    sources = list(rows)
    behind = _behind()
    return {
        "newest_complete_day": _newest_complete(sources, behind),
        "sources": len(sources),
        "sources_late": sum(map(queries.is_late, sources)),
        "days_behind": len(behind),
        "days_overdue": _overdue(behind),
    }


def _behind() -> set[date]:
    """Days of any room's figures that are to be added up again; one query for each such table."""
    tables = [model for model in apps.get_models() if issubclass(model, DerivedDay)]
    return {day for model in tables for day in days.behind(model)}


def _overdue(behind: set[date]) -> int:
    """Days that wait longer than they should: their open work was asked for too long ago, or
    stopped and waits for a person."""
    keys = [day.isoformat() for day in behind]
    open_ = Work.objects.filter(key__in=keys, payload__has_key="day")
    asked = open_.exclude(state__in=set(ENDED) - {WorkState.PARKED})
    since: dict[str, datetime] = dict(
        asked.order_by().values_list("key").annotate(since=Min("asked_at"))
    )
    # Work runs on real time, whatever day the programme has.
    latest = timezone.now() - timedelta(minutes=settings.DAY_CLOSED_WITHIN_MINUTES)
    return sum(moment < latest for moment in since.values())


def _newest_complete(sources: list[Any], behind: set[date]) -> date | None:
    """The newest day on which every source that has begun counts, and whose figures stand."""
    last = clock.today()
    first = last - LOOKED_BACK
    rows = queries.countable().filter(last_day__gte=first).order_by("pk")
    covered: dict[int, set[date]] = {row.pk: set() for row in sources}
    for source, begins, ends in rows.values_list("source", "first_day", "last_day"):
        own = covered.setdefault(source, set())
        own.update(clock.days_between(max(begins, first), min(ends, last)))
    spans = {row.pk: (row.begins, row.expected_until or last) for row in sources}
    for day in reversed(clock.days_between(first, last)):
        expected = [pk for pk, (begins, ends) in spans.items() if begins <= day <= ends]
        if expected and day not in behind and all(day in covered[pk] for pk in expected):
            return day
    return None
