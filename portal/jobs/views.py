"""How far work is, and what got stuck."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from portal.jobs import domain, queries, rules
from portal.jobs.forms import WorkFilter
from portal.lists import page_of
from portal.verdict import RuleBroken

PAGE_SIZE = 50


@require_safe
def work_list(request: HttpRequest) -> HttpResponse:
    """Parked and running work; everybody sees what is theirs to see."""
    form = WorkFilter(request.GET)
    rows = queries.work_list(request.user, state=form.wanted())
    page = page_of(request, rows, PAGE_SIZE)
    return render(request, "jobs/list.html", {"form": form, "page_obj": page})


@require_safe
def work_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One piece of work; the page asks again by itself while it is open."""
    work = get_object_or_404(queries.work_of(request.user), pk=pk)
    context = {
        "work": work,
        "may_retry": bool(rules.may_retry(work=work, actor=request.actor)),
        "sees_fault": rules.looks_after_work(request.actor),
        "result_url": work.result_url,
        "replaced_by": queries.successor(request.user, work),
    }
    template = "jobs/_standing.html" if request.htmx else "jobs/detail.html"
    return render(request, template, context)


@require_POST
def work_retry(request: HttpRequest, pk: int) -> HttpResponse:
    """Try parked work again."""
    work = get_object_or_404(queries.work_of(request.user), pk=pk)
    try:
        domain.retry_parked(work=work, actor=request.actor)
    except RuleBroken as broken:
        messages.error(request, str(broken))
    else:
        messages.success(request, _("The work waits for a worker now."))
    return redirect("work-detail", pk=pk)
