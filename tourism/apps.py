from typing import TYPE_CHECKING

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from portal.submissions.kinds import Kind


class TourismConfig(AppConfig):
    """The second action: rural tourism (乡村文旅 · 山里DOU是好风光)."""

    name = "tourism"
    label = "tourism"
    verbose_name = _("Rural tourism")

    def ready(self) -> None:
        """Plug spots and routes into the house."""
        from django.urls import reverse_lazy

        from portal import registry
        from portal.submissions import kinds
        from tourism import board

        board.register()
        kinds.register(_spot())
        kinds.register(_route())
        entry = registry.MenuItem(
            _("Spots and routes"),
            reverse_lazy("spots"),
            reverse_lazy("spots"),
            hint=_("Sights, inns and food in the villages, and routes that join them."),
            more=("/routes/",),
            group=registry.MenuGroup.ACTIONS,
        )
        registry.register_menu(lambda actor: [entry])


def _spot() -> "Kind":
    from portal.submissions.kinds import Kind
    from tourism import moves, queries, rules
    from tourism.forms import SpotForm
    from tourism.models import Spot

    return Kind(
        code="spot",
        action="tourism",
        prefix="JD",
        label=_("Spot"),
        model=Spot,
        form=SpotForm,
        moves=moves.SPOT_MOVES,
        may_file=rules.may_file_spot,
        facts=queries.spot_facts,
        readiness=rules.spot_readiness,
        note=queries.closed_note,
        live_fields=(
            "closed_until",
            "closed_because",
            "opening_hours",
            "contact_name",
            "contact_phone",
        ),
        public_url="spot",
    )


def _route() -> "Kind":
    from portal.submissions.kinds import Kind
    from tourism import moves, queries, rules
    from tourism.forms import RouteForm
    from tourism.models import Route

    return Kind(
        code="route",
        action="tourism",
        prefix="XL",
        label=_("Route"),
        model=Route,
        form=RouteForm,
        moves=moves.ROUTE_MOVES,
        may_file=rules.may_file_route,
        facts=queries.route_facts,
        readiness=rules.route_readiness,
        ready_beside=("stops__spot__submission",),
        rests_on=rules.spots_behind,
        note=queries.route_note,
        public_url="route",
    )
