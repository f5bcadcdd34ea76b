"""The feed: what is published, and what changed since one last asked."""

from __future__ import annotations

from typing import Any, ClassVar

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import (
    OpenApiParameter,
    OpenApiResponse,
    PolymorphicProxySerializer,
    extend_schema,
    inline_serializer,
)
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from portal.api import changes, cursors, queries
from portal.api.enums import Event, Scope
from portal.api.serializers import Deleted, serializers_of
from portal.api.shapes import feed_items
from portal.api.views.base import COMMON, IF_NONE_MATCH, Endpoint, fresh_or_304, tag_of, whole
from portal.submissions import kinds

USUAL, MOST = 500, 1_000


class Feed(Endpoint):
    """First everything that is published, then every change since, with marks for what is not
    published any more."""

    scopes: ClassVar = {"GET": Scope.FEED.value}
    kind: ClassVar[kinds.Kind]

    def get(self, request: Request) -> Response:
        """Return what comes after the cursor, and the cursor behind it."""
        limit = whole(request, "limit", usual=USUAL, most=MOST)
        found, following = self._read(request.query_params.get("cursor", ""), limit)
        # What decides the answer: which records, in which version, and where the reader stands.
        tag = tag_of([self.caller, found, following.number, following.after])
        known = fresh_or_304(request, tag)
        if known:
            return known
        rows = queries.in_order(self.kind, [number for _change, number, _version in found])
        answer = {
            "changes": feed_items(rows, self.kind),
            "cursor": str(following),
            "more": following.after is not None or len(found) == limit,
        }
        return Response(answer, headers={"ETag": tag})

    def _read(self, text: str, limit: int) -> tuple[list[tuple[int, int, int]], cursors.Cursor]:
        """(change, dossier, version) of what comes next, and the cursor behind it."""
        caller, kind = self.caller, self.kind.code
        # Numbers are given before the first dossier is read: what changes meanwhile comes after.
        last = changes.latest_number()
        if text:
            cursor = cursors.read(text, caller=caller, kind=kind)
        else:
            cursor = cursors.Cursor(caller, kind, last, 0)
        if cursor.after is not None:
            found = queries.published(self.key, self.kind, after=cursor.after, limit=limit)
            after = found[-1][1] if len(found) == limit else None
            return found, cursors.Cursor(caller, kind, cursor.number, after)
        found = queries.changed(self.key, self.kind, after=cursor.number, limit=limit)
        number = found[-1][0] if found else cursor.number
        return found, cursors.Cursor(caller, kind, number)


def feed_of(kind: kinds.Kind) -> Any:
    """The feed of a kind, described for the OpenAPI file."""
    word = kind.code.title()
    item = PolymorphicProxySerializer(
        component_name=f"{word}Change",
        serializers={
            Event.CHANGED.value: serializers_of(kind)["published"],
            Event.DELETED.value: Deleted,
        },
        resource_type_field_name="type",
        many=True,
    )
    answer = inline_serializer(
        f"{word}Feed",
        {
            "changes": item,
            "cursor": serializers.CharField(
                help_text=_("Keep it once the changes before it are safe with you.")
            ),
            "more": serializers.BooleanField(
                help_text=_("Ask again at once; else whenever you like.")
            ),
        },
    )
    view = type(f"{word}Feed", (Feed,), {"kind": kind, "__doc__": Feed.__doc__})
    view.get = extend_schema(  # type: ignore[attr-defined]
        operation_id=f"feed_{kind.api}",
        summary=_("What changed since the cursor"),
        tags=["feed"],
        parameters=[
            OpenApiParameter("cursor", str, description=_("None to begin with.")),
            OpenApiParameter("limit", {"type": "integer", "minimum": 1, "maximum": MOST}),
            IF_NONE_MATCH,
        ],
        responses={200: answer, 304: OpenApiResponse(), **COMMON},
    )(Feed.get)
    return view
