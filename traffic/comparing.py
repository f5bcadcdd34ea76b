"""Pages of compared reports: over all placements, of one side by side, and the gap of two."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import messages
from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from portal.accounts.gates import only_for
from portal.accounts.middleware import kept_post
from portal.campaigns import queries as campaigns
from portal.desk import queries as desk
from portal.lists import lines_context, page_context
from portal.moves.models import MoveLog
from portal.moves.pages import second_click, seen_version
from portal.spreadsheet import Column, xlsx_response
from portal.statements import queries as statements
from portal.statements import rules as reading_rules
from portal.verdict import RuleBroken
from traffic import compared, gaps, queries, rules
from traffic.enums import GapState

if TYPE_CHECKING:
    from django.http.response import HttpResponseBase

    from portal.accounts.middleware import PortalRequest
    from portal.campaigns.models import Campaign
    from portal.statements.models import Source
    from traffic.models import Gap, Placement

SORTS = {
    "": (gettext_lazy("Largest difference"), ("-size", "placement", "source")),
    "placement": (gettext_lazy("Newest placement"), ("-placement", "source")),
}
DAY_SORTS = {
    "": (gettext_lazy("Newest first"), lambda side: -side.day.toordinal()),
    "oldest": (gettext_lazy("Oldest first"), lambda side: side.day.toordinal()),
}
COLUMNS = (
    Column(gettext_lazy("Placement"), 32, lambda line: line["placement"].name),
    Column(gettext_lazy("Campaign"), 20, lambda line: line["placement"].campaign.name),
    Column(gettext_lazy("County"), 14, lambda line: line["placement"].county.name),
    Column(gettext_lazy("Counted by the report"), 24, lambda line: line["placement"].source.name),
    Column(gettext_lazy("Compared report"), 24, lambda line: line["source"].name),
    Column(gettext_lazy("Days"), 8, lambda line: line["row"]["days"]),
    Column(gettext_lazy("Counted"), 14, lambda line: line["row"]["total_counted"]),
    Column(gettext_lazy("Compared"), 14, lambda line: line["row"]["total_said"]),
    Column(gettext_lazy("Difference"), 14, lambda line: line["row"]["difference"]),
    Column(gettext_lazy("In percent"), 10, lambda line: line["percent"]),
    Column(gettext_lazy("Looked into by"), 14, lambda line: _owner(line["gap"])),
    Column(gettext_lazy("State"), 14, lambda line: line["word"]),
)


def _owner(gap: Gap | None) -> str:
    return str(gap.owner) if gap is not None else ""


class ComparedFilter(forms.Form):
    """Which placements, sources and days are compared, and whose the gaps are."""

    campaign = forms.ModelChoiceField(
        label=gettext_lazy("Campaign"),
        queryset=None,
        required=False,
        empty_label=gettext_lazy("All"),
    )
    source = forms.ModelChoiceField(
        label=gettext_lazy("Compared report"),
        queryset=None,
        required=False,
        empty_label=gettext_lazy("All"),
    )
    since = forms.DateField(label=gettext_lazy("From the day"), required=False)
    until = forms.DateField(label=gettext_lazy("Until the day"), required=False)
    only = forms.ChoiceField(
        label=gettext_lazy("Show only"),
        required=False,
        choices=[
            ("", gettext_lazy("All")),
            ("nobody", gettext_lazy("Differences nobody looks into")),
            ("open", gettext_lazy("Being looked into")),
            ("mine", gettext_lazy("Those that I look into")),
            ("settled", gettext_lazy("Settled")),
        ],
    )

    def __init__(
        self,
        *args: Any,
        campaigns: QuerySet[Campaign],
        sources: QuerySet[Source],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["campaign"].queryset = campaigns  # type: ignore[attr-defined]
        self.fields["source"].queryset = sources  # type: ignore[attr-defined]

    def restrict(self, rows: Any, gaps_seen: Any, user: Any) -> Any:
        """Return compared days narrowed by what is set, by placement and source."""
        self.is_valid()
        data = self.cleaned_data
        wanted = {
            "placement__campaign": data.get("campaign"),
            "source": data.get("source"),
            "date__gte": data.get("since"),
            "date__lte": data.get("until"),
        }
        rows = rows.filter(**{name: value for name, value in wanted.items() if value})
        own = gaps_seen.filter(placement=OuterRef("placement"), source=OuterRef("source"))
        only = data.get("only")
        if only == "nobody":
            return compared.compared(rows.filter(~Exists(own))).exclude(difference=0)
        if only == "mine":
            own = own.filter(owner=user, state=GapState.OPEN)
        elif only:
            own = own.filter(state=only)
        return compared.compared(rows.filter(Exists(own)) if only else rows)


def _filtered(request: PortalRequest) -> tuple[ComparedFilter, QuerySet[Any]]:
    form = ComparedFilter(
        request.GET, campaigns=campaigns.every(), sources=statements.sources(request.user)
    )
    rows = form.restrict(
        compared.days(request.user), compared.gaps(request.user).order_by(), request.user
    )
    return form, rows


def _lines(request: PortalRequest, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Rows of the list with their placements, sources and gaps; three queries."""
    placements = queries.placements(request.user).in_bulk({row["placement"] for row in rows})
    sources = statements.sources(request.user).in_bulk({row["source"] for row in rows})
    own = compared.gaps(request.user).filter(placement__in=placements, source__in=sources)
    known = {(gap.placement_id, gap.source_id): gap for gap in own}
    return [
        {
            "row": row,
            "placement": placements[row["placement"]],
            "source": sources[row["source"]],
            "percent": compared.percent_of(row["difference"], row["total_counted"]),
            **_standing(known.get((row["placement"], row["source"]))),
        }
        for row in rows
    ]


