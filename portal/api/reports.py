"""Platform reports as machines send and read them: what stands in the OpenAPI file, and how it is
filled."""

from __future__ import annotations

from collections import Counter
from datetime import date
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from portal.api.pieces import Choice, Pattern, Strict, Text, Whole
from portal.jobs.models import WorkState
from portal.statements import queries, uploads
from portal.statements.dry_run import DryRun
from portal.statements.landing import MOST_FILES
from portal.statements.models import (
    How,
    IdKind,
    Platform,
    RejectedRow,
    Source,
    StatementState,
    Upload,
)

SHA256 = r"^[0-9a-f]{64}$"
KEY = r"^[a-z0-9-]{1,64}$"
MONEY = _("By metric; money is in fen.")


class Day(serializers.DateField):
    """A day as text, and nothing that could be read as one."""

    def to_internal_value(self, data: Any) -> date:
        """Refuse everything but YYYY-MM-DD."""
        if not isinstance(data, str) or len(data) != len("2023-10-20"):
            self.fail("invalid", format="YYYY-MM-DD")
        return super().to_internal_value(data)


class SourceShown(serializers.Serializer):
    """One platform account and one kind of report."""

    key = serializers.CharField(help_text=_("What an upload names it by."))
    name = serializers.CharField()
    platform = serializers.ChoiceField(choices=Platform.choices)
    id_kind = serializers.ChoiceField(choices=IdKind.choices)


class SourcePage(serializers.Serializer):
    """A page of sources."""

    results = SourceShown(many=True)
    next = serializers.CharField(allow_null=True)


class FileWish(Strict):
    """A file that will be sent."""

    name = Text(max_length=200)
    size = Whole(min_value=1, max_value=2**40)
    sha256 = Pattern(SHA256, help_text=_("64 small hexadecimal digits."))


class UploadWish(Strict):
    """A report that will be sent."""

    source = Pattern(KEY)
    first_day = Day(
        required=False, allow_null=True, help_text=_("Leave out what the files' headings say.")
    )
    last_day = Day(required=False, allow_null=True)
    how = Choice(
        choices=How.choices,
        required=False,
        help_text=_("Where the period has figures already; replace without it."),
    )
    files = serializers.ListField(child=FileWish(), min_length=1, max_length=MOST_FILES)


class FileShown(serializers.Serializer):
    """How far a file is."""

    sha256 = serializers.CharField()
    name = serializers.CharField()
    size = serializers.IntegerField()
    received = serializers.IntegerField(help_text=_("Go on from this byte."))
    complete = serializers.BooleanField()
    url = serializers.CharField(help_text=_("Where its bytes go."))


class UploadShown(serializers.Serializer):
    """An upload and what is still missing."""

    id = serializers.UUIDField()
    source = serializers.CharField()
    first_day = serializers.DateField(allow_null=True)
    last_day = serializers.DateField(allow_null=True)
    how = serializers.ChoiceField(choices=How.choices)
    files = FileShown(many=True)
    missing = serializers.ListField(child=serializers.CharField(), help_text=_("Their SHA-256."))
    kept_until = serializers.DateTimeField()
    statement = serializers.CharField(allow_null=True, help_text=_("Where it landed."))


class ReadShown(serializers.Serializer):
    """What a file says; nothing but its name where it is too large to be read at once."""

    name = serializers.CharField()
    rows = serializers.IntegerField(allow_null=True, help_text=_("Rows with figures."))
    rejected = serializers.IntegerField(allow_null=True)
    sums = serializers.DictField(child=serializers.IntegerField(), allow_null=True, help_text=MONEY)


class ReplacedShown(serializers.Serializer):
    """What counts now and would not any more."""

    statement = serializers.CharField()
    version = serializers.IntegerField()
    days = serializers.ListField(child=serializers.DateField())


class RunShown(serializers.Serializer):
    """What landing does, or would do."""

    source = serializers.CharField()
    first_day = serializers.DateField()
    last_day = serializers.DateField()
    complete = serializers.BooleanField(help_text=_("Every file was read, so all sums are there."))
    rows = serializers.IntegerField()
    rejected = serializers.IntegerField()
    sums = serializers.DictField(child=serializers.IntegerField(), help_text=MONEY)
    files = ReadShown(many=True)
    before = serializers.DictField(child=serializers.IntegerField(), help_text=MONEY)
    after = serializers.DictField(child=serializers.IntegerField(), help_text=MONEY)
    replaces = ReplacedShown(many=True)
    empties = serializers.BooleanField(
        help_text=_("It would remove everything there is: it waits until the office confirms it.")
    )
    came_before = serializers.CharField(
        allow_null=True, help_text=_("The statement that holds the same files already.")
    )


class LandedShown(RunShown):
    """What landing did."""

    statement = serializers.CharField()
    repeated = serializers.BooleanField(help_text=_("The same files had come before."))


class PartShown(serializers.Serializer):
    """One file of a statement; rows_in = rows + rejected + ignored."""

    sha256 = serializers.CharField()
    name = serializers.CharField()
    size = serializers.IntegerField()
    read_at = serializers.DateTimeField(allow_null=True)
    rows_in = serializers.IntegerField()
    rows = serializers.IntegerField()
    rejected = serializers.IntegerField()
    ignored = serializers.DictField(child=serializers.IntegerField())
    sums = serializers.DictField(child=serializers.IntegerField(), help_text=MONEY)
    problem = serializers.CharField(help_text=_("Why it cannot be read; empty while all is well."))


