"""Sending platform reports piece by piece, and landing them."""

from __future__ import annotations

import re
import uuid
from typing import Any, ClassVar

from django.conf import settings
from django.http import Http404
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework.parsers import BaseParser, JSONParser
from rest_framework.request import Request
from rest_framework.response import Response

from portal.api import remembered, reports
from portal.api.problems import Problem
from portal.api.views.base import COMMON, ETAG, problems
from portal.api.views.records import TOKEN
from portal.api.views.statements import LAND, TAGS, Reports
from portal.statements import domain, queries, uploads
from portal.statements.landing import NotLandable
from portal.statements.models import How, Upload

RANGE = re.compile(r"^bytes (\d{1,13})-(\d{1,13})/(\d{1,13})$")
CONTENT_RANGE = OpenApiParameter(
    "Content-Range",
    {"type": "string", "pattern": RANGE.pattern},
    OpenApiParameter.HEADER,
    description=_("Which bytes these are, as in “bytes 0-65535/200000”; all of them without it."),
)
SEEN = OpenApiParameter(
    "If-Match",
    str,
    OpenApiParameter.HEADER,
    description=_("The ETag of the check: 412 when another report of the source came since."),
)
SHA256 = OpenApiParameter(
    "sha256", {"type": "string", "pattern": reports.SHA256}, OpenApiParameter.PATH
)


class Uploads(Reports):
    """What the uploads of a caller share."""

    def row(self, upload: uuid.UUID) -> Upload:
        """One of the caller's own. Raises: Http404."""
        found = queries.uploads(self.caller).filter(pk=upload).first()
        if found is None:
            raise Http404
        return found


def unfit(error: NotLandable) -> Problem:
    """What cannot be landed so, by field."""
    return Problem(422, _("Correct the values named under “errors”."), error.errors)


class UploadStart(Uploads):
    """Announcing a report."""

    scopes: ClassVar = {"POST": LAND}

    @extend_schema(
        operation_id="start_statement_upload",
        summary=_("Announce a report's files"),
        tags=TAGS,
        parameters=[TOKEN],
        request=reports.UploadWish,
        responses={201: reports.UploadShown, **COMMON, **problems(409, 413, 415, 422)},
    )
    def post(self, request: Request) -> Response:
        """Return the upload and what is missing: all of it."""

        def begin() -> Response:
            row = self._start(request)
            place = reverse("api-statement-upload", args=[row.pk])
            return Response(reports.upload_shown(row), status=201, headers={"Location": place})

        token = request.headers.get("Idempotency-Key")
        return remembered.once(
            begin, caller=self.caller, token=token, body=[request.path, request.data]
        )

    def _start(self, request: Request) -> Upload:
        wish = reports.UploadWish(data=request.data)
        wish.is_valid(raise_exception=True)
        given = wish.validated_data
        source = queries.sources(request.user).filter(key=given["source"]).first()
        if source is None:
            raise Problem(
                422,
                _("Correct the values named under “errors”."),
                {"source": [str(_("There is no such source. List the sources first."))]},
            )
        try:
            return uploads.start(
                source=source,
                period=(given.get("first_day"), given.get("last_day")),
                how=given.get("how", How.REPLACE),
                files=given["files"],
                caller=self.caller,
                actor=self.actor,
            )
        except NotLandable as error:
            raise unfit(error) from None


class UploadOne(Uploads):
    """One upload."""

    scopes: ClassVar = {"GET": LAND, "DELETE": LAND}

    @extend_schema(
        operation_id="read_statement_upload",
        summary=_("See what of an upload is missing"),
        tags=TAGS,
        responses={200: reports.UploadShown, **COMMON},
    )
    def get(self, request: Request, upload: uuid.UUID) -> Response:
        """Return it."""
        return Response(reports.upload_shown(self.row(upload)))

    @extend_schema(
        operation_id="discard_statement_upload",
        summary=_("Discard an upload"),
        tags=TAGS,
        responses={204: OpenApiResponse(), **COMMON},
    )
    def delete(self, request: Request, upload: uuid.UUID) -> Response:
        """Forget what came; what landed stays."""
        uploads.discard(upload=self.row(upload), actor=self.actor)
        return Response(status=204)


class Bytes(BaseParser):
    """Bytes as they come in: nothing is read before somebody asks for it."""

    media_type = "application/octet-stream"

    def parse(self, stream: Any, media_type: Any = None, parser_context: Any = None) -> Any:
        """The stream itself."""
        return stream


