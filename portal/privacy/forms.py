"""Forms of consent, of showing a masked value, of correcting and of leaving."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, ClassVar

from allauth.core import ratelimit
from django import forms
from django.conf import settings
from django.urls import reverse_lazy
from django.utils.functional import lazy
from django.utils.html import format_html
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from portal.accounts import forms as accounts
from portal.accounts.actor import Actor
from portal.accounts.adapter import client_address
from portal.privacy import domain
from portal.privacy.enums import ShowReason

if TYPE_CHECKING:
    from django.http import HttpRequest

    from portal.accounts.models import User

NUMBER = re.compile(r"1[3-9]\d{9}")


def _privacy_label() -> str:
    """“I agree to …” with a link to the text itself."""
    return format_html(
        gettext('I have read the <a href="{}">privacy text</a> and agree to it'),
        reverse_lazy("privacy"),
    )


class SignupForm(accounts.SignupForm):
    """The public's sign-up with the consent to the privacy text."""

    agree = forms.BooleanField(
        label=lazy(_privacy_label, str)(),
        error_messages={"required": _("Without your consent no account can be opened.")},
    )
    field_order: ClassVar = [*accounts.SignupForm.field_order, "agree"]

    def custom_signup(self, request: HttpRequest, user: User) -> None:
        """Write the consent in the transaction that opens the account."""
        super().custom_signup(request, user)
        domain.give_consent(
            user=user,
            version=settings.PRIVACY_VERSION,
            actor=Actor.of(user, address=client_address(request)),
        )
        user.refresh_from_db(fields=["privacy_version", "privacy_agreed_at"])


class ShowForm(forms.Form):
    """Why a masked value has to be read."""

    reason = forms.ChoiceField(
        label=_("Why you read it"),
        choices=ShowReason.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose a reason.")},
    )
    note = forms.CharField(
        label=_("In a few words"),
        required=False,
        max_length=200,
        help_text=_(
            "Needed when you choose “another reason”. Auditors read it; write no number here."
        ),
    )

    def clean(self) -> dict[str, Any]:
        """Ask for words where the choice says nothing, and keep numbers out of the record."""
        data = super().clean() or {}
        note = data.get("note", "").strip()
        if data.get("reason") == ShowReason.OTHER and not note:
            self.add_error("note", _("Say why you need it."))
        if NUMBER.search(re.sub(r"[\s-]", "", note)):
            self.add_error("note", _("Leave the mobile number out: this stays on record."))
        return data


class NameForm(forms.Form):
    """One's own name."""

    full_name = forms.CharField(
        label=_("Full name"), max_length=40, help_text=_("As on the ID card.")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["full_name"].widget.attrs["autocomplete"] = "name"


class CloseForm(forms.Form):
    """The password once more, before an account is closed for good."""

    password = forms.CharField(
        label=_("Your password"),
        help_text=_("To be sure that it is you."),
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )

    def __init__(self, *args: Any, request: HttpRequest, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.request = request

    def clean_password(self) -> str:
        """Compare it; ten tries a minute at most, as everywhere the password is asked again."""
        if not ratelimit.consume(self.request, action="reauthenticate", user=self.request.user):
            raise forms.ValidationError(
                _("Too many tries. Wait a few minutes, then try again."), code="rate_limited"
            )
        password: str = self.cleaned_data["password"]
        if not self.request.user.check_password(password):
            raise forms.ValidationError(_("This is not your password."), code="wrong_password")
        return password
