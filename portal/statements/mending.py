"""Forms in which a person says what the columns of files, or of a source, mean."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.statements import landing, meanings
from portal.statements.forms import FilesForm
from portal.statements.labels import MEANINGS, meaning
from portal.statements.models import LONGEST_HEADING, Source
from portal.statements.reading import SeenColumn, words
from portal.statements.tokens import Shown

# Columns that are asked about; a report with more of them shows the first ones.
MOST_COLUMNS = 200
# Lines for headings that are not there yet.
FURTHER = 3


def field_name(heading: str) -> str:
    """The name of a heading's field: the same for each spelling that means the same."""
    key = words.normalise_heading(heading)
    return f"column-{hashlib.sha256(key.encode()).hexdigest()[:12]}"


class ColumnsForm(FilesForm):
    """The columns of stored files, each with a few of its cells and what it is taken for.

    The files are read with what the source remembers and what was said already (`shown`); after
    `clean` they are read with what is said now, and `mended` holds all that is not remembered yet.
    """

    token = forms.CharField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, shown: Shown, source: Source, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.shown, self.source, self.mended = shown, source, dict(shown.mended)
        mapping = meanings.with_mended(source, shown.mended)
        self.before = landing.try_stored(shown.files, source, mapping)
        self.columns: dict[str, SeenColumn] = {}
        for file in self.before:
            for column in file.seen:
                if len(column.heading) <= LONGEST_HEADING:
                    self.columns.setdefault(field_name(column.heading), column)
        for name, column in list(self.columns.items())[:MOST_COLUMNS]:
            self.fields[name] = forms.ChoiceField(
                label=column.heading,
                choices=MEANINGS.items(),
                initial=column.field if column.field in MEANINGS else words.DERIVED,
                help_text=_("Its cells: %(cells)s") % {"cells": " · ".join(column.samples)}
                if column.samples
                else _("It has no cell that is filled."),
            )

    @property
    def left_out(self) -> int:
        """How many columns are not asked about."""
        return max(0, len(self.columns) - MOST_COLUMNS)

    @property
    def refusals(self) -> list[str]:
        """Why files cannot be read as they are."""
        return [str(file.refused) for file in self.before if file.refused]

    @property
    def sections(self) -> list[tuple[str, list[str]]]:
        """Columns that are used, then those that are not."""
        asked = [name for name in self.columns if name in self.fields]
        unused = {name for name in asked if self.fields[name].initial == words.DERIVED}
        return [
            (_("Columns that are read"), [name for name in asked if name not in unused]),
            (_("Columns that are not counted"), [name for name in asked if name in unused]),
            (_("The days of the report"), ["first_day", "last_day"]),
        ]

    def clean(self) -> dict[str, Any]:
        """Read the files with what is said of their columns, and settle their period."""
        cleaned = super().clean() or {}
        for file in self.before:
            self._check_once(file.seen, cleaned)
        if self.errors:
            return cleaned
        for name, column in self.columns.items():
            if name in self.fields and cleaned[name] != self.fields[name].initial:
                self.mended[column.heading] = cleaned[name]
        mapping = meanings.with_mended(self.source, self.mended)
        self.read_files = landing.try_stored(self.shown.files, self.source, mapping)
        self.settle(cleaned, self.source)
        return cleaned

    def _check_once(self, seen: Any, cleaned: Mapping[str, Any]) -> None:
        """Of one file, one column counts for one figure."""
        taken: dict[str, str] = {}
        for column in seen:
            name = field_name(column.heading)
            field = cleaned.get(name, words.DERIVED)
            other = taken.setdefault(field, column.heading)
            if field != words.DERIVED and other != column.heading and not self.has_error(name):
                self.add_error(
                    name,
                    _("“%(other)s” is taken as %(field)s too; only one of them can be.")
                    % {"other": other, "field": meaning(field)},
                )


class MeaningsForm(forms.Form):
    """What a source remembers of its columns, and lines for further headings."""

    FORGET = ""

    def __init__(self, *args: Any, source: Source, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.known = {field_name(row.heading): row for row in source.meanings.order_by("heading")}
        forget = (self.FORGET, gettext_lazy("Forget it: as for every source"))
        for name, row in self.known.items():
            self.fields[name] = forms.ChoiceField(
                label=row.heading,
                choices=[*MEANINGS.items(), forget],
                initial=row.field,
                required=False,
            )
        self.further = []
        for number in range(1, FURTHER + 1):
            heading, field = f"heading-{number}", f"meaning-{number}"
            self.fields[heading] = forms.CharField(
                label=_("Heading %(n)d") % {"n": number}, max_length=LONGEST_HEADING, required=False
            )
            self.fields[field] = forms.ChoiceField(
                label=_("Taken as"), choices=[("", "—"), *MEANINGS.items()], required=False
            )
            self.further.append((heading, field))
        self.sections = [
            (_("Remembered"), list(self.known)),
            (_("Further headings"), [name for pair in self.further for name in pair]),
        ]

    def clean(self) -> dict[str, Any]:
        """A further heading has its meaning, and a meaning its heading."""
        cleaned = super().clean() or {}
        for heading, field in self.further:
            if cleaned.get(heading) and not cleaned.get(field):
                self.add_error(field, _("Say what this column is taken as."))
            elif cleaned.get(field) and not cleaned.get(heading):
                self.add_error(heading, _("Give the heading as it stands in the file."))
        return cleaned

    @property
    def meanings(self) -> dict[str, str]:
        """Heading → field for every line; "" forgets."""
        data = self.cleaned_data
        said = {row.heading: data[name] for name, row in self.known.items()}
        more = {data[heading]: data[field] for heading, field in self.further if data[heading]}
        return said | more
