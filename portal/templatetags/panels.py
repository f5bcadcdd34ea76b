"""`{% load panels %}`: what other rooms add to the page of a row."""

from __future__ import annotations

from typing import Any

from django import template
from django.template import Context
from django.template.loader import render_to_string
from django.utils.html import format_html_join
from django.utils.safestring import SafeString

from portal import registry

register = template.Library()


@register.simple_tag(takes_context=True)
def panels(context: Context, row: Any) -> SafeString:
    """`{% panels organisation %}`: the parts that `registry.register_panel` adds to this row."""
    request = context["request"]
    parts = registry.panels_of(row, request.actor)
    drawn = [render_to_string(part.template, dict(part.context), request) for part in parts]
    return format_html_join("", "{}", ((part,) for part in drawn))
