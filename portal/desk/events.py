"""What reviewers are told about work that comes to them."""

from django.utils.translation import gettext_lazy as _

from portal.notices.enums import Way
from portal.notices.events import Event, register

REVIEWERS = ("staff", "official")

register(
    _("Work of colleagues"),
    Event(
        "desk.hand_over",
        _("A colleague handed work over to you"),
        _("See the work"),
        way=Way.SMS,
        roles=REVIEWERS,
    ),
    Event(
        "desk.stand_in",
        _("You stand in for a colleague"),
        _("See the work"),
        way=Way.SMS,
        roles=REVIEWERS,
    ),
)
