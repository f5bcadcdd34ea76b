"""Forms of calls and sessions."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import TYPE_CHECKING, Any, ClassVar

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.regions.fields import CountyField
from portal.submissions.forms import ReasonForm
from products.calls import queries
from products.calls.enums import EntryState
from products.calls.live import Place
from products.calls.models import LONGEST_SLOT, Call, LiveSession

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from portal.regions.models import County
    from products.calls.models import Entry
    from products.calls.order import Line

MOST_UNITS = 9_999_999


class _OfCampaignForm(forms.ModelForm):
    """What is planned for a campaign that is not over."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["campaign"]
        field.queryset = queries.campaigns()  # type: ignore[attr-defined]
        field.empty_label = gettext_lazy("Please choose")  # type: ignore[attr-defined]


class CallForm(_OfCampaignForm):
    """A new call."""

    class Meta:
        model = Call
        fields: ClassVar = ["campaign", "name", "asks", "opens", "closes", "quota"]
        widgets: ClassVar = {"asks": forms.Textarea(attrs={"rows": 4})}

    def clean(self) -> dict[str, Any]:
        """Say beside the deadline what is wrong with it."""
        cleaned = super().clean() or {}
        opens, closes, campaign = (cleaned.get(name) for name in ("opens", "closes", "campaign"))
        if opens and closes and closes < opens:
            self.add_error("closes", _("The last day lies before the first."))
        elif closes and campaign and closes > campaign.last_day:
            self.add_error("closes", _("The campaign is over by then."))
        return cleaned

    def validate_unique(self) -> None:
        """Left to the act, which knows this form's own first click from somebody else's name."""


class SuggestForm(forms.Form):
    """How many places are to be spread over the counties."""

    total = forms.IntegerField(
        label=gettext_lazy("Spread so many places by the number of published products"),
        min_value=1,
        max_value=99_999,
        required=False,
    )


