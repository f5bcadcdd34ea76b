"""Forms of the traffic room."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from django import forms
from django.db.models import Max, QuerySet, Sum
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from portal import clock, registry
from portal.campaigns.forms import CutFilter
from portal.campaigns.models import Action, Campaign
from portal.choosing import Looking
from portal.ledger.models import Account
from portal.regions.fields import CountyField
from portal.statements.models import Metric, Source
from portal.statements.reading import LONGEST_ID
from portal.submissions.choosing import DossierField
from portal.verdict import Verdict
from traffic import rules
from traffic.allotting.forms import AccountField, AmountField
from traffic.delivered import delivered_to, narrowed, region_sums
from traffic.effect import placements_of
from traffic.enums import Channel
from traffic.queries import called
from traffic.readiness import stopped

if TYPE_CHECKING:
    from portal.accounts.actor import Actor
    from portal.submissions.models import SubmissionQuerySet
    from traffic.models import PlacementDay


class AllotForm(Looking, forms.Form):
    """Move impressions between an account and one above it, or one beside it."""

    DIRECTIONS = (("give", _("Give to this account")), ("back", _("Take from this account")))
    direction = forms.ChoiceField(
        label=_("What to do"), choices=DIRECTIONS, initial="give", widget=forms.RadioSelect
    )
    other = AccountField(
        label=_("From, or to"),
        help_text=_("An account above, or one beside it; what it holds stands in brackets."),
    )
    amount = AmountField(
        label=_("Impressions"), help_text=_("A whole number, for example 5000000 or 500万.")
    )
    reason = forms.CharField(
        label=_("Reason"), max_length=200, help_text=_("It stays in the ledger for ever.")
    )

    def __init__(self, *args: Any, others: QuerySet[Account], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["other"].queryset = others  # type: ignore[attr-defined]


class ReverseForm(forms.Form):
    """Why a transfer is undone."""

    reason = forms.CharField(
        label=_("Reason"), max_length=200, help_text=_("It stays in the ledger for ever.")
    )


class PlacementForm(Looking, forms.Form):
    """A new placement of a published dossier."""

    submission = DossierField(
        label=_("Published dossier"), help_text=_("Words of its name, its pinyin, or its code.")
    )
    campaign = forms.ModelChoiceField(
        label=_("Campaign"), queryset=None, empty_label=_("Please choose")
    )
    channel = forms.ChoiceField(label=_("Channel"), choices=Channel.choices)
    first_day = forms.DateField(label=_("First day"), widget=forms.DateInput)
    last_day = forms.DateField(label=_("Last day"), widget=forms.DateInput)
    source = forms.ModelChoiceField(
        label=_("Counted by the report"), queryset=None, empty_label=_("Please choose")
    )
    metric = forms.ChoiceField(label=_("Counted by"), choices=Metric.choices)
    external_ids = forms.CharField(
        label=_("Ids of the platform"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("One a line, exactly as the platform writes them; they can be added later."),
    )

    def __init__(
        self,
        *args: Any,
        submissions: SubmissionQuerySet,
        campaigns: QuerySet[Campaign],
        sources: QuerySet[Source],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["submission"].offer(submissions)  # type: ignore[attr-defined]
        self.fields["campaign"].queryset = campaigns  # type: ignore[attr-defined]
        self.fields["source"].queryset = sources  # type: ignore[attr-defined]

    def clean_external_ids(self) -> list[str]:
        """One id a line, blank lines left out, each once."""
        lines = [line.strip() for line in self.cleaned_data["external_ids"].splitlines()]
        for line in lines:
            if len(line) > LONGEST_ID:
                raise forms.ValidationError(
                    _("The id “%(id)s…” is too long: %(limit)d characters can be kept."),
                    params={"id": line[:20], "limit": LONGEST_ID},
                )
        return list(dict.fromkeys(line for line in lines if line))

    def clean(self) -> dict[str, Any]:
        """The window runs forward, within a campaign of the dossier's action."""
        cleaned = super().clean() or {}
        first, last = cleaned.get("first_day"), cleaned.get("last_day")
        submission, campaign = cleaned.get("submission"), cleaned.get("campaign")
        if campaign and submission:
            self._refuse("campaign", rules.is_of_its_action(submission, campaign))
        if first and last and last < first:
            self.add_error("last_day", _("The last day lies before the first."))
        elif campaign and first and last:
            name = "first_day" if first < campaign.first_day else "last_day"
            self._refuse(name, rules.is_within(campaign, first, last))
        return cleaned

    def _refuse(self, name: str, verdict: Verdict) -> None:
        """Put a rule's refusal beside the field that breaks it."""
        if not verdict:
            self.add_error(name, str(verdict.reason))


