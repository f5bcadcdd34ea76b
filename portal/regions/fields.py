"""Form fields for regions."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from portal.regions.queries import county_choices
from portal.rendering import RepeatedSelect


class CountyField(forms.ChoiceField):
    """One of the 124 county-level units, by city; its value is the code.

    `empty` is the word for no choice. The units are asked for only where they are shown or checked.
    """

    def __init__(self, *, empty: Any = None, **kwargs: Any) -> None:
        kwargs.setdefault("label", _("County"))
        first = ("", empty or _("All"))
        super().__init__(
            choices=lambda: [first, *county_choices()], widget=RepeatedSelect, **kwargs
        )
