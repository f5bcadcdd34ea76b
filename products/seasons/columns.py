"""Columns of the exported harvest calendar."""

from django.utils.translation import gettext_lazy as _

from portal import clock
from portal.spreadsheet import Column
from products.seasons.rules import capacity_on
from products.seasons.words import season_words

HARVEST_COLUMNS = (
    Column(_("Product"), 24, lambda row: row.name),
    Column(_("Category"), 12, lambda row: str(row.category or "")),
    Column(_("City"), 12, lambda row: row.submission.county.city.name),
    Column(_("County"), 18, lambda row: row.submission.county.name),
    Column(_("Season"), 30, season_words),
    Column(_("Can be sent today"), 12, lambda row: capacity_on(row, clock.today())),
    Column(_("Sold by"), 10, lambda row: row.get_unit_display()),
)
