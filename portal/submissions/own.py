"""What this room keeps of a person: filings; and their contacts, masked and one day forgotten."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from django.db.models import Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from portal import personal
from portal.accounts.actor import Actor
from portal.accounts.enums import Role
from portal.moves.domain import lock, log_move, transition
from portal.personal import Kept, MaskedField, Obligation
from portal.privacy.rules import works_on_filings
from portal.submissions import kinds, rules
from portal.submissions.enums import State
from portal.submissions.models import Revision, Snapshot, Submission
from portal.submissions.values import CONTACT

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from portal.accounts.models import User

LABELS = {"contact_name": _("contact person"), "contact_phone": _("contact mobile number")}
UNDER_WAY = (State.SUBMITTED, State.RETURNED, State.ENDORSED)


def _contact(row: Submission, name: str) -> str:
    record = getattr(row, kinds.get(row.kind).accessor)
    return str(getattr(record, name, "") or "")


def _filings(user: User) -> QuerySet[Submission]:
    """With their records: one query for each kind there is."""
    records = [kind.accessor for kind in kinds.every()]
    return Submission.objects.filter(owner=user).prefetch_related(*records).order_by("-pk")


KEPT = Kept(
    _("Filings"),
    (
        (_("Code"), lambda row: row.code),
        (_("Kind"), lambda row: row.kind_label),
        (_("Title"), lambda row: row.title),
        (_("State"), lambda row: row.applicant_word),
        (_("Started"), lambda row: row.created_at),
        (_("Contact person"), lambda row: _contact(row, "contact_name")),
        (_("Contact mobile number"), lambda row: _contact(row, "contact_phone")),
    ),
    _filings,
)


def filings_under_way(user: User) -> Iterator[Obligation]:
    """What the person, or an organisation nobody else acts for, has before the office."""
    alone = [
        hat.organisation_id
        for hat in user.memberships.active().filter(role=Role.MERCHANT).order_by("pk")
        if hat.organisation is not None
        and not hat.organisation.memberships.filter(role=Role.MERCHANT, ended_at__isnull=True)
        .exclude(user=user)
        .exists()
    ]
    mine = Q(owner=user) | Q(organisation__in=alone)
    for row in Submission.objects.filter(mine, state__in=UNDER_WAY).order_by("pk"):
        words = {"title": row.title, "state": row.applicant_word}
        text = gettext("“%(title)s” (%(state)s): wait for the answer, or withdraw it.") % words
        yield Obligation(text, row.get_absolute_url())


def forget_contacts(user: User, actor: Actor) -> None:
    """Blank name and number of the person wherever they are a dossier's contact, in what was
    submitted before too; withdraw drafts nobody else can go on with."""
    if user.phone and user.phone_verified:
        for kind in kinds.every():
            _blank_records(kind, user.phone, actor)
        _blank_snapshots(user.phone)
        _blank_revisions(user.phone)
    if actor.user is None:
        return
    drafts = Submission.objects.filter(owner=user, state=State.DRAFT, organisation__isnull=True)
    for row in drafts.order_by("pk"):
        if kinds.get(row.kind).personal:
            transition(row, "withdraw", actor=actor, seen=row.version)


def _blank_records(kind: kinds.Kind, phone: str, actor: Actor) -> None:
    names = [name for name in CONTACT if any(f.name == name for f in kind.model._meta.fields)]
    if "contact_phone" not in names:
        return
    for record in kind.model._default_manager.filter(contact_phone=phone).order_by("pk"):
        row = lock(record.submission)  # type: ignore[attr-defined]
        kind.model._default_manager.filter(pk=record.pk).update(**dict.fromkeys(names, ""))
        row.version += 1
        row.save(update_fields=["version"])
        log_move(row, name="forget", from_state=row.state, actor=actor)


def _blank_snapshots(phone: str) -> None:
    for row in Snapshot.objects.filter(values__contact_phone=phone).order_by("pk"):
        row.values |= {name: "" for name in CONTACT if name in row.values}
        row.save(update_fields=["values"])


def _blank_revisions(phone: str) -> None:
    changed = Q(changes__contact_phone__0=phone) | Q(changes__contact_phone__1=phone)
    for row in Revision.objects.filter(changed).order_by("pk"):
        row.changes |= {name: ["", ""] for name in CONTACT if name in row.changes}
        row.save(update_fields=["changes"])


def _masked(name: str) -> MaskedField:
    return MaskedField(
        subject=Submission._meta.label_lower,
        field=name,
        label=LABELS[name],
        mask=CONTACT[name],
        rows=Submission.objects.visible_to,
        is_own=lambda row, actor: bool(rules.is_applicant(row, actor)),
        may_show=works_on_filings,
        value=lambda row: _contact(row, name),
    )


def register() -> None:
    """Say all this to the registries of personal data."""
    personal.register_kept(KEPT)
    personal.register_obligations(filings_under_way)
    personal.register_forgetting(forget_contacts)
    for name in CONTACT:
        personal.register_masked(_masked(name))
