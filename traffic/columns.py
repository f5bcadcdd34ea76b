"""Columns of the exported lists."""

from django.utils.translation import gettext_lazy as _

from portal.spreadsheet import Column
from traffic.queries import action_label

DELIVERY_COLUMNS = (
    (_("Day"), lambda row: row.date),
    (_("Placement"), lambda row: row.placement.name),
    (_("Campaign"), lambda row: row.placement.campaign.name),
    (_("County"), lambda row: row.placement.county.name),
    (_("Delivered"), lambda row: row.count),
    (_("Rounded"), lambda row: _("Yes") if row.approximate else _("No")),
)
# Where the rows are those behind a sum of clicks.
CLICKS_COLUMN = (_("Clicks"), lambda row: row.clicks)


def transfer_columns(*, shows_who: bool) -> list[Column]:
    """Transfers behind a figure; who made them stands there for readers who may know."""
    columns = [
        Column(_("When"), 18, lambda row: row.at),
        Column(_("From the account"), 24, lambda row: action_label(row.source)),
        Column(_("To the account"), 24, lambda row: action_label(row.target)),
        Column(_("Impressions"), 16, lambda row: row.signed),
        Column(_("Reason"), 40, lambda row: row.reason),
        Column(_("Reversed"), 10, lambda row: row.is_reversed),
    ]
    who = Column(_("Who"), 16, lambda row: str(row.user) if row.user else _("the system"))
    return [*columns, who] if shows_who else columns


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
ALLOTMENT_COLUMNS = (
    (_("Campaign"), lambda row: row.account.parent.name),
    (_("Action"), lambda row: action_label(row.account.parent.parent)),
    (_("County"), lambda row: row.account.name),
    (_("Promised"), lambda row: row.received),
)
BOARD_COLUMNS = (
    (_("Name"), lambda row: action_label(row.figures.account)),
    (_("Promised"), lambda row: row.figures.promised),
    (_("Allotted"), lambda row: row.figures.allotted),
    (_("Delivered"), lambda row: row.figures.delivered),
    (_("Remaining"), lambda row: row.figures.remaining),
    (_("Needed today"), lambda row: row.needed.need),
    (_("Will miss"), lambda row: row.needed.missing),
    (_("Behind"), lambda row: row.needed.behind),
    (_("Paused"), lambda row: row.needed.paused),
)
DAY_COLUMNS = (
    (_("Day"), lambda row: row.date),
    (
        _("State"),
        lambda row: _("To be added up again") if row.wanted > row.closed else _("Figures stand"),
    ),
    (_("Added up last"), lambda row: row.closed_at),
)
