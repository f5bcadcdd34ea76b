"""Raising and ending alerts, and the acts on them."""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Iterable
from datetime import date

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext_noop

from portal import clock
from portal.accounts.actor import Actor
from portal.accounts.enums import Role
from portal.accounts.models import Membership, User
from portal.audit.domain import record
from portal.jobs.domain import enqueue
from portal.notices.domain import notify
from portal.verdict import require
from traffic.alerts import conditions, rules
from traffic.alerts.models import NAMES, Alert
from traffic.alerts.sentences import message

WORK = "traffic.alerts"
# So many new ones at once are told one by one.
FEW = 5
MANY = gettext_noop("There are %(n)s new alerts. Look through them on one page.")


def ask(day: date | None = None) -> None:
    """Ask for a round, in the caller's transaction; many asks before it begins are one."""
    enqueue(kind=WORK, key="all", payload={})


@transaction.atomic
def look() -> dict[str, int]:
    """Raise what holds and is not open, follow the figures of what is, end what is over; return how
    many of each. Doing it again changes nothing.

    Locks the open alerts. Of two rounds at once the unique key lets one raise, and tell.
    """
    found = {row.key: row for row in conditions.every()}
    standing = Alert.objects.select_for_update().filter(ended_on=None).order_by("pk")
    there = {row.key: row for row in standing}
    ended = [row.pk for key, row in there.items() if key not in found]
    Alert.objects.filter(pk__in=ended).update(ended_on=clock.today())
    changed = []
    for key, row in there.items():
        if key in found and row.figures != found[key].figures:
            row.figures = found[key].figures
            changed.append(row)
    Alert.objects.bulk_update(changed, ["figures"], batch_size=1000)
    raised = _raise(found[key] for key in sorted(found.keys() - there.keys()))
    _tell(raised)
    return {"raised": len(raised), "changed": len(changed), "ended": len(ended)}


def _raise(new: Iterable[conditions.Condition]) -> list[Alert]:
    """Write the new ones; return those that nobody else wrote at this moment."""
    act = uuid.uuid4()
    rows = [
        Alert(
            kind=row.kind,
            key=row.key,
            since=row.since,
            figures=row.figures,
            raised_at=clock.now(),
            raised_in=act,
            **row.about,
        )
        for row in new
    ]
    if not rows:
        return []
    Alert.objects.bulk_create(rows, ignore_conflicts=True, batch_size=1000)
    return list(Alert.objects.filter(raised_in=act).select_related(*NAMES).order_by("pk"))


def _tell(raised: list[Alert]) -> None:
    """Tell the office of each, and the officials of its county; two queries beside the notices.

    Whom more than `FEW` concern is told once how many there are.
    """
    if not raised:
        return
    hats = Membership.objects.active().filter(role__in=[Role.STAFF, Role.OFFICIAL])
    people = {row.pk: row for row in User.objects.filter(is_active=True, memberships__in=hats)}
    holders = list(hats.order_by("pk").values_list("user", "role", "county", "city"))
    concerned = [_concerned(alert, holders) & people.keys() for alert in raised]
    number = Counter(user for users in concerned for user in users)
    for alert, users in zip(raised, concerned, strict=True):
        # Values stay as they are now: in the programme's language.
        with translation.override(settings.LANGUAGE_CODE):
            msgid, words = message(alert)
        few = [people[pk] for pk in sorted(users) if number[pk] <= FEW]
        _notify(few, msgid, words, alert.get_absolute_url())
    for many in sorted({each for each in number.values() if each > FEW}):
        those = [people[pk] for pk in sorted(number) if number[pk] == many]
        _notify(those, MANY, {"n": str(many)}, reverse("alerts"))


def _concerned(
    alert: Alert, holders: Iterable[tuple[int, str, str | None, str | None]]
) -> set[int]:
    """The office, and the officials of the alert's county or its city."""
    city = alert.county.city_id if alert.county is not None else None
    return {
        user
        for user, role, of_county, of_city in holders
        if role == Role.STAFF
        or (city is not None and (of_county == alert.county_id or of_city == city))
    }


def _notify(users: list[User], msgid: str, words: dict[str, str], url: str) -> None:
    if users:
        notify(
            recipients=users,
            event="alert.raised",
            msgid=msgid,
            params=words,
            url=url,
            actor=Actor.system(),
        )


def _locked(alert: Alert, actor: Actor) -> Alert:
    """The row, locked, if the actor may settle it."""
    row = Alert.objects.select_for_update().get(pk=alert.pk)
    require(rules.may_handle(actor) & rules.is_undecided(row))
    return row


@transaction.atomic
def acknowledge(*, alert: Alert, note: str, actor: Actor) -> None:
    """Say that it is known and what is done; it waits for nobody any more.

    Locks the alert. Raises: RuleBroken when it ended, or somebody has acknowledged it.
    """
    row = _locked(alert, actor)
    row.acknowledged_by, row.acknowledged_at, row.note = actor.user, clock.now(), note
    row.save(update_fields=["acknowledged_by", "acknowledged_at", "note"])
    record(actor=actor, act="alert.acknowledge", subject=row, role=Role.STAFF, note=note)


@transaction.atomic
def snooze(*, alert: Alert, until: date, note: str, actor: Actor) -> None:
    """Let it sleep until a day, on which it is open again by itself.

    Locks the alert. Raises: RuleBroken when it is settled, or the day is past or too far.
    """
    row = _locked(alert, actor)
    require(rules.may_sleep_until(until))
    row.snoozed_by, row.snoozed_until, row.note = actor.user, until, note
    row.save(update_fields=["snoozed_by", "snoozed_until", "note"])
    record(
        actor=actor,
        act="alert.snooze",
        subject=row,
        role=Role.STAFF,
        until=until.isoformat(),
        note=note,
    )
