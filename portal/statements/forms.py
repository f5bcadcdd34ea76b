"""Forms of statements: what a file says is checked before anything is stored."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from functools import partial
from typing import TYPE_CHECKING, Any

from django import forms
from django.core import signing
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.statements import landing, raw
from portal.statements.dry_run import ReadFile
from portal.statements.models import How, IdKind, Platform, Source, Statement, StatementState
from portal.statements.reading import Unreadable

if TYPE_CHECKING:
    from django.db.models import QuerySet

TOKEN_SALT = "portal.statements.landing"  # noqa: S105 - the name of a purpose, no secret
TOKEN_SECONDS = 24 * 3600


def shown_name(upload: UploadedFile) -> str:
    """The upload's name without what deceives."""
    return landing.plain_name(upload.name or "")


def _bytes_of(upload: UploadedFile) -> bytes:
    upload.seek(0)
    return upload.read()


class SeveralFiles(forms.FileInput):
    """An input that takes one file or several."""

    allow_multiple_selected = True


class FilesField(forms.FileField):
    """One file or several; cleans to a list. What is inside them the form checks."""

    widget = SeveralFiles

    def clean(self, data: Any, initial: Any = None) -> list[UploadedFile]:
        """Return the uploads in the order they were chosen."""
        uploads = data if isinstance(data, list | tuple) else [data]
        if len(uploads) > landing.MOST_FILES:
            raise forms.ValidationError(
                _("At most %(limit)d files at once; you chose %(count)d.")
                % {"limit": landing.MOST_FILES, "count": len(uploads)}
            )
        return [super(FilesField, self).clean(upload, initial) for upload in uploads]


class LandForm(forms.Form):
    """A report to land: its source, its files and, when they do not say it, its period."""

    source = forms.ModelChoiceField(
        label=gettext_lazy("Source"),
        queryset=None,
        empty_label=gettext_lazy("Please choose"),
        help_text=gettext_lazy("The platform account and report this file was exported from."),
    )
    files = FilesField(
        label=gettext_lazy("Files"),
        allow_empty_file=True,
        help_text=gettext_lazy(
            "As the platform exports them: .xlsx, .xls, .csv. Several files add up to one report."
        ),
    )
    first_day = forms.DateField(
        label=gettext_lazy("First day"),
        required=False,
        help_text=gettext_lazy("Leave empty when the file says its period above the table."),
    )
    last_day = forms.DateField(label=gettext_lazy("Last day"), required=False)

    def __init__(self, *args: Any, sources: QuerySet[Source], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["source"].queryset = sources  # type: ignore[attr-defined]
        self.fields["files"].widget.attrs["multiple"] = True
        self.read_files: list[ReadFile] = []

    def clean(self) -> dict[str, Any]:
        """Read the files and settle their period; every mistake stands beside its field."""
        cleaned = super().clean() or {}
        if "source" not in cleaned or "files" not in cleaned:
            return cleaned
        for upload in cleaned["files"]:
            try:
                self.read_files.append(
                    landing.look_at(
                        partial(_bytes_of, upload),
                        name=shown_name(upload),
                        size=upload.size or 0,
                        source=cleaned["source"],
                        read=self.read_files,
                    )
                )
            except Unreadable as error:
                self.add_error("files", str(error))
        if not self.errors:
            self._settle(cleaned)
        return cleaned

    def _settle(self, cleaned: dict[str, Any]) -> None:
        first, last = cleaned["first_day"], cleaned["last_day"]
        try:
            period = landing.settle(self.read_files, first=first, last=last)
        except landing.NotLandable as error:
            for field, sentences in error.errors.items():
                for sentence in sentences:
                    self.add_error(field, sentence)
        else:
            cleaned["first_day"], cleaned["last_day"] = period


class TakeInForm(forms.Form):
    """The second press: what the first one showed, signed, and how it is to be taken."""

    token = forms.CharField(widget=forms.HiddenInput)
    how = forms.ChoiceField(
        label=gettext_lazy("What these files are"),
        choices=How.choices,
        widget=forms.RadioSelect,
        error_messages={
            "required": gettext_lazy("Say whether the files replace what counts now or add to it.")
        },
    )

    def __init__(self, *args: Any, asks: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not asks:
            del self.fields["how"]


def sign(
    *,
    source: Source,
    first_day: date,
    last_day: date,
    files: Sequence[raw.RawFile],
    latest: int,
    extends: Statement | None,
    user: int,
) -> str:
    """What the second press sends back, so that no file is asked for again."""
    data = {
        "source": source.pk,
        "days": [first_day.isoformat(), last_day.isoformat()],
        "files": [[file.sha256, file.name, file.size] for file in files],
        "latest": latest,
        "extends": extends.pk if extends else None,
        "user": user,
    }
    return signing.dumps(data, salt=TOKEN_SALT, compress=True)


def unsign(token: str, *, user: int) -> dict[str, Any] | None:
    """What `sign` signed for this person in the last day, while its bytes are there; else None."""
    try:
        data = signing.loads(token, salt=TOKEN_SALT, max_age=TOKEN_SECONDS)
    except signing.BadSignature:
        return None
    if data["user"] != user:
        return None
    first, last = (date.fromisoformat(day) for day in data["days"])
    files = [raw.RawFile(*file) for file in data["files"]]
    if not all(raw.raw_path(file.sha256).exists() for file in files):
        return None
    return {**data, "first_day": first, "last_day": last, "files": files}


class SourceForm(forms.Form):
    """A new source."""

    name = forms.CharField(
        label=gettext_lazy("Name"),
        max_length=80,
        help_text=gettext_lazy("Account and report, as the office calls them."),
    )
    platform = forms.ChoiceField(label=gettext_lazy("Platform"), choices=Platform.choices)
    id_kind = forms.ChoiceField(
        label=gettext_lazy("What names a row"),
        choices=IdKind.choices,
        help_text=gettext_lazy("The column by which rows are matched to placements."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].example = _("Douyin daily report by work")  # type: ignore[attr-defined]


class StatementFilter(forms.Form):
    """Filters of the list; they stay in the address."""

    source = forms.ModelChoiceField(
        label=gettext_lazy("Source"),
        queryset=None,
        required=False,
        empty_label=gettext_lazy("All"),
    )
    day = forms.DateField(label=gettext_lazy("Covers the day"), required=False)
    state = forms.ChoiceField(
        label=gettext_lazy("State"),
        required=False,
        choices=[("", gettext_lazy("All")), *StatementState.choices],
    )

    def __init__(self, *args: Any, sources: QuerySet[Source], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["source"].queryset = sources  # type: ignore[attr-defined]

    def restrict(self, rows: Any) -> Any:
        """Return `rows` narrowed by the filters that are set and understood."""
        self.is_valid()
        data = self.cleaned_data
        if data.get("source"):
            rows = rows.filter(source=data["source"])
        if data.get("day"):
            rows = rows.filter(first_day__lte=data["day"], last_day__gte=data["day"])
        if data.get("state"):
            rows = rows.filter(state=data["state"])
        return rows
