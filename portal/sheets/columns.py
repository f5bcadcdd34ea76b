"""Workbooks out: the template, dossiers in the same columns, and rows to be mended.

A form's field may say with `of_record(record)` what of a record it holds, and with
`in_cell(value)`, else `in_words(value)`, how a cell spells that; `from_cell(text)` hears it again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from portal.sheets.headings import CODE, LOST, SheetColumn, columns_of
from portal.sheets.models import Intake, Verdict
from portal.spreadsheet import Column
from portal.submissions import kinds, values

if TYPE_CHECKING:
    from portal.submissions.kinds import Kind
    from portal.submissions.models import Submission


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
    if hasattr(field, "in_cell"):
        return _("A name, or the code where several have it.")
    if isinstance(field, forms.ChoiceField) and not isinstance(field, forms.ModelChoiceField):
        words = [str(word) for key, word in field.choices if key not in ("", None)]
        return _("One of: %(words)s") % {"words": "、".join(words[:15])}
    if isinstance(field, forms.BooleanField):
        return _("yes or no")
    return str(field.help_text or "") if field else ""


def export(kind: Kind) -> list[Column]:
    """The columns of own dossiers; what they hold comes in again unchanged."""
    return [_column(column, kind) for column in _held(kind)]


def masked(kind: Kind) -> list[Column]:
    """The same for who may see but not change: names and numbers of people stand masked, under
    headings that the way in knows nothing of, so that no stars come in for a name."""
    return [
        _masked(column, kind) if column.name in values.CONTACT else _column(column, kind)
        for column in _held(kind)
    ]


def public(kind: Kind) -> list[Column]:
    """The same for everyone else: what the kind's public pages say."""
    return [
        _column(column, kind)
        for column in _held(kind)
        if column.name == CODE or column.name in kind.public_fields
    ]


def _held(kind: Kind) -> list[SheetColumn]:
    """What a record holds itself: its files stay where they are, and whom an application is for
    stands with its place."""
    return [
        column
        for column in columns_of(kind)
        if column.name == CODE
        or hasattr(column.field, "of_record")
        or (not column.files and hasattr(kind.model, column.name))
    ]


# Where it belongs and how it stands; the way in leaves these columns out.
PLACE = (
    Column(_lazy("City"), value=lambda row: str(row.city or "")),
    Column(_lazy("County"), value=lambda row: str(row.county or "")),
    Column(_lazy("Organisation"), width=30, value=lambda row: str(row.organisation or "")),
    Column(_lazy("State"), value=lambda row: row.get_state_display()),
)


def _column(column: SheetColumn, kind: Kind) -> Column:
    return Column(column.label, value=_reader(column, kind))


def _masked(column: SheetColumn, kind: Kind) -> Column:
    mask, read = values.CONTACT[column.name], _reader(column, kind)
    heading = _("Masked: %(heading)s") % {"heading": column.label}
    return Column(heading, value=lambda row: mask(str(text)) if (text := read(row)) else "")


def _reader(column: SheetColumn, kind: Kind) -> Callable[[Submission], Any]:
    """What reads the column's cell off a dossier; what may be chosen is put in words once."""
    if column.name == CODE:
        return lambda row: row.code
    field: Any = column.field
    if hasattr(field, "of_record"):
        say = field.in_cell if hasattr(field, "in_cell") else field.in_words
        return lambda row: say(field.of_record(getattr(row, kind.accessor)))
    spell = _speller(field)

    def read(row: Submission) -> Any:
        value = getattr(getattr(row, kind.accessor), column.name)
        return "" if value in (None, "") else spell(value)

    return read


def _speller(field: Any) -> Callable[[Any], Any]:
    """How a cell of the field says a value that is there; what is no choice stays as it is."""
    if isinstance(field, forms.BooleanField):
        return bool
    if isinstance(field, forms.ModelChoiceField):
        return field.label_from_instance
    if not isinstance(field, forms.ChoiceField):
        return lambda value: value
    words = {str(key): str(word) for key, word in values.flat(field.choices)}

    def said(value: Any) -> str:
        # What is offered no more still says what it was.
        key = str(field.prepare_value(value))
        return words.get(key, key)

    return said


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
