"""Fields, metrics and classes of rows in the words of the reader."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from portal.statements.reading import RowClass
from portal.statements.reading.words import DERIVED, ID_COLUMNS, MONEY
from portal.statements.reading.words import METRICS as COUNTED

# Sums are shown in this order; money is in fen.
METRICS: dict[str, str | Promise] = {
    "rows": _("Rows with figures"),
    "impressions": _("Impressions"),
    "plays": _("Plays"),
    "clicks": _("Clicks"),
    "likes": _("Likes"),
    "comments": _("Comments"),
    "shares": _("Shares"),
    "favorites": _("Favourites"),
    "new_fans": _("New followers"),
    "conversions": _("Conversions"),
    "deep_conversions": _("Deep conversions"),
    "cost": _("Cost"),
    "orders": _("Orders paid"),
    "sales": _("Sales"),
    "refunds": _("Orders refunded"),
    "refunded": _("Money refunded"),
}
FIELDS: dict[str, str | Promise] = {
    **METRICS,
    "date": _("Day"),
    "hour": _("Hour"),
    "material_id": _("Work or material id"),
    "campaign_id": _("Plan or project id"),
    "material_name": _("Work or material name"),
    "campaign_name": _("Plan or project name"),
    "product_id": _("Product id"),
    "product_name": _("Product name"),
    "city": _("City"),
    "county": _("County"),
    "platform": _("Platform"),
    "published_at": _("When it was published"),
    "reach": _("People reached (not added up)"),
}

# What a person may take a column for; "derived" is a column that is not counted.
MEANINGS: dict[str, str | Promise] = {
    DERIVED: _("Not counted"),
    **{name: FIELDS[name] for name in (*ID_COLUMNS, "date", "hour", *COUNTED)},
}


def meaning(field: str) -> str:
    """The words of what a column is taken for."""
    return str(MEANINGS.get(field) or FIELDS.get(field, field))


def is_money(metric: str) -> bool:
    """True for amounts in fen."""
    return metric in MONEY


def row_class(name: str) -> str:
    """The words of a class of rows."""
    return str(RowClass(name).label) if name in RowClass.values else name
