"""Forms of the creator matrix."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from creators.enums import TakeState
from creators.models import Creator
from portal.accounts.actor import Actor
from portal.regions.queries import county_choices
from portal.statements.reading import normalise_external_id
from portal.submissions.forms import DossierForm
from portal.submissions.models import Submission


class CreatorForm(DossierForm):
    """A creator's file; nobody needs a minimum of followers."""

    required_on_submit: ClassVar = ("name", "handle", "county", "topic", "contact_phone")

    class Meta:
        model = Creator
        exclude: ClassVar = ["submission"]
        widgets: ClassVar = {"introduction": forms.Textarea(attrs={"rows": 3})}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["county"].choices = [("", _("Please choose")), *county_choices()]  # type: ignore[attr-defined]

    @classmethod
    def prefill(cls, actor: Actor) -> dict[str, Any]:
        """Take name and number from the account."""
        if actor.user is None:
            return {}
        return {"name": str(actor.user), "contact_phone": actor.user.phone or ""}


class TaskForm(forms.Form):
    """A new task."""

    submission = forms.ModelChoiceField(
        label=_("Published product, spot or route"),
        queryset=None,
        empty_label=_("Please choose"),
    )
    name = forms.CharField(label=_("task name"), max_length=60)
    wishes = forms.CharField(
        label=_("what the work should show"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    due_on = forms.DateField(label=_("hand in by"), widget=forms.DateInput)

    def __init__(self, *args: Any, submissions: QuerySet[Submission], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["submission"].queryset = submissions  # type: ignore[attr-defined]


class WorkForm(forms.Form):
    """Link and number of a finished work."""

    link = forms.URLField(label=_("link to the work"), max_length=300, assume_scheme="https")
    work_id = forms.CharField(
        label=_("number of the work"),
        max_length=40,
        help_text=_("All digits, as in the work's address, for example 7390000000000000017."),
    )

    def clean_work_id(self) -> str:
        """Only digits: reports name the work by exactly these."""
        value = normalise_external_id(self.cleaned_data["work_id"])
        if not value.isdecimal():
            raise forms.ValidationError(_("The number holds only digits."))
        return value


class TakeFilter(forms.Form):
    """Filters of the list of taken tasks; they stay in the address."""

    q = forms.CharField(label=_("Task or creator"), required=False)
    state = forms.ChoiceField(
        label=_("State"), required=False, choices=[("", _("All")), *TakeState.choices]
    )

    def restrict(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        """Return `rows` narrowed by the filters that are set and understood."""
        self.is_valid()
        words, state = self.cleaned_data.get("q", "").strip(), self.cleaned_data.get("state")
        if words:
            rows = rows.filter(Q(task__name__icontains=words) | Q(creator__name__icontains=words))
        return rows.filter(state=state) if state else rows
