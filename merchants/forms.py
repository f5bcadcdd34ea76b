"""Forms of subsidies."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from merchants import queries
from merchants.models import FEN, Application, Round, Scheme
from portal import clock
from portal.accounts.actor import Actor
from portal.files.fields import FilesField
from portal.files.models import FileKind
from portal.regions.fields import CountyField
from portal.regions.queries import counties
from portal.submissions.forms import DossierForm


class ApplicationForm(DossierForm):
    """A merchant's application; organisation and contact come from its file."""

    required_on_submit: ClassVar = (
        "round",
        "name",
        "amount",
        "purpose",
        "contact_name",
        "contact_phone",
        "certificates",
    )
    sections: ClassVar = [
        (_("What you apply for"), ["organisation", "round", "name", "amount", "purpose"]),
        (_("Supporting papers and contact"), ["certificates", "contact_name", "contact_phone"]),
    ]
    organisation = forms.ModelChoiceField(
        label=_("You apply for"),
        queryset=None,
        help_text=_("The money goes to this organisation, from the share of its county."),
    )
    certificates = FilesField(
        kind=FileKind.PDF,
        max_files=6,
        label=_("supporting papers"),
        help_text=_("Offer, contract or invoice as PDF."),
    )

    class Meta:
        model = Application
        exclude: ClassVar = ["submission", "account", "pay_by"]
        widgets: ClassVar = {"purpose": forms.Textarea(attrs={"rows": 4})}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kept = self.instance.submission.organisation_id if self.instance.pk else None
        self.organisations = list(queries.organisations_for(actor=self.actor, kept=kept))
        self._ask_for_whom(kept)
        field = self.fields["round"]
        field.queryset = queries.rounds_for(  # type: ignore[attr-defined]
            organisations=self.organisations, day=clock.today(), kept=self.instance.round_id
        )

    def _ask_for_whom(self, kept: int | None) -> None:
        """Ask only who acts for several organisations; a record shows the one it stands for."""
        if len(self.organisations) < (2 if self.actor else 1):
            del self.fields["organisation"]
            return
        field = self.fields["organisation"]
        field.queryset = queries.organisations_for(  # type: ignore[attr-defined]
            actor=self.actor, kept=kept
        )
        field.required = field.asked = True  # type: ignore[attr-defined]
        self.initial["organisation"] = kept

    @property
    def applicant(self) -> Any:
        """The organisation that applies: the chosen one, or the only one there is."""
        if "organisation" in self.fields:
            return self.cleaned_data.get("organisation")
        return next(iter(self.organisations), None)

    @classmethod
    def prefill(cls, actor: Actor) -> dict[str, Any]:
        """Take the contact from the organisation's file, when there is just one."""
        rows = list(queries.organisations_for(actor=actor))
        if len(rows) != 1:
            return {}
        return {"contact_name": rows[0].contact_name, "contact_phone": rows[0].contact_phone}

    def clean(self) -> dict[str, Any]:
        """The round holds a share of the organisation's county."""
        cleaned = super().clean()
        row, round_ = self.applicant, cleaned.get("round")
        if row and round_ and not queries.has_share(round_, row.county):
            self.add_error(
                "round",
                _("This round has no share for %(county)s: choose another.")
                % {"county": row.county.name},
            )
        return cleaned


class YuanField(forms.DecimalField):
    """An amount in yuan; cleans to whole fen."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_digits=14, decimal_places=2, min_value=Decimal("0.01"), **kwargs)

    def clean(self, value: Any) -> int | None:
        """Return fen."""
        yuan = super().clean(value)
        return None if yuan is None else int(yuan * FEN)


class SchemeForm(forms.ModelForm):
    """A new scheme."""

    class Meta:
        model = Scheme
        fields: ClassVar = ["name", "summary"]
        widgets: ClassVar = {"summary": forms.Textarea(attrs={"rows": 5})}

    def validate_unique(self) -> None:
        """Left to the act, which knows this form's own first click from somebody else's name."""


class RoundForm(forms.ModelForm):
    """A new round with its budget."""

    fen = YuanField(label=_("budget in yuan"))

    class Meta:
        model = Round
        fields: ClassVar = ["name", "opens", "closes", "promised_days"]

    def clean(self) -> dict[str, Any]:
        """Say beside the last day that it lies before the first."""
        cleaned = super().clean() or {}
        opens, closes = cleaned.get("opens"), cleaned.get("closes")
        if opens and closes and closes < opens:
            self.add_error("closes", _("The last day lies before the first."))
        return cleaned


class ShareForm(forms.Form):
    """A county's share of a round."""

    county = CountyField(empty=_("Please choose"))
    fen = YuanField(label=_("share in yuan"))
    reason = forms.CharField(
        label=_("Reason"), max_length=200, help_text=_("It stays in the ledger for ever.")
    )

    def clean_county(self) -> Any:
        """Return the county's row."""
        return counties().get(pk=self.cleaned_data["county"])
