"""What was delivered within a reader's view, over all campaigns: sums of days, and the same one by
one."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING, Any

from django.db.models import QuerySet

from portal.accounts.scope import rows_of
from traffic import rules
from traffic.models import DaySum, Placement, PlacementDay

if TYPE_CHECKING:
    from portal.accounts.actor import Actor
    from portal.accounts.models import User
    from portal.stages import Cut


def region_sums(user: User) -> QuerySet[DaySum]:
    """The day sums of the counties `user` sees."""
    return DaySum.objects.filter(rows_of(user)).order_by()


# The filters of day sums by county and campaign; a delivery has the same on its placement.
PATHS = {
    "action": "campaign__action",
    "campaign": "campaign__code",
    "city": "county__city",
    "county": "county",
}


def narrowed(rows: Any, cut: Cut, *, at: str = "") -> Any:
    """Narrow day sums, or deliveries with `at` their placement, to what a cut asks for; only
    deliveries know a dossier."""
    wanted = {at + path: getattr(cut, name) for name, path in PATHS.items()}
    if at:
        wanted[f"{at}submission__code"] = cut.dossier
    return cut.days(rows.filter(**{path: value for path, value in wanted.items() if value}))


def delivered_to(actor: Actor, placements: Collection[int] | None = None) -> QuerySet[PlacementDay]:
    """The rows behind `region_sums`, one per placement and day; who has no region has those of
    the own dossiers.

    `placements` narrows them to what shows works of creators within the reader's view: who has no
    region sees how far the own works went, though the placement is somebody else's.
    """
    rows = PlacementDay.objects.select_related("placement__county", "placement__campaign")
    if placements is not None:
        rows = rows.filter(placement__in=placements)
    if rules.may_read_board(actor):
        return rows.filter(
            rows_of(actor.person, county="placement__county", city="placement__county__city")
        )
    if placements is not None:
        return rows
    return rows.filter(placement__in=Placement.objects.visible_to(actor.person).order_by())


def openable(user: User, among: Collection[int]) -> QuerySet[Any]:
    """The numbers of those placements whose page `user` may open."""
    found = Placement.objects.visible_to(user).filter(pk__in=among)
    return found.order_by("pk").values_list("pk", flat=True)