class PlacementAsk(forms.Form):
    """What a link to the form of a new placement knows already."""

    dossier = forms.CharField(required=False)
    channel = forms.CharField(required=False)
    external_ids = forms.CharField(required=False)


class DeliveryFilter(forms.Form):
    """Filters of the rows behind a delivered figure."""

    day = forms.DateField(label=_("Day"), required=False, widget=forms.DateInput)
    county = CountyField(label=_("County-level unit"), required=False)

    def __init__(self, *args: Any, account: Account, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if account.county_id is not None:
            del self.fields["county"]

    def restrict(self, rows: Any, *, county: str = "placement__county") -> Any:
        """Return `rows`, whose county is at `county`, narrowed by the filters that are set and
        understood."""
        self.is_valid()
        data = self.cleaned_data
        if data.get("day"):
            rows = rows.filter(date=data["day"])
        if data.get("county"):
            rows = rows.filter(**{county: data["county"]})
        return rows


class TransferFilter(forms.Form):
    """Which of an account's two figures, and filters of the transfers behind it."""

    side = forms.ChoiceField(
        choices=[("received", _("Promised")), ("given", _("Allotted"))],
        required=False,
        widget=forms.HiddenInput,
    )
    q = forms.CharField(label=_("Reason contains"), required=False)
    since = forms.DateField(label=_("From the day"), required=False, widget=forms.DateInput)
    until = forms.DateField(label=_("Until the day"), required=False, widget=forms.DateInput)

    def wanted_side(self) -> str:
        """`received` or `given`; received when the address says nothing or something else."""
        self.is_valid()
        return self.cleaned_data.get("side") or "received"

    def restrict(self, rows: Any) -> Any:
        """Return `rows` narrowed by the filters that are set and understood."""
        self.is_valid()
        data = self.cleaned_data
        if data.get("q"):
            rows = rows.filter(reason__icontains=data["q"])
        if data.get("since"):
            rows = rows.filter(at__date__gte=data["since"])
        if data.get("until"):
            rows = rows.filter(at__date__lte=data["until"])
        return rows


class PlacementFilter(forms.Form):
    """Filters of the list of placements."""

    q = forms.CharField(label=_("Name or id"), required=False)
    campaign = forms.ModelChoiceField(
        label=_("Campaign"), queryset=None, required=False, empty_label=_("All")
    )
    channel = forms.ChoiceField(
        label=_("Channel"), required=False, choices=[("", _("All")), *Channel.choices]
    )
    on = forms.DateField(label=_("Runs on"), required=False, widget=forms.DateInput)
    only = forms.ChoiceField(
        label=_("Show only"),
        required=False,
        choices=[("", _("All")), ("stopped", _("Runs now and may not be promoted"))],
    )

    def __init__(self, *args: Any, campaigns: QuerySet[Campaign], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["campaign"].queryset = campaigns  # type: ignore[attr-defined]

    def restrict(self, rows: Any) -> Any:
        """Return `rows` narrowed by the filters that are set."""
        self.is_valid()
        data = self.cleaned_data
        if data.get("q"):
            rows = called(rows, data["q"].strip())
        if data.get("campaign"):
            rows = rows.filter(campaign=data["campaign"])
        if data.get("channel"):
            rows = rows.filter(channel=data["channel"])
        if data.get("on"):
            rows = rows.filter(**_holding(data["on"]))
        if data.get("only"):
            rows = rows.filter(stopped(), **_holding(clock.today()))
        return rows


def _holding(day: date) -> dict[str, date]:
    """The filter of windows that hold a day."""
    return {"first_day__lte": day, "last_day__gte": day}


class AllotmentFilter(forms.Form):
    """Filters of what was promised over all campaigns; a promise has no day."""

    action = forms.ChoiceField(
        label=_("Action"), required=False, choices=[("", _("All")), *Action.choices]
    )
    county = CountyField(required=False)

    def restrict_accounts(self, rows: Any) -> Any:
        """Return counties' accounts narrowed by action and county."""
        self.is_valid()
        paths = {"action": "parent__parent__key", "county": "county"}
        wanted = {path: self.cleaned_data.get(name) for name, path in paths.items()}
        return rows.filter(**{path: value for path, value in wanted.items() if value})


class RegionFilter(CutFilter):
    """Filters of what was delivered over all campaigns.

    `only`, `creator` and `dossier` say which figure the rows are behind: clicks, one creator's
    works (`all`: those of every creator), or one dossier of the reader's own.
    """

    field_order = ("action", "campaign", "city", "county", "day")

    day = forms.DateField(label=_("Day"), required=False, widget=forms.DateInput)
    only = forms.ChoiceField(
        choices=[("clicks", _("Clicks"))], required=False, widget=forms.HiddenInput
    )
    creator = forms.CharField(required=False, widget=forms.HiddenInput)
    dossier = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        self.actor, self.is_own = actor, not rules.may_read_board(actor)
        super().__init__(*args, is_own=self.is_own, **kwargs)

    @cached_property
    def of_works(self) -> list[int] | None:
        """The placements of the creator who is asked for; None when none is."""
        self.is_valid()
        wanted = self.cleaned_data.get("creator")
        works = registry.works_of(self.actor) if wanted else None
        if not wanted or works is None:
            return None
        owners = placements_of(works).items()
        return [number for number, key in owners if wanted in (key, "all")]

    def _restrict(self, rows: Any, *, at: str = "") -> Any:
        rows = narrowed(rows, self.cut(), at=at)
        if day := self.cleaned_data.get("day"):
            rows = rows.filter(date=day)
        return rows.filter(clicks__isnull=False) if self.of_clicks else rows

    @cached_property
    def rows(self) -> QuerySet[PlacementDay]:
        """The rows of the reader's view that the filters leave."""
        found = delivered_to(self.actor, self.of_works)
        return self._restrict(found, at="placement__")  # type: ignore[no-any-return]

    @property
    def of_clicks(self) -> bool:
        """True when the rows are those behind a sum of clicks."""
        self.is_valid()
        return bool(self.cleaned_data.get("only"))

    @property
    def sums(self) -> tuple[dict[str, int], date | None]:
        """What the rows add up to, `delivered` and `clicks`, and their latest day: out of the sums
        of days, but for a creator's and for one's own, which are few."""
        if self.is_own or self.of_works is not None:
            rows, delivered = self.rows, "count"
        else:
            rows = self._restrict(region_sums(self.actor.person))
            delivered = "clicks_of" if self.of_clicks else "count"
        found = rows.order_by().aggregate(
            delivered=Sum(delivered), clicked=Sum("clicks"), last=Max("date")
        )
        sums = {"delivered": found["delivered"] or 0, "clicks": found["clicked"] or 0}
        return sums, found["last"]


class DayFilter(forms.Form):
    """Which days to show."""

    only = forms.ChoiceField(
        label=_("Show only"),
        required=False,
        choices=[("", _("All")), ("open", _("To be added up again"))],
    )

    def only_open(self) -> bool:
        """True when only the days that are behind are asked for."""
        return self.is_valid() and self.cleaned_data["only"] == "open"
