"""Reads of the record: the auditor's list, and the walk over the chain."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.conf import settings
from django.core.exceptions import FieldDoesNotExist
from django.db import connection
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.audit import acts
from portal.audit.append_only import unprotected
from portal.audit.chain import BEGINNING, link
from portal.audit.models import Entry, EntryQuerySet, Seal
from portal.clock import SHANGHAI

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from portal.accounts.models import User

# An entry that waits longer means that the sealer stands still, or that somebody dated it back.
SEALED_WITHIN = timedelta(hours=1)
CHUNK = 1000
# Details that are no field of their subject; the states are two values of its field `state`.
DETAILS = {
    "from_state": gettext_lazy("Before"),
    "to_state": gettext_lazy("After"),
    "version": gettext_lazy("version"),
}
STATES = ("from_state", "to_state")


def entries_visible_to(user: User | AnonymousUser) -> EntryQuerySet:
    """Return the whole record for those who may read it, else nothing."""
    return Entry.objects.visible_to(user)


def filtered_entries(rows: EntryQuerySet, wanted: dict[str, Any]) -> EntryQuerySet:
    """Return `rows` narrowed by who, act, kind, subject, since and until (days of Shanghai, both
    included), newest first, ready to be shown.
    """
    if who := wanted.get("who"):
        rows = rows.filter(
            Q(user__full_name__icontains=who) | Q(user__username=who) | Q(user__phone=who)
        )
    if act := wanted.get("act"):
        rows = rows.filter(act=act)
    if kind := wanted.get("kind"):
        rows = rows.filter(subject_type=kind)
    if subject := wanted.get("subject"):
        rows = rows.filter(subject_id=subject)
    if since := wanted.get("since"):
        rows = rows.filter(at__gte=datetime.combine(since, time.min, SHANGHAI))
    if until := wanted.get("until"):
        rows = rows.filter(at__lt=datetime.combine(until + timedelta(days=1), time.min, SHANGHAI))
    return rows.select_related("user", "seal").order_by("-at", "-pk")


def kind_label(label_lower: str) -> str:
    """Return the words for a kind of subject, or its code where the model is gone."""
    try:
        return str(apps.get_model(label_lower)._meta.verbose_name)
    except (LookupError, ValueError):
        return label_lower


def act_choices() -> list[tuple[str, str]]:
    """Return the acts that occur in the record, with their words; one query."""
    return [(act, acts.label(act)) for act in _occurring("act")]


def kind_choices() -> list[tuple[str, str]]:
    """Return the kinds of subject that occur in the record, with their words; one query."""
    return [(code, kind_label(code)) for code in _occurring("subject_type")]


def _occurring(column: str) -> list[str]:
    """Return each value of an indexed column once, in order.

    From value to value by its index: DISTINCT would read the whole record, which only grows.
    """
    table, name = (connection.ops.quote_name(n) for n in (Entry._meta.db_table, column))
    steps = f"""
        WITH RECURSIVE step(value) AS (
            SELECT MIN({name}) FROM {table}
            UNION ALL
            SELECT (SELECT MIN({name}) FROM {table} WHERE {name} > step.value)
            FROM step WHERE step.value IS NOT NULL)
        SELECT value FROM step WHERE value IS NOT NULL"""  # noqa: S608 - names of our own
    with connection.cursor() as cursor:
        cursor.execute(steps)
        return [value for (value,) in cursor.fetchall()]


def detail_label(label_lower: str, key: str) -> str:
    """Return the words for a detail that is a field of the subject, else its own name."""
    if key in DETAILS:
        return str(DETAILS[key])
    try:
        return str(apps.get_model(label_lower)._meta.get_field(key).verbose_name)
    except (LookupError, ValueError, FieldDoesNotExist, AttributeError):
        return acts.detail_label(key) or key


def detail_value(label_lower: str, key: str, value: Any) -> str:
    """Return a detail's value: the words of a choice where the field has choices."""
    try:
        field = apps.get_model(label_lower)._meta.get_field("state" if key in STATES else key)
        words = dict(field.flatchoices)
    except (LookupError, ValueError, FieldDoesNotExist, AttributeError):
        words = {}
    if isinstance(value, str):
        return str(words.get(value, "")) or acts.detail_value(key, value) or value
    return json.dumps(value, ensure_ascii=False)


