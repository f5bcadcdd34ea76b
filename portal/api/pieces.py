"""The JSON of single values, as the OpenAPI file says it, made of the fields of a form.

Here only shapes are judged: a text is a text, a number a number. What a value may be is for the
form, the same as on the page.
"""

from __future__ import annotations

from functools import cache
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers
from rest_framework.exceptions import ErrorDetail

from portal.files.fields import FilesField
from portal.submissions import values

UNKNOWN = _("There is no such field here.")
LONGEST_LIST = 50


class Text(serializers.CharField):
    """A text and nothing that could be read as one."""

    def to_internal_value(self, data: Any) -> str:
        """Refuse numbers."""
        if not isinstance(data, str):
            self.fail("invalid")
        return super().to_internal_value(data)


class Whole(serializers.IntegerField):
    """A whole number, not the text of one."""

    def to_internal_value(self, data: Any) -> int:
        """Refuse texts and truths."""
        if isinstance(data, bool) or not isinstance(data, int | float) or data != data // 1:
            self.fail("invalid")
        return int(data)


class Truth(serializers.BooleanField):
    """true or false."""

    def to_internal_value(self, data: Any) -> bool:
        """Refuse everything that only means it."""
        if not isinstance(data, bool):
            self.fail("invalid", input=data)
        return data


class Amount(serializers.DecimalField):
    """An amount as text, so that no digit is lost on the way."""

    def to_internal_value(self, data: Any) -> str:
        """Refuse numbers; keep the digits as they were written."""
        if not isinstance(data, str):
            self.fail("invalid")
        super().to_internal_value(data)
        return data.strip()


class FileId(serializers.UUIDField):
    """The id of a file, as text."""

    def to_internal_value(self, data: Any) -> Any:
        """Refuse numbers."""
        if not isinstance(data, str):
            self.fail("invalid", value=data)
        return super().to_internal_value(data)


class Pattern(serializers.RegexField):
    """A text of one form, with nothing around it."""

    def __init__(self, regex: str, **words: Any) -> None:
        super().__init__(regex, trim_whitespace=False, **words)

    def to_internal_value(self, data: Any) -> str:
        """Refuse numbers, and a break at the end, which `$` lets through."""
        if not isinstance(data, str) or data.endswith("\n"):
            self.fail("invalid")
        return super().to_internal_value(data)


class Choice(serializers.ChoiceField):
    """One of some values, as it stands there."""

    def to_internal_value(self, data: Any) -> Any:
        """Refuse the text of a number, and true for 1."""
        if data == "" and self.allow_blank:
            return ""
        for key in self.choices:
            if type(key) is type(data) and key == data:
                return key
        return self.fail("invalid_choice", input=data)


class Strict(serializers.Serializer):
    """An object that holds what it should and nothing else: a misspelt name is an error."""

    def to_internal_value(self, data: Any) -> Any:
        """Name every field that does not exist."""
        if isinstance(data, dict):
            unknown = [name for name in data if name not in self.fields]
            if unknown:
                errors = {str(name): [ErrorDetail(UNKNOWN, code="unknown")] for name in unknown}
                raise serializers.ValidationError(errors)
        return super().to_internal_value(data)


@cache
def _row_of(composite: Any) -> type[Strict]:
    """The JSON of one row of a composite field, such as a variant; one class for each such field,
    which the OpenAPI file names."""
    parts = {name: field_of(f, required=f.required) for name, f in composite.parts.items()}
    return type(composite.row_name, (Strict,), {"__doc__": str(composite.row_name), **parts})


def field_of(form_field: forms.Field, *, required: bool) -> serializers.Field:
    """The JSON of one field of a form. null, and an empty text, say that it is empty."""
    words: dict[str, Any] = {
        "required": required,
        "allow_null": not required,
        "label": form_field.label or "",
        "help_text": form_field.help_text or "",
    }
    many = isinstance(form_field, forms.MultipleChoiceField | forms.ModelMultipleChoiceField)
    if isinstance(form_field, FilesField):
        return serializers.ListField(child=FileId(), max_length=form_field.max_files, **words)
    if hasattr(form_field, "parts"):
        row = _row_of(type(form_field))()
        return serializers.ListField(child=row, max_length=form_field.most, **words)
    if many:
        return serializers.ListField(child=Text(), max_length=LONGEST_LIST, **words)
    if isinstance(form_field, forms.BooleanField):
        return Truth(**words)
    if isinstance(form_field, forms.DecimalField):
        places, digits = form_field.decimal_places, form_field.max_digits
        return Amount(max_digits=digits, decimal_places=places, **words)
    if isinstance(form_field, forms.IntegerField):
        low, high = form_field.min_value, form_field.max_value
        return Whole(min_value=low, max_value=high, **words)
    if isinstance(form_field, forms.DateField):
        return serializers.DateField(**words)
    if isinstance(form_field, forms.RegexField):
        return Pattern(form_field.regex.pattern, **words)
    if isinstance(form_field, forms.ChoiceField) and not isinstance(
        form_field, forms.ModelChoiceField
    ):
        # A word may be a row of its own, which no document can hold.
        words_of = values.flat(form_field.choices)
        offered = [(k, str(w)) for k, w in words_of if k not in ("", None)]
        texts = all(isinstance(key, str) for key, _word in offered)
        return Choice(choices=offered, allow_blank=texts and not required, **words)
    return Text(
        max_length=getattr(form_field, "max_length", None), allow_blank=not required, **words
    )
