"""Chinese mobile numbers: cleaned at the door, masked wherever they are shown."""

from __future__ import annotations

import re
import unicodedata
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from portal.accounts.models import MOBILE_PHONE
from portal.notices.models import masked

PREFIX = re.compile(r"^(?:\+|00)?86(?=1\d{10}$)")
PUNCTUATION = re.compile(r"[\s()\-\u2010-\u2015]")


def clean_phone(value: str) -> str:
    """Return the 11 digits of a number typed with blanks, dashes, wide digits, +86 or 0086.

    Raises: ValidationError with an example when it is no mainland mobile number.
    """
    digits = PUNCTUATION.sub("", unicodedata.normalize("NFKC", value))
    digits = PREFIX.sub("", digits)
    MOBILE_PHONE(digits)
    return digits


def as_phone(value: str) -> str | None:
    """The 11 digits when `value` is a mobile number, else None."""
    try:
        return clean_phone(value)
    except ValidationError:
        return None


def mask_phone(phone: str | None) -> str:
    """138****8000: enough to recognise one's own number, not to ring it."""
    return masked(phone) if phone else ""


def mask_name(name: str) -> str:
    """The family name, the rest as stars: 张**."""
    return name[:1] + "*" * (len(name) - 1)


class MobileField(forms.CharField):
    """A mobile number; its clean value is the bare 11 digits."""

    example = "138 0000 0000"

    def __init__(self, **kwargs: Any) -> None:
        kwargs["label"] = _("Mobile number")
        kwargs["widget"] = forms.TextInput(
            attrs={"type": "tel", "inputmode": "tel", "autocomplete": "tel"}
        )
        super().__init__(**kwargs)

    def clean(self, value: Any) -> str:
        """Clean to 11 digits, or to nothing when the field may be left empty."""
        text = super().clean(value)
        return clean_phone(text) if text else ""
