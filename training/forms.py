"""Forms of training."""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.regions.fields import CountyField
from portal.regions.models import County
from portal.regions.queries import counties
from portal.submissions.forms import ReasonForm
from portal.templatetags.figures import datetime_text
from training.models import ClassSession, Course


class CourseForm(forms.ModelForm):
    """A new course."""

    class Meta:
        model = Course
        fields: ClassVar = ["name", "field", "summary"]
        labels: ClassVar = {"field": gettext_lazy("field of the talent plan")}
        widgets: ClassVar = {"summary": forms.Textarea(attrs={"rows": 4})}

    def validate_unique(self) -> None:
        """Leave it to the act, which knows the course that a double click has just made."""


class _ArrangementForm(forms.ModelForm):
    """When and where a class is, and who teaches."""

    class Meta:
        model = ClassSession
        fields: ClassVar = ["starts_at", "ends_at", "place", "teacher"]
        widgets: ClassVar = {
            "starts_at": forms.DateTimeInput,
            "ends_at": forms.DateTimeInput,
        }

    def clean(self) -> dict[str, Any]:
        """Say beside the end that it lies before the beginning."""
        cleaned = super().clean() or {}
        starts_at, ends_at = cleaned.get("starts_at"), cleaned.get("ends_at")
        if starts_at and ends_at and ends_at <= starts_at:
            self.add_error("ends_at", _("The class ends before it begins."))
        return cleaned


class ChangeForm(_ArrangementForm):
    """What may change of a planned class; everyone enrolled is told.

    The version its reader saw goes with the fields, so that it outlives an ended session too.
    """

    seen = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def show_present(self, session: ClassSession) -> None:
        """Say beside each field what stands there now, and let the next click know of it."""
        for name in self.Meta.fields:
            present = getattr(session, name)
            if name in self.cleaned_data and self.cleaned_data[name] != present:
                said = datetime_text(present) if isinstance(present, datetime) else present
                self.add_error(name, _("It says “%(value)s” now.") % {"value": said})
        self.data = self.data.copy()
        self.data["seen"] = str(session.version)


class SessionForm(_ArrangementForm):
    """A new class with its seats."""

    county_seats = forms.CharField(
        label=gettext_lazy("seats kept for counties"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=gettext_lazy(
            "One county a line: code or name, a blank, number of seats. Example: 440232 10"
        ),
    )

    class Meta(_ArrangementForm.Meta):
        fields: ClassVar = [*_ArrangementForm.Meta.fields, "seats", "release_on"]

    def clean_county_seats(self) -> dict[County, int]:
        """Return seats by county; every wrong line is named."""
        found: dict[County, int] = {}
        wrong: list[str] = []
        for line in self.cleaned_data["county_seats"].splitlines():
            if not line.strip():
                continue
            try:
                county, seats = _county_and_seats(line)
            except ValueError as error:
                wrong.append(str(error))
                continue
            if county in found:
                wrong.append(_("%(county)s stands twice.") % {"county": county.name})
            found[county] = seats
        if wrong:
            raise forms.ValidationError(wrong)
        return found

    def clean(self) -> dict[str, Any]:
        """The counties' seats are not more than there are."""
        cleaned = super().clean() or {}
        kept = cleaned.get("county_seats") or {}
        if cleaned.get("seats") and sum(kept.values()) > cleaned["seats"]:
            self.add_error("county_seats", _("The counties' seats are more than the class has."))
        return cleaned


def _county_and_seats(line: str) -> tuple[County, int]:
    """Read one line. Raises: ValueError with the sentence for the reader."""
    words = line.split()
    if len(words) != 2 or not words[1].isdecimal() or int(words[1]) < 1:
        raise ValueError(
            _("“%(line)s” is not a county and a number of seats.") % {"line": line.strip()}
        )
    rows = list(counties().filter(code=words[0]) or counties().filter(name=words[0]))
    if len(rows) != 1:
        raise ValueError(
            _("“%(word)s” names no single county: use its 6-digit code.") % {"word": words[0]}
        )
    return rows[0], int(words[1])


class RemoveForm(ReasonForm):
    """Why the office cancels an enrolment, and which version of it the office saw."""

    seen = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["note"].help_text = gettext_lazy("The trainee reads this sentence.")


class EnrolForm(forms.Form):
    """Where the trainee comes from."""

    county = CountyField(label=gettext_lazy("I come from"), empty=gettext_lazy("Please choose"))

    def clean_county(self) -> County:
        """Return the county's row."""
        return counties().get(pk=self.cleaned_data["county"])


class TraineeFilter(forms.Form):
    """Which trainees to show; all who have a seat or had one without a choice."""

    part = forms.ChoiceField(
        label=gettext_lazy("Show only"),
        required=False,
        choices=[("", gettext_lazy("Enrolled")), ("trained", gettext_lazy("Trained already"))],
    )

    def wanted(self) -> str:
        """The part that was asked for; what nobody offered counts as no choice."""
        return self.cleaned_data.get("part") or "enrolled" if self.is_valid() else "enrolled"
