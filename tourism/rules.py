"""Who may file spots and routes, and when they may be promoted."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from portal.accounts.actor import Actor
from portal.accounts.enums import Role
from portal.qualifications.rules import papers_valid
from portal.submissions.enums import State
from portal.verdict import YES, Verdict, no

if TYPE_CHECKING:
    from portal.submissions.models import Submission
    from tourism.models import Route, RouteStop, Spot


def may_file_spot(actor: Actor) -> Verdict:
    """County officials, and merchants for their organisation."""
    return YES if actor.has(Role.MERCHANT) else may_file_route(actor)


def may_file_route(actor: Actor) -> Verdict:
    """County officials."""
    official = actor.hat(Role.OFFICIAL)
    if official is not None and official.county_id:
        return YES
    return no(_("Routes and spots are filed by county offices."))


def spot_readiness(spot: Spot, day: date) -> Verdict:
    """Whether the spot may be promoted on `day`: published, not closed, its papers valid."""
    return _is_open(spot, day) & papers_valid([spot.submission], day)


def _is_open(spot: Spot, day: date) -> Verdict:
    if spot.submission.state != State.PUBLISHED:
        return no(_("The spot is not published."))
    if spot.is_closed(day):
        return no(_("The spot is closed."))
    return YES


def stops_of(route: Route) -> list[RouteStop]:
    """The stops with their spots and those's dossiers; one query unless they were read before."""
    stops = route.stops.all()
    if "stops" not in getattr(route, "_prefetched_objects_cache", {}):
        stops = stops.select_related("spot__submission")
    return list(stops)


def spots_behind(route: Route) -> list[Submission]:
    """The dossiers of the spots of a route: their papers count for it too."""
    return [stop.spot.submission for stop in stops_of(route)]


def route_readiness(route: Route, day: date) -> Verdict:
    """Whether the route may be promoted on `day`: published, every stop open, all papers valid."""
    if route.submission.state != State.PUBLISHED:
        return no(_("The route is not published."))
    spots = [stop.spot for stop in stops_of(route)]
    for spot in spots:
        verdict = _is_open(spot, day)
        if not verdict:
            return verdict
    return papers_valid([route.submission, *(spot.submission for spot in spots)], day)
