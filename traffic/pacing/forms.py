"""Forms of pacing."""

from __future__ import annotations

from datetime import date
from typing import Any, ClassVar

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from portal.campaigns.models import Action, Campaign
from portal.regions.fields import CountyField
from portal.verdict import Verdict
from traffic.enums import Channel
from traffic.forms import AmountField
from traffic.models import Placement
from traffic.pacing import domain, queries, rules
from traffic.pacing.enums import Shape, Status
from traffic.pacing.whatif import Change
from traffic.queries import called
from traffic.rules import is_within

POINTS, FESTIVALS = 6, 6
NUMBERS = range(1, POINTS + 1)


class PlanForm(forms.Form):
    """How a placement's impressions are spread over its days."""

    seen = forms.IntegerField(required=False, widget=forms.HiddenInput)
    shape = forms.ChoiceField(
        label=_("Curve"),
        required=False,
        choices=[("", _("As the campaign has it")), *Shape.choices],
        widget=forms.RadioSelect,
    )
    daily_cap = AmountField(
        label=_("At most a day"),
        required=False,
        help_text=_("A whole number, for example 50000 or 5万; empty for no limit."),
    )
    sections: ClassVar = [
        (_("Curve"), ["shape", "daily_cap"]),
        (
            _("Drawn by dates: what share of the whole by the end of which day"),
            [f"{name}{n}" for n in NUMBERS for name in ("day", "share")],
        ),
    ]

    def __init__(self, *args: Any, placement: Placement, **kwargs: Any) -> None:
        self.placement = placement
        plan = queries.plan_of(placement)
        initial: dict[str, Any] = {"seen": 0, "shape": ""}
        if plan is not None:
            initial = {"seen": plan.version, "shape": plan.shape, "daily_cap": plan.daily_cap}
            for number, (day, share) in enumerate(plan.drawn, 1):
                initial |= {f"day{number}": day, f"share{number}": share}
        super().__init__(*args, initial=initial, **kwargs)
        for number in NUMBERS:
            self.fields[f"day{number}"] = forms.DateField(
                label=_("Day %(n)d") % {"n": number}, required=False, widget=forms.DateInput
            )
            self.fields[f"share{number}"] = forms.IntegerField(
                label=_("Per cent by then %(n)d") % {"n": number},
                required=False,
                min_value=0,
                max_value=100,
            )

    def clean(self) -> dict[str, Any]:
        """The drawn curve as points; a date without its share, or the other way, is said."""
        cleaned = super().clean() or {}
        points = []
        for number in NUMBERS:
            day, share = cleaned.get(f"day{number}"), cleaned.get(f"share{number}")
            if (day is None) != (share is None):
                name = f"share{number}" if share is None else f"day{number}"
                if name not in self.errors:
                    self.add_error(name, _("A day and its share go together."))
            elif day is not None:
                points.append((day, share))
        cleaned["points"] = points
        if self.errors:
            return cleaned
        if cleaned.get("shape") == Shape.CUSTOM:
            window = (self.placement.first_day, self.placement.last_day)
            last = f"share{max(len(points), 1)}"
            self._refuse(last, rules.reaches_its_sum(points, *window))
        if cap := cleaned.get("daily_cap"):
            self._refuse("daily_cap", domain.has_room(self.placement, cap))
        return cleaned

    def _refuse(self, name: str, verdict: Verdict) -> None:
        if not verdict:
            self.add_error(name, str(verdict.reason))

    def wanted(self) -> dict[str, Any]:
        """What the act takes."""
        data = self.cleaned_data
        return {
            "shape": data["shape"],
            "points": data["points"],
            "daily_cap": data["daily_cap"],
            "seen": data["seen"] or 0,
        }


class FestivalForm(forms.Form):
    """A campaign's festival days, and how much of its day one county may have."""

    seen = forms.IntegerField(required=False, widget=forms.HiddenInput)
    county_cap = forms.IntegerField(
        label=_("At most for one county"),
        required=False,
        min_value=1,
        max_value=100,
        help_text=_("Per cent of what the campaign needs on a day; empty for no limit."),
    )

    def __init__(self, *args: Any, campaign: Campaign, **kwargs: Any) -> None:
        self.campaign = campaign
        # In the words of whoever reads it now.
        self.sections = [
            (_("Festival %(n)d") % {"n": n}, [f"first{n}", f"last{n}", f"weight{n}"])
            for n in range(1, FESTIVALS + 1)
        ]
        set_ = queries.festivals_of(campaign)
        initial: dict[str, Any] = {"seen": 0}
        if set_ is not None:
            initial = {"seen": set_.version, "county_cap": set_.county_cap}
            for number, (first, last, weight) in enumerate(set_.festivals, 1):
                initial |= {
                    f"first{number}": first,
                    f"last{number}": last,
                    f"weight{number}": weight,
                }
        super().__init__(*args, initial=initial, **kwargs)
        for number in range(1, FESTIVALS + 1):
            for name, label in (("first", _("First day")), ("last", _("Last day"))):
                self.fields[f"{name}{number}"] = forms.DateField(
                    label=label, required=False, widget=forms.DateInput
                )
            self.fields[f"weight{number}"] = forms.IntegerField(
                label=_("Weight of a day in per cent"),
                required=False,
                min_value=rules.LEAST,
                max_value=rules.MOST,
                help_text=_("Of a plain day: 300 is three times as much."),
            )

    def clean(self) -> dict[str, Any]:
        """The festivals as windows; what is wrong with one is said at it."""
        cleaned = super().clean() or {}
        windows: list[tuple[date, date, int]] = []
        for number in range(1, FESTIVALS + 1):
            names = [f"{name}{number}" for name in ("first", "last", "weight")]
            values = [cleaned.get(name) for name in names]
            if all(value is None for value in values) or self.errors.keys() & set(names):
                continue
            if None in values:
                name = names[values.index(None)]
                self.add_error(name, _("A festival needs both its days and its weight."))
                continue
            windows.append(tuple(values))  # type: ignore[arg-type]
            verdict = rules.may_weigh(windows, self.campaign.first_day, self.campaign.last_day)
            if not verdict:
                self.add_error(names[1], str(verdict.reason))
                windows.pop()
        cleaned["windows"] = windows
        return cleaned

    def wanted(self) -> dict[str, Any]:
        """What the act takes."""
        data = self.cleaned_data
        return {
            "windows": data["windows"],
            "county_cap": data["county_cap"],
            "seen": data["seen"] or 0,
        }


