"""Forms of the desk."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from portal.accounts.actor import Actor
from portal.accounts.models import User
from portal.desk import bulk, queries
from portal.desk.models import Letter
from portal.regions.fields import CountyField
from portal.submissions import kinds
from portal.submissions.enums import IN_REVIEW, ReasonCode
from portal.submissions.models import SubmissionQuerySet
from portal.submissions.queries import to_decide
from portal.submissions.reviewing import RemarksForm

LETTER = "letter-"


class DeskFilter(forms.Form):
    """Filters of the queue; they stay in the address."""

    q = forms.CharField(label=_("Title, pinyin or code"), required=False, max_length=60)
    turn = forms.ChoiceField(
        label=_("Whose turn"),
        required=False,
        choices=[("", _("All")), ("me", _("Waiting for me"))],
    )
    kind = forms.ChoiceField(label=_("Kind"), required=False)
    state = forms.ChoiceField(label=_("State"), required=False)
    county = CountyField(required=False)
    reviewer = forms.ChoiceField(label=_("Reviewer"), required=False)
    clock = forms.ChoiceField(
        label=_("Clock"),
        required=False,
        choices=[
            ("", _("All")),
            ("over", _("Red: overdue")),
            ("soon", _("Yellow: due within three working days")),
            ("fine", _("Green: in time")),
        ],
    )
    age = forms.ChoiceField(
        label=_("Submitted"),
        required=False,
        choices=[
            ("", _("All")),
            ("3", _("3 days ago or longer")),
            ("7", _("7 days ago or longer")),
            ("30", _("30 days ago or longer")),
        ],
    )

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.actor = actor
        every = ("", _("All"))
        in_review = [(state.value, state.label) for state in IN_REVIEW]
        choices: dict[str, Any] = {
            "kind": [every, *((kind.code, kind.label) for kind in kinds.every())],
            "state": [every, *in_review],
            "reviewer": cache(lambda: [every, ("none", _("Nobody yet")), *_reviewer_choices()]),
        }
        for name, offered in choices.items():
            self.fields[name].choices = offered  # type: ignore[attr-defined]
        if not actor.sees_province:
            del self.fields["reviewer"]
            del self.fields["county"]

    def restrict(self, rows: SubmissionQuerySet) -> SubmissionQuerySet:
        """Return `rows` narrowed by the filters that are set and understood."""
        self.is_valid()
        narrow: dict[str, Callable[[SubmissionQuerySet, str], SubmissionQuerySet]] = {
            "q": lambda rows, text: rows.matching(text),
            "turn": lambda rows, _me: self._waiting(rows),
            "kind": lambda rows, code: rows.filter(kind=code),
            "state": lambda rows, state: rows.filter(state=state),
            "county": lambda rows, code: rows.filter(county=code),
            "reviewer": lambda rows, who: rows.filter(
                **({"reviewer__isnull": True} if who == "none" else {"reviewer": who})
            ),
            "clock": queries.by_clock,
            "age": lambda rows, days: queries.waiting_since(rows, int(days)),
        }
        for name, value in self.cleaned_data.items():
            if value:
                rows = narrow[name](rows, value)
        return rows

    def _waiting(self, rows: SubmissionQuerySet) -> SubmissionQuerySet:
        """What waits for the reader: of a county most of it, of the province a small part."""
        rows = to_decide(rows, self.actor)
        return queries.few_in_order(rows) if self.actor.sees_province else rows


def _reviewer_choices() -> list[tuple[str, str]]:
    return [(str(pk), name) for pk, name in queries.names_of_reviewers()]


class ReviewForm(RemarksForm):
    """Field by field: fine, or a reason with a letter's words or one's own; and a general word.

    Choosing a letter is enough: its words are the remark unless other words are typed.
    """

    def __init__(self, *args: Any, letters: QuerySet[Letter], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.letters = {f"{LETTER}{row.pk}": row for row in letters}
        groups = [
            (
                code.label,
                [
                    (code.value, _("%(reason)s: in my own words") % {"reason": code.label}),
                    *((key, row.text) for key, row in self.letters.items() if row.reason == code),
                ],
            )
            for code in ReasonCode
        ]
        self.offer_reasons([("", _("No remark")), *groups])

    def clean(self) -> dict[str, Any]:
        """Take the words and the reason of a chosen letter; the rest as in a return."""
        for name in self.names:
            letter = self.letters.get(self.cleaned_data.get(f"reason-{name}", ""))
            if letter is not None:
                self.cleaned_data[f"reason-{name}"] = letter.reason
                self.cleaned_data[f"text-{name}"] = (
                    self.cleaned_data.get(f"text-{name}") or letter.text
                )
        return super().clean()

    def is_silent(self) -> bool:
        """True when nothing is marked and nothing written, whatever `is_valid` says."""
        return not any(self.data.get(name) for name in self.fields)


class BulkForm(forms.Form):
    """What is to be done with many dossiers."""

    act = forms.ChoiceField(label=_("What to do"), choices=[])
    reviewer = forms.ModelChoiceField(label=_("Reviewer"), queryset=None, required=False)
    note = forms.CharField(
        label=_("What to correct"),
        help_text=_("The applicants read this sentence."),
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, *args: Any, actor: Actor, act: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["act"].choices = list(bulk.acts_of(actor).items())  # type: ignore[attr-defined]
        self.fields["act"].widget = forms.HiddenInput()
        if act == "assign":
            self.fields["reviewer"].queryset = queries.reviewers()  # type: ignore[attr-defined]
            self.fields["reviewer"].required = True
        else:
            del self.fields["reviewer"]
        if act == "return":
            self.fields["note"].required = True
        else:
            del self.fields["note"]


class InterestForm(forms.Form):
    """Why one may not decide."""

    reason = forms.CharField(
        label=_("What connects you with it"),
        help_text=_("For example: a relative owns the firm. Only the record and auditors show it."),
        max_length=200,
    )


class LetterForm(forms.ModelForm):
    """A template's reason and words."""

    class Meta:
        model = Letter
        fields = ("reason", "text", "is_active")
        widgets = {"text": forms.Textarea(attrs={"rows": 3})}  # noqa: RUF012


class StandInForm(forms.Form):
    """Who stands in, and when."""

    deputy = forms.ModelChoiceField(
        label=_("Stand-in"), queryset=None, empty_label=_("Please choose")
    )
    first_day = forms.DateField(label=_("First day"), widget=forms.DateInput)
    last_day = forms.DateField(label=_("Last day"), widget=forms.DateInput)

    def __init__(self, *args: Any, colleagues: QuerySet[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["deputy"].queryset = colleagues  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """The days stand in their order."""
        cleaned = super().clean() or {}
        first, last = cleaned.get("first_day"), cleaned.get("last_day")
        if first and last and last < first:
            self.add_error("last_day", _("The last day is before the first day."))
        return cleaned


class HandOverForm(forms.Form):
    """Who takes over."""

    successor = forms.ModelChoiceField(
        label=_("Successor"), queryset=None, empty_label=_("Please choose")
    )

    def __init__(self, *args: Any, colleagues: QuerySet[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["successor"].queryset = colleagues  # type: ignore[attr-defined]
