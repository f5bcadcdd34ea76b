"""Each reader's first page, and the pages about the portal."""

from typing import TYPE_CHECKING

from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from portal.registry import tasks_of
from portal.submissions import kinds

if TYPE_CHECKING:
    from portal.accounts.middleware import PortalRequest


@login_not_required
@require_safe
def home(request: "PortalRequest") -> HttpResponse:
    """My tasks for who is signed in; what the programme is for everyone else."""
    if not request.user.is_authenticated:
        return render(request, "home/public.html")
    may_file = [kind for kind in kinds.every() if kind.may_file(request.actor)]
    context = {"tasks": tasks_of(request.actor), "may_file": may_file}
    return render(request, "home/tasks.html", context)


@login_not_required
@require_safe
def about(request: "PortalRequest") -> HttpResponse:
    """What the portal is, and who runs it."""
    return render(request, "home/about.html")
