"""What counties are told about calls."""

from django.utils.translation import gettext_lazy as _

from portal.notices.enums import Way
from portal.notices.events import Event, register

COUNTY = ("official",)

register(
    _("Campaign calls"),
    # It stands among the county's tasks with its deadline, and in the digest.
    Event(
        "call.opened",
        _("A campaign asks for products"),
        _("Put products forward"),
        roles=COUNTY,
    ),
    Event(
        "live.cancelled",
        _("A live session with your products was cancelled"),
        _("Read the reason"),
        urgent=True,
        roles=COUNTY,
    ),
    Event(
        "call.decided",
        _("The products of a call were selected"),
        _("See what was selected"),
        way=Way.SMS,
        roles=COUNTY,
    ),
)
