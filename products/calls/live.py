"""The acts on live sessions and their running order.

Units are reserved of a product's capacity of one day. Whoever reserves has locked the session,
then the entries, then the products, each in the order of their ids.
"""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Sum
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from portal import clock, once
from portal.accounts.actor import Actor
from portal.audit.domain import record
from portal.campaigns.models import Campaign
from portal.moves.domain import refuse_if_older
from portal.notices.domain import notify
from portal.templatetags.figures import datetime_text
from portal.verdict import RuleBroken, require
from products.calls import rules
from products.calls.domain import officials
from products.calls.enums import EntryState
from products.calls.models import Entry, LiveSession, Slot
from products.models import Product
from products.seasons.rules import capacity_on

MOST_SLOTS = 60
CANCELLED = gettext_noop("“%(session)s” on %(when)s was cancelled. Reason: %(note)s")


class NotEnough(RuleBroken):
    """More units than can leave on the day; `products` maps a product's id to its sentence."""

    def __init__(self, products: dict[int, str]) -> None:
        super().__init__(" ".join(products.values()), code="capacity")
        self.products = products


@dataclass(frozen=True)
class Place:
    """One line of a running order as the office writes it."""

    entry: int
    minutes: int
    units: int
    price: Decimal | None


def reserved_on(products: Iterable[int], day: date, *, but: LiveSession) -> Counter[int]:
    """Units of products that other sessions of that day reserve; one query."""
    rows = (
        Slot.objects.filter(
            entry__product__in=list(products),
            session__cancelled_because="",
            session__starts_at__gte=clock.start_of(day),
            session__starts_at__lt=clock.end_of(day),
        )
        .exclude(session=but)
        .order_by()
        .values_list("entry__product")
        .annotate(n=Sum("units"))
    )
    return Counter(dict(rows))


@transaction.atomic
def plan_live_session(
    *, campaign: Campaign, actor: Actor, form_key: uuid.UUID | None = None, **fields: Any
) -> LiveSession:
    """Plan a session within its campaign's days.

    The same `form_key` again returns the session made first. Raises: RuleBroken; ValidationError.
    """
    require(rules.may_plan(actor))
    row = LiveSession(campaign=campaign, **fields)
    _refuse_outside_campaign(row)
    written = once.insert(row, form_key=form_key)
    if written is row:
        record(actor=actor, act="live.plan", subject=row, name=row.name)
    return written


def _refuse_outside_campaign(row: LiveSession) -> None:
    campaign = row.campaign
    if not campaign.first_day <= row.day <= campaign.last_day:
        raise ValidationError(
            {
                "starts_at": _("The campaign runs from %(first)s to %(last)s.")
                % {"first": campaign.first_day, "last": campaign.last_day}
            }
        )


@transaction.atomic
def change_live_session(
    *, session: LiveSession, actor: Actor, seen: int, **fields: Any
) -> list[str]:
    """Change time, host or place; return the names of the fields that changed.

    What is reserved must fit the new day too. Locks as the room says.
    Raises: SeenTooOld; RuleBroken; NotEnough; ValidationError.
    """
    require(rules.may_plan(actor))
    row = LiveSession.objects.select_for_update().get(pk=session.pk)
    changed = [name for name, value in fields.items() if getattr(row, name) != value]
    if not changed:
        return []
    require(rules.takes_place(row))
    refuse_if_older(row, seen=seen)
    before = row.day
    for name in changed:
        setattr(row, name, fields[name])
    row.full_clean(exclude=["form_key"])
    _refuse_outside_campaign(row)
    if row.day != before:
        units = row.slots.order_by("position").values_list("entry__product", "units")
        _refuse_beyond_capacity(row, dict(units))
    row.version += 1
    row.save()
    record(actor=actor, act="live.change", subject=row, fields=changed)
    return changed


@transaction.atomic
def cancel_live_session(
    *, session: LiveSession, reason: str, actor: Actor, seen: int
) -> LiveSession:
    """Cancel a session for good: what it reserved is free again, and each county whose products
    it would have shown is told why. Locks the session.

    Raises: SeenTooOld; RuleBroken without a reason, or when it was cancelled before.
    """
    require(rules.may_plan(actor))
    row = LiveSession.objects.select_for_update().get(pk=session.pk)
    refuse_if_older(row, seen=seen)
    require(rules.takes_place(row))
    if not reason.strip():
        raise RuleBroken(_("Please give the reason: the county will read it."), code="reason")
    row.cancelled_because = reason.strip()
    row.version += 1
    row.save(update_fields=["cancelled_because", "version"])
    record(actor=actor, act="live.cancel", subject=row, name=row.name)
    counties = row.slots.order_by("entry__county").values_list("entry__county", flat=True)
    for county_id in dict.fromkeys(counties):
        notify(
            recipients=officials(county_id),
            event="live.cancelled",
            msgid=CANCELLED,
            params={
                "session": row.name,
                "when": datetime_text(row.starts_at),
                "note": row.cancelled_because,
            },
            url=row.get_absolute_url(),
            actor=actor,
        )
    return row


