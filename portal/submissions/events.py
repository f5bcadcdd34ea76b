"""What people are told about dossiers and changes. The applicant hears of no internal step."""

from django.utils.translation import gettext_lazy as _

from portal.notices.enums import Way
from portal.notices.events import Event, register

DECIDERS = ("official", "staff")

register(
    _("My submissions"),
    Event("submission.return", _("Your submission was returned"), _("Correct it now"), urgent=True),
    Event(
        "submission.refuse",
        _("Your submission was not approved"),
        _("Read the reason"),
        urgent=True,
    ),
    Event(
        "submission.suspend",
        _("What you published was taken offline"),
        _("Read the reason"),
        urgent=True,
    ),
    Event("submission.endorse", _("The county endorsed your submission"), _("See how it stands")),
    Event(
        "submission.verify",
        _("The county verified your entry"),
        _("See your entry"),
        way=Way.SMS,
        roles=("creator",),
    ),
    Event("submission.approve", _("Your submission was approved"), _("See how it stands")),
    Event(
        "submission.granted",
        _("What you applied for was approved"),
        _("Read what comes next"),
        way=Way.SMS,
        roles=("merchant",),
    ),
    Event(
        "submission.publish",
        _("Your submission was published"),
        _("See what is published"),
        way=Way.SMS,
    ),
    Event(
        "submission.merge",
        _("Your submission goes on in another one"),
        _("Read the reason"),
        urgent=True,
    ),
    Event(
        "submission.absorb",
        _("Another submission was merged into yours"),
        _("See what is published"),
    ),
    Event("submission.resume", _("Yours is online again"), _("See what is published")),
    Event("revision.approve", _("Your change was approved"), _("See the change")),
    Event("revision.refuse", _("Your change was not approved"), _("Read the reason"), urgent=True),
)
register(
    _("My desk"),
    Event("submission.waits", _("A submission waits for you"), _("Decide on it"), roles=DECIDERS),
)
