"""Columns of exported sales; money in yuan."""

from __future__ import annotations

from decimal import Decimal

from django.utils.translation import gettext_lazy as _

from portal.spreadsheet import Column


def in_yuan(fen: int) -> Decimal:
    """An amount in fen as yuan with two places."""
    return Decimal(fen).scaleb(-2)


DAY_COLUMNS = (
    Column(_("Day"), 14, lambda row: row.date),
    Column(_("Orders paid"), 12, lambda row: row.orders),
    Column(_("Sales in yuan"), 16, lambda row: in_yuan(row.sales)),
    Column(_("Orders refunded"), 12, lambda row: row.refunds),
    Column(_("Refunded in yuan"), 16, lambda row: in_yuan(row.refunded)),
    Column(_("Rounded"), 10, lambda row: row.approximate),
)
PRODUCT_COLUMNS = (
    Column(_("Code"), 20, lambda row: row["code"]),
    Column(_("Product"), 24, lambda row: row["title"]),
    Column(_("City"), 12, lambda row: row["city"]),
    Column(_("County"), 18, lambda row: row["county"]),
    Column(_("Orders paid"), 12, lambda row: row["total_orders"]),
    Column(_("Sales in yuan"), 16, lambda row: in_yuan(row["total_sales"])),
    Column(_("Orders refunded"), 12, lambda row: row["total_refunds"]),
    Column(_("Refunded in yuan"), 16, lambda row: in_yuan(row["total_refunded"])),
    Column(_("Days with sales"), 10, lambda row: row["days"]),
    Column(_("Last day"), 14, lambda row: row["last"]),
)
UNMATCHED_COLUMNS = (
    Column(_("Product id on the platform"), 24, lambda row: row["external_id"]),
    Column(_("Source"), 24, lambda row: row["source_name"]),
    Column(_("First day"), 14, lambda row: row["first"]),
    Column(_("Last day"), 14, lambda row: row["last"]),
    Column(_("Orders paid"), 12, lambda row: row["total_orders"]),
    Column(_("Sales in yuan"), 16, lambda row: in_yuan(row["total_sales"])),
)
