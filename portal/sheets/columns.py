"""Workbooks out: the template, own dossiers in the same columns, and rows to be mended."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext as _

from portal.sheets.headings import CODE, LOST, SheetColumn, columns_of
from portal.sheets.models import Intake, Verdict
from portal.spreadsheet import Column
from portal.submissions import kinds, values

if TYPE_CHECKING:
    from portal.submissions.kinds import Kind
    from portal.submissions.models import Submission

# A number the form takes stays a number in the sheet.
NUMBERS = (forms.IntegerField, forms.DecimalField, forms.FloatField)


def template(kind: Kind) -> tuple[list[Column], list[list[str]]]:
    """Headings (a star marks what a submission asks for), a row that explains, an example."""
    columns = [column for column in columns_of(kind) if column.name != CODE]
    headings = [Column(f"{c.label}*" if c.required else c.label, width=18) for c in columns]
    explained = [_explained(column) for column in columns]
    explained[0] = f"{_('How to fill in')}{_(': ')}{explained[0]}"
    example = [str(kind.sheet_example.get(column.name, "")) for column in columns]
    example[0] = f"{_('Example')}{_(': ')}{example[0]}"
    return headings, [explained, example]


def _explained(column: SheetColumn) -> str:
    field = column.field
    if column.files:
        return _("File names, or leave it empty: files named like the thing are found.")
    if isinstance(field, forms.ChoiceField) and not isinstance(field, forms.ModelChoiceField):
        words = [str(word) for key, word in field.choices if key not in ("", None)]
        return _("One of: %(words)s") % {"words": "、".join(words[:15])}
    if isinstance(field, forms.BooleanField):
        return _("yes or no")
    return str(field.help_text or "") if field else ""


def export(kind: Kind) -> list[Column]:
    """The columns of own dossiers; what they hold comes in again unchanged."""
    return [
        Column(column.label, value=_reader(column, kind))
        for column in columns_of(kind)
        if not column.files
    ]


def _reader(column: SheetColumn, kind: Kind) -> Any:
    if column.name == CODE:
        return lambda row: row.code

    def read(row: Submission) -> Any:
        record, field = getattr(row, kind.accessor), column.field
        if hasattr(field, "of_record"):
            return field.in_words(field.of_record(record))
        value = getattr(record, column.name)
        if value in (None, ""):
            return ""
        if isinstance(field, forms.BooleanField):
            return bool(value)
        if isinstance(field, (*NUMBERS, forms.DateField)):
            return value
        if isinstance(field, forms.ModelChoiceField):
            return field.label_from_instance(value)
        if isinstance(field, forms.ChoiceField):
            return values.show(field, values.plain(value), {})
        return value

    return read


def to_mend(intake: Intake) -> tuple[list[Column], Iterator[list[str]]]:
    """The rows that are wrong as they came, each with its reasons in front."""
    headings = [Column(_("Why it was not taken"), width=60)]
    headings += [Column(heading, width=18) for heading in intake.headings]
    called = headings_of(intake)
    reasons = {row["row"]: _reasons(called, row) for row in intake.of(Verdict.WRONG)}
    return headings, (
        [reasons[number], *(text.removeprefix(LOST) for text in cells)]
        for number, cells in intake.rows
        if number in reasons
    )


def _reasons(called: dict[str, str], row: dict[str, Any]) -> str:
    return " ".join(
        f"{called.get(name, name)}：{' '.join(sentences)}"
        for name, sentences in row["errors"].items()
    )


def headings_of(intake: Intake) -> dict[str, str]:
    """What the file calls each field; the form's label where it has no such column."""
    labels = {column.name: column.label for column in columns_of(kinds.get(intake.kind))}
    own = zip(intake.mapping, intake.headings, strict=False)
    return labels | {name: heading for name, heading in own if name}
