"""Pages of the log of webhooks."""

from __future__ import annotations

import json
import uuid
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from portal.accounts.gates import or_404
from portal.accounts.middleware import PortalRequest
from portal.api import domain, queries
from portal.api.columns import DELIVERY_COLUMNS
from portal.api.enums import DeliveryState
from portal.api.forms import DeliveryFilter
from portal.api.models import Delivery
from portal.lists import page_context
from portal.spreadsheet import xlsx_response
from portal.verdict import RuleBroken

SORTS: dict[str, tuple[Any, tuple[str, ...]]] = {
    "newest": (gettext_lazy("Newest first"), ("-created_at", "-pk")),
    "oldest": (gettext_lazy("Oldest first"), ("created_at", "pk")),
}


def _filtered(request: PortalRequest) -> tuple[DeliveryFilter, Any]:
    or_404(queries.open_to_keys(request.actor))
    form = DeliveryFilter(request.GET)
    form.is_valid()
    rows, wanted = queries.deliveries(request.user), form.cleaned_data
    if text := wanted.get("q"):
        rows = rows.filter(subscription__url__icontains=text) | rows.filter(submission__code=text)
    exact = {name: wanted[name] for name in ("state", "event") if wanted.get(name)}
    return form, rows.filter(**exact)


@require_safe
def delivery_list(request: PortalRequest) -> HttpResponse:
    """What went out to subscribers, and what did not."""
    form, rows = _filtered(request)
    context = page_context(request, rows, sorts=SORTS)
    return render(request, "api/deliveries.html", {"form": form, **context})


@require_safe
def delivery_export(request: PortalRequest) -> HttpResponseBase:
    """The filtered log as a workbook."""
    _form, rows = _filtered(request)
    ordered = rows.order_by("-created_at", "-pk").iterator(chunk_size=500)
    return xlsx_response(_("Webhook log"), DELIVERY_COLUMNS, ordered)


@require_safe
def delivery(request: PortalRequest, pk: uuid.UUID) -> HttpResponse:
    """One message: every try, and its very words."""
    row = _delivery(request, pk)
    message = json.dumps(json.loads(row.body), ensure_ascii=False, indent=2) if row.body else ""
    context = {
        "delivery": row,
        "facts": [
            {"label": _("Number"), "value": str(row.pk)},
            {"label": _("Key"), "value": row.subscription.key.name},
            {"label": _("Address"), "value": row.subscription.url},
            {
                "label": _("Record"),
                "value": f"{row.submission.code} {row.submission.title}",
            },
        ],
        "message": message,
        "attempts": row.attempts.all(),
        "may_replay": row.state != DeliveryState.WAITING,
    }
    return render(request, "api/delivery.html", context)


@require_POST
def delivery_replay(request: PortalRequest, pk: uuid.UUID) -> HttpResponse:
    """Send it again."""
    row = _delivery(request, pk)
    try:
        domain.replay(delivery=row, actor=request.actor)
    except RuleBroken as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("The message waits to be sent again, under the same number."))
    return redirect("webhook-delivery", pk)


def _delivery(request: PortalRequest, pk: uuid.UUID) -> Delivery:
    return get_object_or_404(queries.deliveries(request.user), pk=pk)
