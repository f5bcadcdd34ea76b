"""The categories of products: the list that staff keep, and the page of one."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, ClassVar

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from portal.accounts.gates import only_for
from portal.accounts.middleware import kept_post
from portal.lists import page_context
from portal.spreadsheet import Column, xlsx_response
from portal.templatetags.figures import listed
from products import domain, queries, rules
from products.enums import FieldRule, SaleUnit
from products.models import Category

if TYPE_CHECKING:
    from django.http.response import HttpResponseBase

    from portal.accounts.middleware import PortalRequest

SORTS = {
    "": (gettext_lazy("As they are offered"), ("position", "code")),
    "name": (gettext_lazy("Name"), ("name", "code")),
    "products": (gettext_lazy("Most products"), ("-filed", "code")),
}
# What the form calls each thing a category decides on.
TOPICS = {
    "package": gettext_lazy("packing"),
    "variants": gettext_lazy("variants"),
    "season": gettext_lazy("season"),
    "shelf_life_days": gettext_lazy("keeps for how many days"),
    "dispatch_area": gettext_lazy("sent from"),
    "cold_chain": gettext_lazy("needs a cold chain"),
}
# A tick is never missing: it is asked or it is not.
TICKS = ("cold_chain",)
MOST_PAPERS, MOST_WORDS, LONGEST = 6, 60, 30
GET_OR_POST = ["GET", "HEAD", "POST"]


class LinesField(forms.CharField):
    """Words, one in each line or parted by commas; cleans to a list, each once."""

    def __init__(self, *, most: int, **kwargs: Any) -> None:
        super().__init__(widget=forms.Textarea(attrs={"rows": 4}), required=False, **kwargs)
        self.most = most

    def prepare_value(self, value: Any) -> Any:
        """Show a list line by line."""
        return "\n".join(value) if isinstance(value, list) else value

    def clean(self, value: Any) -> list[str]:  # type: ignore[override]
        """Return the words. Raises: ValidationError for too many, or one too long."""
        text = super().clean(value)
        words = [word.strip() for word in re.split(r"[\n,，、;；]", text)]
        found = list(dict.fromkeys(word for word in words if word))
        if len(found) > self.most:
            raise ValidationError(_("At most %(limit)d of them."), params={"limit": self.most})
        for word in found:
            if len(word) > LONGEST:
                raise ValidationError(
                    _("“%(word)s” is longer than %(limit)d characters."),
                    params={"word": word, "limit": LONGEST},
                )
        return found


class CategoryForm(forms.ModelForm):
    """A category: names, what the form asks for, papers, forbidden words, photos, units."""

    sections: ClassVar = [
        (
            gettext_lazy("The category"),
            ["code", "name", "name_en", "position", "is_active"],
        ),
        (gettext_lazy("What the form asks for"), [f"rule_{topic}" for topic in TOPICS]),
        (gettext_lazy("Papers and words"), ["papers", "forbidden"]),
        (gettext_lazy("Photos and units"), ["min_photos", "photo_hint", "units"]),
    ]
    papers = LinesField(
        most=MOST_PAPERS,
        label=gettext_lazy("papers to attach"),
        help_text=gettext_lazy("One in each line; a submission has one PDF for each."),
    )
    forbidden = LinesField(
        most=MOST_WORDS,
        label=gettext_lazy("forbidden words and claims"),
        help_text=gettext_lazy(
            "One in each line, beyond the superlatives that the law forbids for every product."
        ),
    )
    units = forms.MultipleChoiceField(
        label=gettext_lazy("sold by"),
        choices=SaleUnit.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("Any unit when none is ticked."),
    )

    class Meta:
        model = Category
        fields: ClassVar = [
            "code",
            "name",
            "name_en",
            "position",
            "is_active",
            "papers",
            "forbidden",
            "min_photos",
            "photo_hint",
            "units",
        ]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # A code stands in products, addresses and workbooks.
        self.fields["code"].disabled = bool(self.instance.pk)
        for topic, label in TOPICS.items():
            offered = [
                (rule.value, rule.label)
                for rule in FieldRule
                if topic not in TICKS or rule != FieldRule.REQUIRED
            ]
            self.fields[f"rule_{topic}"] = forms.ChoiceField(
                label=label, choices=offered, initial=self.instance.rule(topic)
            )

    def clean(self) -> dict[str, Any]:
        """Gather the rules of the fields; only what is not the rule is kept."""
        cleaned = super().clean() or self.cleaned_data
        self.instance.fields = {
            topic: cleaned[f"rule_{topic}"]
            for topic in TOPICS
            if cleaned.get(f"rule_{topic}", FieldRule.OPTIONAL) != FieldRule.OPTIONAL
        }
        return cleaned


class CategoryFilter(forms.Form):
    """Filters of the list; they stay in the address."""

    q = forms.CharField(label=gettext_lazy("Name or code"), required=False)
    offered = forms.ChoiceField(
        label=gettext_lazy("Offered"),
        required=False,
        choices=[
            ("", gettext_lazy("All")),
            ("yes", gettext_lazy("Offered")),
            ("no", gettext_lazy("Retired")),
        ],
    )

    def restrict(self, rows: Any) -> Any:
        """Return `rows` narrowed by the filters that are set and understood."""
        self.is_valid()
        data = self.cleaned_data
        if text := data.get("q"):
            rows = rows.filter(
                Q(name__icontains=text) | Q(name_en__icontains=text) | Q(code__icontains=text)
            )
        if data.get("offered"):
            rows = rows.filter(is_active=data["offered"] == "yes")
        return rows


def _asks(row: Category, rule: FieldRule) -> str:
    return listed(label for topic, label in TOPICS.items() if row.rule(topic) == rule)


COLUMNS = (
    Column(gettext_lazy("Code"), 12, lambda row: row.code),
    Column(gettext_lazy("Name"), 16, str),
    Column(
        gettext_lazy("Offered"), 10, lambda row: _("Offered") if row.is_active else _("Retired")
    ),
    Column(gettext_lazy("Asked for"), 30, lambda row: _asks(row, FieldRule.REQUIRED)),
    Column(gettext_lazy("Not asked"), 30, lambda row: _asks(row, FieldRule.HIDDEN)),
    Column(gettext_lazy("Papers to attach"), 30, lambda row: listed(row.papers)),
    Column(gettext_lazy("Forbidden words"), 40, lambda row: listed(row.forbidden)),
    Column(gettext_lazy("Photos at least"), 12, lambda row: row.min_photos),
    Column(
        gettext_lazy("Sold by"),
        24,
        lambda row: listed(SaleUnit(code).label for code in row.units),
    ),
    Column(gettext_lazy("Products filed"), 12, lambda row: row.filed),
    Column(gettext_lazy("Published"), 12, lambda row: row.shown),
)


@require_safe
@only_for(rules.may_keep_categories)
def categories(request: PortalRequest) -> HttpResponse:
    """Every category with what it asks for."""
    form = CategoryFilter(request.GET)
    rows = form.restrict(queries.categories_with_products())
    context = {"filter": form, **page_context(request, rows, sorts=SORTS)}
    context["lines"] = [
        (row, _asks(row, FieldRule.REQUIRED), listed(row.papers)) for row in context["page_obj"]
    ]
    return render(request, "products/categories.html", context)


@require_safe
@only_for(rules.may_keep_categories)
def categories_export(request: PortalRequest) -> HttpResponseBase:
    """The filtered list as a workbook."""
    rows = CategoryFilter(request.GET).restrict(queries.categories_with_products())
    return xlsx_response(_("Product categories"), COLUMNS, rows)


@require_http_methods(GET_OR_POST)
@only_for(rules.may_keep_categories)
def category_new(request: PortalRequest) -> HttpResponse:
    """A category that was not there."""
    form = CategoryForm(request.POST if request.method == "POST" else kept_post(request))
    return _page(request, form, None)


@require_http_methods(GET_OR_POST)
@only_for(rules.may_keep_categories)
def category(request: PortalRequest, code: str) -> HttpResponse:
    """Change a category, or retire it."""
    row = get_object_or_404(queries.categories_with_products(), pk=code)
    typed = request.POST if request.method == "POST" else kept_post(request)
    return _page(request, CategoryForm(typed, instance=row), row)


def _page(request: PortalRequest, form: CategoryForm, row: Category | None) -> HttpResponse:
    if request.method == "POST" and form.is_valid():
        written = domain.write_category(category=form.instance, actor=request.actor)
        messages.success(request, _("“%(category)s” is saved.") % {"category": written})
        return redirect("product-categories")
    return render(request, "products/category.html", {"form": form, "category": row})
