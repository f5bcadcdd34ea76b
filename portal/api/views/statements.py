"""Platform reports: their sources, and what became of them."""

from __future__ import annotations

from typing import Any, ClassVar

from django.http import Http404
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework.pagination import CursorPagination
from rest_framework.request import Request
from rest_framework.response import Response

from portal.api import reports
from portal.api.enums import Scope
from portal.api.problems import Problem
from portal.api.views.base import COMMON, IF_NONE_MATCH, Endpoint, fresh_or_304, tag_of, whole
from portal.statements import queries, rules

READ, LAND = Scope.REPORTS.value, Scope.LAND.value
TAGS = ["statements"]
PAGE = (
    OpenApiParameter("cursor", str, description=_("From “next” of the page before.")),
    OpenApiParameter("page_size", {"type": "integer", "minimum": 1, "maximum": 200}),
)


class InOrder(CursorPagination):
    """Pages in the order of the rows."""

    ordering = "pk"
    page_size: int


class Reports(Endpoint):
    """What is said of every report: a key bound to a region sees none, for they hold all
    counties' figures."""

    def check_permissions(self, request: Request) -> None:
        """The scope, then the office."""
        super().check_permissions(request)
        scope = self.scopes.get("GET" if request.method == "HEAD" else request.method or "")
        if scope is None:
            # What an address does not do at all is answered so.
            return
        verdict = rules.may_land(self.actor) if scope == LAND else rules.may_read(self.actor)
        if self.key is None and not verdict:
            # As the pages: what is not there for a person is not there.
            raise Http404
        if not verdict:
            raise Problem(403, verdict.reason)
        if self.key is not None and (self.key.city_id or self.key.county_id):
            raise Problem(403, _("Platform reports hold every county: ask for a key without one."))

    def page(self, request: Request, rows: Any, shown: Any) -> Response:
        """A page of rows."""
        pages = InOrder()
        pages.page_size = whole(request, "page_size", usual=50, most=200)
        found = pages.paginate_queryset(rows, request, view=self)
        return Response({"results": [shown(row) for row in found], "next": pages.get_next_link()})


class Sources(Reports):
    """Where reports come from."""

    scopes: ClassVar = {"GET": READ}

    @extend_schema(
        operation_id="list_statement_sources",
        summary=_("List the sources of platform reports"),
        tags=TAGS,
        parameters=list(PAGE),
        responses={200: reports.SourcePage, **COMMON},
    )
    def get(self, request: Request) -> Response:
        """Return a page of sources."""
        return self.page(request, queries.sources(request.user), reports.source_shown)


class StatementOne(Reports):
    """One statement."""

    scopes: ClassVar = {"GET": READ}

    @extend_schema(
        operation_id="read_statement",
        summary=_("See what became of a report"),
        tags=TAGS,
        parameters=[IF_NONE_MATCH],
        responses={200: reports.StatementShown, 304: OpenApiResponse(), **COMMON},
    )
    def get(self, request: Request, pk: int) -> Response:
        """Return it."""
        shown = reports.statement_shown(_statement(request, pk))
        tag = tag_of(shown)
        return fresh_or_304(request, tag) or Response(shown, headers={"ETag": tag})


class StatementRejected(Reports):
    """The rows that could not be counted."""

    scopes: ClassVar = {"GET": READ}

    @extend_schema(
        operation_id="list_rejected_rows",
        summary=_("List the rows of a report that could not be counted"),
        tags=TAGS,
        parameters=list(PAGE),
        responses={200: reports.RejectedPage, **COMMON},
    )
    def get(self, request: Request, pk: int) -> Response:
        """Return a page of them."""
        rows = queries.rejected(_statement(request, pk))
        return self.page(request, rows, reports.rejected_shown)


def _statement(request: Request, pk: int) -> Any:
    rows = queries.statements(request.user).prefetch_related("parts")
    found = rows.filter(pk=pk).first()
    if found is None:
        raise Http404
    return found
