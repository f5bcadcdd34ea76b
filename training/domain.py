"""The acts on classes and enrolments. Whoever counts seats has locked the class."""

from __future__ import annotations

import uuid
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from portal import clock, once
from portal.accounts.actor import Actor
from portal.audit.domain import record
from portal.moves.domain import log_move, refuse_if_older, transition
from portal.notices.domain import notify
from portal.regions.models import County
from portal.templatetags.figures import datetime_text
from portal.verdict import RuleBroken, require
from training import queries, rules
from training.enums import EnrolmentState
from training.models import ClassSession, CountySeats, Course, Enrolment

OFFERED = gettext_noop("A seat in “%(course)s” is free for you. Take it before %(until)s.")
LAPSED = gettext_noop("The seat in “%(course)s” was not taken in time and went to the next.")
BEGUN = gettext_noop("The seat in “%(course)s” was not taken before the class began.")
CHANGED = gettext_noop("“%(course)s” has changed: now %(when)s, %(place)s, teacher %(teacher)s.")


@transaction.atomic
def open_course(
    *, name: str, field: str, summary: str, actor: Actor, form_key: uuid.UUID | None = None
) -> Course:
    """Write a course; the same form sent again gives the course it made.

    Raises: RuleBroken; ValidationError by field.
    """
    require(rules.may_plan(actor))
    row = Course(name=name, field=field, summary=summary)
    written = once.insert(row, form_key=form_key)
    if written is row:
        record(actor=actor, act="course.open", subject=row, name=name)
    return written


@transaction.atomic
def plan_session(
    *,
    course: Course,
    county_seats: dict[County, int],
    actor: Actor,
    form_key: uuid.UUID | None = None,
    **fields: Any,
) -> ClassSession:
    """Plan a class with seats kept for counties; the same form sent again gives its class.

    Raises: RuleBroken when the counties' seats are more than there are; ValidationError.
    """
    require(rules.may_plan(actor))
    row = ClassSession(course=course, **fields)
    row.full_clean(exclude=["form_key"])
    if sum(county_seats.values()) > row.seats:
        raise RuleBroken(_("The counties' seats are more than the class has."))
    written = once.insert(row, form_key=form_key)
    if written is not row:
        _refuse_other_shares(written, county_seats)
        return written
    CountySeats.objects.bulk_create(
        CountySeats(session=row, county=county, seats=seats)
        for county, seats in county_seats.items()
    )
    record(actor=actor, act="class.plan", subject=row, seats=row.seats)
    return row


def _refuse_other_shares(session: ClassSession, county_seats: dict[County, int]) -> None:
    """A form sent again with other shares asks for another class."""
    kept = dict(session.county_seats.values_list("county_id", "seats"))
    if kept != {county.pk: seats for county, seats in county_seats.items()}:
        raise RuleBroken(
            _("This form was sent already and made “%(name)s”. Open it anew to make another.")
            % {"name": session},
            code=once.SENT_BEFORE,
        )


@transaction.atomic
def change_session(*, session: ClassSession, actor: Actor, seen: int, **fields: Any) -> list[str]:
    """Change place, time or teacher, and tell everyone enrolled, offered or waiting.

    Returns the names of the fields that changed. When everything stands already as asked, nothing
    is written and nobody told, whatever version was `seen`. Locks the class.
    Raises: SeenTooOld when somebody changed the class meanwhile; RuleBroken; ValidationError.
    """
    require(rules.may_plan(actor))
    row = ClassSession.objects.select_for_update().get(pk=session.pk)
    changed = [name for name, value in fields.items() if getattr(row, name) != value]
    if not changed:
        return []
    refuse_if_older(row, seen=seen)
    for name, value in fields.items():
        setattr(row, name, value)
    row.version += 1
    row.full_clean()
    row.save()
    # An offer never outlives the beginning of its class.
    row.enrolments.filter(state=EnrolmentState.OFFERED, offer_until__gt=row.starts_at).update(
        offer_until=row.starts_at
    )
    record(actor=actor, act="class.change", subject=row, fields=changed)
    _tell_changed(row, actor)
    return changed


def _tell_changed(row: ClassSession, actor: Actor) -> None:
    people = [e.trainee for e in row.enrolments.open().select_related("trainee")]
    notify(
        recipients=people,
        event="class.changed",
        msgid=CHANGED,
        params={
            "course": row.course.name,
            "when": datetime_text(row.starts_at),
            "place": row.place,
            "teacher": row.teacher,
        },
        url=reverse("class", args=[row.pk]),
        actor=actor,
    )


@transaction.atomic
def enrol_trainee(*, session: ClassSession, county: County, actor: Actor) -> Enrolment:
    """Give the actor a seat, or the next place on the waiting list; asking twice asks once.

    Locks the class, so two people cannot take the last seat. Who waits is never overtaken: what
    has become free meanwhile, as kept seats do on the release day, is handed on first.
    Raises: RuleBroken when the class has begun.
    """
    session = ClassSession.objects.select_for_update().get(pk=session.pk)
    require(rules.may_enrol(session, actor))
    _hand_on(session)
    known = session.enrolments.open().filter(trainee=actor.user).first()
    if known is not None:
        return known
    free = queries.seat_count(session).has_seat(county.pk)
    row = Enrolment.objects.create(
        session=session,
        trainee=actor.person,
        county=county,
        state=EnrolmentState.ENROLLED if free else EnrolmentState.WAITING,
        created_at=clock.now(),
    )
    log_move(row, name="create", from_state="", actor=actor)
    return row


@transaction.atomic
def move_enrolment(
    *, enrolment: Enrolment, move: str, actor: Actor, seen: int, note: str = ""
) -> Enrolment:
    """Make one move and hand on what it frees, in one transaction.

    Locks the class first, then the enrolment. Raises: SeenTooOld; RuleBroken.
    """
    session = ClassSession.objects.select_for_update().get(pk=enrolment.session_id)
    row: Enrolment = transition(enrolment, move, actor=actor, seen=seen, note=note)
    _hand_on(session)
    return row


@transaction.atomic
def lapse_offers(*, session: ClassSession) -> int:
    """Let offers lapse whose time is over, and offer every free seat to the next.

    Returns how many lapsed. Locks the class.
    """
    session = ClassSession.objects.select_for_update().get(pk=session.pk)
    late = session.enrolments.filter(
        state=EnrolmentState.OFFERED, offer_until__lt=clock.now()
    ).select_related("trainee", "session__course")
    lapsed = 0
    for row in list(late):
        transition(row, "lapse", actor=Actor.system(), seen=row.version)
        _tell(row, "class.lapsed", LAPSED if session.starts_at > clock.now() else BEGUN)
        lapsed += 1
    _hand_on(session)
    return lapsed


def _hand_on(session: ClassSession) -> None:
    """Offer every free seat to the first who waits and may have it; called under the class's
    lock."""
    if session.starts_at <= clock.now():
        return
    count = queries.seat_count(session)
    if count.is_full:
        return
    for row in queries.waiting(session):
        if count.is_full:
            return
        if not count.has_seat(row.county_id):
            continue
        count.taken[row.county_id] += 1
        offered = transition(row, "offer", actor=Actor.system(), seen=row.version)
        _tell(offered, "class.offered", OFFERED)


def _tell(row: Enrolment, event: str, msgid: str) -> None:
    notify(
        recipients=[row.trainee],
        event=event,
        msgid=msgid,
        params={
            "course": row.session.course.name,
            "until": datetime_text(row.offer_until) if row.offer_until else "",
        },
        url=reverse("class", args=[row.session_id]),
        actor=Actor.system(),
    )