class PacingFilter(forms.Form):
    """Filters of the list of where placements stand."""

    q = forms.CharField(label=_("Name or id"), required=False)
    status = forms.ChoiceField(
        label=_("Status"), required=False, choices=[("", _("All")), *Status.choices]
    )
    action = forms.ChoiceField(
        label=_("Action"), required=False, choices=[("", _("All")), *Action.choices]
    )
    campaign = forms.ModelChoiceField(
        label=_("Campaign"),
        queryset=None,
        required=False,
        empty_label=_("All"),
        to_field_name="code",
    )
    county = CountyField(required=False)

    def __init__(self, *args: Any, campaigns: QuerySet[Campaign], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["campaign"].queryset = campaigns  # type: ignore[attr-defined]

    def restrict(self, rows: Any) -> Any:
        """Return `rows` narrowed by the filters but the status that are set and understood."""
        self.is_valid()
        data = self.cleaned_data
        if data.get("q"):
            rows = called(rows, data["q"].strip())
        if data.get("action"):
            rows = rows.filter(campaign__action=data["action"])
        for name in ("campaign", "county"):
            if data.get(name):
                rows = rows.filter(**{name: data[name]})
        return rows

    def statuses(self) -> list[Status]:
        """The statuses asked for; all of them when none is."""
        self.is_valid()
        wanted = self.cleaned_data.get("status")
        return [Status(wanted)] if wanted else list(Status)


class RoomForm(forms.Form):
    """Which days of a campaign's channel are looked at, and how much is wanted."""

    campaign = forms.ModelChoiceField(
        label=_("Campaign"),
        queryset=None,
        empty_label=_("Please choose"),
        to_field_name="code",
    )
    channel = forms.ChoiceField(label=_("Channel"), choices=Channel.choices)
    first_day = forms.DateField(label=_("First day"), widget=forms.DateInput)
    last_day = forms.DateField(label=_("Last day"), widget=forms.DateInput)
    amount = AmountField(label=_("Impressions wanted"), required=False)

    def __init__(self, *args: Any, campaigns: QuerySet[Campaign], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["campaign"].queryset = campaigns  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """The days run forward, within the campaign, and are not over."""
        cleaned = super().clean() or {}
        first, last = cleaned.get("first_day"), cleaned.get("last_day")
        campaign = cleaned.get("campaign")
        if first and last and last < first:
            self.add_error("last_day", _("The last day lies before the first."))
        elif campaign and first and last:
            verdict = is_within(campaign, first, last)
            if not verdict:
                name = "first_day" if first < campaign.first_day else "last_day"
                self.add_error(name, str(verdict.reason))
        return cleaned


class WhatIfForm(forms.Form):
    """What is supposed; nothing is written."""

    campaign = forms.ModelChoiceField(
        label=_("Campaign"), queryset=None, required=False, to_field_name="code"
    )
    days = forms.IntegerField(
        label=_("Ends so many days later"),
        required=False,
        min_value=-60,
        max_value=60,
        help_text=_("Below zero: earlier."),
    )
    shape = forms.ChoiceField(
        label=_("Curve"),
        required=False,
        choices=[("", _("As it is"))]
        + [(each.value, each.label) for each in Shape if each != Shape.CUSTOM],
    )
    lost = forms.IntegerField(
        label=_("Per cent of all supply lost"), required=False, min_value=0, max_value=100
    )

    def __init__(self, *args: Any, campaigns: QuerySet[Campaign], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["campaign"].queryset = campaigns  # type: ignore[attr-defined]
        self.fields["campaign"].empty_label = _("None")  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Days and curve are of a campaign."""
        cleaned = super().clean() or {}
        if (cleaned.get("days") or cleaned.get("shape")) and not cleaned.get("campaign"):
            self.add_error("campaign", _("Choose the campaign that changes."))
        return cleaned

    def change(self) -> Change:
        """What a valid form supposes."""
        data = self.cleaned_data
        key = data["campaign"].pk if data["campaign"] else 0
        return Change(
            moved={key: data["days"]} if data["days"] else {},
            shapes={key: data["shape"]} if data["shape"] else {},
            lost=data["lost"] or 0,
        )
