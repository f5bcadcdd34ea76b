"""The filters of the auditor's list."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from portal.audit.queries import act_choices, kind_choices


class EntryFilter(forms.Form):
    """Who, what, on what, when; a filter that is not understood is named and left out."""

    who = forms.CharField(
        label=_("Who"),
        required=False,
        help_text=_("Name, user name or mobile number."),
        strip=True,
    )
    act = forms.ChoiceField(label=_("Act"), required=False)
    kind = forms.ChoiceField(label=_("Kind of subject"), required=False)
    subject = forms.CharField(label=_("Number of the subject"), required=False, max_length=40)
    since = forms.DateField(label=_("From day"), required=False)
    until = forms.DateField(label=_("To day"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, known in (("act", act_choices()), ("kind", kind_choices())):
            self.fields[name].choices = [("", _("All")), *known]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Refuse days the wrong way round."""
        cleaned = super().clean() or self.cleaned_data
        since, until = cleaned.get("since"), cleaned.get("until")
        if since and until and since > until:
            self.add_error("until", _("The last day lies before the first: change one of them."))
        return cleaned

    def wanted(self) -> dict[str, Any]:
        """Return the filters that were understood."""
        self.is_valid()
        return {name: value for name, value in self.cleaned_data.items() if value}
