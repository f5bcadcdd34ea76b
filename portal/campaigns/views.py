"""The calendar's pages."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from portal.accounts.gates import only_for
from portal.accounts.middleware import kept_post
from portal.campaigns import domain, queries, rules
from portal.campaigns.columns import CAMPAIGN_COLUMNS
from portal.campaigns.forms import CampaignForm
from portal.lists import page_context
from portal.once import form_key, own_key
from portal.spreadsheet import xlsx_response
from portal.verdict import RuleBroken

if TYPE_CHECKING:
    from django.http.response import HttpResponseBase

    from portal.accounts.middleware import PortalRequest

SORTS = {
    "": (gettext_lazy("First day"), ("first_day", "pk")),
    "name": (gettext_lazy("Name"), ("name", "pk")),
}


@require_safe
def campaigns(request: PortalRequest) -> HttpResponse:
    """The calendar of campaigns; `?code=` shows the one of that code."""
    rows, code = queries.every(), request.GET.get("code", "")
    context = {
        "may_plan": bool(rules.may_plan(request.actor)),
        "only_one": bool(code),
        **page_context(request, rows.filter(code=code) if code else rows, sorts=SORTS),
    }
    return render(request, "campaigns/list.html", context)


@require_safe
def campaigns_export(request: PortalRequest) -> HttpResponseBase:
    """The calendar as a workbook."""
    rows = queries.every().order_by("first_day", "pk")
    return xlsx_response(_("Campaigns"), CAMPAIGN_COLUMNS, rows.iterator())


@only_for(rules.may_plan)
def new(request: PortalRequest) -> HttpResponse:
    """Put a campaign on the calendar."""
    key = form_key(request)
    form = CampaignForm(request.POST if request.method == "POST" else kept_post(request))
    if request.method == "POST" and form.is_valid():
        try:
            row = domain.plan_campaign(
                actor=request.actor, form_key=own_key(key, request.user), **form.cleaned_data
            )
        except ValidationError as error:
            form.add_error(None, error)
        except RuleBroken as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("“%(name)s” is on the calendar.") % {"name": row.name})
            return redirect("campaigns")
    return render(request, "campaigns/new.html", {"form": form, "action": f"?form_key={key}"})
