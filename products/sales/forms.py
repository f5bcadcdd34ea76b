"""Filters of sales; they stay in the address."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from portal.regions import queries as regions
from portal.regions.fields import CountyField
from products.queries import category_choices
from products.sales.queries import days_between


class DaysFilter(forms.Form):
    """From one day to another, both included."""

    since = forms.DateField(label=_("From"), required=False, widget=forms.DateInput)
    until = forms.DateField(label=_("Until the day"), required=False, widget=forms.DateInput)

    def restrict(self, rows: Any) -> Any:
        """Return `rows` narrowed by the filters that are set and understood."""
        self.is_valid()
        data = self.cleaned_data
        return days_between(rows, data.get("since"), data.get("until"))


class SalesFilter(DaysFilter):
    """The same for the products of many counties."""

    q = forms.CharField(label=_("Name or pinyin"), required=False)
    city = forms.ModelChoiceField(
        label=_("City"), queryset=regions.cities(), required=False, empty_label=_("All")
    )
    county = CountyField(required=False)
    category = forms.ChoiceField(label=_("Category"), required=False, choices=category_choices)

    def restrict(self, rows: Any) -> Any:
        """Return `rows` narrowed by the filters that are set and understood."""
        rows, data = super().restrict(rows), self.cleaned_data
        if data.get("q"):
            rows = rows.filter(product__submission__words__search=data["q"])
        if data.get("city"):
            rows = rows.filter(product__submission__city=data["city"])
        if data.get("county"):
            rows = rows.filter(product__submission__county=data["county"])
        if data.get("category"):
            rows = rows.filter(product__category=data["category"])
        return rows
