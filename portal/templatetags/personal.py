"""`{% load personal %}`: personal values on a page, masked until somebody gives a reason."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import template
from django.template import Context
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from portal import personal
from portal.accounts.phones import mask_name
from portal.privacy import rules, showing

from . import figures

register = template.Library()


@register.inclusion_tag("components/masked.html", takes_context=True)
def masked(context: Context, subject: str, row: Any, field: str) -> dict[str, Any]:
    """`{% masked "submissions.submission" row "contact_phone" %}`: one registered value.

    Whom it belongs to reads it in clear; everybody else stars, and a way to ask where that is
    open. After a reason was given the value stands here for a few minutes.
    """
    item, request = personal.masked_field(subject, field), context["request"]
    value = item.value(row)
    until = showing.shown_until(request, field=item, row=row)
    own = item.is_own(row, request.actor)
    asks = value and not own and rules.may_show(field=item, row=row, actor=request.actor)
    shown = own or (asks and until)
    address = reverse("show-value", args=[subject, row.pk, field])
    onward = urlencode({"next": request.get_full_path()})
    return {
        "value": value if shown else item.mask(value),
        "label": item.label,
        "until": f"{localtime(until):%H:%M}" if until and shown and not own else "",
        "show_url": f"{address}?{onward}" if asks and not shown else "",
    }


register.filter("mask_name", mask_name)


@register.filter
def cell(value: Any) -> str:
    """One cell of what is kept of a person, in words."""
    if value is None or value == "":
        return figures.NOTHING
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    return figures.datetime_text(value) if isinstance(value, datetime) else str(value)
