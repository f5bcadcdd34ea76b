"""Columns of the exported effect."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from portal.spreadsheet import Column
from portal.stages import By

if TYPE_CHECKING:
    from portal.home import effect

NAMES = {
    By.COUNTY: lambda: _("County"),
    By.ACTION: lambda: _("Action"),
    By.CAMPAIGN: lambda: _("Campaign"),
    By.CREATOR: lambda: _("Creator"),
    By.DOSSIER: lambda: _("Dossier"),
}


def effect_columns(by: By, columns: Sequence[effect.Column]) -> list[Column]:
    """A name, and for each stage its figure with the day it stands at; an empty cell is unknown."""
    return [
        Column(NAMES[by](), 24, lambda line: line.name),
        *(each for number, column in enumerate(columns) for each in _of_stage(number, column)),
    ]


def _of_stage(number: int, column: effect.Column) -> Iterator[Column]:
    def cell(line: effect.Line, name: str) -> Any:
        _column, found = line.cells[number]
        return None if found is None else getattr(found, name)

    title = str(column.label)
    yield Column(title, 20, lambda line: cell(line, "value"))
    if column.rate:
        yield Column(f"{column.rate} %", 12, lambda line: cell(line, "rate"))
    if column.as_of:
        as_of = _("%(name)s: as of") % {"name": title}
        yield Column(as_of, 14, lambda line: cell(line, "last"))