def _standing(gap: Gap | None) -> dict[str, Any]:
    """A gap with its state in words, and the colour of its tag."""
    if gap is None:
        return {"gap": None, "word": _("Nobody yet"), "colour": "waiting"}
    colour = "done" if gap.state == GapState.SETTLED else "open"
    return {"gap": gap, "word": str(GapState(gap.state).label), "colour": colour}


@require_safe
@only_for(reading_rules.may_read)
def overview(request: PortalRequest) -> HttpResponse:
    """What other reports say of placements beside what counts, the largest difference first."""
    form, rows = _filtered(request)
    page = page_context(request, rows, sorts=SORTS)
    context = {"filter": form, "lines": _lines(request, list(page["page_obj"])), **page}
    return render(request, "traffic/compared.html", context)


@require_safe
@only_for(reading_rules.may_read)
def overview_export(request: PortalRequest) -> HttpResponseBase:
    """The filtered list as a workbook."""
    _form, rows = _filtered(request)
    lines = _lines(request, list(rows.order_by("placement", "source")))
    return xlsx_response(_("Compared reports"), COLUMNS, lines)


# --- One placement ---------------------------------------------------------------------------


def _placement(request: PortalRequest, pk: int) -> Placement:
    return get_object_or_404(queries.placements(request.user), pk=pk)


def _sides(
    request: PortalRequest, placement: Placement
) -> tuple[list[Source], list[compared.Side]]:
    rows = compared.days(request.user).filter(placement=placement)
    return compared.side_by_side(placement, rows)


@require_safe
@only_for(reading_rules.may_read)
def placement_compared(request: PortalRequest, pk: int) -> HttpResponse:
    """One placement's days, what counts and what every other report says, side by side."""
    placement = _placement(request, pk)
    sources, sides = _sides(request, placement)
    found = compared.compared(compared.days(request.user).filter(placement=placement))
    listed = lines_context(request, sides, sorts=DAY_SORTS)
    context = {
        "placement": placement,
        "sources": sources,
        "summaries": _lines(request, list(found)),
        "crumbs": [
            (_("Home"), reverse("home")),
            (placement.name, placement.get_absolute_url()),
            (_("Compared reports"), ""),
        ],
        "pages": listed.pop("page_obj"),
        **listed,
    }
    context["lines"] = [
        (side, list(zip(sources, side.pairs, strict=True))) for side in context["pages"]
    ]
    return render(request, "traffic/placement_compared.html", context)


@require_safe
@only_for(reading_rules.may_read)
def placement_compared_export(request: PortalRequest, pk: int) -> HttpResponseBase:
    """The same as a workbook: one row for each day and report."""
    placement = _placement(request, pk)
    sources, sides = _sides(request, placement)
    columns = (
        Column(_("Day"), 12),
        Column(_("Compared report"), 28),
        Column(_("Counted"), 14),
        Column(_("Compared"), 14),
        Column(_("Difference"), 14),
        Column(_("In percent"), 10),
        Column(_("Rounded"), 10),
    )
    return xlsx_response(_("Compared reports"), columns, _rows(sources, sides))


