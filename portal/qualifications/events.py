"""What people are told about papers."""

from django.utils.translation import gettext_lazy as _

from portal.notices.enums import Way
from portal.notices.events import Event, register

CONCERNED = ("merchant", "official")

register(
    _("Papers"),
    Event(
        "qualification.soon",
        _("A paper lapses within 30 days"),
        _("Enter its renewal"),
        way=Way.SMS,
        roles=CONCERNED,
    ),
    Event(
        "qualification.lapsed",
        _("A paper has lapsed"),
        _("Enter its renewal"),
        urgent=True,
        roles=CONCERNED,
    ),
    Event(
        "qualification.back",
        _("A paper is valid again"),
        _("See the paper"),
        roles=CONCERNED,
    ),
    Event(
        "qualification.check_soon",
        _("A yearly check is due within 30 days"),
        _("See the paper"),
        way=Way.SMS,
        roles=CONCERNED,
    ),
    Event(
        "qualification.check_due",
        _("A yearly check is overdue"),
        _("Note the check"),
        urgent=True,
        roles=CONCERNED,
    ),
    Event(
        "qualification.taken_off",
        _("A paper was taken off the file"),
        _("Read the reason"),
        urgent=True,
    ),
)
