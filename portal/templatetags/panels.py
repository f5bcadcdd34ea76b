"""`{% load panels %}`: what other rooms add to the page of a row."""

from __future__ import annotations

from typing import Any

from django import template
from django.template import Context
from django.utils.safestring import SafeString, mark_safe

from portal import registry

register = template.Library()


@register.simple_tag(takes_context=True)
def panels(context: Context, row: Any, *, last: bool = False) -> SafeString:
    """`{% panels organisation %}`: the parts that `registry.register_panel` adds to this row;
    `last=True`: those for the page's end."""
    request, engine = context["request"], context.template.engine
    drawn = []
    for part in registry.panels_of(row, request.actor, last=last):
        # The page's own context, without asking its processors (menu, notices) once more.
        inner = context.new({"request": request, "csrf_token": context["csrf_token"]})
        inner.update(dict(part.context))
        drawn.append(engine.get_template(part.template).render(inner))
    return mark_safe("".join(drawn))  # noqa: S308 - rendered, so escaped, by the templates
