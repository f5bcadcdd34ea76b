"""Columns of the exported lists."""

from __future__ import annotations

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from portal.spreadsheet import Column

KEY_COLUMNS = (
    Column(_("Name"), 28, lambda row: row.name),
    Column(_("Begins with"), 16, lambda row: row.prefix),
    Column(_("Acts for"), 16, lambda row: str(row.owner)),
    Column(_("What it may do"), 40, lambda row: gettext(", ").join(row.scope_words)),
    Column(_("Where"), 20, lambda row: row.region_words),
    Column(_("State"), 10, lambda row: row.state_label),
    Column(_("Valid until"), 20, lambda row: row.last_day),
    Column(_("Last used"), 20, lambda row: row.last_used_at),
    Column(_("Issued by"), 16, lambda row: str(row.created_by)),
    Column(_("Issued at"), 20, lambda row: row.created_at),
)
DELIVERY_COLUMNS = (
    Column(_("Number"), 38, lambda row: str(row.pk)),
    Column(_("Key"), 24, lambda row: row.subscription.key.name),
    Column(_("Address"), 48, lambda row: row.subscription.url),
    Column(_("Record"), 16, lambda row: row.submission.code),
    Column(_("Event"), 16, lambda row: row.get_event_display()),
    Column(_("State"), 16, lambda row: row.get_state_display()),
    Column(_("Times tried"), 10, lambda row: row.tries),
    Column(_("When"), 20, lambda row: row.created_at),
    Column(_("Next try"), 20, lambda row: row.next_at),
)
