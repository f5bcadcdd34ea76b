"""Forms of keys and of the log of webhooks."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from portal import clock
from portal.accounts import queries as people
from portal.api.enums import DeliveryState, Event, KeyState, Scope
from portal.regions import queries as regions

USUAL_DAYS = 180


class KeyForm(forms.Form):
    """Who gets a key, for what, where and until when."""

    name = forms.CharField(
        label=_("Name"), max_length=60, help_text=_("Which system uses it, as its people call it.")
    )
    owner = forms.CharField(
        label=_("Acts for"),
        max_length=150,
        help_text=_("User name or mobile number of the platform client, official or staff member."),
    )
    scopes = forms.MultipleChoiceField(
        label=_("What it may do"), choices=Scope.choices, widget=forms.CheckboxSelectMultiple
    )
    county: Any = forms.ModelChoiceField(
        None,
        label=_("County-level unit"),
        required=False,
        help_text=_("An official's key is bound to the official's county or city."),
    )
    city: Any = forms.ModelChoiceField(None, label=_("City"), required=False)
    expires_on = forms.DateField(
        label=_("Valid until"),
        help_text=_("The day itself included; at most a year from now."),
        widget=forms.DateInput(),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        county: Any = self.fields["county"]
        city: Any = self.fields["city"]
        city.queryset, city.empty_label = regions.cities(), "—"
        county.queryset = regions.counties()
        county.choices = [("", "—"), *regions.county_choices()]
        # Real time: a key is security, not programme.
        today = timezone.now().astimezone(clock.SHANGHAI).date()
        self.fields["expires_on"].initial = today + timedelta(days=USUAL_DAYS)

    def clean_owner(self) -> Any:
        """The account that is meant."""
        person = people.person_by_login(self.cleaned_data["owner"])
        if person is None:
            raise forms.ValidationError(_("There is no account of this name or number."))
        return person

    def clean(self) -> dict[str, Any]:
        """One region at most; the day becomes the moment it is over."""
        data = super().clean() or {}
        if data.get("county") and data.get("city"):
            self.add_error("city", _("A key is bound to one county, one city or neither."))
        if day := data.pop("expires_on", None):
            data["expires_at"] = clock.end_of(day)
        return data


class KeyFilter(forms.Form):
    """What narrows the list of keys."""

    q = forms.CharField(label=_("Name or first characters"), required=False)
    state = forms.ChoiceField(
        label=_("State"), required=False, choices=[("", _("All")), *KeyState.choices]
    )


class DeliveryFilter(forms.Form):
    """What narrows the log of webhooks."""

    q = forms.CharField(label=_("Address or code"), required=False)
    state = forms.ChoiceField(
        label=_("State"), required=False, choices=[("", _("All")), *DeliveryState.choices]
    )
    event = forms.ChoiceField(
        label=_("Event"), required=False, choices=[("", _("All")), *Event.choices]
    )
