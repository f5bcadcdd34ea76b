"""`{% load page %}`: what every page is composed with.

The templates under `components/` say their parameters on top.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django import forms, template
from django.conf import settings
from django.forms import BoundField
from django.http import QueryDict
from django.template import Context
from django.template.loader_tags import BLOCK_CONTEXT_KEY
from django.urls import reverse
from django.utils.html import format_html
from django.utils.http import urlencode
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from portal.regions.models import place_name

from . import changes, charts, devices, figures, states

register = template.Library()

NATIVE_INPUTS = {
    forms.DateTimeInput: ("datetime-local", "%Y-%m-%dT%H:%M"),
    forms.DateInput: ("date", "%Y-%m-%d"),
    forms.TimeInput: ("time", "%H:%M"),
}


# Figures and days


@register.filter
def wan(number: object) -> str:
    """`{{ n|wan }}`: 12345 reads 1.23万; the exact value is on hover and for screen readers."""
    return _said(number, figures.wan_text(number))


@register.filter
def difference(number: object) -> str:
    """`{{ n|difference }}`: 12345 reads +1.23万, a loss −1.23万; the exact value as with `wan`."""
    return _said(number, figures.difference_text(number))


def _said(number: object, said: str) -> str:
    exact = figures.as_decimal(number)
    if exact is None:
        return figures.NOTHING
    digits = figures.grouped(exact)
    if said.lstrip("+−-") == digits.lstrip("-"):
        return format_html('<data value="{}">{}</data>', f"{exact:f}", said)
    return format_html(
        '<data value="{}" title="{}">{}</data><span class="sr"> ({})</span>',
        f"{exact:f}",
        digits,
        said,
        digits,
    )


@register.filter
def wan_plain(number: object) -> str:
    """`{{ n|wan_plain }}`: the same words without markup, for titles, attributes and SVG."""
    return figures.wan_text(number)


@register.filter
def yuan(fen: object) -> str:
    """`{{ fen|yuan }}`: an amount in fen as 1,234.50元."""
    return figures.yuan_text(fen)


register.filter("chinese_date", figures.date_text)
register.filter("chinese_datetime", figures.datetime_text)
register.filter("device", devices.name)


@register.filter
def percent_of(done: object, total: object) -> str:
    """`{{ done|percent_of:total }}`: whole per cent, rounded down so that 100% means complete."""
    part, whole = figures.as_decimal(done), figures.as_decimal(total)
    if part is None or not whole:
        return figures.NOTHING
    return f"{int(part * 100 / whole)}%"


@register.simple_tag
def site_profile() -> Mapping[str, str]:
    """`{% site_profile as profile %}`: who runs the site, where no request brings a context."""
    return settings.SITE_PROFILE


# Addresses


@register.simple_tag(takes_context=True)
def query_with(context: Context, **changes: object) -> str:
    """`{% query_with page=3 %}`: this page's query string with some values changed.

    None or "" drops a value; changing anything but the page goes back to page one.
    """
    query: QueryDict = context["request"].GET.copy()
    if "page" not in changes:
        query.pop("page", None)
    for name, value in changes.items():
        if value is None or value == "":
            query.pop(name, None)
        else:
            query[name] = str(value)
    return f"?{query.urlencode()}"


# The head of a page


@register.simple_block_tag
def capture(content: SafeString) -> SafeString:
    """`{% capture as lead %}…{% endcapture %}`: what is composed of several parts, as one value."""
    return mark_safe(content.strip())  # noqa: S308  # rendered, so escaped, by the template


# `{% place row.city row.county %}`
register.simple_tag(place_name, name="place")


@register.inclusion_tag("components/page_head.html")
def page_head(title: object, **options: Any) -> dict[str, Any]:
    """`{% page_head title lead=... %}`; the options stand on top of components/page_head.html."""
    return {**options, "title": title}


@register.simple_tag(takes_context=True)
def page_title(context: Context) -> SafeString:
    """The page's own title once more: a block can be filled in only one place of a layout."""
    blocks = context.render_context.get(BLOCK_CONTEXT_KEY)
    block = blocks.get_block("title") if blocks else None
    return mark_safe(block.nodelist.render(context).strip() if block else "")  # noqa: S308


