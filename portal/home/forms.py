"""Filters of the effect; and the specimen form of the design page, nothing behind it."""

from __future__ import annotations

from collections.abc import Sequence

from django import forms
from django.utils.translation import gettext_lazy as _

from portal.campaigns.forms import CutFilter
from portal.files.fields import FilesField
from portal.files.models import FileKind
from portal.stages import By, Cut


class EffectFilter(CutFilter):
    """What the effect is told of; `by` is chosen by the tabs."""

    by = forms.ChoiceField(choices=By.choices, required=False, widget=forms.HiddenInput)

    def wanted(self, offered: Sequence[By]) -> Cut:
        """What is asked for, by the first of `offered` where the address names none of them."""
        self.is_valid()
        by = self.cleaned_data.get("by")
        return self.cut(By(by) if by in offered else offered[0])


class SpecimenForm(forms.Form):
    """A field of each kind; `sections` groups them as a long form does."""

    sections = (
        (_("What it is"), ["name", "category", "season", "channels"]),
        (_("What it costs"), ["price", "first_day", "photos", "true"]),
    )

    name = forms.CharField(
        label=_("Product name"), help_text=_("As it stands on the label."), max_length=40
    )
    category = forms.ChoiceField(
        label=_("Category"),
        choices=[("", _("Please choose")), ("tea", _("Tea")), ("fruit", _("Fruit"))],
    )
    season = forms.ChoiceField(
        label=_("In season"),
        widget=forms.RadioSelect,
        choices=[("now", _("Now")), ("later", _("Later this year"))],
    )
    channels = forms.MultipleChoiceField(
        label=_("Channel"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        choices=[("live", _("Live session")), ("video", _("Short video"))],
    )
    description = forms.CharField(label=_("What is special"), required=False, widget=forms.Textarea)
    price = forms.DecimalField(label=_("Price in yuan"), min_value=0, decimal_places=2)
    first_day = forms.DateField(label=_("From which day"))
    photos = FilesField(label=_("Photos"), kind=FileKind.PHOTO, max_files=3, required=False)
    true = forms.BooleanField(label=_("What I have said here is true."))

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.fields["name"].example = _("Colourful radish of Ruyuan")  # type: ignore[attr-defined]


class SpecimenFilter(forms.Form):
    """Two filters, as above a list."""

    q = forms.CharField(label=_("Title or code"), required=False)
    state = forms.ChoiceField(
        label=_("State"),
        required=False,
        choices=[("", _("All")), ("tea", _("Tea")), ("fruit", _("Fruit"))],
    )
