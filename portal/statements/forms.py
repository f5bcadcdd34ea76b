"""Forms of statements: what a file says is checked before anything is stored."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.statements import landing
from portal.statements.dry_run import ReadFile
from portal.statements.models import How, IdKind, Platform, Source, StatementState

if TYPE_CHECKING:
    from django.db.models import QuerySet


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


class FilesForm(forms.Form):
    """Files of a source that are read, and their period when they do not say it."""

    # The field beside which stands what is wrong with a file; None: above the form.
    beside: str | None = None
    first_day = forms.DateField(
        label=gettext_lazy("First day"),
        required=False,
        help_text=gettext_lazy("Leave empty when the file says its period above the table."),
    )
    last_day = forms.DateField(label=gettext_lazy("Last day"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.read_files: list[ReadFile] = []

    def settle(self, cleaned: dict[str, Any], source: Source) -> None:
        """Say what is wrong with the files, each mistake beside its field; else their period."""
        for file in self.read_files:
            if file.refused:
                self.add_error(self.beside, str(file.refused))
        if self.errors:
            return
        first, last = cleaned["first_day"], cleaned["last_day"]
        try:
            period = landing.settle(self.read_files, first=first, last=last)
            landing.check_totals(source, *period)
        except landing.NotLandable as error:
            for field, sentences in error.errors.items():
                for sentence in sentences:
                    self.add_error(self.beside if field == "files" else field, sentence)
        else:
            cleaned["first_day"], cleaned["last_day"] = period


class LandForm(FilesForm):
    """A report to land: its source, its files and, when they do not say it, its period."""

    beside = "files"
    field_order = ("source", "files", "first_day", "last_day")
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
            "As the platform exports them: .xlsx, .xls, .csv, .json, .parquet. Several files add "
            "up to one report."
        ),
    )

    def __init__(self, *args: Any, sources: QuerySet[Source], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["source"].queryset = sources  # type: ignore[attr-defined]
        self.fields["files"].widget.attrs["multiple"] = True

    def clean(self) -> dict[str, Any]:
        """Read the files and settle their period."""
        cleaned = super().clean() or {}
        if "source" not in cleaned or "files" not in cleaned:
            return cleaned
        self.mapping, self.uploads = cleaned["source"].mapping, cleaned["files"]
        for upload in self.uploads:
            self.read_files.append(self._read(upload, cleaned["source"]))
        self.settle(cleaned, cleaned["source"])
        return cleaned

    def _read(self, upload: UploadedFile, source: Source) -> ReadFile:
        return landing.try_to_look(
            partial(_bytes_of, upload),
            name=shown_name(upload),
            size=upload.size or 0,
            source=source,
            read=self.read_files,
            mapping=self.mapping,
        )

    @property
    def may_be_mended(self) -> bool:
        """True when nothing is wrong but columns, of which somebody may say what they mean."""
        refused = [file.refused for file in self.read_files if file.refused]
        return set(self.errors) == {"files"} and bool(refused) and all(e.seen for e in refused)


class LandAsk(forms.Form):
    """What a link to the form knows already; days that are none are left out."""

    source = forms.CharField(required=False)
    first_day = forms.DateField(required=False)
    last_day = forms.DateField(required=False)

    def known(self) -> dict[str, Any]:
        """Return what is understood."""
        self.is_valid()
        return self.cleaned_data


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
    is_cumulative = forms.BooleanField(
        label=gettext_lazy("Its figures are totals since the start"),
        required=False,
        help_text=gettext_lazy(
            "Each report then speaks of one day, and a day counts by how much a total rose."
        ),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].example = _("Douyin daily report by work")  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Sales are reported by the day."""
        cleaned = super().clean() or {}
        if cleaned.get("is_cumulative") and cleaned.get("id_kind") == IdKind.PRODUCT:
            self.add_error("is_cumulative", _("A report of sales says what was sold each day."))
        return cleaned


class ExpectForm(forms.Form):
    """Until when a source's reports are expected; nothing for as long as they come."""

    until = forms.DateField(
        label=gettext_lazy("Last day of which a report is expected"),
        required=False,
        help_text=gettext_lazy(
            "When the account is closed or the report no longer made. Leave it empty when reports "
            "go on."
        ),
    )
    reason = forms.CharField(label=gettext_lazy("Why"), max_length=200, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["until"].example = "2023-12-31"  # type: ignore[attr-defined]
        self.fields["reason"].example = _("Account closed")  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Both or neither."""
        cleaned = super().clean() or {}
        if cleaned.get("until") and not cleaned.get("reason") and "reason" not in self.errors:
            self.add_error("reason", _("Say why no more reports are expected."))
        if cleaned.get("reason") and not cleaned.get("until") and "until" not in self.errors:
            self.add_error("until", _("Say the last day, or leave both empty."))
        return cleaned


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
