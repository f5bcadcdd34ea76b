"""Columns of the exported lists."""

from django.utils.translation import gettext_lazy as _

DELIVERY_COLUMNS = (
    (_("Day"), lambda row: row.date),
    (_("Placement"), lambda row: row.placement.name),
    (_("Campaign"), lambda row: row.placement.campaign.name),
    (_("County"), lambda row: row.placement.county.name),
    (_("Delivered"), lambda row: row.count),
    (_("Rounded"), lambda row: _("Yes") if row.approximate else _("No")),
)
PLACEMENT_COLUMNS = (
    (_("Placement"), lambda row: row.name),
    (_("Dossier"), lambda row: row.submission.code),
    (_("Campaign"), lambda row: row.campaign.name),
    (_("City"), lambda row: row.county.city.name),
    (_("County"), lambda row: row.county.name),
    (_("Channel"), lambda row: row.get_channel_display()),
    (_("First day"), lambda row: row.first_day),
    (_("Last day"), lambda row: row.last_day),
    (_("Counted by the report"), lambda row: row.source.name),
    (_("Counted by"), lambda row: row.get_metric_display()),
)
