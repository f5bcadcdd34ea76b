"""What rural tourism puts on the programme board: 景."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from django.db.models import Count, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portal import registry
from portal.submissions import queries as submissions
from portal.submissions import subsets
from portal.submissions.enums import State
from tourism import queries

if TYPE_CHECKING:
    from portal.accounts.actor import Actor


def register() -> None:
    """Plug figures, what needs attention and the parts of the list they open into the house."""
    subsets.register(subsets.Subset("closed", _("Spots closed now"), queries.closed_now))
    subsets.register(
        subsets.Subset("closed-stops", _("Closed spots on routes"), queries.closed_on_routes)
    )
    registry.register_figures(figures)
    registry.register_attention(attention)


def figures(actor: Actor) -> Iterable[registry.Figure]:
    """Spots and routes that are online, and spots closed now; two queries."""
    found = submissions.dossiers(actor.person).aggregate(
        spots=Count("pk", filter=Q(kind="spot", state=State.PUBLISHED)),
        routes=Count("pk", filter=Q(kind="route", state=State.PUBLISHED)),
        closed=Count("pk", filter=subsets.rows("closed")),
    )
    spots, routes = pgettext_lazy("unit", "spots"), pgettext_lazy("unit", "routes")
    for name, label, unit, filters in (
        ("spots", _("Spots published"), spots, {"kind": "spot", "state": State.PUBLISHED}),
        ("routes", _("Routes published"), routes, {"kind": "route", "state": State.PUBLISHED}),
        ("closed", _("Spots closed now"), spots, {"only": "closed"}),
    ):
        yield registry.Figure(
            label, registry.Group.PLACES, found[name], subsets.address(**filters), unit
        )


def attention(actor: Actor) -> Iterable[registry.Task]:
    """Closed spots that a published route still leads to; two queries."""
    rows = submissions.dossiers(actor.person).filter(subsets.rows("closed-stops"))
    yield registry.Task(
        _("Closed spots on published routes"), rows.count(), subsets.address(only="closed-stops")
    )