@register.simple_tag(takes_context=True)
def trail(context: Context) -> list[tuple[Any, str]]:
    """The way from the home page to this one: the view's own `crumbs`, else menu entry and title.

    Nothing on the home page, and nothing on a page that no address led to.
    """
    request = context.get("request")
    if request is None or request.path == reverse("home"):
        return []
    if crumbs := context.get("crumbs"):
        return list(crumbs)
    section = context.get("section")
    above = [(section["label"], section["url"])] if section else []
    if section and request.path == str(section["url"]):
        return [(_("Home"), reverse("home")), *above]
    return [(_("Home"), reverse("home")), *above, (page_title(context), "")]


# Forms


@register.simple_tag(takes_context=True)
def described_by(context: Context, field: BoundField) -> str:
    """The ids of all that is said about a field, for aria-describedby."""
    said = {
        "remark": context.get("remark"),
        "help": field.help_text,
        "example": context.get("example") or example(field),
        "error": field.errors,
    }
    return " ".join(f"{field.auto_id}_{name}" for name, present in said.items() if present)


@register.simple_tag(takes_context=True)
def widget(context: Context, field: BoundField) -> SafeString:
    """`{% widget field %}`: the input with its class, native type, and what describes it."""
    control, attrs = field.field.widget, {}
    if described := described_by(context, field):
        attrs["aria-describedby"] = described
    if field.errors:
        attrs["aria-invalid"] = "true"
    if control_kind(field) != "checkbox":
        attrs["class"] = f"input {control.attrs.get('class', '')}".strip()
    # A hint that vanishes on typing is no help: labels are visible, examples stand above.
    control.attrs.pop("placeholder", None)
    _make_native(control)
    return field.as_widget(attrs=attrs)


def _make_native(control: forms.Widget) -> None:
    """Days and times use the phone's own picker, which only understands ISO values."""
    for kind, (input_type, iso) in NATIVE_INPUTS.items():
        if isinstance(control, kind) and control.input_type == "text":
            control.input_type, control.format = input_type, iso
            return


@register.filter
def control_kind(field: BoundField) -> str:
    """Which frame a field needs: group (fieldset of choices), parts, checkbox, file, or input."""
    control = field.field.widget
    if getattr(control, "in_parts", False):
        return "parts"
    if isinstance(control, forms.RadioSelect | forms.CheckboxSelectMultiple):
        return "group"
    if isinstance(control, forms.CheckboxInput):
        return "checkbox"
    return "file" if isinstance(control, forms.FileInput) else "input"


@register.filter
def example(field: BoundField) -> str:
    """The example of a field, when its form sets `example` on the form field."""
    return getattr(field.field, "example", "")


@register.filter
def sections(form: forms.BaseForm) -> list[dict[str, Any]]:
    """The visible fields by the form's own `sections = [(legend, [names])]`, the rest last."""
    named = getattr(form, "sections", None) or []
    placed = {name for _legend, names in named for name in names}
    groups = [
        {"legend": legend, "fields": [form[name] for name in names if name in form.fields]}
        for legend, names in named
    ]
    groups.append(
        {
            "legend": "",
            "fields": [field for field in form.visible_fields() if field.name not in placed],
        }
    )
    return [group for group in groups if group["fields"]]


@register.simple_tag(takes_context=True)
def remark_on(context: Context, field: BoundField) -> Any:
    """The reviewer's remark on a field, out of the context's `remarks` (field name to remark)."""
    remarks: Mapping[str, Any] = context.get("remarks") or {}
    return remarks.get(field.name, "")


@register.inclusion_tag("components/field.html")
def field(bound: BoundField, remark: object = "", example: str = "") -> dict[str, Any]:
    """`{% field form.name remark=... example=... %}`."""
    return {"field": bound, "remark": remark, "example": example}


@register.inclusion_tag("components/form.html", takes_context=True)
def form(
    context: Context, form: forms.BaseForm, submit_label: str, **options: Any
) -> dict[str, Any]:
    """`{% form form submit_label=... %}`.

    Options: remarks, action, cancel_url, second_label, second_name, danger, carried, autosave.
    """
    return {
        **options,
        "form": form,
        "submit_label": submit_label,
        "csrf_token": context.get("csrf_token"),
    }


