"""The menu entry of this room."""

from __future__ import annotations

from collections.abc import Iterator

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from portal.accounts.actor import Actor
from portal.accounts.enums import Role
from portal.registry import Link, MenuGroup, MenuItem

READERS = (Role.ADMIN, Role.STAFF, Role.AUDITOR, Role.OFFICIAL, Role.MERCHANT)


def organisations_menu(actor: Actor) -> Iterator[MenuItem]:
    """“Organisations”, for everybody who has some to see."""
    if actor.has(*READERS):
        url = reverse("organisations")
        yield MenuItem(_("Organisations"), url, url, group=MenuGroup.CARE)


def organisation_links(actor: Actor) -> Iterator[Link]:
    """A merchant's own file; the files of a region for its officials."""
    if actor.has(Role.MERCHANT, Role.OFFICIAL):
        yield Link(
            _("Organisations"), reverse("organisations"), _("Papers and contact, typed once.")
        )
