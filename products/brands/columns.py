"""Brands, their products and standards as sheets."""

from django.utils.translation import gettext_lazy as _

from portal.spreadsheet import Column

BRANDS = [
    Column(_("Brand name"), 24, lambda row: row.name),
    Column(_("City"), 12, lambda row: str(row.city)),
    Column(_("County-level unit"), 18, lambda row: str(row.county or "")),
    Column(_("Kept by"), 36, lambda row: row.keeper),
    Column(_("Published products"), 14, lambda row: row.published),
]
MEMBERS = [
    Column(_("Code"), 14, lambda row: row.product.submission.code),
    Column(_("Product name"), 30, lambda row: row.product.name),
    Column(_("County-level unit"), 18, lambda row: str(row.product.submission.county or "")),
    Column(_("Organisation"), 36, lambda row: str(row.product.submission.organisation or "")),
    Column(_("State"), 14, lambda row: row.product.submission.get_state_display()),
    Column(_("Member since"), 14, lambda row: row.joined_on),
]
STANDARDS = [
    Column(_("Number of the standard"), 24, lambda row: row.code),
    Column(_("Title"), 40, lambda row: row.title),
    Column(_("City"), 12, lambda row: str(row.city or "")),
    Column(_("County-level unit"), 18, lambda row: str(row.county or "")),
    Column(_("Version in force"), 14, lambda row: row.in_force.version if row.in_force else ""),
    Column(_("Versions"), 10, lambda row: len(row.versions.all())),
    Column(_("Products that keep it"), 14, lambda row: row.kept),
]
