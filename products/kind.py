"""What a product is to the house: one kind of dossier."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from portal.submissions.kinds import Kind
from products import columns, quality, queries, rules
from products.forms import ProductForm
from products.models import Product
from products.moves import PRODUCT_MOVES

PRODUCT = Kind(
    code="product",
    action="products",
    prefix="SP",
    label=_("Specialty product"),
    model=Product,
    form=ProductForm,
    moves=PRODUCT_MOVES,
    may_file=rules.may_file,
    facts=queries.facts,
    readiness=rules.readiness,
    unready=queries.unready,
    open_on=queries.open_on,
    ready_beside=("windows",),
    live_fields=(
        "stock",
        "price",
        "daily_capacity",
        "season_days",
        "contact_name",
        "contact_phone",
    ),
    public_url="product",
    public_fields=(
        "name",
        "category",
        "description",
        "unit",
        "package",
        "price",
        "stock",
        "variants",
        "season_start",
        "season_end",
        "shelf_life_days",
        "dispatch_area",
    ),
    by_sheet=True,
    api="products",
    beside=("category", "variants"),
    score=quality.score,
    score_beside=quality.beside,
    headings=columns.HEADINGS,
    sheet_example=columns.EXAMPLE,
)
