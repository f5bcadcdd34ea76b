"""Columns of the exported roster."""

from django.utils.translation import gettext_lazy as _

ROSTER_COLUMNS = (
    (_("Full name"), lambda row: str(row.trainee)),
    (_("County"), lambda row: row.county.name),
    (_("State"), lambda row: row.get_state_display()),
    (_("Signed up"), lambda row: row.created_at),
)
