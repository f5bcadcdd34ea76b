"""Filters of the harvest calendar."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _

from portal import clock
from products import queries
from products.forms import CatalogueFilter
from products.models import MONTHS

NOW, SOON, ANY = "", "soon", "all"
WHEN = (
    (NOW, _("In season now")),
    (SOON, _("In season in 14 days")),
    (ANY, _("All")),
    *((str(month), label) for month, label in MONTHS),
)


class HarvestFilter(CatalogueFilter):
    """Name, category, county; and when: now without a choice."""

    # The calendar asks for the time once.
    season = None
    when = forms.ChoiceField(label=_("When"), required=False, choices=WHEN)

    def narrow(self, rows: Any) -> Any:
        """Narrow by all but the time."""
        return self.restrict(rows)

    def in_time(self, rows: Any) -> Any:
        """Narrow by the time; what nobody offered means now."""
        self.is_valid()
        wanted = self.cleaned_data.get("when", NOW)
        if wanted == ANY:
            return rows
        if wanted == SOON:
            return rows.filter(queries.season_soon())
        if wanted:
            return rows.filter(queries.season_of_month(int(wanted)))
        return rows.filter(queries.season(clock.today(), of=""))

    def others(self) -> str:
        """The other filters that are set, for the address of a month."""
        self.is_valid()
        data = self.cleaned_data
        names = ("q", "category", "county")
        return urlencode({name: data[name] for name in names if data.get(name)})
