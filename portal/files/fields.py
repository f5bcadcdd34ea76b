"""Files in forms: a field that holds ids, and uploads that are stored before anything is checked.

A form's view calls `absorb_uploads` first. Each upload becomes a stored file at once and its id
joins the posted ids, so a mistake in another field costs nobody an upload over a slow link.
"""

from __future__ import annotations

import copy
import uuid
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError
from django.template.loader import render_to_string
from django.utils.datastructures import MultiValueDict
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext_lazy as _

from portal.files.domain import shown_name, store_upload
from portal.files.models import FileKind, StoredFile

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from portal.files.domain import Uploader

# An iPhone sends a JPEG instead of HEIC to an input that names JPEG but not HEIC.
ACCEPT = {
    FileKind.PHOTO.value: "image/jpeg,image/png,image/webp",
    FileKind.PDF.value: "application/pdf",
}
NEW = "-new"


class FilesInput(forms.Widget):
    """The files that are there, each with a tick to keep it, and an input for more."""

    template_name = "components/files_input.html"
    needs_multipart_form = True

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs)
        self.kind: str = FileKind.PHOTO
        self.max_files = 1
        # Whether a phone offers its camera first; the album stays beside it.
        self.capture = False
        self.allowed: QuerySet[StoredFile] = StoredFile.objects.none()

    def use_required_attribute(self, initial: Any) -> bool:
        """A form with kept files needs no new one, so the browser must not ask for it."""
        return False

    def value_from_datadict(self, data: Any, files: Any, name: str) -> list[str]:
        """Return the ticked ids."""
        if hasattr(data, "getlist"):
            return data.getlist(name)
        return list(data.get(name) or [])

    def value_omitted_from_data(self, data: Any, files: Any, name: str) -> bool:
        """Unticked boxes are not sent at all, so nothing tells an omitted field from none."""
        return False

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        """Give the template the files behind the ids, in the order they were chosen."""
        context = super().get_context(name, None, attrs)
        context["widget"] |= {
            "kept": in_order(self.allowed, _ids(value or [])),
            "kind": self.kind,
            "accept": ACCEPT[self.kind],
            "max_files": self.max_files,
            "new_name": f"{name}{NEW}",
            "capture": self.capture,
        }
        return context

    def render(
        self, name: str, value: Any, attrs: dict[str, Any] | None = None, renderer: Any = None
    ) -> SafeString:
        """Draw with the project's templates; the default form renderer knows only the apps'."""
        context = self.get_context(name, value, attrs)
        return mark_safe(render_to_string(self.template_name, context))  # noqa: S308


class FilesField(forms.Field):
    """Up to `max_files` stored files of one kind; cleans to a list of StoredFile in their order.

    `allowed` is the queryset of files the user may attach: the form's constructor sets it, and
    until then there are none.
    """

    widget = FilesInput
    default_error_messages = {  # noqa: RUF012
        "required": _("Upload at least one file."),
        "unknown": _("A file is no longer there or is not yours: untick it and upload it again."),
        "too_many": _("At most %(limit)d files: you have %(count)d. Untick those to leave out."),
    }

    def __init__(self, *, kind: str = FileKind.PHOTO, max_files: int = 9, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.kind = self.widget.kind = FileKind(kind).value
        self.max_files = self.widget.max_files = max_files
        self.allowed = StoredFile.objects.none()

    def __deepcopy__(self, memo: dict[int, Any]) -> FilesField:
        field = super().__deepcopy__(memo)
        field.allowed = copy.copy(self.allowed)
        return field

    @property
    def allowed(self) -> QuerySet[StoredFile]:
        """The files the user may attach."""
        return self._allowed

    @allowed.setter
    def allowed(self, rows: QuerySet[StoredFile]) -> None:
        self._allowed = self.widget.allowed = rows

    def prepare_value(self, value: Any) -> list[str]:
        """Return ids as text, whether given rows or ids."""
        return [str(getattr(item, "pk", item)) for item in value or []]

    def clean(self, value: Any) -> list[StoredFile]:
        """Return the files in the order they were chosen, each once."""
        asked = list(dict.fromkeys(self.prepare_value(value)))
        if not asked:
            if self.required:
                raise ValidationError(self.error_messages["required"], code="required")
            return []
        rows = in_order(self.allowed.filter(kind=self.kind), _ids(asked))
        if len(rows) != len(asked):
            raise ValidationError(self.error_messages["unknown"], code="unknown")
        if len(rows) > self.max_files:
            raise ValidationError(
                self.error_messages["too_many"],
                code="too_many",
                params={"limit": self.max_files, "count": len(rows)},
            )
        return rows

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Return whether other files, or another order, were chosen."""
        return self.prepare_value(initial) != self.prepare_value(data)


def absorb_uploads(
    *,
    data: MultiValueDict,
    files: MultiValueDict,
    fields: Mapping[str, FilesField],
    actor: Uploader,
) -> tuple[MultiValueDict, dict[str, list[str]]]:
    """Store what was uploaded for `fields` (by name in the form) and add the ids to the data.

    Returns a copy of `data` with the ids, and for each field the sentences about uploads that were
    refused. One request stores at most `max_files` of each field; further ones are named.
    """
    filled = data.copy()
    errors: dict[str, list[str]] = {}
    for name, field in fields.items():
        uploads = files.getlist(f"{name}{NEW}")
        for position, upload in enumerate(uploads):
            try:
                if position >= field.max_files:
                    raise _one_too_many(field, shown_name(upload))
                stored = store_upload(upload=upload, kind=field.kind, actor=actor)
            except ValidationError as error:
                errors.setdefault(name, []).extend(error.messages)
            else:
                if str(stored.pk) not in filled.getlist(name):
                    filled.appendlist(name, str(stored.pk))
    return filled, errors


def _one_too_many(field: FilesField, name: str) -> ValidationError:
    return ValidationError(
        _("“%(name)s” was not taken: at most %(limit)d files."),
        code="too_many",
        params={"name": name, "limit": field.max_files},
    )


def in_order(rows: QuerySet[StoredFile], ids: list[uuid.UUID]) -> list[StoredFile]:
    """Return the rows with these ids in the order of the ids; unknown ones are left out."""
    found = rows.in_bulk(ids) if ids else {}
    return [found[key] for key in ids if key in found]


def _ids(values: list[Any]) -> list[uuid.UUID]:
    """Return the values that are ids."""
    ids = []
    for value in values:
        try:
            ids.append(uuid.UUID(str(value)))
        except ValueError:
            continue
    return ids