def _rows(sources: list[Source], sides: list[compared.Side]) -> Iterator[list[Any]]:
    for side in sides:
        for source, pair in zip(sources, side.pairs, strict=True):
            rounded = _("Yes") if pair.approximate else _("No")
            yield [
                side.day,
                source.name,
                side.counted,
                pair.said,
                pair.difference,
                pair.percent,
                rounded,
            ]


# --- The gap of two --------------------------------------------------------------------------


class AssignForm(forms.Form):
    """Who looks into a gap."""

    owner = forms.ModelChoiceField(
        label=gettext_lazy("Who looks into it"),
        queryset=None,
        empty_label=gettext_lazy("Please choose"),
        error_messages={"required": gettext_lazy("Choose a person of the programme office.")},
    )
    note = forms.CharField(
        label=gettext_lazy("Note"),
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["owner"].queryset = desk.reviewers()  # type: ignore[attr-defined]


class MoveForm(forms.Form):
    """Why a gap is settled, or looked into again."""

    note = forms.CharField(
        label=gettext_lazy("Reason"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": gettext_lazy("Give the reason: it stays with the gap.")},
    )


@require_http_methods(["GET", "HEAD", "POST"])
@only_for(reading_rules.may_read)
def gap(request: PortalRequest, pk: int, source: int) -> HttpResponse:
    """The gap between what counts and one other report: who looks into it, and how it went."""
    placement = _placement(request, pk)
    rows = compared.days(request.user).filter(placement=placement, source=source)
    line = get_object_or_404(compared.compared(rows), placement=pk)
    (line,) = _lines(request, [line])
    row, may_move = line["gap"], bool(rules.may_allot(request.actor))
    step = next(iter(row.moves.open_to(row, request.actor)), None) if row is not None else None
    posted = request.POST if request.method == "POST" else kept_post(request)
    moving = step is not None and posted is not None and posted.get("move") == step.name
    assign = AssignForm(
        None if moving else posted,
        initial={"owner": row.owner_id if row else request.user.pk},
        auto_id="assign_%s",
    )
    settle = MoveForm(posted if moving else None, auto_id="settle_%s")
    if request.method == "POST" and may_move:
        form = settle if moving else assign
        move = step.name if moving and step is not None else ""
        if form.is_valid() and _act(request, line, form, move):
            return redirect("gap", pk=pk, source=source)
    context = {
        "placement": placement,
        "line": line,
        "step": step,
        "assign": assign if may_move and (row is None or row.state == GapState.OPEN) else None,
        "settle": settle if step is not None else None,
        "carried": [("seen", row.version)] if row else [],
        "carried_move": [("seen", row.version), ("move", step.name)] if row and step else [],
        "grown": _grown(line),
        "history": list(MoveLog.objects.of(row).select_related("user")) if row else [],
        "crumbs": [
            (_("Home"), reverse("home")),
            (placement.name, placement.get_absolute_url()),
            (_("Compared reports"), reverse("placement-compared", args=[pk])),
            (line["source"].name, ""),
        ],
    }
    return render(request, "traffic/gap.html", context)


def _grown(line: dict[str, Any]) -> int:
    """By how much a settled gap changed since; nothing for one that is not settled."""
    row = line["gap"]
    if row is None or row.settled_at_difference is None:
        return 0
    return int(line["row"]["difference"] - row.settled_at_difference)


def _act(request: PortalRequest, line: dict[str, Any], form: forms.Form, move: str) -> bool:
    """Assign or move; whether that was done. What is refused stands in the form."""
    row, data = line["gap"], form.cleaned_data
    seen = seen_version(request, row) if row is not None else 0
    try:
        if move:
            gaps.move_gap(gap=row, move=move, actor=request.actor, seen=seen, note=data["note"])
        else:
            gaps.assign_gap(
                placement=line["placement"],
                source=line["source"],
                owner=data["owner"],
                actor=request.actor,
                note=data["note"],
                seen=seen,
            )
    except RuleBroken as error:
        if second_click(error, request.user, move or "assign_gap"):
            return True
        if not move and row is not None and row.state != GapState.OPEN:
            # There is no form for it on the page.
            messages.error(request, str(error))
            return True
        form.add_error(None, str(error))
        return False
    messages.success(request, _("Noted."))
    return True
