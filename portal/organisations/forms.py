"""Forms of organisations."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from portal.accounts.phones import MobileField, mask_name, mask_phone
from portal.organisations.models import Organisation, OrganisationKind
from portal.organisations.queries import counties_for
from portal.organisations.validators import clean_credit_code
from portal.regions.fields import CountyField
from portal.regions.queries import county_choices

if TYPE_CHECKING:
    from portal.accounts.actor import Actor


class OrganisationForm(forms.ModelForm):
    """One file; shows the fields the actor may change."""

    class Meta:
        model = Organisation
        fields: ClassVar = [
            "credit_code",
            "name",
            "kind",
            "county",
            "address",
            "legal_person",
            "contact_name",
            "contact_phone",
        ]
        widgets: ClassVar = {"kind": forms.RadioSelect}

    # The model's 18 characters apply to the cleaned code; people type it in groups with blanks.
    credit_code = forms.CharField(
        label=_("unified social credit code"),
        max_length=40,
        help_text=_("18 characters, as printed on the business licence."),
    )
    contact_phone = MobileField(required=False)

    def __init__(
        self, *args: Any, actor: Actor, only: tuple[str, ...] | None = None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk and not actor.represents(self.instance.pk):
            self._hide_contact()
        self.fields["credit_code"].example = "91440232MA4UQ2UG3R"  # type: ignore[attr-defined]
        self.fields["contact_phone"].label = _("contact mobile number")
        kind = self.fields["kind"]
        kind.choices = OrganisationKind.choices  # type: ignore[attr-defined]
        allowed = counties_for(actor)
        codes = {county.pk for county in allowed}
        grouped = [
            (city, [choice for choice in choices if choice[0] in codes])
            for city, choices in county_choices()
        ]
        county = self.fields["county"]
        county.queryset = allowed  # type: ignore[attr-defined]
        county.choices = [  # type: ignore[attr-defined]
            ("", _("Choose the county")),
            *(group for group in grouped if group[1]),
        ]
        for name in [name for name in self.fields if only is not None and name not in only]:
            del self.fields[name]

    def _hide_contact(self) -> None:
        """An office changes the contact without reading it: empty keeps what is there."""
        for name, mask in (("contact_name", mask_name), ("contact_phone", mask_phone)):
            value = self.initial.get(name)
            if value:
                self.initial[name] = ""
                self.fields[name].help_text = _("Now %(value)s. Leave it empty to keep it.") % {
                    "value": mask(value)
                }

    def clean_credit_code(self) -> str:
        """The code without blanks, in capitals, with a check digit that fits."""
        return clean_credit_code(self.cleaned_data["credit_code"])

    def validate_unique(self) -> None:
        """The act says whether the code is on file, in words that name no more than needed."""

    def changed_values(self) -> dict[str, Any]:
        """The values that differ from what the page showed."""
        return {name: self.cleaned_data[name] for name in self.changed_data}


class OrganisationFilter(forms.Form):
    """What narrows the list."""

    text = forms.CharField(label=_("Name or credit code"), required=False)
    county = CountyField(required=False)
    kind = forms.ChoiceField(
        label=_("Kind"), choices=[("", _("All")), *OrganisationKind.choices], required=False
    )

    def wanted(self) -> dict[str, str]:
        """The filters that are set and understood."""
        self.is_valid()
        return {name: value for name, value in self.cleaned_data.items() if value}


class NamePersonForm(forms.Form):
    """The number of a person who is to act for the organisation."""

    phone = MobileField(help_text=_("The person has signed up with this number before."))
