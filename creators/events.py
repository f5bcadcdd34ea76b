"""What creators are told about their tasks."""

from django.utils.translation import gettext_lazy as _

from portal.notices.enums import Way
from portal.notices.events import Event, register

CREATOR = ("creator",)

register(
    _("My tasks as a creator"),
    Event(
        "take.return",
        _("Your work was returned"),
        _("Correct your work"),
        urgent=True,
        roles=CREATOR,
    ),
    Event(
        "take.accept", _("Your work was accepted"), _("See the task"), way=Way.SMS, roles=CREATOR
    ),
)
