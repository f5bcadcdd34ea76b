"""Composed reads of rural tourism."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from django.db.models import Max, Prefetch, Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal import clock
from portal.qualifications.rules import usable_on
from portal.regions.models import County, Town
from portal.submissions.enums import State
from portal.submissions.kinds import Fact
from portal.submissions.models import Submission, SubmissionQuerySet
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


def spot_unready(day: date) -> Q:
    """Dossiers of spots closed on a day: the rest of `rules.spot_readiness` in SQL."""
    return Q(kind="spot", spot__closed_until__gte=day)


def route_unready(day: date) -> Q:
    """Dossiers of routes with a stop that may not be promoted on a day: the rest of
    `rules.route_readiness` in SQL."""
    stops = RouteStop.objects.order_by().filter(
        ~Q(spot__submission__state=State.PUBLISHED)
        | Q(spot__closed_until__gte=day)
        | ~usable_on(day, of="spot__submission")
    )
    return Q(kind="route", pk__in=stops.values("route"))


def spot_open_on(days: Sequence[date], among: QuerySet[Any]) -> dict[int, tuple[bool, ...]]:
    """Of these dossiers the spots that are closed on some of the days, each with whether it is
    open, day by day; one query."""
    closed = Spot.objects.filter(pk__in=among, closed_until__gte=days[0])
    return _open_after(days, closed.order_by("pk").values_list("pk", "closed_until"))


def route_open_on(days: Sequence[date], among: QuerySet[Any]) -> dict[int, tuple[bool, ...]]:
    """The same of routes: open when the last of their closed stops is; one query."""
    closed = RouteStop.objects.filter(route__in=among, spot__closed_until__gte=days[0])
    until = closed.order_by().values_list("route").annotate(until=Max("spot__closed_until"))
    return _open_after(days, until.order_by("route"))


def _open_after(
    days: Sequence[date], closed: Iterable[tuple[int, Any]]
) -> dict[int, tuple[bool, ...]]:
    return {pk: tuple(day > until for day in days) for pk, until in closed}


def routes_with_stops() -> SubmissionQuerySet:
    """The dossiers of the same with their route and its stops, so that a list can say which are
    closed; two queries. They are counted by an index of dossiers.
    """
    through = RouteStop.objects.select_related("spot__submission").order_by("position")
    rows = Submission.objects.published().filter(kind="route")
    return rows.select_related("route", "county", "city").prefetch_related(
        Prefetch("route__stops", through)
    )


def has_closed_stop(route: Route) -> bool:
    """Whether visitors cannot go to one of the stops now; for routes read with their stops."""
    return any(stop_note(stop.spot) for stop in route.stops.all())


def stops(route: Route) -> QuerySet[RouteStop]:
    """The stops of a route in order, with their spots; one query."""
    return route.stops.select_related("spot__submission__county", "spot__submission__city")


def routes_through(spot: Spot) -> QuerySet[Route]:
    """Published routes that stop at a spot."""
    return routes().filter(stops__spot=spot)


def spots_named() -> QuerySet[Spot]:
    """Every spot as a stop is named."""
    return Spot.objects.select_related("submission__county")


def spots_for_route(*, kept: list[int]) -> QuerySet[Spot]:
    """Spots a route may stop at: published ones anywhere, and those it has already."""
    return spots_named().filter(Q(pk__in=spots()) | Q(pk__in=kept))


def spots_called(words: str) -> list[Spot]:
    """Spots of that code or name that are published or stand on some route; one query.

    Whether one may be a stop of a certain route is said by its form: what was taken offline stays
    where it is.
    """
    on_routes = RouteStop.objects.values("spot")
    rows = Spot.objects.filter(Q(pk__in=spots()) | Q(pk__in=on_routes))
    rows = rows.filter(Q(submission__code=words.upper()) | Q(name=words))
    return list(rows.select_related("submission").order_by("pk"))


def towns() -> dict[str, Town]:
    """Every town by its code; one query."""
    return {town.pk: town for town in Town.objects.all()}


def towns_for(*, county: County | None, kept: str | None) -> QuerySet[Town]:
    """Towns of the dossier's county, and the one that stands already."""
    return Town.objects.filter(Q(county=county) | Q(pk=kept)).order_by("code")


def closed_now() -> Q:
    """Dossiers of published spots that are closed today; the rule of `Spot.is_closed`."""
    return Q(kind="spot", state=State.PUBLISHED, spot__closed_until__gte=clock.today())


def closed_on_routes() -> Q:
    """Those among the closed spots at which a published route stops."""
    stops = RouteStop.objects.filter(route__submission__state=State.PUBLISHED)
    return closed_now() & Q(pk__in=stops.values("spot"))


def closed_note(spot: Spot) -> str:
    """“Closed until, because”, or nothing when the spot is open today."""
    if not spot.is_closed() or spot.closed_until is None:
        return ""
    return _("Closed until %(day)s: %(reason)s") % {
        "day": date_text(spot.closed_until),
        "reason": spot.closed_because,
    }


def stop_note(spot: Spot) -> str:
    """Why a route's visitors cannot go to a stop now: taken offline, or closed; else nothing."""
    if spot.submission.state != State.PUBLISHED:
        return _("Taken offline: please do not plan to go there.")
    return closed_note(spot)


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
        Fact("days", gettext_lazy("Number of days"), str(route.days) if route.days else ""),
        Fact("theme", gettext_lazy("Theme"), route.theme),
        Fact("stops", gettext_lazy("Stops"), names),
    ]
    return [line for line in lines if line.value]


def route_note(route: Route) -> str:
    """Which stops are closed or taken offline, for the record's page."""
    notes = [(stop.spot.name, stop_note(stop.spot)) for stop in stops(route)]
    return "；".join(f"{name} {note}" for name, note in notes if note)
