"""The filter above the list of work."""

from django import forms
from django.utils.translation import gettext_lazy as _

from portal.jobs.models import WorkState
from portal.jobs.queries import OWN

OPEN = ""


class WorkFilter(forms.Form):
    """Which work to show; without a choice what needs a look: parked and running."""

    state = forms.ChoiceField(
        label=_("State"),
        required=False,
        choices=[
            (OPEN, _("Parked and running")),
            (OWN, _("What I asked for")),
            *WorkState.choices,
        ],
    )

    def wanted(self) -> str:
        """The state that was asked for; what nobody offered counts as no choice."""
        return self.cleaned_data.get("state", OPEN) if self.is_valid() else OPEN
