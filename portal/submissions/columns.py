"""Columns of the exported list of dossiers."""

from django.utils.translation import gettext_lazy as _

from portal.accounts.phones import mask_name

DOSSIER_COLUMNS = (
    (_("Code"), lambda row: row.code),
    (_("Kind"), lambda row: row.kind_label),
    (_("Title"), lambda row: row.title),
    (_("City"), lambda row: str(row.city or "")),
    (_("County"), lambda row: str(row.county or "")),
    (_("Organisation"), lambda row: str(row.organisation or "")),
    (_("State"), lambda row: row.get_state_display()),
    (_("Filed by"), lambda row: mask_name(str(row.owner))),
    (_("Day of submission"), lambda row: row.submitted_at),
    (_("Day of decision"), lambda row: row.decided_at),
    (_("Day of publication"), lambda row: row.published_at),
)
