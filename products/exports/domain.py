"""The acts on export profiles, and running one."""

from __future__ import annotations

import hashlib
import json
import tempfile
import uuid
from collections.abc import Iterable, Iterator
from typing import IO, Any

from django.core.files import File
from django.core.files.storage import default_storage
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal import clock, once
from portal.accounts.actor import Actor
from portal.audit.domain import record
from portal.jobs.domain import Progress, enqueue
from portal.jobs.models import Work
from portal.spreadsheet import Sheet, write_book
from portal.submissions.models import Submission
from portal.verdict import RuleBroken, require
from products.exports import columns, queries, rules
from products.exports.enums import FileForm
from products.exports.models import Export, ExportedRow, ExportProfile
from products.models import Product

WORK = "products.export"


@transaction.atomic
def make_profile(
    *, actor: Actor, form_key: uuid.UUID | None = None, **values: Any
) -> ExportProfile:
    """Keep a choice of products under a name. Raises: RuleBroken, ValidationError by field."""
    require(rules.may_export(actor))
    profile = ExportProfile(**values)
    written = once.insert(profile, form_key=form_key)
    if written is profile:
        record(
            actor=actor,
            act="export.profile",
            subject=profile,
            name=profile.name,
            mode=profile.mode,
            completeness=profile.completeness,
        )
    return written


@transaction.atomic
def ask_export(*, profile: ExportProfile, actor: Actor) -> Work:
    """Ask for an export; asking while one waits asks once. Raises: RuleBroken when there is
    nothing to send."""
    require(rules.may_export(actor))
    if not (queries.to_send(profile).exists() or queries.to_remove(profile).exists()):
        raise RuleBroken(
            gettext_lazy("There is nothing to send: no product fits, or none changed.")
        )
    return enqueue(
        kind=WORK,
        key=str(profile.pk),
        payload={"profile": profile.pk, "language": translation.get_language()},
        asked_by=actor.person,
    )


def run_export(*, profile: ExportProfile, actor: Actor, progress: Progress) -> Export:
    """Write both files and which versions they hold, a few rows at a time, then say it is sent.

    Until then nothing of it counts as sent; a run that died is begun anew. Only one run of a
    profile goes on at a time: its work has one key. Raises: RuleBroken.
    """
    require(rules.may_export(actor))
    export = _begin(profile, actor)
    run = _Run(export, progress)
    with tempfile.TemporaryFile() as xlsx, tempfile.TemporaryFile() as plain:
        run.write(xlsx, plain)
        hashes = {
            f"{form}_sha256": _store(export, form, file)
            for form, file in ((FileForm.XLSX, xlsx), (FileForm.JSON, plain))
        }
    with transaction.atomic():
        for name, value in hashes.items():
            setattr(export, name, value)
        export.sent, export.removed = run.sent, run.removed
        export.finished_at = max(clock.now(), export.begun_at)
        export.save()
        record(
            actor=actor,
            act="export.make",
            subject=export,
            name=profile.name,
            number=export.number,
            sent=export.sent,
            removed=export.removed,
            **hashes,
        )
        progress.finish({"url": export.get_absolute_url()})
    return export


@transaction.atomic
def _begin(profile: ExportProfile, actor: Actor) -> Export:
    """A new export in place of one that never ended. Locks the profile."""
    ExportProfile.objects.select_for_update().get(pk=profile.pk)
    dead = Export.objects.filter(profile=profile, finished_at__isnull=True)
    ExportedRow.objects.filter(export__in=dead).delete()
    dead.delete()
    last = Export.objects.filter(profile=profile).order_by("-number").first()
    return Export.objects.create(
        profile=profile,
        number=last.number + 1 if last else 1,
        made_by=actor.user,
        begun_at=clock.now(),
    )


def _store(export: Export, form: str, file: IO[bytes]) -> str:
    """Keep a file under the export's name and return its hash."""
    file.seek(0)
    sha256 = hashlib.file_digest(file, "sha256").hexdigest()  # type: ignore[arg-type]
    file.seek(0)
    default_storage.delete(export.path(form))
    default_storage.save(export.path(form), File(file))
    return sha256


class _Run:
    """One pass over what is sent: workbook, JSON and rows of the record grow together."""

    def __init__(self, export: Export, progress: Progress) -> None:
        self.export, self.progress = export, progress
        self.products = queries.whole(queries.to_send(export.profile))
        self.dropped = queries.to_remove(export.profile)
        self.total = self.products.count() + self.dropped.count()
        self.sent = self.removed = 0

    def write(self, xlsx: IO[bytes], plain: IO[bytes]) -> None:
        """Write both files; memory holds one chunk of rows."""
        self.plain = plain
        head = {
            "profile": self.export.profile.name,
            "number": self.export.number,
            "begun_at": self.export.begun_at.isoformat(),
        }
        self._say(json.dumps(head, ensure_ascii=False)[:-1] + ', "products": [')
        sheets = (
            Sheet(_("Products"), columns.PRODUCT_COLUMNS, self._sent()),
            Sheet(_("Removed"), columns.REMOVED_COLUMNS, self._removed()),
        )
        write_book(xlsx, sheets)
        self._say("\n]}\n")

    def _sent(self) -> Iterator[Product]:
        for chunk in queries.chunks(self.products):
            self._keep((row.submission, "") for row in chunk)
            for row in chunk:
                self._line(columns.product_json(row), first=self.sent == 0)
                self.sent += 1
                yield row
                queries.let_go(row)
            self._tell()

    def _removed(self) -> Iterator[Submission]:
        self._say('\n], "removed": [')
        for chunk in queries.chunks(self.dropped):
            self._keep((row, queries.because(row)) for row in chunk)
            for row in chunk:
                row.removed_because = queries.because(row)  # type: ignore[attr-defined]
                self._line(columns.removed_json(row), first=self.removed == 0)
                self.removed += 1
                yield row
            self._tell()

    def _keep(self, rows: Iterable[tuple[Submission, str]]) -> None:
        ExportedRow.objects.bulk_create(
            ExportedRow(
                export=self.export,
                profile_id=self.export.profile_id,
                submission=row,
                version=row.version,
                removed_because=why,
            )
            for row, why in rows
        )

    def _tell(self) -> None:
        self.progress.step(self.sent + self.removed, max(self.total, self.sent + self.removed))

    def _line(self, values: dict[str, Any], *, first: bool) -> None:
        self._say(("\n" if first else ",\n") + json.dumps(values, ensure_ascii=False))

    def _say(self, text: str) -> None:
        self.plain.write(text.encode())
