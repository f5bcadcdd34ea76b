"""Consents, reading a masked value, copies of one's own data, corrections, leaving, clearing."""

from __future__ import annotations

import tempfile
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files import File
from django.core.files.storage import default_storage
from django.db import transaction
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext_lazy as _

from portal import personal
from portal.accounts import domain as accounts
from portal.accounts.actor import Actor
from portal.accounts.models import User
from portal.audit.domain import digest, record
from portal.jobs.domain import Progress, enqueue
from portal.privacy import queries, rules
from portal.privacy.enums import ConsentKind, ShowReason
from portal.privacy.erasing import erase
from portal.privacy.models import Clearance, Consent, DataExport
from portal.privacy.retention import EXPORT_DAYS, PERIODS
from portal.spreadsheet import Sheet, write_book
from portal.verdict import RuleBroken, require

if TYPE_CHECKING:
    from portal.jobs.models import Work
    from portal.personal import MaskedField
    from portal.privacy.models import DataExportQuerySet

EXPORT_KIND = "privacy.export"
CLEAR_KIND = "privacy.clear"


# --- Consent ---------------------------------------------------------------------------------


@transaction.atomic
def give_consent(*, user: User, version: str, actor: Actor) -> Consent:
    """Note that the person read and agreed to a version; agreeing twice is agreeing once.

    Locks the person's row. Raises: RuleBroken when the text that was read is not the one in force.
    """
    require(rules.is_oneself(user=user, actor=actor))
    if version != settings.PRIVACY_VERSION:
        raise RuleBroken(_("The text changed meanwhile. Please read the one below."))
    user = User.objects.select_for_update().get(pk=user.pk)
    before = queries.consents_of(user).first()
    if before and (before.version, before.kind) == (version, ConsentKind.GIVEN):
        return before
    consent = Consent.objects.create(user=user, version=version, kind=ConsentKind.GIVEN)
    user.privacy_version, user.privacy_agreed_at = version, consent.at
    user.save(update_fields=["privacy_version", "privacy_agreed_at"])
    record(actor=actor, act="privacy.consent", subject=user, privacy_version=version)
    return consent


# --- Masked values ---------------------------------------------------------------------------


@transaction.atomic
def show_value(
    *, field: MaskedField, row: Any, reason: ShowReason, note: str, actor: Actor
) -> None:
    """Note who reads whose value and why; the value itself stands nowhere in the record.

    Raises: RuleBroken when `actor` may not read it.
    """
    require(rules.may_show(field=field, row=row, actor=actor))
    record(
        actor=actor,
        act="privacy.show",
        subject=row,
        role=actor.memberships[0].role if actor.memberships else "",
        field=field.field,
        reason=str(reason),
        note=note,
    )


# --- Copies of one's own data ----------------------------------------------------------------


@transaction.atomic
def ask_export(*, user: User, actor: Actor) -> Work:
    """Ask for a copy of everything kept of the person; asking twice asks once.

    Locks the person's row.
    """
    require(rules.is_oneself(user=user, actor=actor))
    User.objects.select_for_update().get(pk=user.pk)
    export = queries.exports_of(user).filter(ready_at__isnull=True).first()
    if export is None:
        export = DataExport.objects.create(user=user)
        record(actor=actor, act="privacy.export", subject=export)
    return enqueue(
        kind=EXPORT_KIND,
        key=str(export.pk),
        payload={"export": export.pk, "language": translation.get_language()},
        asked_by=user,
    )


def make_export(*, export_id: int, language: str, progress: Progress) -> None:
    """Write the copy, then say in one transaction that it is ready and drop the one before.

    Runs twice to the same file: its name stands in the row before it is written.
    """
    export = DataExport.objects.select_related("user").filter(pk=export_id).first()
    if export is None or export.ready_at is not None:
        return
    with translation.override(language):
        _write(export, progress)
    now = timezone.now()
    with transaction.atomic():
        ready = DataExport.objects.filter(pk=export.pk).update(
            ready_at=now, expires_at=now + timedelta(days=EXPORT_DAYS)
        )
        if ready:
            _drop(DataExport.objects.filter(user=export.user).exclude(pk=export.pk))
        else:  # the account was closed meanwhile
            default_storage.delete(export.path)
        progress.finish({"url": reverse("my-data")} if ready else None)


