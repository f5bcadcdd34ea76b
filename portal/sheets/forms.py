"""Forms of workbooks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.sheets import headings
from portal.statements.forms import shown_name
from portal.statements.reading.decode import decode
from portal.statements.reading.errors import Unreadable
from portal.statements.reading.tables import Limits, Table

if TYPE_CHECKING:
    from django.core.files.uploadedfile import UploadedFile

    from portal.sheets.models import Intake
    from portal.submissions.kinds import Kind

MOST_ROWS = 10_000
LIMITS = Limits(
    file_bytes=20 << 20, unpacked_bytes=400 << 20, rows=MOST_ROWS + 50, columns=200, cells=500_000
)
MOST_ARCHIVE = 300 << 20
ZIP = b"PK\x03\x04"


def tables_of(upload: UploadedFile) -> list[Table]:
    """The tables of an uploaded workbook. Raises: ValidationError when it cannot be read."""
    name = shown_name(upload)
    if (upload.size or 0) > LIMITS.file_bytes:
        raise forms.ValidationError(
            _("“%(name)s” is larger than %(limit)d MB: photos go into the zip.")
            % {"name": name, "limit": LIMITS.file_bytes >> 20}
        )
    try:
        return decode(upload.read(), name=name, limits=LIMITS)
    except Unreadable as error:
        raise forms.ValidationError(str(error)) from error


class UploadForm(forms.Form):
    """A workbook, and the photos that belong to its rows."""

    file = forms.FileField(
        label=gettext_lazy("Workbook"),
        help_text=gettext_lazy(
            "Your own .xlsx, .xls or .csv will do, in any order of columns; up to 10,000 rows."
        ),
    )
    archive = forms.FileField(
        label=gettext_lazy("Photos and certificates in a zip"),
        required=False,
        help_text=gettext_lazy(
            "Name each photo and each PDF like the thing it belongs to, or put it in a folder of "
            "that name; up to 300 MB."
        ),
    )

    def __init__(self, *args: Any, kind: Kind, known: dict[str, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["file"].widget.attrs["accept"] = ".xlsx,.xls,.csv"
        self.fields["archive"].widget.attrs["accept"] = ".zip"
        self.kind = kind
        self.known = known
        self.found: headings.Found | None = None
        self.shown_name = ""

    def clean_file(self) -> Any:
        """Read the workbook and find its heading."""
        upload = self.cleaned_data["file"]
        self.shown_name = shown_name(upload)
        self.found = headings.find(tables_of(upload), self.kind, self.known)
        if self.found is None:
            raise forms.ValidationError(
                _(
                    "No column of “%(name)s” is known: its first rows hold none of the headings of "
                    "the template. Put a row of headings above the table."
                )
                % {"name": self.shown_name}
            )
        if not self.found.rows:
            raise forms.ValidationError(_("There is no row below the headings."))
        if len(self.found.rows) > MOST_ROWS:
            raise forms.ValidationError(
                _("%(count)d rows; at most 10,000 at once: split the workbook.")
                % {"count": len(self.found.rows)}
            )
        return upload

    def clean_archive(self) -> Any:
        """A zip of bearable size; what is in it is looked at afterwards."""
        upload = self.cleaned_data.get("archive")
        if not upload:
            return None
        if (upload.size or 0) > MOST_ARCHIVE:
            raise forms.ValidationError(
                _("The zip is larger than %(limit)d MB: bring the files in several zips.")
                % {"limit": MOST_ARCHIVE >> 20}
            )
        if upload.read(4) != ZIP:
            raise forms.ValidationError(_("This is no zip. Pack the files as .zip."))
        upload.seek(0)
        return upload


class ColumnsForm(forms.Form):
    """What each column of the file means."""

    def __init__(self, *args: Any, intake: Intake, kind: Kind, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.intake = intake
        offered = [("", _("Leave this column out"))]
        offered += [(column.name, column.label) for column in headings.columns_of(kind)]
        for position, heading in enumerate(intake.headings):
            self.fields[f"column-{position}"] = forms.ChoiceField(
                label=heading or _("Column %(n)d") % {"n": position + 1},
                choices=offered,
                required=False,
                initial=intake.mapping[position],
                help_text=self._example(position),
            )

    def _example(self, position: int) -> str:
        texts = (cells[position] for _number, cells in self.intake.rows if cells[position])
        first = next(texts, "")
        return _("First cell: %(text)s") % {"text": first[:40]} if first else _("An empty column")

    def clean(self) -> dict[str, Any]:
        """No field has two columns."""
        cleaned = super().clean() or {}
        seen: dict[str, str] = {}
        for name, value in list(cleaned.items()):
            if value and value in seen:
                self.add_error(
                    name,
                    _("“%(column)s” means this already.")
                    % {"column": self.fields[seen[value]].label},
                )
            elif value:
                seen[value] = name
        return cleaned

    def mapping(self) -> list[str]:
        """The field of each column, in order."""
        return [
            self.cleaned_data.get(f"column-{position}", "")
            for position in range(len(self.intake.headings))
        ]
