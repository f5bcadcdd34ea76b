"""What people are told about their account; these are texts to a number, never notices."""

from django.utils.translation import gettext_lazy as _

from portal.notices.events import Event, register

CODE = "account.code"
NUMBER_TAKEN = "account.number_taken"
INVITATION = "account.invitation"
PASSWORD = "account.password"  # noqa: S105 - the name of an event

register(
    _("My account"),
    Event(CODE, _("A code to confirm your number"), urgent=True),
    Event(NUMBER_TAKEN, _("Somebody signed up with your number"), urgent=True),
    Event(INVITATION, _("An account was opened for you"), urgent=True),
    Event(PASSWORD, _("A link to set your password"), urgent=True),
)
