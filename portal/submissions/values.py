"""The values of a record as plain JSON, by the fields of its form.

One shape serves snapshots, revisions, diffs, completeness and the page that shows a record, so
that what is compared is always what the person typed.

A field that holds several rows of its own cleans to a list of text, one line each, and may say:
`in_words(value)` what a page shows, `from_cell(text)` how a workbook's cell is read, `of_record`
what stands, `is_live(before, after)` whether a change of a published record is in force at once.
Machines get its rows as objects: `parts` are the fields of one (`row_name` its name, `most` how
many there may be), `rows_of(value)` makes objects of a plain value and `of_rows(rows)` the reverse.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import EmptyResultSet
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.utils.datastructures import MultiValueDict
from django.utils.formats import localize
from django.utils.translation import gettext as _

from portal.accounts.phones import mask_name, mask_phone
from portal.files.fields import FilesField

if TYPE_CHECKING:
    from portal.submissions.forms import DossierForm


# Fields of any kind that hold the name or number of a person, and how each is masked.
CONTACT: dict[str, Callable[[str], str]] = {
    "contact_name": mask_name,
    "contact_phone": mask_phone,
}


@dataclass(frozen=True)
class Line:
    """One field of a record as a page shows it."""

    name: str
    label: str
    display: str
    files: tuple[str, ...] = ()
    # A person's name or number: `display` is masked, and the page asks before it shows more.
    personal: bool = False


@dataclass(frozen=True)
class Difference:
    """One field that differs, before and after in the words of the page."""

    name: str
    label: str
    before: str
    after: str


def plain(value: Any) -> Any:
    """Return a form value as JSON holds it: model rows as their key, dates as ISO text."""
    if value is None or type(value) in (str, int, bool):
        return value
    if isinstance(value, models.Model):
        return value.pk
    if isinstance(value, (list, tuple)):
        return [str(item.pk) if isinstance(item, models.Model) else item for item in value]
    return json.loads(json.dumps(value, cls=DjangoJSONEncoder))


def of_form(form: DossierForm) -> dict[str, Any]:
    """Return the values a form starts from: those of its record."""
    return {name: plain(form.get_initial_for_field(f, name)) for name, f in form.fields.items()}


def cleaned(form: DossierForm) -> dict[str, Any]:
    """Return the values of a valid bound form."""
    return {
        name: plain(_settled(f, form.cleaned_data.get(name))) for name, f in form.fields.items()
    }


def _settled(field: forms.Field, value: Any) -> Any:
    """An amount with all its decimal places, as the database has it: 39.9 is 39.90."""
    if isinstance(value, Decimal) and getattr(field, "decimal_places", None) is not None:
        return value.quantize(Decimal(1).scaleb(-field.decimal_places))  # type: ignore[attr-defined]
    return value


def as_post(values: dict[str, Any]) -> MultiValueDict[str, str]:
    """Return values as the browser would post them."""
    data: dict[str, list[str]] = {}
    for name, value in values.items():
        if isinstance(value, list):
            data[name] = [str(item) for item in value]
        elif value is True:
            data[name] = ["on"]
        # Not `in`: nothing in stock is a number too, though 0 equals False.
        elif value is not None and value is not False:
            data[name] = [str(value)]
    return MultiValueDict(data)


def changes(before: dict[str, Any], after: dict[str, Any]) -> dict[str, list[Any]]:
    """Return field → [before, after] for every field that differs."""
    return {
        name: [before.get(name), value]
        for name, value in after.items()
        if _said(before.get(name)) != _said(value)
    }


def _said(value: Any) -> Any:
    """The value, and None for all that says nothing; 0 says something. A browser ends lines in
    another way than a workbook does."""
    if isinstance(value, str):
        return value.replace("\r\n", "\n") or None
    return None if value is False or value == [] else value


def show(field: forms.Field, value: Any, rows: dict[str, str]) -> str:
    """Return one plain value in words: the label of a choice, yes or no, a localised number.

    `rows` has the words of chosen rows by their key; see `_rows_chosen`.
    """
    if isinstance(field, FilesField):
        return _("%(count)d files") % {"count": len(value or [])}
    if value is True:
        return _("Yes")
    if value is False:
        return _("No")
    if value in (None, "", []):
        return _("Not filled in")
    if hasattr(field, "in_words"):
        return str(field.in_words(value))
    if isinstance(field, forms.ModelChoiceField):
        return "、".join(rows[key] for key in _keys(value) if key in rows)
    choices = getattr(field, "choices", None)
    if choices is not None:
        words = [str(word) for key, word in flat(choices) if str(key) in _keys(value)]
        # What is offered no more still says what it was.
        return "、".join(words or _keys(value))
    python = field.to_python(value)
    return str(localize(python))


def show_masked(name: str, field: forms.Field, value: Any, rows: dict[str, str]) -> str:
    """Return a value as `show` does, with stars when the field holds a contact's name or
    number."""
    return CONTACT[name](value) if value and name in CONTACT else show(field, value, rows)


def _keys(value: Any) -> list[str]:
    return [str(key) for key in (value if isinstance(value, list) else [value])]


def _rows_chosen(form: DossierForm, values: dict[str, list[Any]]) -> dict[str, dict[str, str]]:
    """Return field → key → words of the rows that stand among the field's `values`.

    Read by their keys: what a field offers may be all rows there are, and `known` of it says what
    once stood there though it is offered no more. Fields that offer the same rows, as the stops of
    a route do, are read together in one query.
    """
    offers: dict[str, list[str]] = {}
    for name, field in form.fields.items():
        if isinstance(field, forms.ModelChoiceField) and any(values.get(name, ())):
            try:
                offers.setdefault(str(field.queryset.query), []).append(name)
            except EmptyResultSet:
                continue
    found: dict[str, dict[str, str]] = {}
    for names in offers.values():
        field = form.fields[names[0]]
        keys = {key for name in names for value in values[name] if value for key in _keys(value)}
        rows = getattr(field, "known", field.queryset).filter(pk__in=keys)
        words = {str(row.pk): field.label_from_instance(row) for row in rows}
        found.update((name, words) for name in names)
    return found


def flat(choices: Any) -> Any:
    """Yield (key, word) of every choice, those in groups too."""
    for key, word in choices:
        if isinstance(word, (list, tuple)):
            yield from word
        else:
            yield key, word


def lines(form: DossierForm, values: dict[str, Any]) -> list[Line]:
    """Return every field of `form` with its value, in the form's order; contacts are masked."""
    rows = _rows_chosen(form, {name: [value] for name, value in values.items()})
    return [
        Line(
            name,
            str(field.label),
            show_masked(name, field, values.get(name), rows.get(name, {})),
            tuple(values.get(name) or ()) if isinstance(field, FilesField) else (),
            name in CONTACT,
        )
        for name, field in form.fields.items()
    ]


def differences(
    form: DossierForm, changed: dict[str, list[Any]], *, clear: bool = False
) -> list[Difference]:
    """Return changed fields in words, in the form's order; contacts are masked unless `clear`."""
    rows = _rows_chosen(form, changed)

    def words(name: str, field: forms.Field, value: Any) -> str:
        chosen = rows.get(name, {})
        return show(field, value, chosen) if clear else show_masked(name, field, value, chosen)

    return [
        Difference(name, str(field.label), *(words(name, field, v) for v in changed[name]))
        for name, field in form.fields.items()
        if name in changed
    ]
