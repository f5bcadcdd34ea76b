"""Composed reads of brands and standards."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from django.db.models import Count, Q, QuerySet

from portal import clock
from portal.files.models import StoredFile
from portal.qualifications.rules import usable_on
from portal.submissions import queries as dossiers
from products import queries as products
from products.brands.models import (
    BrandMember,
    FollowedStandard,
    FollowedStandardQuerySet,
    RegionalBrand,
    RegionalBrandQuerySet,
    Standard,
    StandardVersion,
)
from products.models import Product

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from portal.accounts.models import User
    from portal.submissions.models import Submission


def brands(user: User | AnonymousUser) -> RegionalBrandQuerySet:
    """Brands `user` may see with their place and the number of published members; one query."""
    shown = Q(members__left_on__isnull=True, members__product__submission__state="published")
    shown &= usable_on(clock.today(), of="members__product__submission")
    return (
        RegionalBrand.objects.visible_to(user)
        .select_related("city", "county")
        .annotate(published=Count("members", filter=shown))
    )


def public_members(brand: RegionalBrand) -> QuerySet[Product]:
    """Products that bear the brand now and stand in the public catalogue; one query."""
    return products.catalogue().filter(brands__brand=brand, brands__left_on__isnull=True)


def members(brand: RegionalBrand) -> QuerySet[BrandMember]:
    """Everything that bears the brand now, published or not."""
    return brand.members.filter(left_on__isnull=True).select_related(
        "product__submission__county__city", "product__submission__organisation"
    )


def may_join(brand: RegionalBrand) -> QuerySet[Product]:
    """Published products of the brand's region that do not bear it yet."""
    place = (
        {"submission__county": brand.county_id}
        if brand.county_id
        else {"submission__city": brand.city_id}
    )
    bearing = BrandMember.objects.filter(brand=brand, left_on__isnull=True).values("product")
    rows = Product.objects.published().filter(**place).exclude(pk__in=bearing)
    return rows.select_related("submission__county").order_by("name", "pk")


def products_matching(rows: QuerySet[Product], words: str) -> QuerySet[Product]:
    """Narrow products by the words of their dossiers."""
    return rows.filter(submission__words__search=words)


def with_same_brand(submission: Submission) -> QuerySet[Any] | None:
    """The ids of products that bear a regional brand which this one bears too; None where it bears
    none. One query."""
    now = BrandMember.objects.filter(left_on__isnull=True).order_by()
    own = list(now.filter(product=submission.pk).order_by("brand").values_list("brand", flat=True))
    return now.filter(brand__in=own).values("product") if own else None


def choices(user: User | AnonymousUser) -> list[tuple[str, str]]:
    """Code and name of every brand `user` may see, by name; one query."""
    return list(RegionalBrand.objects.visible_to(user).order_by("name").values_list("code", "name"))


def bearing(code: str) -> Q:
    """Products that bear the regional brand of that code now."""
    rows = BrandMember.objects.filter(brand__code=code, left_on__isnull=True)
    return Q(pk__in=rows.order_by().values("product"))


def brands_of(product: int, user: User | AnonymousUser) -> QuerySet[RegionalBrand]:
    """The brands the product of that key bears now, as far as `user` may see them."""
    rows = RegionalBrand.objects.visible_to(user)
    return rows.filter(members__product=product, members__left_on__isnull=True).order_by("name")


def standards() -> QuerySet[Standard]:
    """Every standard with its versions and the number of products that keep it; two queries."""
    return (
        Standard.objects.select_related("city", "county")
        .annotate(kept=Count("products", filter=Q(products__until__isnull=True)))
        .prefetch_related("versions__file")
    )


def matching(rows: QuerySet[Standard], words: str) -> QuerySet[Standard]:
    """Narrow by number or title."""
    return rows.filter(Q(code__icontains=words) | Q(title__icontains=words))


def followed(submission: Submission) -> QuerySet[FollowedStandard]:
    """The standards a product keeps now, each with its versions; three queries."""
    return _named(submission).now()


def _named(submission: Submission) -> FollowedStandardQuerySet:
    """Every standard a product keeps or kept."""
    rows = FollowedStandard.objects.filter(product=submission.pk)
    return rows.select_related("standard").prefetch_related("standard__versions__file")


def named(submission: Submission) -> list[FollowedStandard]:
    """Every standard a product keeps or kept, with its versions, read once for a dossier as it was
    read; three queries, one where there is none."""
    return dossiers.once_read(submission, "_named_standards", lambda: list(_named(submission)))


def may_follow(submission: Submission) -> QuerySet[Standard]:
    """Standards the product does not keep yet."""
    kept = FollowedStandard.objects.now().filter(product=submission.pk)
    return Standard.objects.exclude(pk__in=kept.values("standard")).order_by("code")


@dataclass
class Kept:
    """The days on which a product kept a standard, and those on which a version was in force;
    (first, last), the last included and None without an end."""

    since: date
    until: date | None
    in_force: list[tuple[date, date | None]]

    def kept_on(self, day: date) -> bool:
        """Whether the product kept it on a day; not any more on the day it was taken off."""
        return self.since <= day and (self.until is None or day < self.until)

    def in_force_on(self, day: date) -> bool:
        """Whether some version was in force on a day."""
        return any(first <= day and (last is None or day <= last) for first, last in self.in_force)


def kept_standards(submission: Submission) -> list[Kept]:
    """Every standard a product keeps or kept, with the days it was in force; as `named`."""
    return [
        Kept(
            row.since,
            row.until,
            [(each.in_force_from, each.in_force_to) for each in row.standard.versions.all()],
        )
        for row in named(submission)
    ]


def may_open_file(user: Any, file: StoredFile) -> bool:
    """Gate of the files room: a visible brand's emblem; for who signed in, a standard."""
    if RegionalBrand.objects.visible_to(user).filter(emblem=file).exists():
        return True
    return user.is_authenticated and StandardVersion.objects.filter(file=file).exists()
