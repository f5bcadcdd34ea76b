"""Composed reads of training."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Prefetch, Q, QuerySet

from portal import clock
from portal.accounts.models import User
from portal.regions.models import County
from training.enums import OPEN, SEATED, EnrolmentState
from training.models import ClassSession, Course, Enrolment


def courses() -> QuerySet[Course]:
    """Every course; open to everyone."""
    return Course.objects.prefetch_related("sessions")


def sessions() -> QuerySet[ClassSession]:
    """Every class with its course, seats taken (`taken`) and people waiting (`waits`)."""
    return ClassSession.objects.select_related("course").annotate(
        taken=Count("enrolments", filter=Q(enrolments__state__in=SEATED), distinct=True),
        waits=Count(
            "enrolments", filter=Q(enrolments__state=EnrolmentState.WAITING), distinct=True
        ),
    )


def has_seat(session: ClassSession, county: County) -> bool:
    """Whether a seat is free for somebody of `county`; call under the class's lock.

    A county's own seats come first; beyond them everybody shares what is kept for no county.
    From the release day on every free seat is for everyone.
    """
    taken = Counter(session.enrolments.filter(state__in=SEATED).values_list("county_id", flat=True))
    if taken.total() >= session.seats:
        return False
    if session.release_on is not None and clock.today() >= session.release_on:
        return True
    kept = dict(session.county_seats.values_list("county_id", "seats"))
    if taken[county.pk] < kept.get(county.pk, 0):
        return True
    common = session.seats - sum(kept.values())
    beyond = sum(max(0, count - kept.get(code, 0)) for code, count in taken.items())
    return beyond < common


def waiting(session: ClassSession) -> QuerySet[Enrolment]:
    """The waiting list in order."""
    return (
        session.enrolments.filter(state=EnrolmentState.WAITING)
        .select_related("trainee", "county", "session__course")
        .order_by("pk")
    )


def waits_before(session: ClassSession, county: County) -> bool:
    """Whether somebody of the same county waits already."""
    return waiting(session).filter(county=county).exists()


def position(row: Enrolment) -> int | None:
    """The place on the waiting list, 1 for the first; None for who does not wait."""
    if row.state != EnrolmentState.WAITING:
        return None
    return row.session.enrolments.filter(state=EnrolmentState.WAITING, pk__lte=row.pk).count()


def own(session: ClassSession, user: User) -> Enrolment | None:
    """The user's latest enrolment in a class."""
    return session.enrolments.filter(trainee=user).order_by("-pk").first()


def roster(session: ClassSession, user: User) -> QuerySet[Enrolment]:
    """Enrolments of a class `user` may see: enrolled first, then in the order of waiting."""
    return (
        Enrolment.objects.visible_to(user)
        .filter(session=session, state__in=OPEN)
        .select_related("trainee", "county")
        .order_by("state", "pk")
    )


def enrolments(user: User) -> QuerySet[Enrolment]:
    """Enrolments `user` may see."""
    return Enrolment.objects.visible_to(user).select_related("session__course", "trainee")


def sessions_with_late_offers() -> QuerySet[ClassSession]:
    """Classes in which an offer's time is over."""
    late = Enrolment.objects.filter(
        state=EnrolmentState.OFFERED, offer_until__lt=clock.now()
    ).values("session")
    return ClassSession.objects.filter(pk__in=late)


def next_class(user: User) -> Enrolment | None:
    """The user's next class; one query."""
    return (
        Enrolment.objects.filter(
            trainee=user, state=EnrolmentState.ENROLLED, session__starts_at__gt=clock.now()
        )
        .select_related("session__course")
        .order_by("session__starts_at", "pk")
        .first()
    )


def held_between(start: datetime, end: datetime) -> QuerySet[ClassSession]:
    """Classes that are held between two moments, the first first."""
    held = ClassSession.objects.filter(starts_at__lt=end, ends_at__gte=start)
    return held.select_related("course").order_by("starts_at", "pk")


def _part(part: str) -> Q:
    """The enrolments that make a person one of the enrolled, or of the trained."""
    seated = Q(state=EnrolmentState.ENROLLED)
    return seated & Q(session__ends_at__lt=clock.now()) if part == "trained" else seated


def people_counts(user: User) -> dict[str, int]:
    """How many people are enrolled and trained within `user`'s view, each counted once."""
    return Enrolment.objects.visible_to(user).aggregate(
        **{
            part: Count("trainee", filter=_part(part), distinct=True)
            for part in ("enrolled", "trained")
        }
    )


def trainees(user: User, part: str) -> QuerySet[User]:
    """The people of one part, each once, with those of their enrolments that `user` may see.

    The enrolments stand in `classes`; two queries whatever the number of people.
    """
    rows = Enrolment.objects.visible_to(user).filter(_part(part))
    classes = rows.select_related("session__course", "county").order_by("session__starts_at", "pk")
    return User.objects.filter(pk__in=rows.values("trainee")).prefetch_related(
        Prefetch("enrolments", classes, "classes")
    )


@dataclass(frozen=True)
class SeatLine:
    """One county's kept seats and how many are taken."""

    county: County
    seats: int
    taken: int


def seat_lines(session: ClassSession) -> list[SeatLine]:
    """Kept seats by county with what is taken of them; two queries."""
    taken = Counter(session.enrolments.filter(state__in=SEATED).values_list("county_id", flat=True))
    return [
        SeatLine(row.county, row.seats, min(row.seats, taken[row.county_id]))
        for row in session.county_seats.select_related("county")
    ]
