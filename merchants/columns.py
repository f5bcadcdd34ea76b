"""Columns of the exported lists of subsidies; money in yuan."""

from decimal import Decimal

from django.utils.translation import gettext_lazy as _

from merchants.models import FEN
from portal.spreadsheet import Column


def _yuan(fen: int) -> Decimal:
    return Decimal(fen) / FEN


SUPPORT_COLUMNS = (
    Column(_("Unified social credit code"), 22, lambda row: row.credit_code),
    Column(_("Merchant"), 36, lambda row: row.name),
    Column(_("City"), 12, lambda row: row.county.city.name),
    Column(_("County"), 18, lambda row: row.county.name),
    Column(_("Applications approved"), 14, lambda row: row.applications),
    Column(_("Amount approved in yuan"), 18, lambda row: _yuan(row.fen)),
)
SHARE_COLUMNS = (
    Column(_("County"), 18, lambda row: row.account.name),
    Column(_("Share in yuan"), 18, lambda row: _yuan(row.received)),
    Column(_("Committed in yuan"), 18, lambda row: _yuan(row.passed_on)),
    Column(_("Left in yuan"), 18, lambda row: _yuan(row.account.balance)),
)
