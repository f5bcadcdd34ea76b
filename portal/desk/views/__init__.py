"""Pages of the desk. No rule lives here."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import HttpRequest, QueryDict

from portal.desk import queries
from portal.desk.forms import DeskFilter

if TYPE_CHECKING:
    from portal.accounts.middleware import PortalRequest
    from portal.submissions.models import SubmissionQuerySet

# Without a filter the desk shows what waits for the reader.
DEFAULT = "turn=me"
# What stands in the address beside the filter.
BESIDE = ("seen", "page", "size", "sort")


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
