"""Records of one kind: list, one, file, change, submit, and many at once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, ClassVar

from django.http import Http404
from django.urls import reverse
from django.utils.dateparse import parse_datetime
from django.utils.timezone import is_naive
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework.pagination import CursorPagination
from rest_framework.request import Request
from rest_framework.response import Response

from portal.api import queries, remembered
from portal.api.enums import Scope
from portal.api.problems import Problem
from portal.api.serializers import MOST_ITEMS, BulkAnswer, serializers_of
from portal.api.shapes import record_items
from portal.api.upsert import Item, Writer
from portal.api.views.base import (
    COMMON,
    IF_MATCH,
    IF_NONE_MATCH,
    Endpoint,
    fresh_or_304,
    problems,
    whole,
)
from portal.moves.domain import transition
from portal.regions import queries as regions
from portal.submissions import kinds
from portal.submissions.completeness import missing_fields
from portal.submissions.enums import State
from portal.verdict import RuleBroken

TOKEN = OpenApiParameter(
    "Idempotency-Key",
    {"type": "string", "minLength": 1, "maxLength": 255},
    OpenApiParameter.HEADER,
    description=_("Any text of yours: the same request again within a day gets the same answer."),
)
CODE = OpenApiParameter(
    "code", {"type": "string", "pattern": "^[-a-zA-Z0-9_]+$"}, OpenApiParameter.PATH
)
FILTERS = (
    OpenApiParameter("state", str, enum=State.values),
    OpenApiParameter("county", {"type": "string", "pattern": r"^\d{6}$"}),
    OpenApiParameter("category", str),
    OpenApiParameter(
        "updated_since",
        {"type": "string", "format": "date-time"},
        description=_("With its zone: 2023-10-23T08:00:00+08:00"),
    ),
    OpenApiParameter("cursor", str, description=_("From “next” of the page before.")),
    OpenApiParameter("page_size", {"type": "integer", "minimum": 1, "maximum": 200}),
)


class NewestFirst(CursorPagination):
    """Pages that stay right while rows are added."""

    ordering = "-pk"
    page_size: int


class Records(Endpoint):
    """What the endpoints of a kind share; `kind` and `shapes` come with the class of each."""

    kind: ClassVar[kinds.Kind]
    shapes: ClassVar[dict[str, Any]]

    @property
    def writer(self) -> Writer:
        """Who writes here."""
        return Writer(self.kind, self.actor, self.key)

    def rows(self) -> Any:
        """The records who asks may see."""
        return queries.records(self.request.user, self.key, self.kind)

    def row(self, code: str) -> Any:
        """One of them. Raises: Http404."""
        found = self.rows().filter(code=code).first()
        if found is None:
            raise Http404
        return found

    def shown(self, row: Any, status: int = 200, **more: Any) -> Response:
        """The record as it stands now, with its ETag."""
        row = self.row(row.code)
        (item,) = record_items([row], self.kind, self.actor)
        return Response({**item, **more}, status=status, headers={"ETag": record_tag(row)})

    def may_file(self) -> None:
        """Raise Problem 403 unless who asks may file this kind."""
        verdict = self.kind.may_file(self.actor)
        if not verdict:
            raise Problem(403, verdict.reason)

    def taken(self, name: str) -> dict[str, Any]:
        """The request's body in the shape `name`. Raises: ValidationError by field."""
        shape = self.shapes[name](data=self.request.data)
        shape.is_valid(raise_exception=True)
        return dict(shape.validated_data)


def record_tag(row: Any) -> str:
    """The ETag of a record: its code and its version."""
    return f'"{row.code}-{row.version}"'


