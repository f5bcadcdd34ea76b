"""What machines send and get, as the OpenAPI file says it.

The fields of a kind follow its form; `pieces` has the JSON of each.
"""

from __future__ import annotations

from functools import cache
from typing import Any, ClassVar

from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from portal.api.enums import Event, Scope
from portal.api.pieces import Choice, Strict, Text, field_of
from portal.api.shapes import outside_key
from portal.submissions import kinds
from portal.submissions.enums import State
from portal.submissions.forms import FILED_FOR

# So many items come in one request.
MOST_ITEMS = 1_000


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


def _sentences(found: Any, where: tuple[str, ...] = ()) -> list[str]:
    """Every sentence in an error; one about an element of a list begins with its place, as in
    `0.price: …`."""
    if isinstance(found, list) and any(isinstance(inner, dict) for inner in found):
        found = dict(enumerate(found))
    if isinstance(found, dict):
        return [
            text for name, inner in found.items() for text in _sentences(inner, (*where, str(name)))
        ]
    if isinstance(found, list):
        return [text for inner in found for text in _sentences(inner, where)]
    return [f"{'.'.join(where)}: {found}" if where else str(found)]


class Fields(Strict):
    """The values of a record of one kind."""

    kind: ClassVar[kinds.Kind]
    complete: ClassVar[bool] = False

    @cached_property
    def _form(self) -> Any:
        return self.kind.form()

    def get_fields(self) -> dict[str, serializers.Field]:
        """One field for each of the form's; a new record needs its name."""
        form = self._form
        return {
            name: field_of(f, required=self.complete and name == form.title_field)
            for name, f in form.fields.items()
            if name != FILED_FOR
        }

    @cached_property
    def chosen(self) -> dict[str, dict[str, Any]]:
        """Field → code → key of the rows that are chosen by code; a query for each such field."""
        fields = self._form.fields
        return {
            name: dict(f.queryset.order_by("pk").values_list(key, "pk"))
            for name, f in fields.items()
            if (key := outside_key(f))
        }

    @cached_property
    def composite(self) -> dict[str, Any]:
        """The form's fields of several rows."""
        return {name: f for name, f in self._form.fields.items() if hasattr(f, "of_rows")}

    def to_internal_value(self, data: Any) -> Any:
        """Codes of chosen rows, and rows of a composite field, become what the form takes."""
        found = super().to_internal_value(data)
        for name, field in self.composite.items():
            if name in found:
                found[name] = field.of_rows(found[name] or [])
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
