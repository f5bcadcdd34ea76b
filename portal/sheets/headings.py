"""Which columns a kind has, and which of them a file's own headings mean."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils import translation
from django.utils.translation import gettext as _

from portal.files.fields import FilesField
from portal.statements.reading.tables import Cell, Table, as_text, is_blank
from portal.submissions.forms import FILED_FOR

if TYPE_CHECKING:
    from portal.accounts.actor import Actor
    from portal.submissions.kinds import Kind

# The column of the dossier's own code: rows that carry it are that dossier, whatever else changed.
CODE = "code"
# Rows above the heading that are looked at.
SEARCHED = 20
LANGUAGES = ("zh-hans", "en")
# Said in brackets or marked with a star, a heading means the same.
ASIDE = re.compile(r"[(\[【].*?[)\]】]|[*＊:：/／、,，。.\s_-]")
# Rows that explain a column or show an example, as in our own template.
EXPLAINS = ("填写说明", "说明：", "示例", "例如", "How to fill in", "Example")


@dataclass(frozen=True)
class SheetColumn:
    """One column: the form's field, its heading, and whether a submission asks for it."""

    name: str
    label: str
    required: bool
    field: forms.Field | None = None

    @property
    def files(self) -> str:
        """The kind of the files the column names; empty when it holds a value of its own."""
        return str(self.field.kind) if isinstance(self.field, FilesField) else ""


def columns_of(kind: Kind, actor: Actor | None = None) -> list[SheetColumn]:
    """Return the columns of a kind from its form: the code, then its fields in their order.

    Their fields offer what they do to `actor`: a spot the towns of the own county.
    """
    form = kind.form(actor=actor)
    asked = form.asked_names()
    columns = [SheetColumn(CODE, _("Code"), required=False)]
    for name, field in form.fields.items():
        if name != FILED_FOR:
            required = name == form.title_field or name in asked
            columns.append(SheetColumn(name, str(field.label), required, field))
    return columns


def plain_heading(text: str) -> str:
    """A heading without what differs between two people who mean the same."""
    return ASIDE.sub("", unicodedata.normalize("NFKC", text)).casefold()


def meanings(kind: Kind) -> dict[str, str]:
    """Plain heading → field, from the labels in every language and the kind's other names."""
    found: dict[str, str] = {}
    for language in LANGUAGES:
        with translation.override(language):
            for column in columns_of(kind):
                found.setdefault(plain_heading(column.label), column.name)
    for name, others in kind.headings.items():
        for other in others:
            found.setdefault(plain_heading(other), name)
    return found


@dataclass(frozen=True)
class Found:
    """A table with its heading: texts of the headings, and the rows below with their numbers."""

    headings: list[str]
    mapping: list[str]
    rows: list[tuple[int, list[str]]]


def find(tables: Sequence[Table], kind: Kind, known: dict[str, str]) -> Found | None:
    """Return the table with most known headings and what its columns mean; None without any.

    `known` are a person's own headings, plain, which come before all others.
    """
    return find_by(tables, meanings(kind) | known, kind.form.title_field)


def find_by(tables: Sequence[Table], words: dict[str, str], title_field: str) -> Found | None:
    """The same for columns that are no dossier's: `words` is plain heading → field."""
    best: tuple[int, Any] = (0, None)
    for table in (table for table in tables if not table.hidden):
        rows = _filled(table)
        for index, row in enumerate(rows[:SEARCHED]):
            mapping = _mapping(row, words)
            score = sum(1 for name in mapping if name)
            if score > best[0]:
                best = (score, (rows, index, mapping))
    if best[1] is None:
        return None
    rows, index, mapping = best[1]
    headings = [as_text(cell).strip() for cell in rows[index]]
    title = mapping.index(title_field) if title_field in mapping else None
    below = [
        (number, [_cell(cell) for cell in row] + [""] * (len(headings) - len(row)))
        for number, row in enumerate(rows[index + 1 :], start=index + 2)
        if not _says_nothing(row, title, rows[index])
    ]
    return Found(headings, mapping, below)


def _mapping(row: list[Cell], words: dict[str, str]) -> list[str]:
    """The field of each column, the first column of a field; empty for the others."""
    mapping: list[str] = []
    for cell in row:
        name = words.get(plain_heading(as_text(cell)), "") if not is_blank(cell) else ""
        mapping.append(name if name not in mapping else "")
    return mapping


def _filled(table: Table) -> list[list[Cell]]:
    """The rows with every merged range filled by its only cell."""
    rows = [list(row) for row in table.rows]
    for top, left, bottom, right in table.merged:
        for row in rows[top : bottom + 1]:
            row.extend([None] * (right + 1 - len(row)))
            row[left : right + 1] = [table.rows[top][left]] * (right + 1 - left)
    return rows


def _cell(cell: Cell) -> str:
    # Beyond 15 digits a number cell has lost some: marked, so that the check can say so.
    if isinstance(cell, float) and abs(cell) >= 1e15:
        return f"{LOST}{cell:.0f}"
    return as_text(cell).strip()


# Stands before a number that a cell could not hold whole.
LOST = "\x1f"


def _says_nothing(row: list[Cell], title: int | None, heading: list[Cell]) -> bool:
    """True for an empty row, a repeated heading, units under the headings, explanations."""
    texts = [as_text(cell).strip() for cell in row]
    if not any(texts):
        return True
    if texts[0].startswith(EXPLAINS) or texts == [as_text(cell).strip() for cell in heading]:
        return True
    if title is None:
        return False
    own = texts[title] if title < len(texts) else ""
    # Units: short words without a digit, and no name beside them.
    return not own.strip("-—/") and all(
        len(text) <= 8 and not any(map(str.isdigit, text)) for text in texts if text
    )