class RecordList(Records):
    """The list, and filing a new one."""

    def get(self, request: Request) -> Response:
        """Return a page of records."""
        pages = NewestFirst()
        pages.page_size = whole(request, "page_size", usual=50, most=200)
        page = pages.paginate_queryset(self._filtered(), request, view=self)
        items = record_items(page, self.kind, self.actor)
        return Response({"results": items, "next": pages.get_next_link()})

    def _filtered(self) -> Any:
        rows, asked, wrong = self.rows(), self.request.query_params, {}
        if (state := asked.get("state")) is not None:
            if state not in State.values:
                wrong["state"] = [str(_("There is no such state."))]
            rows = rows.filter(state=state)
        if (county := asked.get("county")) is not None:
            if not county.isdecimal() or not regions.counties().filter(pk=county).exists():
                wrong["county"] = [str(_("There is no county of this code."))]
            rows = rows.filter(county=county)
        if (category := asked.get("category")) is not None:
            rows = self._of_category(rows, category, wrong)
        if (moment := asked.get("updated_since")) is not None:
            since = _moment(moment)
            if since is None:
                wrong["updated_since"] = [str(_("Write a moment with its zone."))]
            else:
                rows = queries.updated_since(rows, since)
        if wrong:
            raise Problem(400, _("Correct the values named under “errors”."), wrong)
        return rows

    def _of_category(self, rows: Any, category: str, wrong: dict[str, Any]) -> Any:
        """Narrow to a category, by its code, as the kind's records hold it."""
        narrowed = queries.of_category(rows, self.kind, category)
        if narrowed is None:
            wrong["category"] = [str(_("There is no such category."))]
        return rows if narrowed is None else narrowed

    def post(self, request: Request) -> Response:
        """File a new draft."""
        self.may_file()
        given = self.taken("new")

        def create() -> Response:
            row = self.writer.create(
                given=dict(given["fields"]), reference=given.get("reference") or None
            )
            response = self.shown(row, 201)
            response["Location"] = reverse(f"api-{self.kind.api}-record", args=[row.code])
            return response

        token = request.headers.get("Idempotency-Key")
        return remembered.once(
            create, caller=self.caller, token=token, body=[request.path, request.data]
        )


def _moment(text: str) -> Any:
    try:
        moment = parse_datetime(text)
    except ValueError:
        return None
    return None if moment is None or is_naive(moment) else _in_utc(moment)


def _in_utc(moment: datetime) -> datetime | None:
    """The same moment: databases do not know every offset that may be written."""
    try:
        return moment.astimezone(UTC)
    except OverflowError:
        return None


class RecordOne(Records):
    """One record, and changing it."""

    def get(self, request: Request, code: str) -> Response:
        """Return the record."""
        row = self.row(code)
        (item,) = record_items([row], self.kind, self.actor)
        # Contacts are masked for some: the version alone would not tell the two apart.
        known = fresh_or_304(request, record_tag(row))
        return known or Response(item, headers={"ETag": record_tag(row)})

    def patch(self, request: Request, code: str) -> Response:
        """Change some fields."""
        row = self.row(code)
        seen = self.seen(row)
        given = self.taken("patch")
        applied, proposed = self.writer.change(row, dict(given["fields"]), seen=seen)
        return self.shown(row, change={"applied": applied, "proposed": proposed})


class RecordSubmit(Records):
    """Submitting for review."""

    def post(self, request: Request, code: str) -> Response:
        """Submit the record, if nothing is missing."""
        row = self.row(code)
        seen = self.seen(row)
        try:
            transition(row, "submit", actor=self.actor, seen=seen)
        except RuleBroken as error:
            if row.state in {State.DRAFT, State.RETURNED} and (lacking := missing_fields(row)):
                errors = {name: [str(text)] for name, _label, text in lacking}
                raise Problem(422, error, {"fields": errors}) from None
            raise
        return self.shown(row)


