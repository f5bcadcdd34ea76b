"""Columns of the exported list of merchants supported; money in yuan."""

from decimal import Decimal

from django.utils.translation import gettext_lazy as _

from merchants.models import FEN
from portal.spreadsheet import Column

SUPPORT_COLUMNS = (
    Column(_("Unified social credit code"), 22, lambda row: row.credit_code),
    Column(_("Merchant"), 36, lambda row: row.name),
    Column(_("City"), 12, lambda row: row.county.city.name),
    Column(_("County"), 18, lambda row: row.county.name),
    Column(_("Applications approved"), 14, lambda row: row.applications),
    Column(_("Amount approved in yuan"), 18, lambda row: Decimal(row.fen) / FEN),
)
