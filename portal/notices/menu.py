"""The menu entry of this room."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from portal.notices.rules import oversees
from portal.registry import MenuItem

if TYPE_CHECKING:
    from portal.accounts.actor import Actor


def message_menu(actor: Actor) -> Iterator[MenuItem]:
    """The message log, for those who look after it."""
    if oversees(actor):
        url = reverse("message-log")
        yield MenuItem(_("Message log"), url, url)
