"""Each reader's first page, and the pages about the portal."""

from typing import TYPE_CHECKING

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from portal.accounts.gates import only_for
from portal.accounts.rules import is_administrator
from portal.home import board, rules
from portal.home import effect as effects
from portal.home.columns import effect_columns
from portal.home.forms import EffectFilter
from portal.home.specimens import specimens
from portal.lists import lines_context, sorted_lines
from portal.registry import links_of, tasks_of
from portal.spreadsheet import xlsx_response
from portal.stages import By

if TYPE_CHECKING:
    from django.http.response import HttpResponseBase

    from portal.accounts.actor import Actor
    from portal.accounts.middleware import PortalRequest


def _writes_pages(actor: "Actor") -> bool:
    """Programme office staff and who runs the system."""
    return actor.is_staff or bool(is_administrator(actor))


@login_not_required
@require_safe
def home(request: "PortalRequest") -> HttpResponse:
    """My tasks and what else I may do; what the programme is for who is not signed in."""
    if not request.user.is_authenticated:
        return render(request, "home/public.html")
    context = {"tasks": tasks_of(request.actor), "links": links_of(request.actor)}
    return render(request, "home/tasks.html", context)


@require_safe
@only_for(rules.may_read_board)
def programme(request: "PortalRequest") -> HttpResponse:
    """The programme on one sheet; `?measure=` chooses what the map shows."""
    context = board.programme(request.actor, measure=request.GET.get("measure", ""))
    return render(request, "home/programme.html", context)


def _effect(request: "PortalRequest") -> tuple[EffectFilter, By, effects.Table]:
    is_own = not rules.may_read_board(request.actor)
    form = EffectFilter(request.GET, is_own=is_own)
    cut = form.wanted(effects.offered(request.actor))
    return form, cut.by, effects.table(request.actor, cut)


@require_safe
@only_for(rules.may_read_effect)
def effect(request: "PortalRequest") -> HttpResponse:
    """From impressions to check-ins, one line for each county, action, campaign or creator; for
    merchants and creators of their own alone."""
    form, by, table = _effect(request)
    context = {
        "filter": form,
        "by": by,
        "tabs": [(by.value, by.label) for by in effects.offered(request.actor)],
        "is_own": not rules.may_read_board(request.actor),
        "table": table,
        "notes": [column for column in table.columns if column.note],
        **lines_context(request, table.lines, sorts=effects.SORTS),
    }
    return render(request, "home/effect.html", context)


@require_safe
@only_for(rules.may_read_effect)
def effect_export(request: "PortalRequest") -> "HttpResponseBase":
    """The same lines as a workbook, in the order they are shown."""
    _form, by, table = _effect(request)
    rows = [*sorted_lines(request, table.lines, sorts=effects.SORTS), table.total]
    return xlsx_response(_("Effect"), effect_columns(by, table.columns), rows)


@login_not_required
@require_safe
def about(request: "PortalRequest") -> HttpResponse:
    """What the portal is, and who runs it."""
    return render(request, "home/about.html", {"writes_pages": _writes_pages(request.actor)})


@require_http_methods(["GET", "HEAD", "POST"])
@only_for(_writes_pages)
def design(request: "PortalRequest") -> HttpResponse:
    """Every component in every state, for who writes pages; its forms keep nothing."""
    if request.method == "POST":
        messages.info(request, _("This is a specimen: nothing was kept."))
        return redirect("design")
    return render(request, "home/design.html", specimens())