class UploadFile(Uploads):
    """The bytes of one file."""

    scopes: ClassVar = {"GET": LAND, "PUT": LAND}
    parser_classes: ClassVar = [Bytes]

    @property
    def most_bytes(self) -> int:
        """As large as a file: it is written down as it comes in."""
        return settings.STATEMENT_MAX_BYTES

    def file(self, upload: Upload, sha256: str) -> uploads.Awaited:
        """One of the announced files. Raises: Http404."""
        for file in uploads.files_of(upload):
            if file.sha256 == sha256:
                return file
        raise Http404

    @extend_schema(
        operation_id="read_statement_file",
        summary=_("See how many bytes of a file are here"),
        tags=TAGS,
        parameters=[SHA256],
        responses={200: reports.FileShown, **COMMON},
    )
    def get(self, request: Request, upload: uuid.UUID, sha256: str) -> Response:
        """Return it."""
        row = self.row(upload)
        return Response(reports.file_shown(row, self.file(row, sha256)))

    @extend_schema(
        operation_id="send_statement_file",
        summary=_("Send a piece of a file"),
        tags=TAGS,
        parameters=[SHA256, CONTENT_RANGE],
        request={"application/octet-stream": OpenApiTypes.BINARY},
        responses={200: reports.FileShown, **COMMON, **problems(409, 413, 415, 416, 422)},
    )
    def put(self, request: Request, upload: uuid.UUID, sha256: str) -> Response:
        """Take it, and say how far the file is."""
        row = self.row(upload)
        file = self.file(row, sha256)
        start, length = self._range(request, file)
        try:
            uploads.receive(
                upload=row,
                file=file,
                start=start,
                length=length,
                data=request.data,
                actor=self.actor,
            )
        except uploads.Gap as error:
            raise Problem(416, error, {"received": [str(error.received)]}) from None
        except uploads.WrongHash as error:
            raise Problem(422, error, {"sha256": [str(error)]}) from None
        return Response(reports.file_shown(row, file))

    def _range(self, request: Request, file: uploads.Awaited) -> tuple[int, int]:
        """First byte and number of bytes. Raises: Problem 400 when header and body disagree."""
        length = int(request.META.get("CONTENT_LENGTH") or 0)
        text = request.headers.get("Content-Range")
        if text is None:
            found = (0, length - 1, file.size)
        elif match := RANGE.match(text):
            found = (int(match[1]), int(match[2]), int(match[3]))
        else:
            found = (0, -1, -1)
        first, last, total = found
        if not length or last - first + 1 != length or total != file.size:
            sentence = str(
                _("Send “bytes first-last/size” with as many bytes, and the size as announced.")
            )
            raise Problem(400, sentence, {"Content-Range": [sentence]})
        return first, length


class UploadCheck(Uploads):
    """What landing would do."""

    scopes: ClassVar = {"POST": LAND}
    parser_classes: ClassVar = [JSONParser]

    @extend_schema(
        operation_id="check_statement_upload",
        summary=_("See what landing would do, without landing"),
        tags=TAGS,
        request=None,
        responses={200: reports.RunShown, **COMMON, **problems(409, 422)},
    )
    def post(self, request: Request, upload: uuid.UUID) -> Response:
        """Return sums before and after, and what would be replaced."""
        row = self.row(upload)
        if row.statement_id is not None:
            raise Problem(409, _("This upload has landed already."))
        try:
            found = uploads.look(row)
        except NotLandable as error:
            raise unfit(error) from None
        tag = f'"{row.source.key}-{found.run.latest}"'
        return Response(reports.run_shown(found), headers={"ETag": tag})


class UploadFinish(Uploads):
    """Landing."""

    scopes: ClassVar = {"POST": LAND}
    parser_classes: ClassVar = [JSONParser]

    @extend_schema(
        operation_id="finish_statement_upload",
        summary=_("Land a report whose files are all here"),
        tags=TAGS,
        parameters=[SEEN],
        request=None,
        responses={
            200: reports.LandedShown,
            201: reports.LandedShown,
            **COMMON,
            **problems(409, 412, 422),
        },
    )
    def post(self, request: Request, upload: uuid.UUID) -> Response:
        """Land it: 201 with the new statement, 200 with the one that was there."""
        row = self.row(upload)
        seen = self._seen(request)
        try:
            landed, made = uploads.finish(upload=row, told=_landed, actor=self.actor, seen=seen)
        except NotLandable as error:
            raise unfit(error) from None
        except domain.Outdated as error:
            raise Problem(412, error) from None
        place = reports.statement_url(landed.statement_id)
        return Response(landed.answer, status=201 if made else 200, headers={"Location": place})

    def _seen(self, request: Request) -> int | None:
        text = request.headers.get("If-Match")
        if text is None:
            return None
        match = ETAG.match(text.strip())
        if match is None:
            raise Problem(412, _("This is no ETag of a check: check the upload once more."))
        return int(match[1])


def _landed(found: uploads.Look, landing: domain.Landing) -> dict[str, Any]:
    return {
        **reports.run_shown(found),
        "statement": reports.statement_url(landing.statement.pk),
        "repeated": landing.repeated,
    }
