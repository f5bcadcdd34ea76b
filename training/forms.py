"""Forms of training."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.regions.models import County
from portal.regions.queries import counties, county_choices
from training.models import ClassSession, Course


class CourseForm(forms.ModelForm):
    """A new course."""

    class Meta:
        model = Course
        fields: ClassVar = ["name", "field", "summary"]
        labels: ClassVar = {"field": gettext_lazy("field of the talent plan")}
        widgets: ClassVar = {"summary": forms.Textarea(attrs={"rows": 4})}


class ChangeForm(forms.ModelForm):
    """What may change of a planned class; everyone enrolled is told."""

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


class SessionForm(ChangeForm):
    """A new class with its seats."""

    county_seats = forms.CharField(
        label=gettext_lazy("seats kept for counties"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=gettext_lazy(
            "One county a line: code or name, a blank, number of seats. Example: 440232 10"
        ),
    )

    class Meta(ChangeForm.Meta):
        fields: ClassVar = [*ChangeForm.Meta.fields, "seats", "release_on"]

    def clean_county_seats(self) -> dict[County, int]:
        """Return seats by county; each wrong line is named."""
        found: dict[County, int] = {}
        for line in self.cleaned_data["county_seats"].splitlines():
            if not line.strip():
                continue
            words = line.split()
            if len(words) != 2 or not words[1].isdecimal() or int(words[1]) < 1:
                raise forms.ValidationError(
                    _("“%(line)s” is not a county and a number of seats.") % {"line": line}
                )
            rows = list(counties().filter(code=words[0]) or counties().filter(name=words[0]))
            if len(rows) != 1:
                raise forms.ValidationError(
                    _("“%(word)s” names no single county: use its 6-digit code.")
                    % {"word": words[0]}
                )
            if rows[0] in found:
                raise forms.ValidationError(
                    _("%(county)s stands twice.") % {"county": rows[0].name}
                )
            found[rows[0]] = int(words[1])
        return found

    def clean(self) -> dict[str, Any]:
        """The counties' seats are not more than there are."""
        cleaned = super().clean() or {}
        kept = cleaned.get("county_seats") or {}
        if cleaned.get("seats") and sum(kept.values()) > cleaned["seats"]:
            self.add_error("county_seats", _("The counties' seats are more than the class has."))
        return cleaned


class EnrolForm(forms.Form):
    """Where the trainee comes from."""

    county = forms.ChoiceField(label=gettext_lazy("I come from"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["county"].choices = [  # type: ignore[attr-defined]
            ("", gettext_lazy("Please choose")),
            *county_choices(),
        ]

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
