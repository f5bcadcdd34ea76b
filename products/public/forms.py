"""Filters of the public catalogue that brands add."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from portal import clock
from portal.qualifications.enums import BRANDS, PaperKind
from portal.qualifications.rules import bearing
from products.brands import queries as brands
from products.forms import CatalogueFilter

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from portal.accounts.models import User

# A full stop stands in no brand's address, so neither can be taken for the other.
NUMBER = "number."


class BrandedFilter(CatalogueFilter):
    """Name, category, county, season; and whose brand it bears.

    The address says `brand=` with a regional brand's code, or `number.yue` and its like for those
    who hold a brand number of that kind today.
    """

    brand = forms.ChoiceField(label=_("Brand"), required=False)

    def __init__(self, *args: Any, user: User | AnonymousUser, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        numbers = [(f"{NUMBER}{kind.value}", kind.label) for kind in BRANDS]
        field: Any = self.fields["brand"]
        field.choices = [
            ("", _("All")),
            (_("Brand numbers"), numbers),
            (_("Regional brands"), brands.choices(user)),
        ]

    def restrict(self, rows: Any) -> Any:
        """Return `rows` narrowed by the filters that are set and understood."""
        rows = super().restrict(rows)
        wanted = self.cleaned_data.get("brand")
        if not wanted:
            return rows
        if wanted.startswith(NUMBER):
            kind = PaperKind(wanted.removeprefix(NUMBER))
            return rows.filter(bearing(kind, clock.today(), of="submission"))
        return rows.filter(brands.bearing(wanted))
