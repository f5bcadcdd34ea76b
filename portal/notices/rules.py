"""Which channels an event takes to a person, and who may choose and see what."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from portal.notices.enums import DIGEST_ONLY_ROLES, OVERSEER_ROLES, Channel, Digest, Way
from portal.notices.events import Event, Wearer
from portal.notices.models import Preferences
from portal.verdict import YES, Verdict, no


def channels(event: Event, chosen: Preferences) -> tuple[Channel, ...]:
    """Where an event goes besides the list of notices, if the person can be reached there.

    Urgent events take every channel, whatever was chosen.
    """
    if event.urgent:
        return (Channel.SMS, Channel.EMAIL)
    if chosen.digest == Digest.ONLY:
        return ()
    way = chosen.way_of(event)
    return {Way.SMS: (Channel.SMS,), Way.EMAIL: (Channel.EMAIL,)}.get(way, ())


def is_quiet(event: Event, chosen: Preferences) -> bool:
    """True when the notice is only listed."""
    return not event.urgent and chosen.way_of(event) == Way.QUIET


def may_choose(
    *, ways: dict[str, str], digest: str, offered: set[Event], reach: set[str], actor: Wearer
) -> Verdict:
    """Only what is offered: no urgent event is quieted, no channel chosen that leads nowhere."""
    if set(ways) - {event.code for event in offered}:
        return no(_("Urgent messages always come at once and cannot be changed here."))
    if {way for way in ways.values() if way in Channel.values} - reach:
        return no(_("Confirm an e-mail address or a mobile number first, then choose it here."))
    if digest != Digest.OFF and not reach:
        return no(_("A digest needs a confirmed e-mail address or mobile number."))
    if digest == Digest.ONLY and not actor.has(*DIGEST_ONLY_ROLES):
        return no(_("Only officials and programme staff can have the digest alone."))
    return YES


def oversees(actor: Wearer) -> bool:
    """True for those who read the whole message log."""
    return actor.has(*OVERSEER_ROLES)