def _write(export: DataExport, progress: Progress) -> None:
    kinds = personal.kept()
    with tempfile.TemporaryFile(suffix=".xlsx") as target:
        sheets = (
            Sheet(kind.label, kind.columns, _counted(kind.rows(export.user), number, progress))
            for number, kind in enumerate(kinds)
        )
        progress.step(0, len(kinds))
        write_book(target, sheets)
        progress.step(len(kinds))
        target.seek(0)
        default_storage.delete(export.path)
        default_storage.save(export.path, File(target))


def _counted(rows: Any, done: int, progress: Progress) -> Any:
    """The rows one by one, with the progress told before the first."""
    progress.step(done)
    yield from rows.iterator(chunk_size=500) if hasattr(rows, "iterator") else rows


def _drop(exports: DataExportQuerySet) -> None:
    """Delete copies; their files once the rows are gone for good."""
    paths = [export.path for export in exports.order_by("pk")]
    exports.delete()

    def delete_files() -> None:
        for path in paths:
            default_storage.delete(path)

    transaction.on_commit(delete_files)


# --- Correcting and leaving ------------------------------------------------------------------


@transaction.atomic
def correct_name(*, user: User, full_name: str, actor: Actor) -> User:
    """Change one's own name. Locks the person's row. Raises: ValidationError when it is empty."""
    require(rules.is_oneself(user=user, actor=actor))
    user = User.objects.select_for_update().get(pk=user.pk)
    before, user.full_name = user.full_name, full_name.strip()
    if not user.full_name:
        raise ValidationError({"full_name": _("Write your name as on the ID card.")})
    user.clean_fields(exclude=[f.name for f in User._meta.fields if f.name != "full_name"])
    if user.full_name == before:
        return user
    user.save(update_fields=["full_name"])
    changed = [digest(before), digest(user.full_name)]
    record(actor=actor, act="privacy.correct_name", subject=user, full_name=changed)
    return user


@transaction.atomic
def close_account(*, user: User, actor: Actor) -> None:
    """Close one's own account: consent withdrawn, roles and sessions ended, own values replaced.

    Everything done under it stays. Locks the person's row.
    Raises: RuleBroken while something is under way that must be settled first.
    """
    require(rules.is_oneself(user=user, actor=actor))
    user = User.objects.select_for_update().get(pk=user.pk)
    duties = personal.obligations_of(user)
    if duties:
        raise RuleBroken(_("Settle first what is listed here."), code="obligations")
    if user.privacy_version:
        Consent.objects.create(user=user, version=user.privacy_version, kind=ConsentKind.WITHDRAWN)
    record(
        actor=actor,
        act="privacy.close_account",
        subject=user,
        full_name=digest(user.full_name),
        phone=digest(user.phone),
    )
    personal.forget(user=user, actor=actor)
    _drop(DataExport.objects.filter(user=user))
    accounts.leave(user=user, actor=actor)
    erase(user=user)


# --- What is over ----------------------------------------------------------------------------


def ask_for_clearing() -> None:
    """Ask for the clearing of each kind that has a period; one row of work a kind."""
    for period in sorted(PERIODS, key=lambda period: period.code):
        if period.clear is not None:
            enqueue(kind=CLEAR_KIND, key=period.code)


def clear_period(*, code: str) -> int:
    """Delete or blank what is over of one kind, and note how many rows it was."""
    period = {period.code: period for period in PERIODS}[code]
    count = period.clear_what_is_over()
    if count:
        with transaction.atomic():
            cleared = Clearance.objects.create(kind=code, rows=count)
            record(
                actor=Actor.system(),
                act="privacy.clear",
                subject=cleared,
                cleared=code,
                rows=count,
            )
    return count
