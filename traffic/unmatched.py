"""Ids of reports that belong to no placement yet: the list, and choosing a placement for one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from portal.accounts.gates import only_for, or_404
from portal.accounts.middleware import kept_post
from portal.choosing import Looking, SearchChoiceField
from portal.lists import page_context
from portal.spreadsheet import Column, xlsx_response
from portal.statements import queries as statements
from portal.statements import rules as reading_rules
from portal.templatetags.figures import date_text
from portal.verdict import RuleBroken
from traffic import placing, queries, rules

if TYPE_CHECKING:
    from django.http.response import HttpResponseBase

    from portal.accounts.middleware import PortalRequest
    from portal.statements.models import Source
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


def _filtered(request: PortalRequest) -> tuple[UnmatchedFilter, Any]:
    form = UnmatchedFilter(request.GET, sources=statements.sources(request.user))
    return form, form.restrict(queries.unmatched(request.user))


@require_safe
@only_for(reading_rules.may_read)
def unmatched(request: PortalRequest) -> HttpResponse:
    """Ids that no placement has, the most seen first."""
    form, rows = _filtered(request)
    context = {
        "filter": form,
        "may_match": bool(rules.may_allot(request.actor)),
        **page_context(request, rows, sorts=SORTS),
    }
    return render(request, "traffic/unmatched.html", context)


@require_safe
@only_for(reading_rules.may_read)
def unmatched_export(request: PortalRequest) -> HttpResponseBase:
    """The filtered list as a workbook."""
    _form, rows = _filtered(request)
    return xlsx_response(_("Unmatched ids"), COLUMNS, rows.iterator(chunk_size=1000))


@require_http_methods(["GET", "HEAD", "POST"])
@only_for(rules.may_allot)
def match(request: PortalRequest) -> HttpResponse:
    """Choose the placement of one id; `?source=…&id=…` name it."""
    asked = IdForm(request.GET, sources=statements.sources(request.user))
    or_404(asked.is_valid())
    source, value = asked.cleaned_data["source"], asked.cleaned_data["id"]
    row = queries.unmatched(request.user).filter(source=source, external_id=value).first()
    if row is None:
        messages.info(request, _("This id waits no longer: somebody has matched it."))
        return redirect("unmatched")
    form = MatchForm(
        request.POST if request.method == "POST" else kept_post(request),
        placements=queries.counted_first(queries.placements(request.user), source),
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
    return render(request, "traffic/match.html", {"row": row, "source": source, "form": form})
