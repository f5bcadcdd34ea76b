from typing import TYPE_CHECKING, Any

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from portal.accounts.actor import Actor
    from portal.submissions.forms import DossierForm


class MerchantsConfig(AppConfig):
    """The third action: merchant growth (商家发展)."""

    name = "merchants"
    label = "merchants"
    verbose_name = _("Merchant growth")

    def ready(self) -> None:
        """Plug subsidies into the house."""
        from django.urls import reverse_lazy

        from merchants import board, own, queries, rules
        from merchants.forms import ApplicationForm
        from merchants.models import Application
        from merchants.moves import APPLICATION_MOVES
        from portal import registry
        from portal.audit import acts
        from portal.submissions import kinds
        from portal.submissions.enums import State

        kinds.register(
            kinds.Kind(
                code="application",
                action="merchants",
                prefix="BT",
                label=_("Subsidy application"),
                model=Application,
                form=ApplicationForm,
                moves=APPLICATION_MOVES,
                may_file=rules.may_apply,
                facts=queries.facts,
                place=_place,
                note=queries.note,
                beside=("round__scheme",),
                words={State.APPROVED: _("Approved, to be paid")},
            )
        )
        entry = registry.MenuItem(
            _("Subsidies"),
            reverse_lazy("subsidies"),
            reverse_lazy("subsidies"),
            group=registry.MenuGroup.ACTIONS,
        )
        registry.register_menu(lambda actor: [entry] if actor.user is not None else [])
        own.register()
        board.register()
        acts.name(
            {
                "scheme.open": _("Subsidy scheme written"),
                "round.open": _("Subsidy round opened"),
            }
        )


def _place(form: "DossierForm", actor: "Actor") -> dict[str, Any]:
    """An application belongs to the organisation the form names, and to its county."""
    row = form.applicant  # type: ignore[attr-defined]
    return {"organisation": row, "county": row.county, "city": row.county.city}
