"""Columns of the exported list of make-goods."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.spreadsheet import Column
from traffic.queries import action_label

MAKE_GOOD_COLUMNS = (
    Column(gettext_lazy("No."), 8, lambda row: row.pk),
    Column(gettext_lazy("Placement"), 36, lambda row: row.placement.name),
    Column(gettext_lazy("Campaign"), 20, lambda row: row.placement.campaign.name),
    Column(gettext_lazy("City"), 12, lambda row: row.placement.county.city.name),
    Column(gettext_lazy("County"), 14, lambda row: row.placement.county.name),
    Column(gettext_lazy("State"), 14, lambda row: row.get_state_display()),
    Column(gettext_lazy("Promised"), 16, lambda row: row.promised),
    Column(gettext_lazy("Delivered"), 16, lambda row: row.delivered),
    Column(gettext_lazy("Shortfall"), 16, lambda row: row.short),
    Column(gettext_lazy("Make-good"), 16, lambda row: row.amount),
    Column(
        gettext_lazy("Placement that gets it"),
        36,
        lambda row: row.target.name if row.target else _("Not chosen yet"),
    ),
    Column(gettext_lazy("Reserve"), 24, lambda row: action_label(row.reserve)),
    Column(gettext_lazy("Proposed at"), 20, lambda row: row.proposed_at),
    Column(gettext_lazy("To be decided by"), 14, lambda row: row.due_on),
    Column(gettext_lazy("Decided at"), 20, lambda row: row.decided_at),
)
