"""How form widgets become HTML."""

from __future__ import annotations

from typing import Any

from django.forms.renderers import DjangoTemplates
from django.forms.utils import flatatt
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

SELECT = "django/forms/widgets/select.html"


class WidgetRenderer(DjangoTemplates):
    """Django's widgets; a choice among 124 counties is written at once, where Django's own template
    includes two further templates for every option."""

    def render(self, template_name: str, context: dict[str, Any], request: Any = None) -> str:
        """Return the HTML of a widget."""
        if template_name != SELECT:
            return super().render(template_name, context, request)
        widget = context["widget"]
        groups = format_html_join(
            "\n", "{}", ((_group(name, options),) for name, options, _n in widget["optgroups"])
        )
        return format_html(
            '<select name="{}"{}>\n{}\n</select>', widget["name"], flatatt(widget["attrs"]), groups
        )


def _group(name: str | None, options: list[dict[str, Any]]) -> SafeString:
    lines = format_html_join(
        "\n",
        '<option value="{}"{}>{}</option>',
        ((str(row["value"]), flatatt(row["attrs"]), row["label"]) for row in options),
    )
    return format_html('<optgroup label="{}">\n{}\n</optgroup>', name, lines) if name else lines
