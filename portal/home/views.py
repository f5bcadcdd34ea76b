"""Each reader's first page, and the pages about the portal."""

from typing import TYPE_CHECKING

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from portal.accounts.rules import is_administrator
from portal.home.specimens import specimens
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


@login_not_required
@require_safe
def privacy(request: "PortalRequest") -> HttpResponse:
    """What is kept of a person, why, and for how long."""
    return render(request, "home/privacy.html")


@require_http_methods(["GET", "HEAD", "POST"])
def design(request: "PortalRequest") -> HttpResponse:
    """Every component in every state, for who writes pages; its forms keep nothing."""
    if not (request.actor.is_staff or is_administrator(request.actor)):
        raise Http404
    if request.method == "POST":
        messages.info(request, _("This is a specimen: nothing was kept."))
        return redirect("design")
    return render(request, "home/design.html", specimens())
