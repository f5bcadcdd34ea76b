"""What merchant growth puts on the programme board: 人."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from merchants import queries
from portal import registry

if TYPE_CHECKING:
    from portal.accounts.actor import Actor


def register() -> None:
    """Plug the figures into the board."""
    registry.register_figures(figures)


def figures(actor: Actor) -> Iterable[registry.Figure]:
    """Merchants with an approved application, each once, and the money approved; two queries."""
    url, found = reverse("subsidies-supported"), queries.support(actor.person)
    yield registry.Figure(
        _("Merchants supported"),
        registry.Group.PEOPLE,
        found.merchants,
        url,
        pgettext_lazy("unit", "merchants"),
    )
    yield registry.Figure(_("Subsidies approved"), registry.Group.PEOPLE, found.fen, url, fen=True)
