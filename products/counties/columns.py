"""Columns of the exported table of counties; money in yuan."""

from django.utils.translation import gettext_lazy as _

from portal.spreadsheet import Column
from products.sales.columns import in_yuan

COUNTY_COLUMNS = (
    Column(_("City"), 12, lambda line: str(line.county.city)),
    Column(_("County"), 18, lambda line: str(line.county)),
    Column(_("Decided"), 10, lambda line: line.decided),
    Column(_("At the first try, in per cent"), 16, lambda line: line.rate),
    Column(_("Orders paid"), 12, lambda line: line.orders),
    Column(_("Sales in yuan"), 16, lambda line: in_yuan(line.sales)),
    Column(_("Orders refunded"), 12, lambda line: line.refunds),
)
