"""The form of a campaign."""

from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from portal.campaigns.models import Action, Campaign


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
