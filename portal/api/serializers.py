"""What machines send and get, as the OpenAPI file says it.

The fields of a kind follow its form. Here only shapes are judged: a text is a text, a number a
number. What a value may be is for the form, the same as on the page.
"""

from __future__ import annotations

from functools import cache
from typing import Any, ClassVar

from django import forms
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers
from rest_framework.exceptions import ErrorDetail

from portal.api.enums import Event, Scope
from portal.api.shapes import outside_key
from portal.files.fields import FilesField
from portal.submissions import kinds, values
from portal.submissions.enums import State
from portal.submissions.forms import FILED_FOR

UNKNOWN = _("There is no such field here.")
LONGEST_LIST = 50
# So many items come in one request.
MOST_ITEMS = 1_000


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


class ReadMany(Strict):
    """Reads one object after the other, each with its own errors."""

    error_class = serializers.ValidationError

    @staticmethod
    def errors_of(error: serializers.ValidationError) -> dict[str, list[str]]:
        """Field → sentences; fields of the record by their own names."""
        detail: Any = error.detail
        if not isinstance(detail, dict):
            return {"record": [str(text) for text in detail]}
        inner = detail.get("fields", {})
        if not isinstance(inner, dict):
            inner = {"fields": inner}
        outer = {name: texts for name, texts in detail.items() if name != "fields"}
        if "non_field_errors" in outer:
            outer["record"] = outer.pop("non_field_errors")
        return {str(name): _sentences(texts) for name, texts in {**outer, **inner}.items()}


def _sentences(found: Any) -> list[str]:
    """Every sentence in an error, whichever element of a list it is about."""
    if isinstance(found, dict):
        return [text for inner in found.values() for text in _sentences(inner)]
    if isinstance(found, list):
        return [text for inner in found for text in _sentences(inner)]
    return [str(found)]


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
    if many or hasattr(form_field, "from_cell"):
        # A field of several lines, such as variants, takes and gives each line as a text.
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


class Fields(Strict):
    """The values of a record of one kind."""

    kind: ClassVar[kinds.Kind]
    complete: ClassVar[bool] = False

    def get_fields(self) -> dict[str, serializers.Field]:
        """One field for each of the form's; a new record needs its name."""
        form = self.kind.form()
        return {
            name: field_of(f, required=self.complete and name == form.title_field)
            for name, f in form.fields.items()
            if name != FILED_FOR
        }

    @cached_property
    def chosen(self) -> dict[str, dict[str, Any]]:
        """Field → code → key of the rows that are chosen by code; a query for each such field."""
        form = self.kind.form()
        return {
            name: dict(f.queryset.order_by("pk").values_list(key, "pk"))
            for name, f in form.fields.items()
            if (key := outside_key(f))
        }

    def to_internal_value(self, data: Any) -> Any:
        """Codes of chosen rows become what the form takes."""
        found = super().to_internal_value(data)
        for name, keys in self.chosen.items():
            if found.get(name):
                # An unknown code goes to the form, which says so.
                found[name] = keys.get(found[name], "-")
        return found


class Place(serializers.Serializer):
    """A county-level unit or a city by its GB/T 2260 code."""

    code = serializers.CharField()
    name = serializers.CharField()


class Organisation(serializers.Serializer):
    """Who sells it."""

    credit_code = serializers.CharField()
    name = serializers.CharField()


class Head(serializers.Serializer):
    """What every record has."""

    code = serializers.CharField(help_text=_("The portal's own code; it never changes."))
    version = serializers.IntegerField(help_text=_("Grows with every change."))
    title = serializers.CharField()
    county = Place(allow_null=True)
    city = Place(allow_null=True)
    organisation = Organisation(allow_null=True)
    published_at = serializers.DateTimeField(allow_null=True)


class RecordBase(Head):
    """A record as those see it who may."""

    reference = serializers.CharField(
        allow_null=True, help_text=_("What the key's owner calls it.")
    )
    state = serializers.ChoiceField(choices=State.choices)
    created_at = serializers.DateTimeField()
    updated_at = serializers.DateTimeField(allow_null=True)
    submitted_at = serializers.DateTimeField(allow_null=True)


class ReferenceField(Text):
    """What an outside system calls a record."""

    def __init__(self, **words: Any) -> None:
        super().__init__(
            max_length=64, help_text=_("Your own number of it, unique for you."), **words
        )


class ChangeResult(serializers.Serializer):
    """What a change did: at once, and what waits for the office's review."""

    applied = serializers.ListField(child=serializers.CharField())
    proposed = serializers.ListField(child=serializers.CharField())