class RecordBulk(Records):
    """Many at once, by the caller's own references."""

    def post(self, request: Request) -> Response:
        """Create what is new, change what differs, leave what is the same."""
        self.may_file()
        sent = request.data.get("items") if isinstance(request.data, dict) else None
        if not isinstance(sent, list) or not 1 <= len(sent) <= MOST_ITEMS:
            sentence = str(_("Send a list “items” with 1 to 1000 items."))
            raise Problem(400, sentence, {"items": [sentence]})
        items = self._items(sent)
        self.writer.upsert(items)
        results = [_result(item) for item in items]
        counted = [result["result"] for result in results]
        return Response(
            {
                "created": counted.count("created"),
                "updated": counted.count("updated"),
                "unchanged": counted.count("unchanged"),
                "errors": counted.count("error"),
                "results": results,
            }
        )

    def _items(self, sent: list[Any]) -> list[Item]:
        """Every item in its shape, the wrong ones with their errors; one serializer reads all."""
        shape = self.shapes["item"]()
        items = []
        for index, data in enumerate(sent):
            reference = data.get("reference") if isinstance(data, dict) else None
            known = reference if isinstance(reference, str) else ""
            item = Item(index, known.strip(), {})
            try:
                taken = shape.run_validation(data)
                item.reference, item.given = taken["reference"], dict(taken["fields"])
            except shape.error_class as error:
                item.wrong(shape.errors_of(error))
            items.append(item)
        return items


def _result(item: Item) -> dict[str, Any]:
    return {
        "index": item.index,
        "reference": item.reference or None,
        "result": item.result,
        "code": item.row.code if item.row else None,
        "version": item.row.version if item.row else None,
        "errors": item.errors,
    }


@dataclass(frozen=True)
class Act:
    """One operation as the OpenAPI file describes it; shapes go by their names."""

    name: str
    summary: Any
    scope: str
    answer: Any
    status: int = 200
    request: str | None = None
    parameters: tuple[Any, ...] = ()
    problems: tuple[int, ...] = ()
    unchanged: bool = False


READ, WRITE = Scope.READ.value, Scope.WRITE.value
# The end of a view's name, the view, and what each of its methods does.
VIEWS: tuple[tuple[str, type[Records], dict[str, Act]], ...] = (
    (
        "",
        RecordList,
        {
            "get": Act("list", _("List records"), READ, "page", parameters=FILTERS),
            "post": Act(
                *("create", _("File a draft"), WRITE, "record", 201, "new", (TOKEN,)),
                problems=(409, 413, 415, 422),
            ),
        },
    ),
    (
        "-record",
        RecordOne,
        {
            "get": Act(
                *("read", _("Read a record"), READ, "record"),
                parameters=(CODE, IF_NONE_MATCH),
                unchanged=True,
            ),
            "patch": Act(
                *("change", _("Change a record"), WRITE, "changed", 200, "patch"),
                parameters=(CODE, IF_MATCH),
                problems=(409, 412, 413, 415, 422, 428),
            ),
        },
    ),
    (
        "-submit",
        RecordSubmit,
        {
            "post": Act(
                *("submit", _("Submit a record for review"), WRITE, "record"),
                parameters=(CODE, IF_MATCH),
                problems=(409, 412, 413, 415, 422, 428),
            )
        },
    ),
    (
        "-bulk",
        RecordBulk,
        {
            "post": Act(
                *("upsert", _("Create or change up to 1,000 records"), WRITE, BulkAnswer),
                request="bulk",
                problems=(413, 415),
            )
        },
    ),
)


def endpoints_of(kind: kinds.Kind) -> dict[str, Any]:
    """The views of a kind by the end of their name, each described for the OpenAPI file."""
    shapes = serializers_of(kind)
    found = {}
    for end, base, acts in VIEWS:
        scopes = {method.upper(): act.scope for method, act in acts.items()}
        attributes = {"kind": kind, "shapes": shapes, "scopes": scopes, "__doc__": base.__doc__}
        view = type(f"{kind.code.title()}{base.__name__}", (base,), attributes)
        for method, act in acts.items():
            setattr(view, method, _described(act, kind, shapes)(getattr(base, method)))
        found[end] = view
    return found


def _described(act: Act, kind: kinds.Kind, shapes: dict[str, Any]) -> Any:
    answer = shapes[act.answer] if isinstance(act.answer, str) else act.answer
    unchanged = {304: OpenApiResponse()} if act.unchanged else {}
    return extend_schema(
        operation_id=f"{act.name}_{kind.api}",
        summary=act.summary,
        tags=[kind.api],
        parameters=list(act.parameters),
        request=shapes[act.request] if act.request else None,
        responses={act.status: answer, **unchanged, **COMMON, **problems(*act.problems)},
    )
