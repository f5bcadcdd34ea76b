"""Ids of reports that belong to no placement yet: the list, and choosing a placement for one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from portal.accounts.gates import only_for, or_404
from portal.accounts.middleware import kept_post
from portal.choosing import Looking, SearchChoiceField
from portal.lists import page_context
from portal.spreadsheet import Column, xlsx_response
from portal.statements import queries as statements
from portal.statements import rules as reading_rules
from portal.statements.models import Source
from portal.templatetags.figures import date_text
from portal.verdict import RuleBroken
from traffic import placing, queries, rules
from traffic.likely import Likely, Unknown, alike, likely

if TYPE_CHECKING:
    from django.http.response import HttpResponseBase

    from portal.accounts.middleware import PortalRequest
    from traffic.models import Placement

SORTS = {
    "": (gettext_lazy("Most impressions"), ("-total_impressions", "external_id")),
    "plays": (gettext_lazy("Most plays"), ("-total_plays", "external_id")),
    "last": (gettext_lazy("Seen last"), ("-last", "external_id")),
}
COLUMNS = (
    Column(gettext_lazy("Source"), 28, lambda row: row["source__name"]),
    Column(gettext_lazy("Id"), 28, lambda row: row["external_id"]),
    Column(gettext_lazy("Rows"), 10, lambda row: row["seen"]),
    Column(gettext_lazy("Impressions"), 16, lambda row: row["total_impressions"]),
    Column(gettext_lazy("Plays"), 16, lambda row: row["total_plays"]),
    Column(gettext_lazy("First day"), 12, lambda row: row["first"]),
    Column(gettext_lazy("Last day"), 12, lambda row: row["last"]),
)


class UnmatchedFilter(forms.Form):
    """Filters of the list; they stay in the address."""

    q = forms.CharField(label=gettext_lazy("Id contains"), required=False)
    source = forms.ModelChoiceField(
        label=gettext_lazy("Source"),
        queryset=None,
        required=False,
        empty_label=gettext_lazy("All"),
    )

    def __init__(self, *args: Any, sources: QuerySet[Source], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["source"].queryset = sources  # type: ignore[attr-defined]

    def restrict(self, rows: Any) -> Any:
        """Return `rows` narrowed by the filters that are set and understood."""
        self.is_valid()
        data = self.cleaned_data
        if data.get("q"):
            rows = rows.filter(external_id__icontains=data["q"].strip())
        if data.get("source"):
            rows = rows.filter(source=data["source"])
        return rows


class IdForm(forms.Form):
    """The id that is to be matched, as the address names it."""

    source = forms.ModelChoiceField(queryset=None)
    id = forms.CharField()

    def __init__(self, *args: Any, sources: QuerySet[Source], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["source"].queryset = sources  # type: ignore[attr-defined]


class PlacementField(SearchChoiceField):
    """A placement with what tells it apart; `source` is the report that names the id."""

    source: Source

    def label_from_instance(self, placement: Placement) -> str:
        """Name, dossier, place, window, and whether this source counts for it."""
        counts = (
            _("counted by this source")
            if placement.source_id == self.source.pk
            else _("counted by %(source)s; this source is compared only")
            % {"source": placement.source.name}
        )
        window = f"{date_text(placement.first_day)} – {date_text(placement.last_day)}"
        apart = [placement.submission.code, placement.county, placement.get_channel_display()]
        return _("%(name)s (%(more)s)") % {
            "name": placement.name,
            "more": " · ".join(map(str, [*apart, window, counts])),
        }


class MatchForm(Looking, forms.Form):
    """The placement that an id belongs to."""

    placement = PlacementField(
        label=gettext_lazy("This id belongs to"),
        search=queries.matching,
        help_text=gettext_lazy("Name of the placement, its county, or code of its dossier."),
        error_messages={"required": gettext_lazy("Choose the placement this id belongs to.")},
    )

    def __init__(
        self, *args: Any, placements: QuerySet[Placement], source: Source, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["placement"].queryset = placements  # type: ignore[attr-defined]
        self.fields["placement"].source = source  # type: ignore[attr-defined]


def crumbs(here: str) -> list[tuple[str, str]]:
    """The way to a page about one id."""
    return [
        (_("Home"), reverse("home")),
        (_("Traffic board"), reverse("board")),
        (_("Unmatched ids"), reverse("unmatched")),
        (here, ""),
    ]


def _filtered(request: PortalRequest) -> tuple[UnmatchedFilter, Any]:
    form = UnmatchedFilter(request.GET, sources=statements.sources(request.user))
    return form, form.restrict(queries.unmatched(request.user))


@require_safe
@only_for(reading_rules.may_read)
def unmatched(request: PortalRequest) -> HttpResponse:
    """Ids that no placement has, the most seen first, each with its likeliest placement."""
    form, rows = _filtered(request)
    page = page_context(request, rows, sorts=SORTS)
    may_match = bool(rules.may_allot(request.actor))
    found: dict[tuple[int, str], list[Likely]] = {}
    if may_match:
        ids = [_unknown(row) for row in page["page_obj"]]
        found = likely(ids, queries.placements(request.user))
    lines = [
        (row, _strongest(found.get((row["source"], row["external_id"]), [])))
        for row in page["page_obj"]
    ]
    context = {
        "filter": form,
        "may_match": may_match,
        "lines": lines,
        "tickable": any(best is not None for _row, best in lines),
        **page,
    }
    return render(request, "traffic/unmatched.html", context)


def _unknown(row: dict[str, Any]) -> Unknown:
    """A row of the list as `likely` takes it."""
    source = Source(
        pk=row["source"],
        name=row["source__name"],
        platform=row["source__platform"],
        id_kind=row["source__id_kind"],
    )
    return Unknown(source, row["external_id"], row["first"], row["last"])


def _strongest(found: list[Likely]) -> Likely | None:
    """The candidate that may be taken at once; none where two are as likely."""
    if not found or not found[0].is_strong:
        return None
    return None if len(found) > 1 and found[1].weight == found[0].weight else found[0]


@require_POST
@only_for(rules.may_allot)
def match_many(request: PortalRequest) -> HttpResponse:
    """Give the ticked ids to the placement each was shown with: all of them, or none."""
    wanted = request.POST.getlist("one") or request.POST.getlist("match")
    matches = _chosen(request, wanted)
    if not matches:
        messages.error(request, _("Tick the ids whose placement is right."))
        return redirect("unmatched")
    try:
        placing.match_ids(matches, actor=request.actor)
    except RuleBroken as error:
        messages.error(request, str(error))
    else:
        messages.success(
            request,
            ngettext(
                "%(n)d id is matched. Its days are added up anew.",
                "%(n)d ids are matched. Their days are added up anew.",
                len(matches),
            )
            % {"n": len(matches)},
        )
    return redirect("unmatched")


def _chosen(request: PortalRequest, wanted: list[str]) -> list[tuple[Source, str, Placement]]:
    """Ids that still wait, with sources and placements the reader may see; two queries."""
    split = [each.split(":", 2) for each in wanted if each.count(":") >= 2]
    numbers = [
        (source, placement, value)
        for source, placement, value in split
        if source.isdecimal() and placement.isdecimal()
    ]
    sources = statements.sources(request.user).in_bulk({int(source) for source, _p, _v in numbers})
    placements = queries.placements(request.user).in_bulk({int(pk) for _s, pk, _v in numbers})
    waiting = queries.unmatched(request.user).filter(
        external_id__in=[value for _s, _p, value in numbers], source__in=sources
    )
    still = {(row["source"], row["external_id"]) for row in waiting}
    return [
        (sources[int(source)], value, placements[int(pk)])
        for source, pk, value in numbers
        if (int(source), value) in still and int(pk) in placements
    ]


@require_safe
@only_for(reading_rules.may_read)
def unmatched_export(request: PortalRequest) -> HttpResponseBase:
    """The filtered list as a workbook."""
    _form, rows = _filtered(request)
    return xlsx_response(_("Unmatched ids"), COLUMNS, rows.iterator(chunk_size=1000))


def _asked(request: PortalRequest) -> tuple[Source, dict[str, Any] | None]:
    """The source and the id in the address, None when it waits no longer. Raises: Http404."""
    asked = IdForm(request.GET, sources=statements.sources(request.user))
    or_404(asked.is_valid())
    source, value = asked.cleaned_data["source"], asked.cleaned_data["id"]
    return source, queries.unmatched(request.user).filter(source=source, external_id=value).first()


@require_http_methods(["GET", "HEAD", "POST"])
@only_for(rules.may_allot)
def match(request: PortalRequest) -> HttpResponse:
    """Choose the placement of one id; `?source=…&id=…` name it."""
    source, row = _asked(request)
    if row is None:
        messages.info(request, _("This id waits no longer: somebody has matched it."))
        return redirect("unmatched")
    form = MatchForm(
        request.POST if request.method == "POST" else kept_post(request),
        placements=queries.fitting_first(
            queries.placements(request.user), source, row["first"], row["last"]
        ),
        source=source,
    )
    if request.method == "POST" and form.is_valid():
        placement = form.cleaned_data["placement"]
        try:
            placing.match_id(
                source=source,
                external_id=row["external_id"],
                placement=placement,
                actor=request.actor,
            )
        except RuleBroken as error:
            form.add_error("placement", str(error))
        else:
            messages.success(
                request,
                _("%(id)s belongs to “%(placement)s” now. Its days are added up anew.")
                % {"id": row["external_id"], "placement": placement},
            )
            return redirect("unmatched")
    context = {
        "row": row,
        "source": source,
        "form": form,
        "likely": alike(_unknown(row), queries.placements(request.user)),
        "crumbs": crumbs(_("Match an id")),
    }
    return render(request, "traffic/match.html", context)
