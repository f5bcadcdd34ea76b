"""Composed reads for machines: always within the rights of who asks and the region of the key."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django import forms
from django.db.models import (
    BigIntegerField,
    CharField,
    DateTimeField,
    F,
    OuterRef,
    Prefetch,
    QuerySet,
    Subquery,
)
from django.db.models.functions import Cast
from django.utils import timezone

from portal.accounts.enums import Role
from portal.api import rules
from portal.api.models import (
    Change,
    Delivery,
    DeliveryQuerySet,
    Key,
    KeyQuerySet,
    Reference,
    Subscription,
)
from portal.api.shapes import Shape, outside_key
from portal.moves.models import MoveLog
from portal.submissions import values
from portal.submissions.enums import State
from portal.submissions.models import Attachment, Submission, SubmissionQuerySet

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from portal.accounts.actor import Actor
    from portal.accounts.models import User
    from portal.submissions.kinds import Kind

SUBJECT = Submission._meta.label_lower


def key_by_digest(digest: str) -> Key | None:
    """The key of that secret, whatever its state; one query."""
    rows = Key.objects.select_related("owner", "county__city", "city")
    return rows.filter(digest=digest).first()


def visible(user: User, key: Key | None) -> SubmissionQuerySet:
    """Dossiers that `user` may see, through a key no further than its region; the platform sees
    what is published."""
    rows = Submission.objects.visible_to(user)
    if user.wears(Role.PLATFORM):
        rows |= Submission.objects.published()
    return rows if key is None else rows.filter(key.region())


def with_records(rows: SubmissionQuerySet, kind: Kind) -> SubmissionQuerySet:
    """What a record needs to be shown or checked; a fixed number of queries."""
    attachments = Attachment.objects.order_by("purpose", "position")
    return rows.select_related(
        "county__city", "city", "organisation", *Shape(kind).related
    ).prefetch_related(Prefetch("attachments", attachments), "conflicts", *kind.beside_dossier)


def records(user: User, key: Key | None, kind: Kind) -> SubmissionQuerySet:
    """Visible dossiers of a kind with record, own `reference` and `updated_at`."""
    own = Reference.objects.filter(owner=user, submission=OuterRef("pk")).values("text")[:1]
    logs = MoveLog.objects.filter(
        subject_type=SUBJECT, subject_id=Cast(OuterRef("pk"), CharField())
    )
    return readable(user, key, kind).annotate(
        reference=Subquery(own),
        updated_at=Subquery(
            logs.order_by("-version").values("at")[:1], output_field=DateTimeField()
        ),
    )


def updated_since(rows: SubmissionQuerySet, moment: datetime) -> SubmissionQuerySet:
    """Those to which something happened at that moment of the programme or later."""
    logs = MoveLog.objects.filter(subject_type=SUBJECT, at__gte=moment)
    return rows.filter(pk__in=logs.values(number=Cast(F("subject_id"), BigIntegerField())))


def of_category(rows: SubmissionQuerySet, kind: Kind, category: str) -> SubmissionQuerySet | None:
    """Those of a category, by the code that the outside knows; None when there is no such."""
    form_field = Shape(kind).form.fields.get("category")
    if form_field is None:
        return None
    path = f"{kind.accessor}__category"
    if isinstance(form_field, forms.ModelChoiceField):
        offered: Any = form_field.queryset
        by = outside_key(form_field) or form_field.to_field_name or "pk"
        known = offered.filter(**{by: category}).exists()
        path = f"{path}__{by}"
    else:
        known = category in {str(key) for key, _word in values.flat(form_field.choices)}
    return rows.filter(**{path: category}) if known and category else None


def by_reference(user: User, key: Key | None, kind: Kind, texts: list[str]) -> dict[str, Any]:
    """Reference → its dossier as far as `user` sees it, else None; three queries."""
    found = dict(
        Reference.objects.filter(owner=user, kind=kind.code, text__in=texts)
        .order_by("pk")
        .values_list("text", "submission")
    )
    rows = readable(user, key, kind).in_bulk(found.values())
    return {text: rows.get(pk) for text, pk in found.items()}


def readable(user: User, key: Key | None, kind: Kind) -> SubmissionQuerySet:
    """Visible dossiers of a kind with their records."""
    return with_records(visible(user, key).filter(kind=kind.code), kind)


def references_of(user: User, rows: Iterable[Submission]) -> dict[int, str]:
    """Number of a dossier → what `user` calls it; one query, none without rows."""
    numbers = [row.pk for row in rows]
    own = Reference.objects.filter(owner=user, submission__in=numbers).order_by("pk")
    return dict(own.values_list("submission", "text")) if numbers else {}


# --- The feed --------------------------------------------------------------------------------


def region_rows(key: Key | None) -> SubmissionQuerySet:
    """Dossiers in the region of a key; the feed shows what is published, which all may see."""
    return Submission.objects.all() if key is None else Submission.objects.filter(key.region())


def published(key: Key | None, kind: Kind, *, after: int, limit: int) -> list[tuple[int, int, int]]:
    """(0, number, version) of the next published dossiers behind the number `after`."""
    rows = region_rows(key).filter(kind=kind.code, state=State.PUBLISHED, pk__gt=after)
    return [(0, pk, v) for pk, v in rows.order_by("pk").values_list("pk", "version")[:limit]]


def changed(key: Key | None, kind: Kind, *, after: int, limit: int) -> list[tuple[int, int, int]]:
    """(number, dossier, version) of the next changes behind the number `after`."""
    rows = Change.objects.filter(number__gt=after, submission__kind=kind.code)
    if key is not None:
        rows = rows.filter(key.region(path="submission__"))
    return list(
        rows.order_by("number").values_list("number", "submission", "submission__version")[:limit]
    )


def in_order(kind: Kind, numbers: list[int]) -> list[Submission]:
    """Dossiers of these numbers with their records, in this order; three queries."""
    rows = with_records(Submission.objects.all(), kind).in_bulk(numbers)
    return [rows[number] for number in numbers if number in rows]


# --- Pages -----------------------------------------------------------------------------------


def keys(user: User | AnonymousUser) -> KeyQuerySet:
    """The keys `user` may look at, with what a list shows."""
    return Key.objects.visible_to(user).select_related("owner", "county", "city", "created_by")


def keys_in_state(rows: KeyQuerySet, state: str) -> KeyQuerySet:
    """Narrow to one state as it is now."""
    return rows.in_state(state, timezone.now())


def subscriptions(key: Key, kind: Kind | None = None) -> QuerySet[Subscription]:
    """The webhooks of a key that still hold, of one kind or of all."""
    rows = Subscription.objects.filter(key=key, ended_at__isnull=True).order_by("pk")
    return rows if kind is None else rows.filter(kind=kind.code)


def deliveries(user: User | AnonymousUser) -> DeliveryQuerySet:
    """The messages to subscribers `user` may look at."""
    return Delivery.objects.visible_to(user).select_related("subscription__key", "submission")


def open_to_keys(actor: Actor) -> bool:
    """Whether pages of keys have anything for `actor`."""
    return actor.has(Role.ADMIN, *rules.KEY_ROLES)
