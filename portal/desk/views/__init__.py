"""Pages of the desk. No rule lives here."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import Http404, HttpRequest, QueryDict

from portal.desk import queries, rules
from portal.desk.forms import DeskFilter

if TYPE_CHECKING:
    from portal.accounts.middleware import PortalRequest
    from portal.submissions.models import SubmissionQuerySet

# Without a filter the desk shows what waits for the reader.
DEFAULT = "turn=me"
# What stands in the address beside the filter.
BESIDE = ("seen", "page", "size", "sort")


def reviewers_only(request: PortalRequest) -> None:
    """Everybody else gets 404."""
    if not rules.may_review(request.actor):
        raise Http404


def office_only(request: PortalRequest) -> None:
    """Programme staff; everybody else gets 404."""
    if not rules.may_assign(request.actor):
        raise Http404


def filter_query(request: HttpRequest) -> str:
    """The filter in the address, without page, order and version."""
    query = request.GET.copy()
    for name in BESIDE:
        query.pop(name, None)
    return query.urlencode()


def filtered(request: PortalRequest) -> tuple[DeskFilter, SubmissionQuerySet]:
    """The filter of the address and the queue under it, the most urgent first."""
    query = filter_query(request)
    form = DeskFilter(QueryDict(query or DEFAULT), actor=request.actor)
    return form, form.restrict(queries.queue(request.user))
