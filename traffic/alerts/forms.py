"""Forms of alerts."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from portal.regions.fields import CountyField
from traffic.alerts.enums import AlertState, Kind


class AlertFilter(forms.Form):
    """Filters of the list of alerts; what has ended is left out unless it is asked for."""

    state = forms.ChoiceField(
        label=_("State"), required=False, choices=[("", _("Not ended")), *AlertState.choices]
    )
    kind = forms.ChoiceField(
        label=_("Kind"), required=False, choices=[("", _("All")), *Kind.choices]
    )
    county = CountyField(required=False)

    def restrict(self, rows: Any) -> Any:
        """Return `rows` narrowed by the filters that are set and understood."""
        self.is_valid()
        data = self.cleaned_data
        for name in ("state", "kind", "county"):
            if data.get(name):
                rows = rows.filter(**{name: data[name]})
        return rows if data.get("state") else rows.filter(ended_on=None)


class AcknowledgeForm(forms.Form):
    """What is done about it."""

    note = forms.CharField(
        label=_("What is done about it"),
        max_length=200,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("For example: The platform raises the budget from tomorrow on."),
    )


class SnoozeForm(forms.Form):
    """Until when it sleeps, and why."""

    until = forms.DateField(
        label=_("Comes back on"),
        widget=forms.DateInput,
        help_text=_("From tomorrow on, within the next 60 days."),
    )
    note = forms.CharField(
        label=_("Note"),
        max_length=200,
        required=False,
        help_text=_("For example: The report was announced for Thursday."),
    )