class BulkResult(serializers.Serializer):
    """What became of one item."""

    index = serializers.IntegerField(help_text=_("Its place in the request, from 0."))
    reference = serializers.CharField(allow_null=True)
    result = serializers.ChoiceField(choices=["created", "updated", "unchanged", "error"])
    code = serializers.CharField(allow_null=True)
    version = serializers.IntegerField(allow_null=True)
    errors = serializers.DictField(help_text=_("Field → sentences; empty unless it is an error."))


class BulkAnswer(serializers.Serializer):
    """What became of every item, in the order of the request."""

    created = serializers.IntegerField()
    updated = serializers.IntegerField()
    unchanged = serializers.IntegerField()
    errors = serializers.IntegerField()
    results = BulkResult(many=True)


class Deleted(serializers.Serializer):
    """A record that is no longer published."""

    type = serializers.ChoiceField(choices=[Event.DELETED.value])
    code = serializers.CharField()
    version = serializers.IntegerField()
    reason = serializers.CharField(help_text=_("The state it is in now."))


class SubscriptionWish(Strict):
    """An address that wants to be told."""

    url = Text(max_length=500, help_text=_("https only; no address inside a private network."))
    events = serializers.ListField(
        child=Choice(choices=Event.choices), min_length=1, max_length=2, required=False
    )


class SubscriptionShown(serializers.Serializer):
    """A webhook."""

    id = serializers.IntegerField()
    url = serializers.CharField()
    events = serializers.ListField(child=serializers.ChoiceField(choices=Event.choices))
    created_at = serializers.DateTimeField()


class SubscriptionMade(SubscriptionShown):
    """A webhook just made, with its secret, which is not shown again."""

    secret = serializers.CharField(help_text=_("To check signatures with; shown this once."))


class WhoAmI(serializers.Serializer):
    """Who asks, and what that opens."""

    name = serializers.CharField()
    scopes = serializers.ListField(child=serializers.ChoiceField(choices=Scope.choices))
    region = serializers.CharField()
    expires_at = serializers.DateTimeField(allow_null=True)


class StoredFileShown(serializers.Serializer):
    """A file taken in; its id goes into a record's field."""

    id = serializers.UUIDField()
    kind = serializers.CharField()
    name = serializers.CharField()


class Problem(serializers.Serializer):
    """What is wrong, and what to do (RFC 9457)."""

    type = serializers.CharField()
    title = serializers.CharField()
    status = serializers.IntegerField()
    detail = serializers.CharField()
    errors = serializers.DictField(required=False, help_text=_("Field → sentences."))


class TypeOf(serializers.ChoiceField):
    """Says which of several an object is."""

    def __init__(self, event: Event) -> None:
        super().__init__(choices=[event.value])


# What the feed adds to a published record.
PUBLIC = {
    "url": serializers.CharField(allow_null=True, help_text=_("Its public page.")),
    "photos": serializers.ListField(child=serializers.CharField()),
}


def serializers_of(kind: kinds.Kind) -> dict[str, Any]:
    """The serializers of a kind, each a class of its own, which the OpenAPI file names."""
    return _made_of(kind.code)


@cache
def _made_of(code: str) -> dict[str, Any]:
    kind = kinds.get(code)
    word = kind.code.title()

    def made(name: str, *bases: type, **attributes: Any) -> Any:
        attributes.setdefault("__doc__", bases[0].__doc__)
        return type(f"{word}{name}", bases, attributes)

    fields = made("Fields", Fields, kind=kind)
    new_fields = made("NewFields", Fields, kind=kind, complete=True)
    record = made("Record", RecordBase, fields=fields())
    changed = made("Published", Head, type=TypeOf(Event.CHANGED), **PUBLIC, fields=fields())

    reads = made("Item", ReadMany, reference=ReferenceField(), fields=fields())
    return {
        "fields": fields,
        "new_fields": new_fields,
        "record": record,
        "new": made("New", Strict, reference=ReferenceField(required=False), fields=new_fields()),
        "bulk": made("Bulk", Strict, items=reads(many=True, min_length=1, max_length=MOST_ITEMS)),
        "patch": made("Patch", Strict, fields=fields()),
        "item": reads,
        "changed": made("Changed", record, change=ChangeResult()),
        "page": made(
            "Page",
            serializers.Serializer,
            results=record(many=True),
            next=serializers.CharField(allow_null=True),
        ),
        "published": changed,
    }
