"""How form widgets become HTML."""

from __future__ import annotations

from typing import Any

from django import forms
from django.forms.renderers import DjangoTemplates
from django.forms.utils import flatatt
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import get_language

# Widgets that are one input.
INPUTS = ("date", "email", "hidden", "number", "password", "text", "time", "url")


class WidgetRenderer(DjangoTemplates):
    """Django's widgets; the plain ones are written at once, where Django's own templates include
    further ones: two for every option of a choice among 124 counties, two for every input."""

    def render(self, template_name: str, context: dict[str, Any], request: Any = None) -> str:
        """Return the HTML of a widget."""
        write = _WRITTEN.get(template_name)
        if write is None:
            return super().render(template_name, context, request)
        return write(context["widget"])


class RepeatedSelect(forms.Select):
    """A choice that is shown many times: as long as nothing is chosen, its options are written
    once for each language.

    Copies share what was written, so what it offers must not change after it was first shown.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._written: dict[str | None, SafeString] = {}

    def render(
        self, name: str, value: Any, attrs: dict[str, Any] | None = None, renderer: Any = None
    ) -> SafeString:
        """Return the HTML of the choice."""
        chosen, language = self.format_value(value), get_language()
        options = None if any(chosen) else self._written.get(language)
        if options is None:
            options = _options(self.optgroups(name, chosen))
            if not any(chosen):
                self._written[language] = options
        return _select(name, self.build_attrs(self.attrs, attrs), options)


def _choice(widget: dict[str, Any]) -> SafeString:
    return _select(widget["name"], widget["attrs"], _options(widget["optgroups"]))


def _select(name: str, attrs: dict[str, Any], options: SafeString) -> SafeString:
    return format_html('<select name="{}"{}>\n{}\n</select>', name, flatatt(attrs), options)


def _input(widget: dict[str, Any]) -> SafeString:
    value = {} if widget["value"] is None else {"value": str(widget["value"])}
    return format_html(
        '<input type="{}" name="{}"{}{}>',
        widget["type"],
        widget["name"],
        flatatt(value),
        flatatt(widget["attrs"]),
    )


def _textarea(widget: dict[str, Any]) -> SafeString:
    # The first line break of a textarea is not part of it.
    return format_html(
        '<textarea name="{}"{}>\n{}</textarea>',
        widget["name"],
        flatatt(widget["attrs"]),
        widget["value"] or "",
    )


def _options(groups: list[Any]) -> SafeString:
    return format_html_join("\n", "{}", ((_group(name, rows),) for name, rows, _index in groups))


def _group(name: str | None, options: list[dict[str, Any]]) -> SafeString:
    lines = format_html_join(
        "\n",
        '<option value="{}"{}>{}</option>',
        ((str(row["value"]), _attributes(row["attrs"]), row["label"]) for row in options),
    )
    return format_html('<optgroup label="{}">\n{}\n</optgroup>', name, lines) if name else lines


def _attributes(attrs: dict[str, Any]) -> str:
    # Most options have none, and there are many.
    return flatatt(attrs) if attrs else ""


# By the template that Django would render.
_WRITTEN = {
    f"django/forms/widgets/{name}.html": write
    for names, write in ((INPUTS, _input), (("textarea",), _textarea), (("select",), _choice))
    for name in names
}
