"""Columns of the exported lists."""

from django.utils.translation import gettext_lazy as _

from portal.spreadsheet import Column

CALL_COLUMNS = (
    Column(_("Name"), 24, lambda row: row.name),
    Column(_("Campaign"), 20, lambda row: row.campaign.name),
    Column(_("Opens"), 12, lambda row: row.opens),
    Column(_("Closes"), 12, lambda row: row.closes),
    Column(_("Products per county"), 12, lambda row: row.quota),
)
ENTRY_COLUMNS = (
    Column(_("Code"), 14, lambda row: row.product.submission.code),
    Column(_("Product"), 24, lambda row: row.product.name),
    Column(_("City"), 12, lambda row: row.county.city.name),
    Column(_("County"), 18, lambda row: row.county.name),
    Column(_("State"), 12, lambda row: row.get_state_display()),
    Column(_("Reason"), 40, lambda row: row.reason),
    Column(_("Price in yuan"), 12, lambda row: row.product.price),
    Column(_("Stock"), 10, lambda row: row.product.stock),
    Column(_("Put forward"), 20, lambda row: row.put_at),
)
SESSION_COLUMNS = (
    Column(_("Session"), 24, lambda row: row.name),
    Column(_("Campaign"), 20, lambda row: row.campaign.name),
    Column(_("Begins"), 20, lambda row: row.starts_at),
    Column(_("Ends"), 20, lambda row: row.ends_at),
    Column(_("Host"), 16, lambda row: row.host),
    Column(_("Live room"), 16, lambda row: row.channel),
    Column(_("Place"), 20, lambda row: row.place),
    Column(_("Products"), 10, lambda row: row.products),
    Column(_("Cancelled because"), 30, lambda row: row.cancelled_because),
)
