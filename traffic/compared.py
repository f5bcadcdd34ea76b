"""What other reports say beside what counts: compared, never added. Composed reads."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.db.models import Count, F, IntegerField, Max, QuerySet, Sum
from django.db.models.functions import Abs, Cast, Coalesce

from traffic.models import ComparedDay, Gap, Placement

if TYPE_CHECKING:
    from portal.accounts.models import User
    from portal.statements.models import Source


def percent_of(difference: int, counted: int) -> Decimal | None:
    """A difference in percent of what counts, one decimal; None where nothing counts."""
    return (Decimal(100 * difference) / counted).quantize(Decimal("0.1")) if counted else None


def days(user: User) -> QuerySet[Any]:
    """What other reports say of placements' days, with what counts beside it."""
    return ComparedDay.objects.visible_to(user).select_related("source", "placement__source")


def compared(rows: QuerySet[Any]) -> QuerySet[Any]:
    """Compared days by placement and source: their number, what they add up to on these days, and
    the difference; the largest difference first."""
    return (
        rows.order_by()
        .values("placement", "source")
        .annotate(
            days=Count("pk"),
            total_said=Sum("said"),
            total_counted=Coalesce(Sum("counted"), 0),
            rounded=Max(Cast("approximate", IntegerField())),
            difference=F("total_said") - F("total_counted"),
            size=Abs(F("total_said") - F("total_counted")),
        )
        .order_by("-size", "placement", "source")
    )


def difference_of(gap: Gap) -> int:
    """What the compared report says more than what counts; below zero where it says less."""
    rows = ComparedDay.objects.filter(placement=gap.placement_id, source=gap.source_id)
    found = rows.aggregate(said=Sum("said", default=0), counted=Sum("counted", default=0))
    return int(found["said"] - found["counted"])


def gaps(user: User) -> QuerySet[Any]:
    """Gaps that somebody looks into, or looked into."""
    return Gap.objects.visible_to(user).select_related("placement", "source", "owner")


@dataclass(frozen=True)
class Pair:
    """One day of one other report beside what counts; `said` None where it says nothing."""

    said: int | None
    counted: int | None
    approximate: bool = False

    @property
    def difference(self) -> int | None:
        """What it says more; None where it says nothing."""
        return None if self.said is None else self.said - (self.counted or 0)

    @property
    def percent(self) -> Decimal | None:
        """The same in percent of what counts."""
        return None if self.difference is None else percent_of(self.difference, self.counted or 0)


@dataclass(frozen=True)
class Side:
    """One day of a placement: what counts, and what each other report says, in one order."""

    day: date
    counted: int | None
    pairs: list[Pair]


def side_by_side(placement: Placement, rows: Iterable[Any]) -> tuple[list[Source], list[Side]]:
    """The other reports of a placement and its days, newest first; one query besides `rows`."""
    said = {(row.source_id, row.date): row for row in rows}
    sources = sorted({row.source for row in said.values()}, key=lambda row: (row.name, row.pk))
    counted = dict(placement.days.order_by("date").values_list("date", "count"))
    found = []
    for day in sorted({*counted, *(day for _source, day in said)}, reverse=True):
        pairs = []
        for source in sources:
            row = said.get((source.pk, day))
            own = counted.get(day)
            pairs.append(Pair(row.said, own, row.approximate) if row else Pair(None, own))
        found.append(Side(day, counted.get(day), pairs))
    return sources, found
