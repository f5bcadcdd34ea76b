"""The form of a campaign, and the filter of what campaigns bring about."""

from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from portal.campaigns.models import Action, Campaign
from portal.campaigns.queries import every
from portal.regions import queries as regions
from portal.regions.fields import CountyField
from portal.stages import By, Cut


class CampaignForm(forms.ModelForm):
    """A new campaign."""

    class Meta:
        model = Campaign
        fields: ClassVar = ["name", "code", "action", "first_day", "last_day"]
        help_texts: ClassVar = {
            "code": _("Short, in Latin letters, for addresses: for example harvest-2023.")
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["action"].choices = [("", _("Please choose")), *Action.choices]  # type: ignore[attr-defined]

    def validate_unique(self) -> None:
        """Left to the act, which knows this form's own first click from somebody else's code."""


class CutFilter(forms.Form):
    """What figures of the programme are narrowed to: by action, campaign, place and days.

    `is_own`: the reader sees nothing but the own dossiers, which stand in one place.
    """

    OF_REGIONS = ("action", "city", "county")

    action = forms.ChoiceField(
        label=_("Action"), required=False, choices=[("", _("All")), *Action.choices]
    )
    campaign = forms.ModelChoiceField(
        label=_("Campaign"),
        queryset=every(),
        to_field_name="code",
        required=False,
        empty_label=_("All"),
    )
    city = forms.ModelChoiceField(
        label=_("City"), queryset=regions.cities(), required=False, empty_label=_("All")
    )
    county = CountyField(required=False)
    since = forms.DateField(label=_("From the day"), required=False, widget=forms.DateInput)
    until = forms.DateField(label=_("Until the day"), required=False, widget=forms.DateInput)

    def __init__(self, *args: Any, is_own: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if is_own:
            for name in self.OF_REGIONS:
                del self.fields[name]

    def clean(self) -> dict[str, Any]:
        """The days run forward."""
        cleaned = super().clean() or {}
        since, until = cleaned.get("since"), cleaned.get("until")
        if since and until and until < since:
            self.add_error("until", _("The last day lies before the first."))
        return cleaned

    def cut(self, by: By = By.COUNTY) -> Cut:
        """What is asked for; filters that are not understood are left out."""
        self.is_valid()
        data = self.cleaned_data
        campaign, city = data.get("campaign"), data.get("city")
        return Cut(
            by=by,
            action=data.get("action") or "",
            campaign=campaign.code if campaign else "",
            city=city.pk if city else "",
            county=data.get("county") or "",
            dossier=data.get("dossier") or "",
            since=data.get("since"),
            until=data.get("until"),
        )
