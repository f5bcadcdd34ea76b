"""The acts on brands and standards."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _

from portal import clock
from portal.accounts.actor import Actor
from portal.audit.domain import record
from portal.qualifications.rules import may_enter
from portal.templatetags.figures import date_text
from portal.verdict import RuleBroken, require
from products.brands import queries, rules
from products.brands.models import (
    BrandMember,
    FollowedStandard,
    RegionalBrand,
    Standard,
    StandardVersion,
)
from products.models import Product

if TYPE_CHECKING:
    from portal.submissions.models import Submission

LONGEST_CODE = 50


@transaction.atomic
def create_brand(*, actor: Actor, **fields: Any) -> RegionalBrand:
    """Make a brand; its address is its name in pinyin.

    Raises: RuleBroken when `actor` keeps no brands there; ValidationError by field.
    """
    row = RegionalBrand(**fields, created_by=actor.person, created_at=clock.now())
    require(rules.may_edit(row, actor))
    _check_place(row)
    row.code = _code_for(row.name)
    row.full_clean()
    row.save(force_insert=True)
    record(actor=actor, act="brand.create", subject=row, name=row.name)
    return row


def _code_for(name: str) -> str:
    """The name in pinyin, with a number behind it where that is taken."""
    # Takes a tenth of a second to import, and only who writes needs it.
    from pypinyin import lazy_pinyin

    stem = slugify("".join(lazy_pinyin(name)))[:LONGEST_CODE] or "brand"
    taken = set(RegionalBrand.objects.filter(code__startswith=stem).values_list("code", flat=True))
    number, code = 1, stem
    while code in taken or code in {"new", "export"}:
        number += 1
        code = f"{stem}-{number}"
    return code


def _check_place(row: RegionalBrand | Standard) -> None:
    if row.county is not None and row.county.city_id != row.city_id:
        raise ValidationError({"county": _("This county does not belong to the city.")})


@transaction.atomic
def edit_brand(*, brand: RegionalBrand, actor: Actor, **fields: Any) -> RegionalBrand:
    """Change a brand; its address stays. Locks the row.

    Raises: RuleBroken, also when it would move to a region `actor` does not keep; ValidationError.
    """
    row = RegionalBrand.objects.select_for_update().get(pk=brand.pk)
    require(rules.may_edit(row, actor))
    changed = [name for name, value in fields.items() if getattr(row, name) != value]
    for name in changed:
        setattr(row, name, fields[name])
    if changed:
        require(rules.may_edit(row, actor))
        _check_place(row)
        row.full_clean()
        row.save(update_fields=changed)
        record(actor=actor, act="brand.edit", subject=row, fields=changed)
    return row


@transaction.atomic
def join_brand(*, brand: RegionalBrand, product: Product, actor: Actor) -> BrandMember:
    """Let a published product of the brand's region bear it. Locks the brand.

    Raises: RuleBroken when `actor` may not, it is no such product, or it bears the brand already.
    """
    row = RegionalBrand.objects.select_for_update().get(pk=brand.pk)
    require(rules.may_edit(row, actor))
    if not queries.may_join(row).filter(pk=product.pk).exists():
        raise RuleBroken(_("Only a published product of the brand's region joins, and once."))
    member = BrandMember.objects.create(
        brand=row, product=product, joined_on=clock.today(), added_by=actor.person
    )
    record(actor=actor, act="brand.join", subject=row, product=product.pk)
    return member


@transaction.atomic
def leave_brand(*, member: BrandMember, actor: Actor) -> None:
    """End a membership; the row stays. Locks it; ending it twice ends it once.

    Raises: RuleBroken.
    """
    row = (
        BrandMember.objects.select_for_update(of=("self",))
        .select_related("brand")
        .get(pk=member.pk)
    )
    require(rules.may_edit(row.brand, actor))
    if row.left_on is None:
        row.left_on = max(clock.today(), row.joined_on)
        row.save(update_fields=["left_on"])
        record(actor=actor, act="brand.leave", subject=row.brand, product=row.product_id)


@transaction.atomic
def create_standard(*, actor: Actor, version: dict[str, Any], **fields: Any) -> Standard:
    """Put a standard with its first version on file. Raises: RuleBroken; ValidationError."""
    row = Standard(**fields)
    require(rules.may_edit(row, actor))
    _check_place(row)
    row.full_clean()
    row.save(force_insert=True)
    record(actor=actor, act="standard.create", subject=row, code=row.code)
    add_version(standard=row, actor=actor, **version)
    return row


@transaction.atomic
def add_version(
    *, standard: Standard, actor: Actor, in_force_from: date, **fields: Any
) -> StandardVersion:
    """Put a newer version on file; the one before is in force until the day before it.

    Locks the standard. Raises: RuleBroken; ValidationError by field.
    """
    owner = Standard.objects.select_for_update().get(pk=standard.pk)
    require(rules.may_edit(owner, actor))
    last = owner.versions.order_by("-in_force_from").first()
    if last is not None and in_force_from <= last.in_force_from:
        words = {"day": date_text(last.in_force_from)}
        raise ValidationError(
            {"in_force_from": _("A newer version begins later than %(day)s.") % words}
        )
    if last is not None and (last.in_force_to is None or last.in_force_to >= in_force_from):
        last.in_force_to = in_force_from - timedelta(days=1)
        last.save(update_fields=["in_force_to"])
    row = StandardVersion(
        standard=owner, in_force_from=in_force_from, added_by=actor.person, **fields
    )
    row.full_clean()
    row.save(force_insert=True)
    record(actor=actor, act="standard.version", subject=owner, version=row.version)
    return row


@transaction.atomic
def follow(*, submission: Submission, standard: Standard, actor: Actor) -> FollowedStandard:
    """Note that a product keeps a standard. Raises: RuleBroken, also when it does already."""
    require(may_enter(submission, actor))
    product = Product.objects.get(pk=submission.pk)
    try:
        with transaction.atomic():
            row = FollowedStandard.objects.create(
                product=product, standard=standard, since=clock.today(), added_by=actor.person
            )
    except IntegrityError:
        raise RuleBroken(_("The product keeps this standard already.")) from None
    record(actor=actor, act="standard.follow", subject=submission, standard=standard.code)
    return row


@transaction.atomic
def unfollow(*, followed: FollowedStandard, actor: Actor) -> None:
    """Note that a product keeps a standard no more; the row stays with its days.

    Locks it; ending it twice ends it once. Raises: RuleBroken.
    """
    rows = FollowedStandard.objects.select_for_update(of=("self",))
    row = rows.select_related("product__submission", "standard").get(pk=followed.pk)
    require(may_enter(row.product.submission, actor))
    if row.until is None:
        row.until = max(clock.today(), row.since)
        row.save(update_fields=["until"])
        record(
            actor=actor,
            act="standard.unfollow",
            subject=row.product.submission,
            standard=row.standard.code,
        )
