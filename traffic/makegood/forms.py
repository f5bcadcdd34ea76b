"""Forms of make-goods."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.choosing import Looking, SearchChoiceField
from portal.ledger import queries as ledger
from portal.regions.fields import CountyField
from portal.templatetags.figures import date_text
from traffic.allotting.forms import AccountField, AmountField
from traffic.makegood import queries
from traffic.makegood.enums import MakeGoodState
from traffic.queries import matching

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from traffic.makegood.models import MakeGood
    from traffic.models import Placement


class TargetField(SearchChoiceField):
    """A placement that may get a make-good."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(search=matching, **kwargs)

    def label_from_instance(self, row: Placement) -> str:
        """Name, channel and the end of its window."""
        return _("%(name)s · %(channel)s · until %(last)s") % {
            "name": row.name,
            "channel": row.get_channel_display(),
            "last": date_text(row.last_day),
        }


class AdjustForm(Looking, forms.Form):
    """What is given, to whom, out of which account, until when it is decided, and why."""

    amount = AmountField(
        label=gettext_lazy("Impressions"),
        help_text=gettext_lazy("At most what is short; a whole number, for example 500万."),
    )
    target = TargetField(
        label=gettext_lazy("Placement that gets it"),
        help_text=gettext_lazy("One of the same county whose window is not over."),
    )
    reserve = AccountField(
        label=gettext_lazy("Out of the reserve of"),
        help_text=gettext_lazy("An account above; what it holds stands in brackets."),
    )
    due_on = forms.DateField(
        label=gettext_lazy("To be decided by"),
        widget=forms.DateInput,
        help_text=gettext_lazy("Undecided after this day, it lapses."),
    )
    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        max_length=200,
        help_text=gettext_lazy("Why you change it; it stays readable for ever."),
    )
    seen = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, make_good: MakeGood, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        placement = make_good.placement
        self.fields["target"].queryset = queries.targets(placement)  # type: ignore[attr-defined]
        self.fields["reserve"].queryset = ledger.above(  # type: ignore[attr-defined]
            placement.account
        )


class DeclineForm(forms.Form):
    """Why a shortfall is not made good."""

    note = forms.CharField(
        label=gettext_lazy("Reason"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("The county reads this sentence."),
    )
    seen = forms.IntegerField(required=False, widget=forms.HiddenInput)


class MakeGoodFilter(forms.Form):
    """Filters of the list of make-goods."""

    q = forms.CharField(label=gettext_lazy("Name"), required=False)
    state = forms.ChoiceField(
        label=gettext_lazy("State"),
        required=False,
        choices=[("", gettext_lazy("All")), *MakeGoodState.choices],
    )
    county = CountyField(required=False)

    def restrict(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        """Return `rows` narrowed by the filters that are set and understood."""
        self.is_valid()
        data = self.cleaned_data
        if data.get("q"):
            rows = rows.filter(placement__name__icontains=data["q"].strip())
        if data.get("state"):
            rows = rows.filter(state=data["state"])
        if data.get("county"):
            rows = rows.filter(placement__county=data["county"])
        return rows