class StatementShown(serializers.Serializer):
    """One version of what a source says about a period."""

    url = serializers.CharField()
    page = serializers.CharField(help_text=_("The same for people."))
    source = serializers.CharField()
    first_day = serializers.DateField()
    last_day = serializers.DateField()
    version = serializers.IntegerField()
    state = serializers.ChoiceField(choices=StatementState.choices)
    replaced_by_version = serializers.IntegerField(allow_null=True)
    landed_at = serializers.DateTimeField()
    rows = serializers.IntegerField()
    rejected = serializers.IntegerField()
    sums = serializers.DictField(child=serializers.IntegerField(), help_text=MONEY)
    files = PartShown(many=True)


class RejectedShown(serializers.Serializer):
    """A row that could not be counted."""

    file = serializers.CharField()
    row = serializers.IntegerField()
    reason = serializers.CharField()
    cells = serializers.ListField(child=serializers.CharField())
    rows = serializers.IntegerField(help_text=_("How many rows of the file it stands for."))


class RejectedPage(serializers.Serializer):
    """A page of rejected rows."""

    results = RejectedShown(many=True)
    next = serializers.CharField(allow_null=True)


# --- How they are filled ---------------------------------------------------------------------


def statement_url(pk: int) -> str:
    """Where machines read a statement."""
    return reverse("api-statement", args=[pk])


def source_shown(row: Source) -> dict[str, Any]:
    """A source."""
    return {"key": row.key, "name": row.name, "platform": row.platform, "id_kind": row.id_kind}


def file_shown(upload: Upload, file: uploads.Awaited) -> dict[str, Any]:
    """A file of an upload."""
    landed = upload.statement_id is not None
    received = file.size if landed else file.received
    return {
        "sha256": file.sha256,
        "name": file.name,
        "size": file.size,
        "received": received,
        "complete": landed or file.is_here,
        "url": reverse("api-statement-upload-file", args=[upload.pk, file.sha256]),
    }


def upload_shown(row: Upload) -> dict[str, Any]:
    """An upload."""
    return {
        "id": str(row.pk),
        "source": row.source.key,
        "first_day": row.first_day,
        "last_day": row.last_day,
        "how": row.how,
        "files": [file_shown(row, file) for file in uploads.files_of(row)],
        "missing": [file.sha256 for file in uploads.missing(row)],
        "kept_until": (row.started_at + uploads.KEPT).isoformat(),
        "statement": statement_url(row.statement_id) if row.statement_id else None,
    }


def run_shown(found: uploads.Look) -> dict[str, Any]:
    """What landing would do."""
    run = found.run
    changes = run.additions if found.adds_to is not None else run.changes
    files = [_read_shown(file) for file in run.files]
    sums: Counter[str] = Counter()
    for file in files:
        sums.update(file["sums"] or {})
    return {
        "source": run.source.key,
        "first_day": run.first_day.isoformat(),
        "last_day": run.last_day.isoformat(),
        "complete": run.is_complete,
        "rows": sum(file["rows"] or 0 for file in files),
        "rejected": sum(file["rejected"] or 0 for file in files),
        "sums": dict(sums),
        "files": files,
        "before": {change.metric: change.before for change in changes},
        "after": {change.metric: change.after for change in changes},
        "replaces": [] if found.adds_to is not None else _replaces(run),
        "empties": run.empties and found.adds_to is None,
        "came_before": statement_url(run.came_before.pk) if run.came_before else None,
    }


def _read_shown(file: Any) -> dict[str, Any]:
    reading = file.reading
    return {
        "name": file.name,
        "rows": reading and reading.partial.sum("rows"),
        "rejected": reading and reading.rows_rejected,
        "sums": reading and dict(reading.totals),
    }


def _replaces(run: DryRun) -> list[dict[str, Any]]:
    return [
        {
            "statement": statement_url(statement.pk),
            "version": statement.version,
            "days": [day.isoformat() for day in days],
        }
        for statement, days in run.replaces
    ]


def statement_shown(row: Any) -> dict[str, Any]:
    """A statement with its state and each of its files; one query for the work behind them."""
    parts = list(row.parts.all())
    works = queries.works(parts)
    return {
        "url": statement_url(row.pk),
        "page": row.get_absolute_url(),
        "source": row.source.key,
        "first_day": row.first_day,
        "last_day": row.last_day,
        "version": row.version,
        "state": row.state,
        "replaced_by_version": row.replaced_by_version,
        "landed_at": row.landed_at.isoformat(),
        "rows": sum(part.rows_data for part in parts),
        "rejected": sum(part.rows_rejected for part in parts),
        "sums": row.totals,
        "files": [_part_shown(part, works.get(part.pk)) for part in parts],
    }


def _part_shown(part: Any, work: Any) -> dict[str, Any]:
    stopped = part.read_at is None and work is not None and work.state == WorkState.PARKED
    return {
        "sha256": part.sha256,
        "name": part.name,
        "size": part.size,
        "read_at": part.read_at and part.read_at.isoformat(),
        "rows_in": part.rows_in,
        "rows": part.rows_data,
        "rejected": part.rows_rejected,
        "ignored": part.ignored,
        "sums": part.totals,
        "problem": str(work.reason_text) if stopped else "",
    }


def rejected_shown(row: RejectedRow) -> dict[str, Any]:
    """A rejected row."""
    return {
        "file": row.part.name,
        "row": row.row,
        "reason": row.reason,
        "cells": [str(cell) for cell in row.cells],
        "rows": row.rows,
    }
