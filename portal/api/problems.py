"""What is wrong, as machines read it: `application/problem+json` (RFC 9457), in the reader's
language."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404
from django.utils.encoding import force_str
from django.utils.translation import gettext_lazy as _
from rest_framework import exceptions
from rest_framework.response import Response
from rest_framework.views import set_rollback

from portal.api.upsert import Wrong
from portal.moves.domain import SeenTooOld
from portal.verdict import RuleBroken

TYPE = "application/problem+json"
TITLES = {
    400: _("The request cannot be understood"),
    401: _("A key is needed"),
    403: _("Not allowed"),
    404: _("There is nothing here"),
    405: _("This cannot be done here"),
    406: _("This format is not offered"),
    409: _("Not possible in the present state"),
    412: _("It has changed since you read it"),
    413: _("The request is too large"),
    415: _("Send application/json"),
    416: _("These bytes do not fit what is here"),
    422: _("Some values are not right"),
    428: _("Say which version you have seen"),
    429: _("Too many requests"),
}


class Problem(exceptions.APIException):
    """An answer other than the one wished for."""

    def __init__(self, status: int, detail: Any, errors: Any = None) -> None:
        super().__init__(detail)
        self.status_code, self.errors = status, errors


def problem(status: int, detail: Any, errors: Any = None, **headers: str) -> Response:
    """Return the answer that says so."""
    body = {
        "type": "about:blank",
        "title": str(TITLES.get(status, HTTPStatus(status).phrase)),
        "status": status,
        "detail": str(detail),
    }
    if errors:
        body["errors"] = errors
    return Response(body, status=status, headers=headers, content_type=TYPE)


def answer(error: Exception, context: dict[str, Any]) -> Response | None:
    """What a view's error becomes; None for what nobody foresaw."""
    set_rollback()
    response = _ours(error)
    if response is not None:
        return response
    if isinstance(error, Http404):
        error = exceptions.NotFound(_("It does not exist, or is not yours to see."))
    elif isinstance(error, PermissionDenied):
        error = exceptions.PermissionDenied(*error.args)
    if not isinstance(error, exceptions.APIException):
        return None
    return _drf(error)


def _ours(error: Exception) -> Response | None:
    check = _("Correct the values named under “errors”.")
    if isinstance(error, Problem):
        return problem(error.status_code, error.detail, error.errors)
    if isinstance(error, Wrong):
        return problem(422, check, _nested(error.errors))
    if isinstance(error, SeenTooOld):
        return problem(412, error)
    if isinstance(error, RuleBroken):
        return problem(409, error)
    if isinstance(error, ValidationError):
        return problem(422, check, error.message_dict)
    return None


def _nested(errors: dict[str, list[str]]) -> dict[str, Any]:
    """The form's errors where the values stand in the request."""
    top = {name: errors[name] for name in ("reference", "record") if name in errors}
    fields = {name: texts for name, texts in errors.items() if name not in top}
    return {**top, **({"fields": fields} if fields else {})}


def _drf(error: exceptions.APIException) -> Response:
    headers = {}
    if getattr(error, "auth_header", None):
        headers["WWW-Authenticate"] = error.auth_header  # type: ignore[attr-defined]
    if getattr(error, "wait", None):
        headers["Retry-After"] = str(int(error.wait) + 1)  # type: ignore[attr-defined]
    if isinstance(error, exceptions.ValidationError):
        errors = _plain(error.detail)
        errors = errors if isinstance(errors, dict) else {"request": errors}
        detail = _("Correct the values named under “errors”.")
        return problem(400, detail, errors, **headers)
    return problem(error.status_code, error.detail, **headers)


def _plain(detail: Any) -> Any:
    if isinstance(detail, dict):
        return {str(name): _plain(value) for name, value in detail.items()}
    if isinstance(detail, list):
        return [_plain(value) for value in detail]
    return force_str(detail)
