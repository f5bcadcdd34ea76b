"""Forms of export profiles."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from portal.campaigns.models import Campaign
from portal.regions.fields import CountyField
from products.exports.enums import Mode
from products.models import Category
from products.queries import categories, category_choices


class ProfileForm(forms.Form):
    """Which products a receiver gets; what is left open narrows nothing."""

    name = forms.CharField(
        label=_("Name"), max_length=60, help_text=_("For whom or for what, as colleagues say it.")
    )
    mode = forms.ChoiceField(
        label=_("What it sends"),
        choices=Mode.choices,
        initial=Mode.CHANGED,
        widget=forms.RadioSelect,
    )
    campaign = forms.ModelChoiceField(
        label=_("Placed in the campaign"), queryset=None, required=False, empty_label=_("All")
    )
    county = CountyField(required=False)
    category = forms.ChoiceField(label=_("Category"), required=False, choices=category_choices)
    completeness = forms.IntegerField(
        label=_("Complete to at least (%)"),
        help_text=_("0 sends every published product."),
        min_value=0,
        max_value=100,
        initial=0,
    )

    def __init__(self, *args: Any, campaigns: QuerySet[Campaign], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["campaign"].queryset = campaigns  # type: ignore[attr-defined]

    def clean_category(self) -> Category | None:
        """Return the row of the code, or nothing."""
        return categories().get(self.cleaned_data["category"])


class RowFilter(forms.Form):
    """Filters of what an export holds."""

    q = forms.CharField(label=_("Title, pinyin or code"), required=False)
    part = forms.ChoiceField(
        label=_("Part"),
        required=False,
        choices=[("", _("All")), ("sent", _("Sent off")), ("removed", _("Removed"))],
    )

    def restrict(self, rows: Any) -> Any:
        """Return `rows` narrowed by the filters that are set and understood."""
        self.is_valid()
        data = self.cleaned_data
        if data.get("q"):
            rows = rows.filter(submission__words__search=data["q"])
        if data.get("part") == "sent":
            rows = rows.filter(removed_because="")
        elif data.get("part"):
            rows = rows.exclude(removed_because="")
        return rows
