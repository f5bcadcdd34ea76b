"""Composed reads of rural tourism."""

from __future__ import annotations

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.regions.models import County, Town
from portal.submissions.kinds import Fact
from portal.templatetags.figures import date_text
from tourism.models import Route, RouteStop, Spot


def spots() -> QuerySet[Spot]:
    """Published spots with their county; one query."""
    return Spot.objects.published().select_related(
        "submission__county", "submission__city", "submission__organisation", "town"
    )


def routes() -> QuerySet[Route]:
    """Published routes with their county; one query."""
    return Route.objects.published().select_related("submission__county", "submission__city")


def stops(route: Route) -> QuerySet[RouteStop]:
    """The stops of a route in order, with their spots; one query."""
    return route.stops.select_related("spot__submission__county", "spot__submission__city")


def routes_through(spot: Spot) -> QuerySet[Route]:
    """Published routes that stop at a spot."""
    return routes().filter(stops__spot=spot)


def spots_for_route(*, kept: list[int]) -> QuerySet[Spot]:
    """Spots a route may stop at: published ones anywhere, and those it has already."""
    return Spot.objects.filter(Q(pk__in=spots()) | Q(pk__in=kept)).select_related(
        "submission__county"
    )


def towns_for(*, county: County | None, kept: str | None) -> QuerySet[Town]:
    """Towns of the dossier's county, and the one that stands already."""
    return Town.objects.filter(Q(county=county) | Q(pk=kept)).order_by("code")


def closed_note(spot: Spot) -> str:
    """“Closed until, because”, or nothing when the spot is open today."""
    if not spot.is_closed() or spot.closed_until is None:
        return ""
    return _("Closed until %(day)s: %(reason)s") % {
        "day": date_text(spot.closed_until),
        "reason": spot.closed_because,
    }


def spot_facts(spot: Spot) -> list[Fact]:
    """What a brief or a public page says of the spot, empty lines left out."""
    lines = [
        Fact("category", gettext_lazy("Category"), spot.get_category_display()),
        Fact("address", gettext_lazy("Address"), f"{spot.town or ''}{spot.address}"),
        Fact("hours", gettext_lazy("Opening hours"), spot.opening_hours),
        Fact("transport", gettext_lazy("How to get there"), spot.transport),
        Fact(
            "capacity",
            gettext_lazy("Visitors a day at most"),
            str(spot.capacity) if spot.capacity else "",
        ),
    ]
    return [line for line in lines if line.value]


def route_facts(route: Route) -> list[Fact]:
    """What a brief says of the route."""
    names = " → ".join(stop.spot.name for stop in stops(route))
    lines = [
        Fact("days", gettext_lazy("Days"), str(route.days) if route.days else ""),
        Fact("theme", gettext_lazy("Theme"), route.theme),
        Fact("stops", gettext_lazy("Stops"), names),
    ]
    return [line for line in lines if line.value]


def route_note(route: Route) -> str:
    """Which stops are closed, for the record's page."""
    return "；".join(
        f"{stop.spot.name} {closed_note(stop.spot)}"
        for stop in stops(route)
        if closed_note(stop.spot)
    )