@transaction.atomic
def write_order(
    *, session: LiveSession, places: list[Place], actor: Actor, seen: int
) -> LiveSession:
    """Make a session's running order the one given, in its order.

    Locks as the room says, so that two sessions never reserve more of a product than leaves on
    their day. Raises: SeenTooOld; NotEnough; RuleBroken for what is not selected or stands twice.
    """
    require(rules.may_plan(actor))
    row = LiveSession.objects.select_for_update().get(pk=session.pk)
    refuse_if_older(row, seen=seen)
    require(rules.takes_place(row))
    if len(places) > MOST_SLOTS:
        raise RuleBroken(_("At most %(n)d products in a session.") % {"n": MOST_SLOTS})
    entries = _selected(row, [place.entry for place in places])
    units: Counter[int] = Counter()
    for place in places:
        units[entries[place.entry].product_id] += place.units
    _refuse_beyond_capacity(row, units)
    row.slots.all().delete()
    slots = [
        Slot(
            session=row,
            entry=entries[place.entry],
            position=position,
            minutes=place.minutes,
            units=place.units,
            price=place.price,
        )
        for position, place in enumerate(places, start=1)
    ]
    for slot in slots:
        slot.clean_fields(exclude=["session", "entry"])
    Slot.objects.bulk_create(slots)
    row.version += 1
    row.save(update_fields=["version"])
    record(actor=actor, act="live.order", subject=row, products=len(slots))
    return row


@transaction.atomic
def add_to_order(
    *, session: LiveSession, entries: Iterable[Entry], actor: Actor, seen: int
) -> LiveSession:
    """Put selected products at the end, five minutes each and nothing reserved yet.

    Who stands in the order already stays where it is. Raises: as `write_order`.
    """
    row = LiveSession.objects.select_for_update().get(pk=session.pk)
    refuse_if_older(row, seen=seen)
    places = present(row)
    standing = {place.entry for place in places}
    places += [Place(entry.pk, 5, 0, None) for entry in entries if entry.pk not in standing]
    return write_order(session=row, places=places, actor=actor, seen=seen)


def present(session: LiveSession) -> list[Place]:
    """The running order as it stands."""
    return [
        Place(slot.entry_id, slot.minutes, slot.units, slot.price)
        for slot in session.slots.order_by("position")
    ]


def _selected(session: LiveSession, ids: list[int]) -> dict[int, Entry]:
    """Lock the entries and return them by id. Raises: RuleBroken unless each may stand there."""
    rows = Entry.objects.select_for_update(of=("self",)).filter(
        pk__in=ids, call__campaign=session.campaign_id, state=EntryState.SELECTED
    )
    found = {entry.pk: entry for entry in rows.select_related("product").order_by("pk")}
    if set(ids) - set(found):
        raise RuleBroken(_("Only products selected for this campaign stand in its sessions."))
    products = Counter(found[pk].product_id for pk in ids)
    if any(number > 1 for number in products.values()):
        raise RuleBroken(_("A product stands in a running order once."))
    return found


def _refuse_beyond_capacity(session: LiveSession, units: dict[int, int]) -> None:
    """Lock the products and count what all sessions of the day reserve of each."""
    wanted = {pk: number for pk, number in units.items() if number}
    locked = Product.objects.select_for_update(of=("self",)).filter(pk__in=wanted)
    products = {row.pk: row for row in locked.order_by("pk").prefetch_related("windows")}
    others = reserved_on(wanted, session.day, but=session)
    wrong = {}
    for pk, number in wanted.items():
        capacity = capacity_on(products[pk], session.day)
        left = max(0, capacity - others[pk])
        if number > left:
            wrong[pk] = str(
                _("“%(product)s”: %(number)d units asked, %(left)d of %(capacity)d are left.")
            ) % {
                "product": products[pk].name,
                "number": number,
                "left": left,
                "capacity": capacity,
            }
    if wrong:
        raise NotEnough(wrong)
