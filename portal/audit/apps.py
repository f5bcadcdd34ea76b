from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from portal.audit.rules import Reader
    from portal.registry import Link, MenuItem


class AuditConfig(AppConfig):
    """The record's room: plugs the auditor's list into the menu."""

    name = "portal.audit"
    label = "audit"
    verbose_name = _("Audit record")

    def ready(self) -> None:
        """Register with the menu."""
        from portal import registry

        registry.register_menu(menu)
        registry.register_links(links)


def menu(actor: Reader) -> Iterator[MenuItem]:
    """Show the record to those who may read it."""
    from django.urls import reverse

    from portal.audit.rules import may_read
    from portal.registry import MenuGroup, MenuItem

    if may_read(actor):
        address = reverse("audit-list")
        yield MenuItem(_("Audit record"), address, address, group=MenuGroup.CARE)


def links(actor: Reader) -> Iterator[Link]:
    """Read the record."""
    from django.urls import reverse

    from portal.audit.rules import may_read
    from portal.registry import Link

    if may_read(actor):
        yield Link(_("Audit record"), reverse("audit-list"), _("Who did what, and when."))
