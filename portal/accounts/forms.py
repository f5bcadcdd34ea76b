"""Forms of people: sign-in, sign-up, profile, invitations."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from allauth.account import forms as allauth_forms
from allauth.core import context, ratelimit
from django import forms
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from portal.accounts import domain
from portal.accounts.actor import Actor
from portal.accounts.enums import Role
from portal.accounts.models import User
from portal.accounts.phones import MobileField
from portal.regions import queries as regions
from portal.verdict import RuleBroken

if TYPE_CHECKING:
    from django.http import HttpRequest

COMES_AS = [
    (Role.MERCHANT, _("Merchant, cooperative or farm: my organisation sells or receives guests")),
    (Role.CREATOR, _("Creator: I make videos or live streams")),
    (Role.TRAINEE, _("Trainee: I want to attend courses")),
]


class LoginForm(allauth_forms.LoginForm):
    """User name or number, and password."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        login, password = self.fields["login"], self.fields["password"]
        login.label = _("User name or mobile number")
        login.widget.attrs = {"autocomplete": "username", "autocapitalize": "none"}
        password.label = _("Password")
        password.help_text = ""
        password.widget.attrs = {"autocomplete": "current-password"}


class SignupForm(allauth_forms.SignupForm):
    """The public's sign-up: name, number, password, what one comes for.

    The privacy room adds the consent.
    """

    full_name = forms.CharField(
        label=_("Full name"), max_length=40, help_text=_("As on the ID card.")
    )
    comes_as = forms.ChoiceField(label=_("You come as"), choices=COMES_AS, widget=forms.RadioSelect)
    field_order: ClassVar = ["full_name", "phone", "password1", "comes_as"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["full_name"].widget.attrs["autocomplete"] = "name"
        self.fields["phone"].help_text = _("We send a code to it. It is shown to nobody in full.")
        password = self.fields["password1"]
        password.label = _("Password")
        password.help_text = _("At least 10 characters, not only digits.")
        password.widget.attrs = {"autocomplete": "new-password"}

    def clean(self) -> dict[str, Any]:
        """Ask for the second code of a minute here, where it can be said beside the field."""
        data = super().clean()
        phone = data.get("phone")
        if phone and not ratelimit.consume(
            context.request, action="verify_phone", key=phone, dry_run=True
        ):
            self.add_error(
                "phone",
                _("A code was sent to this number a moment ago. Wait half a minute and try again."),
            )
        return data

    @transaction.atomic
    def save(self, request: HttpRequest) -> User:
        """Write the account and the role in one transaction."""
        user: User = super().save(request)
        return user

    def custom_signup(self, request: HttpRequest, user: User) -> None:
        """What allauth does not know of: name, role."""
        user.full_name = self.cleaned_data["full_name"].strip()
        user.save(update_fields=["full_name"])
        role = Role(self.cleaned_data["comes_as"])
        if role != Role.MERCHANT:
            domain.grant_membership(user=user, role=role, actor=Actor.of(user))


class PasswordLinkForm(forms.Form):
    """“Forgot password”: the number the link goes to."""

    phone = MobileField(help_text=_("If it has an account, a link comes by text message."))


class RoleForm(forms.Form):
    """A role and the region it is bound to."""

    role = forms.ChoiceField(
        label=_("Role"),
        choices=[
            (role.value, role.label)
            for role in (Role.OFFICIAL, Role.STAFF, Role.AUDITOR, Role.ADMIN, Role.PLATFORM)
        ],
        widget=forms.RadioSelect,
    )
    county: Any = forms.ModelChoiceField(
        None,
        label=_("County-level unit"),
        required=False,
        help_text=_("For a county official."),
    )
    city: Any = forms.ModelChoiceField(
        None,
        label=_("City"),
        required=False,
        help_text=_("For an official of a whole city; leave the county empty."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        city: Any = self.fields["city"]
        county: Any = self.fields["county"]
        city.queryset = regions.cities()
        city.empty_label = "—"
        county.queryset = regions.counties()
        county.choices = [("", "—"), *regions.county_choices()]

    def clean(self) -> dict[str, Any]:
        """An official needs one region, the others none."""
        data = super().clean() or {}
        is_official = data.get("role") == Role.OFFICIAL
        bound_to = [data.get("county"), data.get("city")]
        if is_official and sum(region is not None for region in bound_to) != 1:
            self.add_error("county", _("An official belongs to one county or one city: pick one."))
        if not is_official:
            data["county"] = data["city"] = None
        return data


class InviteForm(RoleForm):
    """An administrator opens an account for an official or a colleague."""

    full_name = forms.CharField(label=_("Full name"), max_length=40)
    username = forms.CharField(
        label=_("User name"),
        max_length=150,
        help_text=_("To sign in with; letters, digits and Chinese characters."),
    )
    phone = MobileField(help_text=_("The link to set a password goes to this number."))


class PeopleFilter(forms.Form):
    """What narrows the list of people."""

    text = forms.CharField(label=_("Name, user name or number"), required=False)
    role = forms.ChoiceField(
        label=_("Role"), choices=[("", _("All roles")), *Role.choices], required=False
    )


def show_errors(form: Any, error: RuleBroken | ValidationError) -> None:
    """Put an act's refusal beside its field, or on top where it has none in this form."""
    if isinstance(error, RuleBroken):
        form.add_error(None, str(error))
        return
    fields = error.message_dict if hasattr(error, "error_dict") else {None: error.messages}
    for name, texts in fields.items():
        form.add_error(name if name in form.fields else None, texts)
