"""What every address for machines does: language, size, rights, throttle, errors as problems."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from typing import Any, ClassVar

from django.conf import settings
from django.http import HttpRequest
from django.utils import translation
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from django.utils.translation.trans_real import parse_accept_lang_header
from drf_spectacular.utils import OpenApiParameter
from rest_framework.exceptions import AuthenticationFailed, PermissionDenied
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from portal.accounts.actor import Actor
from portal.api.authentication import actor_of
from portal.api.models import Key
from portal.api.problems import Problem
from portal.api.serializers import Problem as ProblemShape
from portal.api.throttles import PerMinute

IF_MATCH = OpenApiParameter(
    "If-Match",
    str,
    OpenApiParameter.HEADER,
    required=True,
    description=_("The ETag of the version you have seen."),
)
IF_NONE_MATCH = OpenApiParameter(
    "If-None-Match",
    str,
    OpenApiParameter.HEADER,
    description=_("The ETag you have: if it still holds the answer is 304."),
)
ETAG = re.compile(r'^(?:W/)?"[^"]*-(\d{1,9})"$')


def problems(*statuses: int) -> dict[tuple[int, str], Any]:
    """The answers that say what is wrong, for the OpenAPI file."""
    return {(status, "application/problem+json"): ProblemShape for status in statuses}


# What any address may answer.
COMMON = problems(400, 401, 403, 404, 405, 406, 429)


class Endpoint(APIView):
    """An address for machines. `scopes` says for each method what a key must have; a method that
    is not named there is closed."""

    scopes: ClassVar[Mapping[str, str]] = {}
    # What is kept belongs to a key: for a person there is nothing here.
    keys_only: ClassVar[bool] = False
    metadata_class = None

    @classmethod
    def as_view(cls, **initkwargs: Any) -> Any:
        """A view that answers for itself where a page would lead somewhere else."""
        view = super().as_view(**initkwargs)
        view.login_required = False
        view.own_gate = True
        return view

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """Speak the language that is asked for."""
        speak(request)
        return super().dispatch(request, *args, **kwargs)

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Count before anything is told: a wrong key costs a try, too."""
        try:
            self.perform_authentication(request)
        except (AuthenticationFailed, PermissionDenied) as error:
            throttle = PerMinute()
            if not throttle.count_stranger(request):
                self.throttled(request, throttle.wait())
            raise error
        super().check_throttles(request)
        if int(request.META.get("CONTENT_LENGTH") or 0) > self.most_bytes:
            limit = self.most_bytes >> 20
            raise Problem(413, _("Send less at once: at most %(limit)d MB.") % {"limit": limit})
        request._request.actor = self.actor  # noqa: SLF001 - what the pages have
        super().initial(request, *args, **kwargs)

    def check_throttles(self, request: Request) -> None:
        """Counted already, before rights were asked."""

    @property
    def most_bytes(self) -> int:
        """How large a request may be."""
        return settings.DATA_UPLOAD_MAX_MEMORY_SIZE

    def perform_authentication(self, request: Request) -> None:
        """Find out who asks; once is enough."""
        _user = request.user

    def finalize_response(self, request: Request, response: Any, *args: Any, **kwargs: Any) -> Any:
        """What is somebody's is kept by no cache in between."""
        response = super().finalize_response(request, response, *args, **kwargs)
        response.headers.setdefault("Cache-Control", "private, no-cache")
        response.headers["Vary"] = "Authorization, Accept-Language, Cookie"
        return response

    @cached_property
    def actor(self) -> Actor:
        """Who asks."""
        return actor_of(self.request)

    @property
    def key(self) -> Key | None:
        """The key; None for a person."""
        return self.request.auth if isinstance(self.request.auth, Key) else None

    @property
    def caller(self) -> str:
        """A name for who asks: what is remembered is remembered for it alone."""
        return f"key:{self.key.pk}" if self.key else f"person:{self.request.user.pk}"

    def seen(self, row: Any) -> int:
        """The version that If-Match names. Raises: Problem 428 without one, 412 for an older."""
        text = self.request.headers.get("If-Match", "")
        if not text:
            raise Problem(428, _("Send If-Match with the ETag of the version you have seen."))
        if text.strip() == "*":
            return row.version
        match = ETAG.match(text.strip())
        if match is None or int(match[1]) != row.version:
            raise Problem(412, _("Read it again: it has changed, or this is no ETag of it."))
        return row.version


def whole(request: Request, name: str, *, usual: int, most: int) -> int:
    """A parameter that is a whole number from 1 to `most`. Raises: Problem 400."""
    text = request.query_params.get(name)
    if text is None:
        return usual
    if not (text.isascii() and text.isdecimal() and 1 <= int(text[:9]) <= most):
        sentence = str(_("A whole number from 1 to %(most)d.")) % {"most": most}
        raise Problem(400, _("Correct the values named under “errors”."), {name: [sentence]})
    return int(text)


def speak(request: HttpRequest) -> None:
    """Chinese, unless the switch of the pages or Accept-Language asks for English."""
    chosen = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
    asked = [] if chosen else parse_accept_lang_header(request.headers.get("Accept-Language", ""))
    first = chosen or next((code for code, _q in asked if code[:2] in {"zh", "en"}), "")
    translation.activate("en" if first.startswith("en") else settings.LANGUAGE_CODE)


def fresh_or_304(request: Request, tag: str) -> Response | None:
    """304 when who asks has that version already."""
    known = request.headers.get("If-None-Match", "")
    names = {name.strip().removeprefix("W/") for name in known.split(",")}
    if known and (tag in names or "*" in names):
        return Response(status=304, headers={"ETag": tag})
    return None


def tag_of(value: Any) -> str:
    """An ETag made of what decides an answer."""
    text = json.dumps(value, separators=(",", ":"), default=str)
    return f'"{hashlib.sha256(text.encode()).hexdigest()[:32]}"'