@register.inclusion_tag("components/filter_bar.html", takes_context=True)
def filter_bar(context: Context, form: forms.BaseForm, act: str = "") -> dict[str, Any]:
    """`{% filter_bar form %}`: a GET form; its values, sort and page size stay in the address.

    With `act`, which its button says, the form is a question and the page its answer: it is never
    folded away.
    """
    query, path = context["request"].GET, context["request"].path
    # Hidden fields say which list this is: they are no filter, and stay when all is shown.
    names = {field.html_name for field in form.visible_fields()}
    hidden = {field.html_name for field in form.hidden_fields()}
    which = urlencode({name: query[name] for name in sorted(hidden) if query.get(name)})
    return {
        "form": form,
        "act": act,
        "action": path,
        "whole_list": f"{path}?{which}" if which else path,
        "filtered": any(query.get(name) for name in names),
        "kept": [
            (name, query[name]) for name in ("sort", "size") if name in query and name not in names
        ],
    }


@register.inclusion_tag("components/dialog.html", takes_context=True)
def dialog(context: Context, label: str, title: str, **options: Any) -> dict[str, Any]:
    """`{% dialog label title text=... submit_label=... %}`: asks before an act, in place.

    Options: text, submit_label, action, danger, quiet, seen, fields ((name, value) pairs).
    """
    return {
        **options,
        "label": label,
        "title": title,
        "csrf_token": context.get("csrf_token"),
    }


# Lists


@register.inclusion_tag("components/saved_views.html", takes_context=True)
def saved_views(
    context: Context, views: Iterable[Any], save_action: str, query: str = ""
) -> dict[str, Any]:
    """`{% saved_views views save_action %}`: filters kept under a name.

    A view has name, url, current and delete_url (none: it is everyone's). `query` is what would
    be kept; the address's own filters when left out, and no form when there are none.
    """
    kept = context["request"].GET.copy()
    kept.pop("page", None)
    return {
        "views": list(views),
        "save_action": save_action,
        "query": query or kept.urlencode(),
        "csrf_token": context.get("csrf_token"),
    }


@register.inclusion_tag("components/pagination.html", takes_context=True)
def pagination(context: Context, page_obj: Any) -> dict[str, Any]:
    """`{% pagination page_obj %}`: first, near and last pages; the filters stay in the address."""
    return {
        "page_obj": page_obj,
        "pages": page_obj.paginator.get_elided_page_range(
            page_obj.number, on_each_side=1, on_ends=1
        ),
        "gap": page_obj.paginator.ELLIPSIS,
        "request": context["request"],
    }


@register.inclusion_tag("components/list_head.html", takes_context=True)
def list_head(context: Context, count: int, **options: Any) -> dict[str, Any]:
    """`{% list_head count=n %}`; options: sorts ((value, label) pairs), sizes, export_url, and
    signed_in where a page that everybody reads gives its export to those who signed in."""
    query = context["request"].GET
    if options.get("signed_in") and not context["request"].user.is_authenticated:
        options["export_url"] = ""
    sorts, sizes = list(options.get("sorts") or ()), [str(n) for n in options.get("sizes") or ()]
    return {
        **options,
        "count": count,
        "sorts": sorts,
        "sizes": sizes,
        "sort": _offered(query.get("sort"), [value for value, _label in sorts]),
        "size": _offered(query.get("size"), sizes),
        "query": query.urlencode(),
        "request": context["request"],
    }


def _offered(value: str | None, offers: list[str]) -> str | None:
    """The value asked for; the first offer when nothing or something else was asked for."""
    return value if value in offers else next(iter(offers), None)


# State and charts


register.simple_tag(states.state_tag)
register.simple_tag(states.clock)
register.inclusion_tag("components/bar_chart.html")(charts.bar_chart)
register.inclusion_tag("components/stacked_bar_chart.html")(charts.stacked_bar_chart)
register.inclusion_tag("components/line_chart.html")(charts.line_chart)
register.inclusion_tag("components/sparkline.html")(charts.sparkline)
register.inclusion_tag("components/tile_map.html")(charts.tile_map)


@register.simple_tag
def words_changed(before: object, after: object) -> dict[str, list[changes.Piece]]:
    """`{% words_changed before after as pair %}`: `pair.before` and `pair.after` in pieces."""
    old, new = changes.pieces(before, after)
    return {"before": old, "after": new}
