"""A dossier as JSON: what stands in it is said by the fields of its kind's form.

A field that the form gains is in the API by itself, and nothing here names a field of a kind.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django import forms
from django.conf import settings
from django.core.exceptions import FieldDoesNotExist
from django.urls import reverse

from portal.api.enums import Event
from portal.files.fields import FilesField
from portal.files.models import FileKind
from portal.submissions import kinds, values
from portal.submissions.enums import State
from portal.submissions.rules import is_applicant

if TYPE_CHECKING:
    from portal.accounts.actor import Actor
    from portal.submissions.kinds import Kind
    from portal.submissions.models import Submission

Read = Callable[[Any], Any]


def outside_key(form_field: forms.Field) -> str:
    """By which attribute the outside names a row that is chosen; empty where the form's own value
    does. A number of ours means nothing to anybody else, where the row has a code."""
    if not isinstance(form_field, forms.ModelChoiceField) or form_field.to_field_name:
        return ""
    meta = form_field.queryset.model._meta
    try:
        code = meta.get_field("code")
    except FieldDoesNotExist:
        return ""
    return "" if code.primary_key or not code.unique else "code"


@dataclass(frozen=True)
class Shape:
    """How the values of one kind are read; made once for many records."""

    kind: Kind
    form: Any = field(init=False)
    readers: dict[str, Read] = field(init=False)

    def __post_init__(self) -> None:
        form = self.kind.form()
        readers = {name: self._reader(name, f) for name, f in form.fields.items()}
        object.__setattr__(self, "form", form)
        object.__setattr__(self, "readers", readers)

    def _reader(self, name: str, form_field: forms.Field) -> Read:
        if isinstance(form_field, FilesField):
            return lambda record: [
                str(row.file_id)
                for row in record.submission.attachments.all()
                if row.purpose == name
            ]
        if hasattr(form_field, "of_record"):
            return lambda record: form_field.rows_of(form_field.of_record(record))
        if hasattr(form_field, "rows_of"):
            return lambda record: form_field.rows_of(getattr(record, name))
        column: Any = self.kind.model._meta.get_field(name)
        if key := outside_key(form_field):
            return lambda record: getattr(getattr(record, name), key, None)
        return lambda record: values.plain(getattr(record, column.attname))

    @property
    def related(self) -> list[str]:
        """Lookups that a read of many records brings along, from the dossier."""
        chosen = [name for name in self.readers if outside_key(self.form.fields[name])]
        return [self.kind.accessor, *(f"{self.kind.accessor}__{name}" for name in chosen)]

    def values(self, row: Submission) -> dict[str, Any]:
        """Every value of a dossier's record, in the form's order."""
        record = getattr(row, self.kind.accessor)
        return {name: read(record) for name, read in self.readers.items()}

    def public_values(self, row: Submission) -> dict[str, Any]:
        """The values that the outside sees of a published record: no contact, no paper."""
        kept_back = self._kept_back
        return {name: value for name, value in self.values(row).items() if name not in kept_back}

    @property
    def _kept_back(self) -> set[str]:
        files = {n for n, f in self.form.fields.items() if isinstance(f, FilesField)}
        return files | set(values.CONTACT)

    @property
    def photo_fields(self) -> list[str]:
        """The fields that hold pictures."""
        return [
            name
            for name, form_field in self.form.fields.items()
            if isinstance(form_field, FilesField) and form_field.kind == FileKind.PHOTO
        ]


def _place(row: Any) -> dict[str, str] | None:
    return {"code": row.pk, "name": row.name} if row is not None else None


def head(row: Submission) -> dict[str, Any]:
    """What every dossier has, whatever its kind."""
    organisation = row.organisation
    return {
        "code": row.code,
        "version": row.version,
        "title": row.title,
        "county": _place(row.county),
        "city": _place(row.city),
        "organisation": {"credit_code": organisation.credit_code, "name": organisation.name}
        if organisation
        else None,
        "published_at": row.published_at and row.published_at.isoformat(),
    }


def record_items(rows: Iterable[Any], kind: Kind, actor: Actor) -> list[dict[str, Any]]:
    """Dossiers as those see them who may: `rows` come from `queries.records`, with `reference` and
    `updated_at`. Contacts are masked for all but the applicant."""
    shape = Shape(kind)
    found = []
    for row in rows:
        fields = shape.values(row)
        if not is_applicant(row, actor):
            for name, mask in values.CONTACT.items():
                if fields.get(name):
                    fields[name] = mask(fields[name])
        found.append(
            {
                **head(row),
                "reference": row.reference,
                "state": row.state,
                "created_at": row.created_at.isoformat(),
                "updated_at": row.updated_at and row.updated_at.isoformat(),
                "submitted_at": row.submitted_at and row.submitted_at.isoformat(),
                "fields": fields,
            }
        )
    return found


def feed_items(rows: Iterable[Submission], kind: Kind) -> list[dict[str, Any]]:
    """Dossiers as the feed and webhooks tell of them: what is published in full, of all others
    only that, and why, they no longer are."""
    shape = Shape(kind)
    return [_feed_item(row, shape) for row in rows]


def _feed_item(row: Submission, shape: Shape) -> dict[str, Any]:
    if row.state != State.PUBLISHED:
        return {
            "type": Event.DELETED.value,
            "code": row.code,
            "version": row.version,
            "reason": row.state,
        }
    photos = [
        _absolute(reverse("file", args=[str(attachment.file_id)]))
        for attachment in row.attachments.all()
        if attachment.purpose in shape.photo_fields
    ]
    url = shape.kind.public_url
    return {
        "type": Event.CHANGED.value,
        **head(row),
        "url": _absolute(reverse(url, args=[row.code])) if url else None,
        "photos": photos,
        "fields": shape.public_values(row),
    }


def feed_item(row: Submission) -> dict[str, Any]:
    """One dossier as the feed tells of it."""
    return feed_items([row], kinds.get(row.kind))[0]


def _absolute(path: str) -> str:
    return f"{settings.SITE_URL.rstrip('/')}{path}"
