"""The acts on routes; filing and deciding are the dossier's."""

from __future__ import annotations

from django.db import transaction

from tourism.models import Route, RouteStop, Spot


@transaction.atomic
def set_stops(*, route: Route, spots: list[Spot]) -> None:
    """Make the route's stops these, in this order; called under the dossier's lock."""
    route.stops.all().delete()
    RouteStop.objects.bulk_create(
        RouteStop(route=route, spot=spot, position=position) for position, spot in enumerate(spots)
    )
