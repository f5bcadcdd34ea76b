"""Columns of the exported list of alerts."""

from django.utils.translation import gettext_lazy as _

from portal.spreadsheet import Column

ALERT_COLUMNS = (
    Column(_("No."), 8, lambda row: row.pk),
    Column(_("Kind"), 14, lambda row: row.get_kind_display()),
    Column(_("What it is about"), 36, lambda row: row.subject),
    Column(_("City"), 12, lambda row: row.county.city.name if row.county else ""),
    Column(_("County"), 14, lambda row: row.county.name if row.county else ""),
    Column(_("Reason"), 80, lambda row: row.reason),
    Column(_("State"), 12, lambda row: str(row.standing)),
    Column(_("Since"), 14, lambda row: row.since),
    Column(_("Snoozed until"), 14, lambda row: row.snoozed_until),
    Column(_("Ended on"), 14, lambda row: row.ended_on),
    Column(_("Note"), 40, lambda row: row.note),
)
