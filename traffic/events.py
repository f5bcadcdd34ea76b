"""What counties are told of their impressions."""

from django.utils.translation import gettext_lazy as _

from portal.notices.enums import Way
from portal.notices.events import Event, register

register(
    _("Alerts"),
    Event(
        "alert.raised", _("An alert was raised"), _("See the alert"), roles=("staff", "official")
    ),
)
register(
    _("Weekly brief"),
    Event(
        "brief.made",
        _("The weekly brief you asked for is made"),
        _("Read the brief"),
        way=Way.EMAIL,
        roles=("admin", "staff", "auditor", "official"),
    ),
)
register(
    _("Impressions of my county"),
    Event(
        "make_good.decided",
        _("Decided on a shortfall"),
        _("See the make-good"),
        roles=("official",),
    ),
)
