"""Forms of statements: what a file says is checked before anything is stored."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from django import forms
from django.conf import settings
from django.core import signing
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.files.names import safe_name
from portal.statements import domain, raw
from portal.statements.dry_run import ReadFile, fits
from portal.statements.models import IdKind, Platform, Source, Statement, StatementState
from portal.statements.reading import Reading, Unreadable
from portal.templatetags.figures import date_text
from portal.verdict import RuleBroken

if TYPE_CHECKING:
    from django.db.models import QuerySet

MOST_FILES = 20
TOKEN_SALT = "portal.statements.landing"  # noqa: S105 - the name of a purpose, no secret
TOKEN_SECONDS = 24 * 3600


def shown_name(upload: UploadedFile) -> str:
    """The upload's name without what deceives."""
    name = upload.name or ""
    extension = f".{name.rpartition('.')[2]}" if "." in name else ""
    return safe_name(name, extension=extension[:10])


class SeveralFiles(forms.FileInput):
    """An input that takes one file or several."""

    allow_multiple_selected = True


class FilesField(forms.FileField):
    """One file or several; cleans to a list. What is inside them the form checks."""

    widget = SeveralFiles

    def clean(self, data: Any, initial: Any = None) -> list[UploadedFile]:
        """Return the uploads in the order they were chosen."""
        uploads = data if isinstance(data, list | tuple) else [data]
        if len(uploads) > MOST_FILES:
            raise forms.ValidationError(
                _("At most %(limit)d files at once; you chose %(count)d.")
                % {"limit": MOST_FILES, "count": len(uploads)}
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
                self.read_files.append(self._read(upload, cleaned["source"]))
            except Unreadable as error:
                self.add_error("files", str(error))
        if not self.errors:
            self._settle_period(cleaned)
        if not self.errors:
            self._check_days(cleaned["first_day"], cleaned["last_day"])
        return cleaned

    def _read(self, upload: UploadedFile, source: Source) -> ReadFile:
        name, size = shown_name(upload), upload.size or 0
        if size > settings.STATEMENT_MAX_BYTES:
            raise Unreadable(
                "too_large",
                _(
                    "“%(name)s” has %(size)d MB; at most %(limit)d MB are taken. Export a shorter "
                    "period, or several files."
                )
                % {
                    "name": name,
                    "size": size >> 20,
                    "limit": settings.STATEMENT_MAX_BYTES >> 20,
                },
            )
        if not fits(size, self.read_files):
            return ReadFile(name, size, None)
        upload.seek(0)
        reading = raw.shown(upload.read(), name=name, id_kind=source.id_kind)
        if reading and reading.rejected and not reading.partial.sum("rows"):
            raise _nothing_countable(name, reading)
        return ReadFile(name, size, reading)

    def _settle_period(self, cleaned: dict[str, Any]) -> None:
        """The period is what the files say, or what the sender says; never guessed from rows."""
        first, last = cleaned.get("first_day"), cleaned.get("last_day")
        said = {file.reading.period for file in self.read_files if file.reading} - {None}
        if len(said) > 1:
            self.add_error(
                "files",
                _("The files name different periods: %(periods)s. Land them one by one.")
                % {"periods": "、".join(period_text(*period) for period in sorted(said))},
            )
        elif said and (first or last) and (first, last) != (period := next(iter(said))):
            self.add_error(
                "first_day",
                _(
                    "The file itself says %(period)s. Leave both days empty, or choose the file "
                    "of the days you mean."
                )
                % {"period": period_text(*period)},
            )
        elif said:
            cleaned["first_day"], cleaned["last_day"] = next(iter(said))
        elif not first:
            self.add_error("first_day", self._no_period())
        elif not last:
            self.add_error("last_day", _("Give the last day too; for one day it is the same day."))

    def _no_period(self) -> str:
        days = [day for file in self.read_files for day in days_of(file.reading)]
        if not days:
            return _("The file does not say its period. Give its first and its last day.")
        return _(
            "The file does not say its period; give its first and its last day. "
            "The days of its rows: %(days)s."
        ) % {"days": period_text(min(days), max(days))}

    def _check_days(self, first: date, last: date) -> None:
        """The period is one a report can have, and the files speak of its days."""
        try:
            domain.check_period(first, last)
        except RuleBroken as error:
            self.add_error("first_day", str(error))
            return
        for file in self.read_files:
            days = days_of(file.reading)
            if file.reading and not file.reading.has_day and first != last and file.reading.totals:
                self.add_error(
                    "files",
                    _(
                        "“%(name)s” has no column for the day, so it can stand for one day only. "
                        "Export it with the day, or day by day."
                    )
                    % {"name": file.name},
                )
            elif days and not any(first <= day <= last for day in days):
                self.add_error(
                    "first_day",
                    _("No row of “%(name)s” falls on these days: its rows run from %(days)s.")
                    % {"name": file.name, "days": period_text(min(days), max(days))},
                )


class LandAsk(forms.Form):
    """What a link to the form knows already; days that are none are left out."""

    source = forms.CharField(required=False)
    first_day = forms.DateField(required=False)
    last_day = forms.DateField(required=False)

    def known(self) -> dict[str, Any]:
        """Return what is understood."""
        self.is_valid()
        return self.cleaned_data


def _nothing_countable(name: str, reading: Reading) -> Unreadable:
    first = reading.rejected[0]
    return Unreadable(
        "all_rejected",
        _("None of the %(count)d rows of “%(name)s” can be counted. Row %(row)d: %(reason)s")
        % {
            "count": reading.rows_rejected,
            "name": name,
            "row": first.row,
            "reason": first.reason,
        },
    )


def days_of(reading: Reading | None) -> list[date]:
    """The days that the rows of a file name."""
    if reading is None:
        return []
    return [day for day in reading.partial.table["day"].unique().to_pylist() if day is not None]


def period_text(first: date, last: date) -> str:
    """A period in words; one day as that day."""
    if first == last:
        return date_text(first)
    return _("%(first)s to %(last)s") % {"first": date_text(first), "last": date_text(last)}


class TakeInForm(forms.Form):
    """The second press: what the first one showed, signed, and how it is to be taken."""

    REPLACE, ADD = "replace", "add"
    token = forms.CharField(widget=forms.HiddenInput)
    how = forms.ChoiceField(
        label=gettext_lazy("What these files are"),
        choices=[
            (REPLACE, gettext_lazy("The whole report anew: it replaces what counts now")),
            (ADD, gettext_lazy("A further part: it is added to what counts now")),
        ],
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
