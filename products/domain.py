"""The acts of the product pool."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING

from django.db import transaction

from portal.audit.domain import record
from portal.bulk import overwrite
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
def write_variants(lines_of: Mapping[Product, Sequence[str]]) -> None:
    """Make the variants of each product those of its packed lines, in their order; four queries,
    however many products.

    A variant is known by its name: what keeps its name keeps its row. Called where the products
    are written, under the dossiers' lock.
    """
    if not lines_of:
        return
    found = Variant.objects.filter(product__in=lines_of)
    there = {(row.product_id, row.name): row for row in found}
    wanted = []
    for product, lines in lines_of.items():
        for position, line in enumerate(lines):
            name, amount, unit, price, stock = unpacked(line)
            row = there.pop((product.pk, name), None) or Variant(product=product, name=name)
            row.position, row.unit = position, unit
            row.amount, row.price = Decimal(amount), Decimal(price)
            row.stock = int(stock) if stock else None
            wanted.append(row)
    Variant.objects.filter(pk__in=[row.pk for row in there.values()]).delete()
    Variant.objects.bulk_create([row for row in wanted if row.pk is None])
    overwrite([row for row in wanted if row.pk is not None])
    for product in lines_of:
        # What was read before is no longer true.
        getattr(product, "_prefetched_objects_cache", {}).pop("variants", None)
