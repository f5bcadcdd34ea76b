"""What people are told of, as data.

Every room registers its events in a module `events.py`, which `NoticesConfig.ready` imports:

    register(_("Training"), Event("class.offered", _("A seat is kept for you"), _("Take the seat"),
             urgent=True))
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any, Protocol

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from portal.notices.enums import Way


@dataclass(frozen=True)
class Event:
    """One kind of thing that people are told of.

    `label` says in the reader's words what happened, `act` names what the notice leads to.
    `urgent` goes out at once by every channel the person has and cannot be quieted; else `way`
    holds until the person chooses another. `roles` are those it can happen to, by value; empty
    for everybody.
    """

    code: str
    label: str | Promise
    act: str | Promise = ""
    urgent: bool = False
    way: Way = Way.APP
    roles: tuple[str, ...] = ()
    group: str | Promise = ""


class Wearer(Protocol):
    """Whose roles are asked; `portal.accounts.actor.Actor` fits."""

    def has(self, *roles: Any) -> bool:
        """True when one of `roles` is worn."""
        ...


_EVENTS: dict[str, Event] = {}


def register(group: str | Promise, *events: Event) -> None:
    """Add a room's events under the heading they have on the page of choices."""
    for event in events:
        if event.code in _EVENTS:
            raise ValueError(f"The event {event.code!r} is registered twice.")
        _EVENTS[event.code] = replace(event, group=group)


def get(code: str) -> Event:
    """Return the event of that code. Raises: LookupError when no room registers it."""
    try:
        return _EVENTS[code]
    except KeyError:
        raise LookupError(f"No module events.py registers the event {code!r}.") from None


def label_of(code: str) -> str:
    """What happened, in the reader's language; the bare code when its room is gone."""
    return str(_EVENTS[code].label) if code in _EVENTS else code


def act_of(code: str) -> str:
    """What a notice of the event leads to, in the reader's language."""
    return str((code in _EVENTS and _EVENTS[code].act) or _("View"))


def every() -> Iterator[Event]:
    """All events in the order of their registration."""
    yield from _EVENTS.values()


def that_reach(actor: Wearer, *, urgent: bool) -> list[Event]:
    """The events that can happen to `actor`: the urgent ones, or those with a choice.

    The digest is a choice of its own.
    """
    return [
        event
        for event in every()
        if event.urgent == urgent
        and event.code != DIGEST
        and (not event.roles or actor.has(*event.roles))
    ]


CONFIRM_EMAIL = "notices.confirm_email"
DIGEST = "notices.digest"
register(
    _("My account"),
    Event(CONFIRM_EMAIL, _("Confirm your e-mail address"), urgent=True),
    Event(DIGEST, _("What waits for you today"), _("Go to my tasks"), urgent=True),
)
