"""Pages of pacing: where placements stand, a placement's plan, a campaign's festivals."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from portal.accounts.gates import only_for
from portal.accounts.middleware import kept_post
from portal.campaigns import queries as campaigns
from portal.ledger.models import Level
from portal.spreadsheet import xlsx_response
from portal.verdict import RuleBroken
from traffic import queries, readiness, rules
from traffic.pacing import domain, pages
from traffic.pacing import queries as pacing
from traffic.pacing.columns import PACING_COLUMNS
from traffic.pacing.forms import FestivalForm, PacingFilter, PlanForm
from traffic.pacing.lists import page_of_keys
from traffic.views import crumbs_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.http.response import HttpResponseBase

    from portal.accounts.middleware import PortalRequest
    from traffic.models import Placement

SORTS = {
    "": gettext_lazy("Most urgent first"),
    "need": gettext_lazy("Needs most today"),
    "lacks": gettext_lazy("Will lack most"),
    "last": gettext_lazy("Ends first"),
}
BATCH = 1000


def _sorted(request: PortalRequest) -> tuple[PacingFilter, pacing.Standing, list[int]]:
    """The filter, where everything stands, and the numbers of the wanted rows in their order."""
    form = PacingFilter(request.GET, campaigns=campaigns.every())
    found = pacing.everything()
    rows = form.restrict(queries.placements(request.user))
    seen = np.array(rows.order_by("pk").values_list("pk", flat=True), dtype=np.int64)
    keys = pacing.ranked(found, request.GET.get("sort", ""), form.statuses())
    return form, found, keys[np.isin(keys, seen)].tolist()


@require_safe
@only_for(rules.may_read_board)
def standings(request: PortalRequest) -> HttpResponse:
    """Where every placement stands that is not over, or was lately."""
    form, found, keys = _sorted(request)
    page = page_of_keys(request, queries.placements(request.user), keys, sorts=SORTS)
    lines = pacing.lines(found, [row.pk for row in page["page_obj"]])
    context = {
        "filter": form,
        "may_allot": bool(rules.may_allot(request.actor)),
        "lines": [(row, lines[row.pk]) for row in page["page_obj"]],
        "total": int(found.need[found.facts.places(keys)].sum()),
        **page,
    }
    return render(request, "traffic/pacing/standings.html", context)


@require_safe
@only_for(rules.may_read_board)
def standings_export(request: PortalRequest) -> HttpResponseBase:
    """The filtered list in its order as a workbook."""
    _form, found, keys = _sorted(request)

    def rows() -> Iterator[tuple[Placement, pacing.Line]]:
        lines = pacing.lines(found, keys)
        for start in range(0, len(keys), BATCH):
            part = keys[start : start + BATCH]
            read = queries.placements(request.user).in_bulk(part)
            yield from ((read[key], lines[key]) for key in part if key in read)

    return xlsx_response(_("Pacing"), PACING_COLUMNS, rows())


@require_safe
@only_for(rules.may_read_board)
def placement_standing(request: PortalRequest, pk: int) -> HttpResponse:
    """Where one placement stands and why, and what can be done about it."""
    row: Placement = get_object_or_404(queries.placements(request.user), pk=pk)
    here = _("Where it stands, and why")
    asked = {"campaign": row.campaign.code}
    context = {
        "placement": row,
        "crumbs": [*crumbs_of(request, row.account), (here, "")],
        "may_allot": bool(rules.may_allot(request.actor)),
        "what_if_url": f"{reverse('pacing-what-if')}?{urlencode(asked)}",
        **_standing_of(row),
    }
    return render(request, "traffic/pacing/standing.html", context)


def _standing_of(row: Placement) -> dict[str, Any]:
    return pages.standing_of(row, readiness.of_placements([row]).get(row.pk))


@only_for(rules.may_allot)
def plan(request: PortalRequest, pk: int) -> HttpResponse:
    """Set how a placement's impressions are spread over its days."""
    row: Placement = get_object_or_404(queries.placements(request.user), pk=pk)
    posted = request.POST if request.method == "POST" else kept_post(request)
    form = PlanForm(posted, placement=row)
    if request.method == "POST" and form.is_valid():
        try:
            changed = domain.set_plan(placement=row, actor=request.actor, **form.wanted())
        except RuleBroken as error:
            form.add_error(None, str(error))
        else:
            _say(request, changed)
            return redirect(row)
    context = {"form": form, "placement": row, **_standing_of(row)}
    return render(request, "traffic/pacing/plan.html", context)


@only_for(rules.may_allot)
def festivals(request: PortalRequest, code: str) -> HttpResponse:
    """Set a campaign's festival curve, and how much of its day one county may have."""
    row = get_object_or_404(campaigns.every(), code=code)
    posted = request.POST if request.method == "POST" else kept_post(request)
    form = FestivalForm(posted, campaign=row)
    back: Any = queries.accounts(request.user).filter(level=Level.CAMPAIGN, key=code).first()
    if request.method == "POST" and form.is_valid():
        try:
            changed = domain.set_festivals(campaign=row, actor=request.actor, **form.wanted())
        except RuleBroken as error:
            form.add_error(None, str(error))
        else:
            _say(request, changed)
            return redirect("account", pk=back.pk) if back else redirect("board")
    context = {"form": form, "campaign": row, "account": back}
    return render(request, "traffic/pacing/festivals.html", context)


def _say(request: PortalRequest, changed: bool) -> None:
    if changed:
        messages.success(request, _("The plan is changed; what is needed follows at once."))
    else:
        messages.info(request, _("Nothing was changed."))
