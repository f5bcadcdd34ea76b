"""Forms of the creator matrix."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from creators import queries, rules
from creators.enums import TakeState
from creators.models import Creator, TakeQuerySet
from portal.accounts.actor import Actor
from portal.choosing import Looking
from portal.regions.queries import county_choices
from portal.statements.reading import normalise_external_id
from portal.submissions.choosing import DossierField
from portal.submissions.forms import DossierForm, ReasonForm

if TYPE_CHECKING:
    from portal.accounts.models import User
    from portal.submissions.models import SubmissionQuerySet


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

    def clean_handle(self) -> str:
        """The number as the platform writes it, without the mark before it."""
        return normalise_external_id(self.cleaned_data["handle"]).removeprefix("@")

    def clean(self) -> dict[str, Any]:
        """A verified creator cannot take over the account number of another."""
        cleaned = super().clean()
        handle = cleaned.get("handle")
        if self.instance.verified and handle:
            other = queries.verified_with(handle, but=self.instance)
            if other is not None:
                self.add_error(
                    "handle",
                    _("“%(other)s” is verified with this account number already.")
                    % {"other": f"{other} {other.submission.code}"},
                )
        return cleaned

    @classmethod
    def prefill(cls, actor: Actor) -> dict[str, Any]:
        """Take name and number from the account."""
        if actor.user is None:
            return {}
        return {"name": str(actor.user), "contact_phone": actor.user.phone or ""}


class TaskForm(Looking, forms.Form):
    """A new task."""

    submission = DossierField(
        label=_("Published product, spot or route"),
        help_text=_("Words of its name, its pinyin, or its code."),
    )
    name = forms.CharField(label=_("task name"), max_length=60)
    wishes = forms.CharField(
        label=_("what the work should show"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    due_on = forms.DateField(label=_("hand in by"), widget=forms.DateInput)

    def __init__(self, *args: Any, submissions: SubmissionQuerySet, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["submission"].offer(submissions)  # type: ignore[attr-defined]


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

    def clean(self) -> dict[str, Any]:
        """Link and number name the same work."""
        cleaned = super().clean() or {}
        link, work_id = cleaned.get("link"), cleaned.get("work_id")
        if link and work_id:
            verdict = rules.link_names_work(link, work_id)
            if not verdict:
                self.add_error("work_id", str(verdict.reason))
        return cleaned


class ReturnForm(ReasonForm):
    """Why a work is returned, and which version of it the office saw."""

    seen = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["note"].help_text = _("The creator reads this sentence.")


class TakeFilter(forms.Form):
    """Filters of the list of taken tasks; they stay in the address."""

    q = forms.CharField(label=_("Task or creator"), required=False)
    state = forms.ChoiceField(
        label=_("State"), required=False, choices=[("", _("All")), *TakeState.choices]
    )
    turn = forms.ChoiceField(
        label=_("Whose turn"),
        required=False,
        choices=[
            ("", _("All")),
            ("judge", _("Waiting for the office")),
            ("hand_in", _("Waiting for me")),
        ],
    )

    def rows(self, user: User) -> TakeQuerySet:
        """The taken tasks `user` may see, narrowed by the filters that are set and understood."""
        self.is_valid()
        data = self.cleaned_data
        turns = {"judge": queries.to_judge, "hand_in": queries.to_hand_in}
        rows = turns.get(data.get("turn", ""), queries.takes)(user)
        if data.get("q"):
            words = data["q"].strip()
            rows = rows.filter(Q(task__name__icontains=words) | Q(creator__name__icontains=words))
        if data.get("state"):
            rows = rows.filter(state=data["state"])
        return rows
