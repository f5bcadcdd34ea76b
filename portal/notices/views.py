"""What a person was told; and, in the demonstration, the texts that would have gone to phones."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from portal.notices import domain, queries

PAGE_SIZE = 50


@require_safe
def notices(request: HttpRequest) -> HttpResponse:
    """The reader's notices, newest first."""
    rows = queries.notices_of(request.user)
    page = Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page"))
    return render(
        request,
        "notices/list.html",
        {"page_obj": page, "unread": queries.unread_count(request.user)},
    )


@require_POST
def open_notice(request: HttpRequest, pk: int) -> HttpResponse:
    """Mark one notice as read and go where it leads."""
    notice = get_object_or_404(queries.notices_of(request.user), pk=pk)
    domain.mark_read(notice=notice)
    return redirect(notice.url if domain.is_local(notice.url) else "notices")


@require_POST
def read_all(request: HttpRequest) -> HttpResponse:
    """Mark all of the reader's notices as read."""
    n = domain.mark_all_read(reader=request.user)
    if n:
        said = ngettext("%(n)s notice is marked as read.", "%(n)s notices are marked as read.", n)
        messages.success(request, said % {"n": n})
    else:
        messages.info(request, _("There was nothing unread."))
    return redirect("notices")


@login_not_required
@require_safe
def messages_sent(request: HttpRequest) -> HttpResponse:
    """The texts the demonstration would have sent; in production there is no such page."""
    if not settings.DEMONSTRATION:
        raise Http404
    page = Paginator(queries.sent_messages(), PAGE_SIZE).get_page(request.GET.get("page"))
    return render(request, "notices/sent.html", {"page_obj": page})
