"""What became of the rows of statements, as the statements room shows it."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from django.db.models import Q, Sum
from django.urls import reverse

from portal.statements.models import Statement
from portal.statements.outcomes import Outcome, Share, Shares
from traffic.enums import Fate
from traffic.models import DayFate


def outcomes(statement: Statement) -> list[Outcome]:
    """What became of a statement's rows, by day and fate; one query."""
    waiting = f"{reverse('unmatched')}?source={statement.source_id}"
    return [
        Outcome(
            row.date,
            row.get_fate_display(),
            row.rows,
            row.impressions,
            row.plays,
            waiting if row.fate == Fate.UNMATCHED else "",
        )
        for row in DayFate.objects.filter(statement=statement).order_by("date", "fate")
    ]


def shares(statements: Collection[int], first_day: date, last_day: date) -> Shares:
    """How much of each day is unmatched; reports of sales are matched elsewhere. One query."""
    lost = Q(fate=Fate.UNMATCHED)
    rows = (
        DayFate.objects.filter(statement__in=statements, date__gte=first_day, date__lte=last_day)
        .exclude(fate=Fate.SALES)
        .order_by()
        .values("statement", "date")
        .annotate(
            shown=Sum("impressions"),
            lost_shown=Sum("impressions", filter=lost, default=0),
            played=Sum("plays"),
            lost_played=Sum("plays", filter=lost, default=0),
        )
    )
    return {
        (row["statement"], row["date"]): Share(int(row["lost_shown"]), int(row["shown"]))
        if row["shown"]
        else Share(int(row["lost_played"]), int(row["played"]))
        for row in rows
    }
