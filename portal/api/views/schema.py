"""The OpenAPI file, and a page for people who write a client."""

from __future__ import annotations

import json
from typing import Any, ClassVar

from django.utils.translation import get_language
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.renderers import OpenApiJsonRenderer, OpenApiJsonRenderer2
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.utils.encoders import JSONEncoder

from portal.api.authentication import IsPublic
from portal.api.views.base import Endpoint

_made: dict[str, dict[str, Any]] = {}


def document() -> dict[str, Any]:
    """The OpenAPI document in the present language; made once in a process for each."""
    language = get_language() or ""
    if language not in _made:
        made = SchemaGenerator().get_schema(request=None, public=True)
        # Words that speak the reader's language are said here, once.
        _made[language] = json.loads(json.dumps(made, cls=JSONEncoder))
    return _made[language]


class Schema(Endpoint):
    """The OpenAPI file."""

    permission_classes: ClassVar = [IsPublic]
    renderer_classes: ClassVar = [OpenApiJsonRenderer, OpenApiJsonRenderer2]

    @extend_schema(exclude=True)
    def get(self, request: Request) -> Response:
        """Return it."""
        return Response(document())


def operations() -> list[dict[str, str]]:
    """Every operation of the document: method, address, what it does."""
    return [
        {"method": method.upper(), "path": path, "summary": operation["summary"]}
        for path, methods in document()["paths"].items()
        for method, operation in methods.items()
    ]