class QuotasForm(forms.Form):
    """The number for every county, and a field for each county that may say another."""

    quota = forms.IntegerField(
        label=gettext_lazy("products per county"),
        min_value=0,
        max_value=999,
        help_text=gettext_lazy("For every county whose own field below is empty."),
    )

    def __init__(self, *args: Any, counties: Iterable[County], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.counties = list(counties)
        for county in self.counties:
            self.fields[f"q-{county.pk}"] = forms.IntegerField(
                label=county.name, min_value=0, max_value=999, required=False
            )

    def own(self) -> dict[County, int]:
        """Numbers of single counties."""
        found = {county: self.cleaned_data.get(f"q-{county.pk}") for county in self.counties}
        return {county: number for county, number in found.items() if number is not None}


class CallFilter(forms.Form):
    """Filters of the list of calls."""

    when = forms.ChoiceField(
        label=gettext_lazy("When"),
        required=False,
        choices=[
            ("", gettext_lazy("All")),
            (queries.OPEN, gettext_lazy("Open now")),
            (queries.AHEAD, gettext_lazy("Still ahead")),
            (queries.OVER, gettext_lazy("Over")),
        ],
    )

    def restrict(self, rows: QuerySet[Call]) -> QuerySet[Call]:
        """Narrow by what is set and understood."""
        self.is_valid()
        return queries.by_time(rows, self.cleaned_data.get("when", ""))


class EntryFilter(forms.Form):
    """Filters of the entries of a call."""

    q = forms.CharField(label=gettext_lazy("Name or pinyin"), required=False)
    county = CountyField(required=False)
    state = forms.ChoiceField(
        label=gettext_lazy("State"),
        required=False,
        choices=[("", gettext_lazy("All")), *EntryState.choices],
    )

    def restrict(self, rows: QuerySet[Entry]) -> QuerySet[Entry]:
        """Narrow by what is set and understood."""
        self.is_valid()
        data = self.cleaned_data
        if data.get("q"):
            rows = rows.filter(product__submission__words__search=data["q"])
        exact = {name: data[name] for name in ("county", "state") if data.get(name)}
        return rows.filter(**exact)


class AddFilter(EntryFilter):
    """Filters of what may be added to a running order: all of it is selected."""

    state = None


class DecideForm(forms.Form):
    """Why the chosen products are not selected, or what the office says of its choice."""

    note = forms.CharField(
        label=gettext_lazy("Reason"),
        help_text=gettext_lazy("The county reads this sentence; what is not selected needs one."),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )


class LiveSessionForm(_OfCampaignForm):
    """A new live session."""

    class Meta:
        model = LiveSession
        fields: ClassVar = [
            "campaign",
            "name",
            "starts_at",
            "ends_at",
            "host",
            "channel",
            "place",
        ]
        widgets: ClassVar = {"starts_at": forms.DateTimeInput, "ends_at": forms.DateTimeInput}

    def clean(self) -> dict[str, Any]:
        """Say beside the end that it lies before the beginning."""
        cleaned = super().clean() or {}
        starts_at, ends_at = cleaned.get("starts_at"), cleaned.get("ends_at")
        if starts_at and ends_at and ends_at <= starts_at:
            self.add_error("ends_at", _("The session ends before it begins."))
        return cleaned


class ChangeSessionForm(LiveSessionForm):
    """What may change of a session; its campaign stays. The version seen goes with the fields."""

    seen = forms.IntegerField(required=False, widget=forms.HiddenInput)

    class Meta(LiveSessionForm.Meta):
        fields: ClassVar = ["name", "starts_at", "ends_at", "host", "channel", "place"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super(_OfCampaignForm, self).__init__(*args, **kwargs)


class CancelForm(ReasonForm):
    """Why a session does not take place."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["note"].help_text = gettext_lazy("The counties read this sentence.")


class SessionFilter(forms.Form):
    """Filters of the list of sessions."""

    campaign = forms.ModelChoiceField(
        label=gettext_lazy("Campaign"),
        queryset=None,
        required=False,
        empty_label=gettext_lazy("All"),
        to_field_name="code",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["campaign"].queryset = queries.campaigns_with_sessions()  # type: ignore[attr-defined]

    def restrict(self, rows: QuerySet[LiveSession]) -> QuerySet[LiveSession]:
        """Narrow by what is set and understood."""
        self.is_valid()
        campaign = self.cleaned_data.get("campaign")
        return rows.filter(campaign=campaign) if campaign else rows


class OrderForm(forms.Form):
    """A running order: for each product its number, minutes, units and price, or out."""

    def __init__(self, *args: Any, order: list[Line], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.order = order
        for line in order:
            self._add(line)

    def _add(self, line: Line) -> None:
        slot, name = line.slot, line.product.name
        self.fields[f"order-{slot.entry_id}"] = forms.IntegerField(
            label=_("Number of %(product)s") % {"product": name},
            min_value=0,
            max_value=9999,
            initial=slot.position,
        )
        self.fields[f"minutes-{slot.entry_id}"] = forms.IntegerField(
            label=_("Minutes of %(product)s") % {"product": name},
            min_value=1,
            max_value=LONGEST_SLOT,
            initial=slot.minutes,
        )
        self.fields[f"units-{slot.entry_id}"] = forms.IntegerField(
            label=_("Units reserved of %(product)s") % {"product": name},
            min_value=0,
            max_value=MOST_UNITS,
            initial=slot.units,
        )
        self.fields[f"price-{slot.entry_id}"] = forms.DecimalField(
            label=_("Session price of %(product)s") % {"product": name},
            min_value=Decimal("0.01"),
            max_digits=10,
            decimal_places=2,
            required=False,
            initial=slot.price,
        )
        self.fields[f"out-{slot.entry_id}"] = forms.BooleanField(
            label=_("Take %(product)s out") % {"product": name}, required=False
        )

    def rows(self) -> list[dict[str, Any]]:
        """Each line with its fields, for the table."""
        return [
            {
                "line": line,
                **{
                    name: self[f"{name}-{line.slot.entry_id}"]
                    for name in ("order", "minutes", "units", "price", "out")
                },
            }
            for line in self.order
        ]

    def places(self) -> list[Place]:
        """The running order that was asked for; equal numbers stay as they stood."""
        data = self.cleaned_data
        kept = [line.slot for line in self.order if not data[f"out-{line.slot.entry_id}"]]
        return [
            Place(
                slot.entry_id,
                data[f"minutes-{slot.entry_id}"],
                data[f"units-{slot.entry_id}"],
                data[f"price-{slot.entry_id}"],
            )
            for slot in sorted(
                kept, key=lambda slot: (data[f"order-{slot.entry_id}"], slot.position)
            )
        ]

    def refuse(self, products: dict[int, str]) -> None:
        """Say beside the units of each product that there are not so many."""
        for line in self.order:
            if line.product.pk in products:
                self.add_error(f"units-{line.slot.entry_id}", products[line.product.pk])
