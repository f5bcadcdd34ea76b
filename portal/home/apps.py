from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from portal.accounts.actor import Actor
    from portal.registry import Link, MenuItem


class HomeConfig(AppConfig):
    name = "portal.home"
    label = "home"
    verbose_name = _("Home")

    def ready(self) -> None:
        """Offer the programme board and the effect to who may read them."""
        from portal import registry

        registry.register_menu(menu)
        registry.register_links(links)


def menu(actor: Actor) -> Iterator[MenuItem]:
    """The programme board for the province's roles and for officials; the effect for them, and
    for merchants and creators."""
    from django.urls import reverse

    from portal.home.rules import may_read_board, may_read_effect
    from portal.registry import MenuGroup, MenuItem

    if may_read_board(actor):
        url = reverse("programme")
        yield MenuItem(
            _("Programme board"), url, url, _("Outcomes, actions, calendar; prints on one sheet.")
        )
    if may_read_effect(actor):
        url = reverse("effect")
        yield MenuItem(
            _("Effect"),
            url,
            url,
            _("From impressions to orders and check-ins, on one line."),
            # Who has the traffic board finds deliveries below it.
            more=() if may_read_board(actor) else (reverse("region-deliveries"),),
            group=MenuGroup.TRAFFIC,
        )


def links(actor: Actor) -> Iterator[Link]:
    """The same among what the reader may do."""
    from portal.registry import Link

    for item in menu(actor):
        yield Link(item.label, item.url, item.hint)
