"""What keys and webhooks add to menus and tasks."""

from __future__ import annotations

from collections.abc import Iterator

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from portal.accounts.actor import Actor
from portal.accounts.rules import is_administrator
from portal.registry import Link, MenuGroup, MenuItem


def key_menu(actor: Actor) -> Iterator[MenuItem]:
    """“API keys”, for system administrators."""
    if is_administrator(actor):
        url = reverse("keys")
        yield MenuItem(
            _("API keys"), url, url, more=(reverse("webhook-log"),), group=MenuGroup.CARE
        )


def key_links(actor: Actor) -> Iterator[Link]:
    """Keys, for those who give them out."""
    if is_administrator(actor):
        yield Link(_("API keys"), reverse("keys"), _("Which outside systems read and write here."))
