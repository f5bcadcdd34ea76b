"""The acts of the product pool."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import TYPE_CHECKING

from django.db import transaction

from portal.audit.domain import record
from portal.verdict import require
from products import rules
from products.lines import unpacked
from products.models import Variant

if TYPE_CHECKING:
    from portal.accounts.actor import Actor
    from products.models import Category, Product

# What the record keeps of a category: each part of the rule before and after.
TRACKED = (
    "name",
    "name_en",
    "position",
    "is_active",
    "fields",
    "papers",
    "forbidden",
    "min_photos",
    "photo_hint",
    "units",
)


@transaction.atomic
def write_category(*, category: Category, actor: Actor) -> Category:
    """Write a new or a changed category; the record keeps what changed, before and after.

    Locks the category. Products that stand published keep to what they were published under.
    Raises: RuleBroken, ValidationError.
    """
    require(rules.may_keep_categories(actor))
    category.full_clean()
    stood = type(category)._default_manager.select_for_update().filter(pk=category.pk).first()
    changed = {
        name: [getattr(stood, name) if stood else None, getattr(category, name)]
        for name in TRACKED
        if stood is None or getattr(stood, name) != getattr(category, name)
    }
    if changed:
        category.save()
        record(actor=actor, act="products.category", subject=category, changed=changed)
    return category


@transaction.atomic
def write_variants(*, product: Product, lines: Sequence[str]) -> None:
    """Make the variants of a product those of the packed `lines`, in their order.

    A variant is known by its name: what keeps its name keeps its row. Called where the product is
    written, under the dossier's lock.
    """
    there = {row.name: row for row in product.variants.order_by("position")}
    names = [unpacked(line)[0] for line in lines]
    product.variants.exclude(name__in=names).delete()
    for position, line in enumerate(lines):
        name, amount, unit, price, stock = unpacked(line)
        wanted = {
            "position": position,
            "amount": Decimal(amount),
            "unit": unit,
            "price": Decimal(price),
            "stock": int(stock) if stock else None,
        }
        row = there.get(name) or Variant(product=product, name=name)
        if row.pk is None or any(getattr(row, key) != value for key, value in wanted.items()):
            for key, value in wanted.items():
                setattr(row, key, value)
            row.save()
