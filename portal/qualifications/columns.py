"""The list of papers as a sheet."""

from django.utils.translation import gettext_lazy as _

from portal.accounts.phones import mask_name
from portal.spreadsheet import Column

COLUMNS = [
    Column(_("Holder"), 36, lambda row: row.holder_name),
    Column(_("Paper"), 24, lambda row: row.label),
    Column(_("Number"), 26, lambda row: row.number),
    Column(_("Issuing authority"), 26, lambda row: row.issuer),
    Column(_("Valid from"), 14, lambda row: row.valid_from),
    Column(_("Valid until"), 14, lambda row: row.valid_until),
    Column(_("How it stands"), 14, lambda row: str(row.standing.label)),
    Column(_("Next yearly check"), 14, lambda row: row.check_due_on),
    Column(_("City"), 10, lambda row: str(row.county.city) if row.county else ""),
    Column(_("County-level unit"), 18, lambda row: str(row.county or "")),
    Column(_("Entered by"), 12, lambda row: mask_name(str(row.entered_by))),
    Column(_("Entered"), 20, lambda row: row.entered_at),
    Column(_("Checked"), 20, lambda row: row.verified_at),
]
