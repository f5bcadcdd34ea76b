"""The acts on listings."""

from __future__ import annotations

import uuid
from datetime import date
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from portal import clock, once
from portal.accounts.actor import Actor
from portal.audit.domain import record
from portal.moves.domain import refuse_if_older
from portal.statements.reading import LONGEST_ID, normalise_external_id
from portal.submissions.models import Submission
from portal.verdict import RuleBroken, require
from products.listings import rules
from products.listings.models import Item, Listing, ListingChange
from products.models import Product
from products.sales import days


@transaction.atomic
def add_listing(
    *,
    product: Product,
    channel: str,
    listed_on: date,
    price: Decimal,
    stock: int,
    shop: str = "",
    external_id: str = "",
    url: str = "",
    actor: Actor,
    form_key: uuid.UUID | None = None,
) -> Listing:
    """Put a published product on a shelf of the platform.

    Locks the dossier. An id that reports named before it was known lets their days be added up
    again. The same `form_key` again returns the listing made first.
    Raises: RuleBroken, ValidationError by field when the same is on sale already.
    """
    submission = Submission.objects.select_for_update().get(pk=product.pk)
    require(rules.may_list(submission, actor))
    if listed_on > clock.today():
        raise ValidationError({"listed_on": _("The day lies in the future.")})
    listing = Listing(
        product=product,
        channel=channel,
        shop=shop,
        url=url,
        listed_on=listed_on,
        price=price,
        stock=stock,
        item=name_item(product=product, value=external_id) if external_id else None,
    )
    written = once.insert(listing, form_key=form_key)
    if written is listing:
        record(
            actor=actor,
            act="listing.add",
            subject=listing,
            code=submission.code,
            channel=channel,
            price=str(price),
            stock=stock,
            external_id=listing.item.value if listing.item else "",
        )
    return written


def name_item(*, product: Product, value: str) -> Item:
    """Say which product an id of the platform is; days that lacked it are added up again.

    Holds the reports that use such ids, so that none is counted beside it.
    Raises: ValidationError beside `external_id` when it is no id or another product's.
    """
    plain = normalise_external_id(value)
    if not plain or len(plain) > LONGEST_ID:
        raise ValidationError({"external_id": _("This is no id of the platform.")})
    days.hold_reports()
    there = Item.objects.filter(value=plain).first()
    if there is None:
        try:
            with transaction.atomic():
                there = Item.objects.create(product=product, value=plain)
        except IntegrityError:
            there = Item.objects.get(value=plain)
        else:
            days.want_days_of(plain)
    if there.product_id != product.pk:
        raise ValidationError({"external_id": _("This id belongs to another product already.")})
    return there


@transaction.atomic
def change_listing(
    *, listing: Listing, price: Decimal, stock: int, seen: int, actor: Actor
) -> Listing:
    """Change price and stock on a shelf and keep what they were.

    Locks the listing. `seen` is the version its reader saw; what changes nothing writes nothing,
    so a second click does no harm. Raises: RuleBroken; SeenTooOld; ValidationError by field.
    """
    row = Listing.objects.select_for_update().get(pk=listing.pk)
    require(rules.may_change(row, actor))
    if (row.price, row.stock) == (price, stock):
        return row
    refuse_if_older(row, seen=seen)
    change = ListingChange(
        listing=row,
        changed_by=actor.person,
        changed_at=clock.now(),
        old_price=row.price,
        price=price,
        old_stock=row.stock,
        stock=stock,
    )
    row.price, row.stock, row.version = price, stock, row.version + 1
    row.full_clean()
    row.save(update_fields=["price", "stock", "version"])
    change.save(force_insert=True)
    record(
        actor=actor,
        act="listing.change",
        subject=row,
        price=[str(change.old_price), str(price)],
        stock=[change.old_stock, stock],
    )
    return row


@transaction.atomic
def withdraw_listing(*, listing: Listing, reason: str, actor: Actor) -> Listing:
    """Take a product off a shelf and say why. Locks the listing. Raises: RuleBroken."""
    row = Listing.objects.select_for_update().get(pk=listing.pk)
    require(rules.may_change(row, actor))
    if not reason.strip():
        raise RuleBroken(_("Say why the listing is withdrawn."))
    row.withdrawn_on, row.withdrawn_because = max(clock.today(), row.listed_on), reason.strip()
    row.save(update_fields=["withdrawn_on", "withdrawn_because"])
    record(
        actor=actor,
        act="listing.withdraw",
        subject=row,
        channel=row.channel,
        reason=row.withdrawn_because,
    )
    return row
