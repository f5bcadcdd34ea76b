"""The message log as a sheet; numbers and addresses are masked, texts are not in it."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from portal.spreadsheet import Column

COLUMNS = (
    Column(_("When"), 20, lambda row: row.created_at),
    Column(_("What it tells of"), 30, lambda row: row.about),
    Column(_("Channel"), 12, lambda row: row.get_channel_display()),
    Column(_("Recipient"), 16, lambda row: str(row.recipient) if row.recipient else ""),
    Column(_("Number or address"), 24, lambda row: row.masked_address),
    Column(_("State"), 12, lambda row: row.state.label),
    Column(_("Reason"), 50, lambda row: row.reason),
    Column(_("Times tried"), 10, lambda row: row.attempts),
    Column(_("Sent at"), 20, lambda row: row.sent_at),
)
