"""A session's running order as people read it: times, warnings, the host's run sheet."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from portal import clock
from portal.qualifications.rules import read_lapses
from portal.submissions import kinds
from portal.templatetags.figures import datetime_text
from products.calls.live import reserved_on
from products.calls.models import LiveSession, Slot
from products.seasons.rules import capacity_on

if TYPE_CHECKING:
    from portal.accounts.models import User
    from products.models import Product


@dataclass(frozen=True)
class Line:
    """One product of a running order with its computed time."""

    slot: Slot
    starts_at: datetime
    ends_at: datetime

    @property
    def product(self) -> Product:
        """What is shown."""
        return self.slot.entry.product

    @property
    def price(self) -> Decimal | None:
        """The session's price; the usual one where none was set."""
        return self.slot.price or self.product.price


def lines_of_all(sessions: list[LiveSession]) -> dict[int, list[Line]]:
    """The whole running order of each session by its id, with times; two queries."""
    rows = (
        Slot.objects.filter(session__in=sessions)
        .select_related("entry__product__submission__county", "entry__county__city")
        .prefetch_related("entry__product__windows")
        .order_by("session", "position")
    )
    at = {session.pk: session.starts_at for session in sessions}
    found: dict[int, list[Line]] = {session.pk: [] for session in sessions}
    for slot in rows:
        begins = at[slot.session_id]
        at[slot.session_id] = begins + timedelta(minutes=slot.minutes)
        found[slot.session_id].append(Line(slot, begins, at[slot.session_id]))
    return found


def lines(session: LiveSession) -> list[Line]:
    """The whole running order of one session; two queries."""
    return lines_of_all([session])[session.pk]


def lines_of(session: LiveSession, user: User) -> list[Line]:
    """Those lines of a running order that `user` may see; three queries."""
    own = set(Slot.objects.visible_to(user).filter(session=session).values_list("pk", flat=True))
    return [line for line in lines(session) if line.slot.pk in own]


def minutes_left(session: LiveSession, order: list[Line]) -> int:
    """Minutes of the session that no product has; below zero when there are too many."""
    return session.minutes - sum(line.slot.minutes for line in order)


def warnings(session: LiveSession, order: list[Line]) -> list[str]:
    """What the office should look at, in sentences; a fixed number of queries and what each
    product's readiness asks."""
    return [
        *_of_time(session, order),
        *_of_host(session),
        *_of_products_elsewhere(session, order),
        *_of_readiness(session, order),
        *_of_capacity(session, order),
    ]


def _of_time(session: LiveSession, order: list[Line]) -> Iterable[str]:
    over = -minutes_left(session, order)
    if over > 0:
        yield _("The running order is %(n)d minutes longer than the session.") % {"n": over}


def _at_the_same_time(session: LiveSession) -> list[LiveSession]:
    rows = (
        LiveSession.objects.on()
        .filter(starts_at__lt=session.ends_at, ends_at__gt=session.starts_at)
        .exclude(pk=session.pk)
    )
    return list(rows.order_by("starts_at", "pk"))


def _of_host(session: LiveSession) -> Iterable[str]:
    for other in _at_the_same_time(session):
        said = {"session": other.name, "when": datetime_text(other.starts_at)}
        if _same(other.host, session.host):
            said["host"] = session.host
            yield _("%(host)s is in “%(session)s” at that time too (%(when)s).") % said
        if _same(other.channel, session.channel):
            said["channel"] = session.channel
            yield _("The live room %(channel)s has “%(session)s” at that time (%(when)s).") % said


def _same(one: str, other: str) -> bool:
    return "".join(one.split()).casefold() == "".join(other.split()).casefold()


def _of_products_elsewhere(session: LiveSession, order: list[Line]) -> Iterable[str]:
    """By the sessions' own times: what is on sale in two rooms at once is sold twice."""
    names = {line.product.pk: line.product.name for line in order}
    rows = (
        Slot.objects.filter(
            entry__product__in=list(names),
            session__cancelled_because="",
            session__starts_at__lt=session.ends_at,
            session__ends_at__gt=session.starts_at,
        )
        .exclude(session=session)
        .select_related("session", "entry")
        .order_by("session__starts_at", "position")
    )
    for slot in rows:
        yield _("“%(product)s” is in “%(session)s” at the same time.") % {
            "product": names[slot.entry.product_id],
            "session": slot.session.name,
        }


def _of_readiness(session: LiveSession, order: list[Line]) -> Iterable[str]:
    read_lapses([line.product.submission for line in order], session.day)
    for line in order:
        kind = kinds.get(line.product.submission.kind)
        verdict = kind.readiness(line.product, session.day)
        if not verdict:
            yield _("“%(product)s”: %(reason)s") % {
                "product": line.product.name,
                "reason": verdict.reason,
            }


def _of_capacity(session: LiveSession, order: list[Line]) -> Iterable[str]:
    """The county may have said a smaller number since the units were reserved."""
    others = reserved_on([line.product.pk for line in order], session.day, but=session)
    for line in order:
        capacity = capacity_on(line.product, session.day)
        reserved = others[line.product.pk] + line.slot.units
        if line.slot.units and reserved > capacity:
            yield _("“%(product)s”: %(reserved)d units reserved, %(capacity)d leave that day.") % {
                "product": line.product.name,
                "reserved": reserved,
                "capacity": capacity,
            }


def clock_text(moment: datetime) -> str:
    """Hours and minutes in Shanghai."""
    return moment.astimezone(clock.SHANGHAI).strftime("%H:%M")
