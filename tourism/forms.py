"""Forms of spots and routes."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import zip_longest
from typing import TYPE_CHECKING, Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from portal import clock
from portal.files.fields import FilesField
from portal.files.models import FileKind
from portal.regions.fields import CountyField
from portal.submissions.forms import DossierForm, PublicFilter
from portal.submissions.models import SubmissionQuerySet
from portal.submissions.queries import place_of
from tourism import domain, queries
from tourism.enums import SpotCategory
from tourism.fields import StopField, TownField
from tourism.models import Route, Spot

if TYPE_CHECKING:
    from portal.regions.models import Town

STOPS = 6
# A route needs this many stops before it can be submitted.
STOPS_NEEDED = 3


class SpotForm(DossierForm):
    """Everything a spot's dossier holds."""

    required_on_submit: ClassVar = (
        "name",
        "category",
        "town",
        "address",
        "description",
        "opening_hours",
        "contact_name",
        "contact_phone",
        "photos",
    )
    sections: ClassVar = [
        (_("The spot"), ["name", "category", "description", "photos"]),
        (_("Visiting"), ["town", "address", "opening_hours", "transport", "capacity"]),
        (_("Closed for a time"), ["closed_until", "closed_because"]),
        (_("Papers and contact"), ["certificates", "contact_name", "contact_phone"]),
    ]
    photos = FilesField(
        kind=FileKind.PHOTO,
        max_files=6,
        label=_("photos"),
        help_text=_("1 to 6 photos of the place as visitors find it."),
    )
    certificates = FilesField(
        kind=FileKind.PDF,
        max_files=6,
        label=_("certificates"),
        help_text=_("Licence or safety certificate as PDF, where one is needed."),
    )

    class Meta:
        model = Spot
        exclude: ClassVar = ["submission"]
        widgets: ClassVar = {
            "description": forms.Textarea(attrs={"rows": 5}),
            "closed_until": forms.DateInput,
        }
        field_classes: ClassVar = {"town": TownField}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # As the dossier will be filed, or as it stands.
        county = place_of(self.actor).get("county") if self.actor else None
        if self.instance.pk:
            county = self.instance.submission.county
        town: Any = self.fields["town"]
        town.offer(county=county, kept=self.instance.town_id, read=self.shared)

    @classmethod
    def read_shared(cls) -> dict[str, Town]:
        """Return the towns."""
        return queries.towns()

    def _get_validation_exclusions(self) -> set[str]:
        """Leave the town to its field, which has read it: no query for each row of a sheet."""
        return {*super()._get_validation_exclusions(), "town"}

    def clean(self) -> dict[str, Any]:
        """A closed spot says until when and why; a closing begins no earlier than today.

        A day that stood there before and is over now does no harm: the spot is open again.
        """
        cleaned = super().clean()
        until, because = cleaned.get("closed_until"), cleaned.get("closed_because")
        if until and not because:
            self.add_error("closed_because", _("Say why: visitors read it."))
        if because and not until:
            self.add_error("closed_until", _("Say until when: visitors read it."))
        if until and until < clock.today() and until != self.instance.closed_until:
            self.add_error("closed_until", _("This day is over: give today or a later day."))
        return cleaned


class RouteForm(DossierForm):
    """A route and its ordered stops."""

    required_on_submit: ClassVar = ("name", "days", "description", "stop1", "stop2", "stop3")
    sections: ClassVar = [
        (_("The route"), ["name", "days", "theme", "description"]),
        (_("Stops in order"), [f"stop{n}" for n in range(1, STOPS + 1)]),
    ]
    as_one: ClassVar = tuple(f"stop{n}" for n in range(1, STOPS + 1))

    class Meta:
        model = Route
        exclude: ClassVar = ["submission"]
        widgets: ClassVar = {"description": forms.Textarea(attrs={"rows": 4})}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        stops = list(self.instance.stops.all()) if self.instance.pk else []
        offered = queries.spots_for_route(kept=[stop.spot_id for stop in stops])
        for number in range(1, STOPS + 1):
            name = f"stop{number}"
            field = StopField(
                number=number,
                label=_("Stop %(n)d") % {"n": number},
                queryset=offered,
                required=self.complete and number <= STOPS_NEEDED,
                empty_label=_("Please choose"),
            )
            field.asked = number <= STOPS_NEEDED  # type: ignore[attr-defined]
            self.fields[name] = field
            if number <= len(stops):
                self.initial[name] = stops[number - 1].spot_id

    def chosen(self) -> list[Spot]:
        """The stops of a valid form in their order."""
        named = [self.cleaned_data.get(f"stop{n}") for n in range(1, STOPS + 1)]
        return [spot for spot in named if spot is not None]

    def clean(self) -> dict[str, Any]:
        """Every stop once, and none left out between two: they move up as they will stand."""
        cleaned = super().clean()
        seen: set[int] = set()
        for number in range(1, STOPS + 1):
            spot = cleaned.get(f"stop{number}")
            if spot is not None and spot.pk in seen:
                self.add_error(f"stop{number}", _("This stop is on the route already."))
            elif spot is not None:
                seen.add(spot.pk)
        if not self.errors.keys() & set(self.as_one):
            cleaned |= dict(zip_longest(self.as_one, self.chosen()))
        return cleaned

    @classmethod
    def write_parts(cls, forms: Sequence[Any]) -> None:
        """Write the stops of each route in their order."""
        for form in forms:
            domain.set_stops(route=form.instance, spots=form.chosen())


class RouteFilter(forms.Form):
    """Filters of the public list of routes."""

    q = forms.CharField(label=_("Name or pinyin"), required=False)
    county = CountyField(required=False)

    def restrict(self, rows: SubmissionQuerySet) -> SubmissionQuerySet:
        """Return `rows` narrowed by the filters that are set and understood."""
        self.is_valid()
        if q := self.cleaned_data.get("q"):
            rows = rows.matching(q)
        if county := self.cleaned_data.get("county"):
            rows = rows.filter(county=county)
        return rows


class PlaceFilter(PublicFilter):
    """Filters of the public list of spots."""

    categories = SpotCategory.choices
