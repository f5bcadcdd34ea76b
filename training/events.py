"""What trainees are told about their classes."""

from django.utils.translation import gettext_lazy as _

from portal.notices.enums import Way
from portal.notices.events import Event, register

TRAINEE = ("trainee",)

register(
    _("My classes"),
    Event(
        "class.offered", _("A seat is kept for you"), _("Take the seat"), urgent=True, roles=TRAINEE
    ),
    Event(
        "class.changed",
        _("Your class has changed"),
        _("See the new plan"),
        urgent=True,
        roles=TRAINEE,
    ),
    Event(
        "class.removed",
        _("Your enrolment was cancelled"),
        _("See the class"),
        urgent=True,
        roles=TRAINEE,
    ),
    Event(
        "class.lapsed",
        _("The seat kept for you has lapsed"),
        _("See the class"),
        way=Way.SMS,
        roles=TRAINEE,
    ),
)