def role_label(role: str) -> str:
    """Return the words for a role worn in an act; the system wears none."""
    field = apps.get_model(settings.AUTH_USER_MODEL)._meta.get_field("memberships")
    labels = dict(field.related_model._meta.get_field("role").flatchoices)
    return str(labels.get(role, role))


def who_label(entry: Entry) -> str:
    """Return who acted; without a person, an address tells a visitor from the portal itself."""
    if entry.user is not None:
        return str(entry.user)
    return _("Not signed in") if entry.address else _("The portal itself")


@dataclass(frozen=True)
class Shown:
    """One entry in the words of the reader."""

    number: int | None
    at: datetime
    who: str
    role: str
    address: str
    act: str
    kind: str
    subject: str
    details: tuple[tuple[str, str], ...]


def shown(entry: Entry) -> Shown:
    """Return an entry of `filtered_entries` as the list shows it."""
    seal = getattr(entry, "seal", None)
    return Shown(
        number=seal.number if seal else None,
        at=entry.at,
        who=who_label(entry),
        role=role_label(entry.role),
        address=entry.address or "",
        act=acts.label(entry.act),
        kind=kind_label(entry.subject_type),
        subject=entry.subject_id,
        details=tuple(
            (
                detail_label(entry.subject_type, key),
                detail_value(entry.subject_type, key, value),
            )
            for key, value in sorted(entry.data.items())
            if value != ""
        ),
    )


@dataclass(frozen=True)
class ChainReport:
    """What the walk found; `broken_at` is the number of the first seal that does not hold."""

    sealed: int
    head: str
    broken_at: int | None
    reason: str
    unsealed: int
    late: int
    unprotected: tuple[str, ...]

    @property
    def holds(self) -> bool:
        """True when nothing was changed, taken out or put in between."""
        return self.broken_at is None and not self.unprotected


def verify_chain(*, known: tuple[int, str] | None = None) -> ChainReport:
    """Walk the chain, compute every hash again, and stop at the first that does not hold.

    `known` is a number and its hash as somebody noted them outside of the database: only such a
    note shows that the end of the chain was cut off or that all of it was written anew.
    """
    number, head, broken = 0, BEGINNING, None
    for seal, entry in _links():
        reason = _fault(seal, entry, expected=number + 1, previous=head)
        if not reason and known and seal.number == known[0] and seal.hash != known[1]:
            reason = _("its hash is not the one that was noted")
        if reason:
            broken = (number + 1, reason)
            break
        number, head = seal.number, seal.hash
    if broken is None and known and number < known[0]:
        broken = (number + 1, _("the seal is missing: the chain once was longer"))
    waiting = Entry.objects.unsealed()
    return ChainReport(
        sealed=number,
        head=head,
        broken_at=broken[0] if broken else None,
        reason=broken[1] if broken else "",
        unsealed=waiting.count(),
        late=waiting.filter(at__lt=timezone.now() - SEALED_WITHIN).count(),
        unprotected=tuple(unprotected(connection, [Entry._meta.db_table, Seal._meta.db_table])),
    )


def _links() -> Iterator[tuple[Seal, Entry | None]]:
    """Yield seals by number, each with its entry; None where the entry is gone."""
    last = -1
    while seals := list(Seal.objects.filter(number__gt=last).order_by("number")[:CHUNK]):
        entries = Entry.objects.in_bulk([seal.entry_id for seal in seals])
        for seal in seals:
            yield seal, entries.get(seal.entry_id)
        last = seals[-1].number


def _fault(seal: Seal, entry: Entry | None, *, expected: int, previous: str) -> str:
    if seal.number > expected:
        return _("the seal is missing")
    if seal.number < expected:
        return _("a seal was put in before the beginning")
    if entry is None:
        return _("the entry %(entry)s is missing") % {"entry": seal.entry_id}
    if link(previous, entry) != seal.hash:
        return _("the entry %(entry)s was changed, or an entry was put in before it") % {
            "entry": entry.pk
        }
    return ""
