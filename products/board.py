"""What the product pool puts on the programme board: 货."""

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
from products import queries
from products.sales import effect

if TYPE_CHECKING:
    from portal.accounts.actor import Actor


def register() -> None:
    """Plug figures, the part of the list they open, and orders as a stage into the house."""
    subsets.register(
        subsets.Subset("in-season", _("Published products in season"), queries.in_season_now)
    )
    subsets.register(
        subsets.Subset(
            "season-soon", _("Published products in season in 14 days"), queries.in_season_soon
        )
    )
    registry.register_figures(figures)
    effect.register()


def figures(actor: Actor) -> Iterable[registry.Figure]:
    """Products filed, published, and in season this month; two queries."""
    found = (
        submissions.dossiers(actor.person)
        .filter(kind="product")
        .aggregate(
            filed=Count("pk", filter=subsets.rows("filed")),
            published=Count("pk", filter=Q(state=State.PUBLISHED)),
            season=Count("pk", filter=subsets.rows("in-season")),
        )
    )
    for name, label, filters in (
        ("filed", _("Products filed"), {"only": "filed"}),
        ("published", _("Products published"), {"state": State.PUBLISHED}),
        ("season", _("In season this month"), {"only": "in-season"}),
    ):
        yield registry.Figure(
            label,
            registry.Group.GOODS,
            found[name],
            subsets.address(kind="product", **filters),
            pgettext_lazy("unit", "products"),
        )
