"""What a profile chooses, what it sent, and what it would send now."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, TypeVar

from django.db.models import F, OuterRef, Prefetch, Q, QuerySet, Subquery

from portal import clock
from portal.submissions.enums import Purpose, State
from portal.submissions.models import Attachment, Submission
from products import queries as products
from products.exports.enums import Mode
from products.exports.models import Export, ExportedRow, ExportProfile
from products.listings.models import Listing
from products.models import Product, ProductQuerySet

if TYPE_CHECKING:
    from portal.accounts.models import User

CHUNK = 500
_Row = TypeVar("_Row", Product, Submission)


def profiles(user: User) -> QuerySet[Any]:
    """Profiles `user` may see, with the last export's moment and number."""
    last = Export.objects.filter(profile=OuterRef("pk"), finished_at__isnull=False).order_by("-pk")
    return (
        ExportProfile.objects.visible_to(user)
        .select_related("campaign", "county")
        .annotate(
            last_at=Subquery(last.values("finished_at")[:1]),
            last_number=Subquery(last.values("number")[:1]),
        )
    )


def exports(user: User) -> QuerySet[Any]:
    """Finished exports `user` may see."""
    rows = Export.objects.visible_to(user).filter(finished_at__isnull=False)
    return rows.select_related("profile", "made_by")


def rows(export: Export) -> QuerySet[ExportedRow]:
    """What an export sent and took back."""
    return ExportedRow.objects.filter(export=export).select_related(
        "submission__county", "submission__city"
    )


def selected(profile: ExportProfile) -> ProductQuerySet:
    """The products that fit a profile today, changed or not."""
    found = products.usable_on(clock.today())
    if profile.campaign_id:
        placed = Submission.objects.filter(placements__campaign=profile.campaign_id)
        found = found.filter(submission__in=placed.values("pk"))
    if profile.county_id:
        found = found.filter(submission__county=profile.county_id)
    if profile.category_id:
        found = found.filter(category=profile.category_id)
    if profile.completeness:
        found = products.complete_to(found, profile.completeness)
    return found


def to_send(profile: ExportProfile) -> ProductQuerySet:
    """The products the next export sends."""
    found = selected(profile)
    if profile.mode == Mode.ALL:
        return found
    last = _last(profile, "pk")
    return found.annotate(
        sent_version=Subquery(last.values("version")[:1]),
        sent_removed=Subquery(last.values("removed_because")[:1]),
    ).filter(
        Q(sent_version__isnull=True)
        | ~Q(sent_version=F("submission__version"))
        | ~Q(sent_removed="")
    )


def to_remove(profile: ExportProfile) -> QuerySet[Submission]:
    """Dossiers the receiver has from this profile and that fit it no more."""
    if profile.mode == Mode.ALL:
        return Submission.objects.none()
    ever = ExportedRow.objects.filter(profile=profile, export__finished_at__isnull=False)
    return (
        Submission.objects.filter(pk__in=ever.values("submission"))
        .annotate(sent_removed=Subquery(_last(profile, "pk").values("removed_because")[:1]))
        .filter(sent_removed="")
        .exclude(pk__in=selected(profile).values("pk"))
    )


def _last(profile: ExportProfile, dossier: str) -> QuerySet[ExportedRow]:
    """The newest row of a dossier in what the profile sent."""
    return ExportedRow.objects.filter(
        profile=profile, submission=OuterRef(dossier), export__finished_at__isnull=False
    ).order_by("-export_id")


def because(row: Submission) -> str:
    """Why a dossier fits no more: its state, or the profile's filter."""
    return "filter" if row.state == State.PUBLISHED else row.state


def whole(found: ProductQuerySet) -> QuerySet[Product]:
    """Products with all that an export says of them: four queries."""
    photos = Attachment.objects.filter(purpose=Purpose.PHOTO).order_by("position")
    on_sale = Listing.objects.on_sale().select_related("item").order_by("channel", "pk")
    return found.select_related(
        "submission__county", "submission__city", "submission__organisation"
    ).prefetch_related(
        "variants",
        Prefetch("submission__attachments", queryset=photos, to_attr="photos"),
        Prefetch("listings", queryset=on_sale, to_attr="on_sale"),
    )


def let_go(row: Product) -> None:
    """Undo the circles between a product and what was read with it.

    Memory then goes with the row; the collector of circles comes only once much is left behind.
    """
    dossier: Any = row.submission
    dossier.photos.clear()
    row.on_sale.clear()  # type: ignore[attr-defined]
    row._prefetched_objects_cache.clear()  # type: ignore[attr-defined]  # noqa: SLF001
    row.submission = None  # type: ignore[assignment]


def chunks(found: QuerySet[_Row]) -> Iterator[list[_Row]]:
    """All rows by their number, few at a time, so that memory holds no more than those."""
    last = 0
    while rows := list(found.filter(pk__gt=last).order_by("pk")[:CHUNK]):
        last = rows[-1].pk
        yield rows
