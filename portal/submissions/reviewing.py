"""The forms of review: remarks on the fields of a record, and the merging of two."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from portal.rendering import RepeatedSelect
from portal.submissions.enums import ReasonCode
from portal.submissions.forms import DossierForm, ReasonForm


class RemarksForm(forms.Form):
    """For each field of a record: a reason and a remark, or nothing."""

    note = forms.CharField(
        label=_("General remark"),
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, *args: Any, record_form: DossierForm, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.names = list(record_form.fields)
        for name, field in record_form.fields.items():
            self.fields[f"reason-{name}"] = forms.ChoiceField(label=_("Reason"), required=False)
            self.fields[f"text-{name}"] = forms.CharField(
                label=_("What to correct in “%(field)s”") % {"field": field.label},
                required=False,
                max_length=500,
            )
        self.offer_reasons([("", _("No remark")), *ReasonCode.choices])

    def offer_reasons(self, choices: list[Any]) -> None:
        """Offer the same choices beside every field; they are read and written only once."""
        shared = RepeatedSelect(choices=choices)
        for name in self.names:
            field: Any = self.fields[f"reason-{name}"]
            field.choices = lambda: choices
            field.widget = shared

    def clean(self) -> dict[str, Any]:
        """Ask for both halves of a remark, and for at least one remark."""
        cleaned = super().clean() or {}
        for name in self.names:
            reason, text = cleaned.get(f"reason-{name}"), cleaned.get(f"text-{name}")
            if reason and not text:
                self.add_error(f"text-{name}", _("Say what is to be corrected."))
            if text and not reason:
                self.add_error(f"reason-{name}", _("Choose a reason."))
        if not self.errors and not self.remarks() and not cleaned.get("note"):
            raise forms.ValidationError(_("Mark at least one field or write a general remark."))
        return cleaned

    def remarks(self) -> list[tuple[str, str, str]]:
        """Return (field, reason, text) of each marked field."""
        data = self.cleaned_data
        return [
            (name, data[f"reason-{name}"], data[f"text-{name}"])
            for name in self.names
            if data.get(f"reason-{name}") and data.get(f"text-{name}")
        ]


class MergeForm(ReasonForm):
    """Why two dossiers are one thing, and which photos of the one that ends are taken over."""

    photos = forms.MultipleChoiceField(
        label=_("Photos to take over"), required=False, widget=forms.CheckboxSelectMultiple
    )
    seen_survivor = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(
        self, *args: Any, photos: Sequence[str], room: int, seen: int, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["note"].help_text = _("Both applicants read this sentence.")
        field: Any = self.fields["photos"]
        field.choices = [(key, key) for key in photos]
        field.help_text = _("At most %(n)d: the other one has room for no more.") % {"n": room}
        self.initial |= {"photos": list(photos)[:room], "seen_survivor": seen}
