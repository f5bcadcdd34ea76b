"""Columns of the exported calendar."""

from django.utils.translation import gettext_lazy as _

from portal.spreadsheet import Column

CAMPAIGN_COLUMNS = (
    Column(_("Campaign"), 30, lambda row: row.name),
    Column(_("Action"), 16, lambda row: row.get_action_display()),
    Column(_("First day"), 14, lambda row: row.first_day),
    Column(_("Last day"), 14, lambda row: row.last_day),
)
