"""The menu entry of this room."""

from __future__ import annotations

from collections.abc import Iterator

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from portal.accounts.actor import Actor
from portal.accounts.rules import is_administrator
from portal.registry import Link, MenuGroup, MenuItem


def people_menu(actor: Actor) -> Iterator[MenuItem]:
    """“People”, for system administrators."""
    if is_administrator(actor):
        url = reverse("people")
        yield MenuItem(_("People"), url, url, group=MenuGroup.CARE)


def people_links(actor: Actor) -> Iterator[Link]:
    """Open accounts and give roles."""
    if is_administrator(actor):
        yield Link(_("People"), reverse("people"), _("Accounts and roles."))
