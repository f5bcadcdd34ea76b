"""Webhooks of a key, who one is, and files for records."""

from __future__ import annotations

from typing import Any, ClassVar

from django.conf import settings
from django.core.exceptions import ValidationError
from django.http import Http404
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from portal.api import domain, queries
from portal.api.authentication import IsPublic
from portal.api.enums import Event, Scope
from portal.api.problems import Problem
from portal.api.serializers import (
    StoredFileShown,
    SubscriptionMade,
    SubscriptionShown,
    SubscriptionWish,
    WhoAmI,
)
from portal.api.views.base import COMMON, Endpoint, problems
from portal.files.domain import store_upload
from portal.files.models import FileKind
from portal.submissions import kinds

KINDS = {"image": FileKind.PHOTO, "application": FileKind.PDF}


def _shown(row: Any) -> dict[str, Any]:
    return {
        "id": row.pk,
        "url": row.url,
        "events": row.events,
        "created_at": row.created_at.isoformat(),
    }


class Webhooks(Endpoint):
    """The webhooks of the key."""

    scopes: ClassVar = {"GET": Scope.WEBHOOKS.value, "POST": Scope.WEBHOOKS.value}
    keys_only = True
    kind: ClassVar[kinds.Kind]

    def get(self, request: Request) -> Response:
        """Return those that hold."""
        return Response([_shown(row) for row in queries.subscriptions(self.key, self.kind)])

    def post(self, request: Request) -> Response:
        """Subscribe; the answer shows the secret this once."""
        wish = SubscriptionWish(data=request.data)
        wish.is_valid(raise_exception=True)
        row, secret = domain.subscribe(
            key=self.key,
            kind=self.kind.code,
            url=wish.validated_data["url"],
            events=wish.validated_data.get("events") or Event.values,
            actor=self.actor,
        )
        return Response({**_shown(row), "secret": secret}, status=201)


def webhooks_of(kind: kinds.Kind) -> Any:
    """The webhooks of a kind, described for the OpenAPI file."""
    view = type(
        f"{kind.code.title()}Webhooks", (Webhooks,), {"kind": kind, "__doc__": Webhooks.__doc__}
    )
    view.get = extend_schema(  # type: ignore[attr-defined]
        operation_id=f"list_webhooks_{kind.api}",
        summary=_("List webhooks"),
        tags=["webhooks"],
        responses={200: SubscriptionShown(many=True), **COMMON},
    )(Webhooks.get)
    view.post = extend_schema(  # type: ignore[attr-defined]
        operation_id=f"subscribe_{kind.api}",
        summary=_("Subscribe to changes"),
        tags=["webhooks"],
        request=SubscriptionWish,
        responses={201: SubscriptionMade, **COMMON, **problems(409, 413, 415, 422)},
    )(Webhooks.post)
    return view


class Webhook(Endpoint):
    """One webhook."""

    scopes: ClassVar = {"GET": Scope.WEBHOOKS.value, "DELETE": Scope.WEBHOOKS.value}
    keys_only = True

    def row(self, pk: int) -> Any:
        """It, if it is the key's."""
        found = queries.subscriptions(self.key).filter(pk=pk).first()
        if found is None:
            raise Http404
        return found

    @extend_schema(
        operation_id="read_webhook",
        summary=_("Read a webhook"),
        tags=["webhooks"],
        responses={200: SubscriptionShown, **COMMON},
    )
    def get(self, request: Request, pk: int) -> Response:
        """Return it."""
        return Response(_shown(self.row(pk)))

    @extend_schema(
        operation_id="end_webhook",
        summary=_("End a webhook"),
        tags=["webhooks"],
        responses={204: OpenApiResponse(), **COMMON},
    )
    def delete(self, request: Request, pk: int) -> Response:
        """End it; what waits is not sent."""
        domain.end_subscription(subscription=self.row(pk), actor=self.actor)
        return Response(status=204)


class Me(Endpoint):
    """Who asks."""

    scopes: ClassVar = {"GET": ""}

    @extend_schema(
        operation_id="who_am_i",
        summary=_("Who asks, and what that opens"),
        tags=["key"],
        responses={200: WhoAmI, **COMMON},
    )
    def get(self, request: Request) -> Response:
        """Return name, scopes and region of the key, or the person's name."""
        if self.key is None:
            words = {"name": str(request.user), "scopes": [], "region": "", "expires_at": None}
        else:
            words = {
                "name": self.key.name,
                "scopes": self.key.scopes,
                "region": self.key.region_words,
                "expires_at": self.key.expires_at.isoformat(),
            }
        return Response(words)


class Files(Endpoint):
    """Photos and papers, whose ids then go into a record."""

    scopes: ClassVar = {"POST": Scope.WRITE.value}
    parser_classes: ClassVar = [MultiPartParser]

    @property
    def most_bytes(self) -> int:
        """As large as the largest file, and what is around it."""
        return max(settings.PHOTO_MAX_BYTES, settings.PDF_MAX_BYTES) + 64 * 1024

    @extend_schema(
        operation_id="upload_file",
        summary=_("Upload a photo or a PDF"),
        tags=["files"],
        request={
            "multipart/form-data": {
                "type": "object",
                "properties": {"file": {"type": "string", "format": "binary"}},
                "required": ["file"],
            }
        },
        responses={201: StoredFileShown, **COMMON, **problems(413, 415, 422)},
    )
    def post(self, request: Request) -> Response:
        """Check and keep the file."""
        upload = request.FILES.get("file")
        if upload is None:
            sentence = str(_("Send the file as “file”."))
            raise Problem(400, sentence, {"file": [sentence]})
        kind = KINDS.get((upload.content_type or "").partition("/")[0], FileKind.PHOTO)
        try:
            row = store_upload(upload=upload, kind=kind, actor=self.actor)
        except ValidationError as error:
            raise Problem(422, error.messages[0], {"file": error.messages}) from None
        return Response({"id": str(row.pk), "kind": row.kind, "name": row.name}, status=201)


class Nothing(Endpoint):
    """Every address below `/api/` that is none."""

    permission_classes: ClassVar = [IsPublic]

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Count, then say so, whatever the method."""
        super().initial(request, *args, **kwargs)
        raise Http404
