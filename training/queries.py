"""Composed reads of training."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, F, Prefetch, Q, QuerySet

from portal import clock
from portal.accounts.models import User
from portal.regions.models import County
from training.enums import OPEN, SEATED, EnrolmentState
from training.models import ClassSession, Course, Enrolment

TAKEN = Count("enrolments", filter=Q(enrolments__state__in=SEATED), distinct=True)
WAITS = Count("enrolments", filter=Q(enrolments__state=EnrolmentState.WAITING), distinct=True)


def courses() -> QuerySet[Course]:
    """Every course; open to everyone."""
    return Course.objects.prefetch_related("sessions")


def sessions() -> QuerySet[ClassSession]:
    """Every class with its course, seats taken (`taken`) and people waiting (`waits`)."""
    return ClassSession.objects.select_related("course").annotate(taken=TAKEN, waits=WAITS)


@dataclass
class SeatCount:
    """The seats of a class at this moment, by county code; counts on while seats are given.

    A county's own seats come first; beyond them everybody shares what is kept for no county.
    From the release day on every free seat is for everyone: nothing is `kept` any more.
    """

    seats: int
    kept: dict[str, int]
    taken: Counter[str]

    @property
    def is_full(self) -> bool:
        """True when no seat is left for anybody."""
        return self.taken.total() >= self.seats

    @property
    def common(self) -> int:
        """How many seats are kept for no county."""
        return self.seats - sum(self.kept.values())

    def has_seat(self, county_id: str) -> bool:
        """Whether a seat is free for somebody of that county."""
        if self.is_full:
            return False
        if self.taken[county_id] < self.kept.get(county_id, 0):
            return True
        beyond = sum(max(0, n - self.kept.get(code, 0)) for code, n in self.taken.items())
        return beyond < self.common


def seat_count(session: ClassSession) -> SeatCount:
    """Count the seats of a class; two queries. Call under the class's lock to give seats."""
    released = session.release_on is not None and clock.today() >= session.release_on
    return SeatCount(
        session.seats,
        {} if released else dict(session.county_seats.values_list("county_id", "seats")),
        Counter(session.enrolments.filter(state__in=SEATED).values_list("county_id", flat=True)),
    )


def waiting(session: ClassSession) -> QuerySet[Enrolment]:
    """The waiting list in order."""
    return (
        session.enrolments.filter(state=EnrolmentState.WAITING)
        .select_related("trainee", "county", "session__course")
        .order_by("pk")
    )


@dataclass(frozen=True)
class Place:
    """Where somebody stands on the waiting list, 1 for the first.

    `number` counts who signed up earlier and waits for a seat this person could have too: people
    of the same county; those of other counties as well when there are seats for everyone.
    `in_county` counts the own county's people alone: its kept seats, when freed, go to them. It is
    None when the county has no seats of its own or when `number` says the same.
    """

    number: int
    in_county: int | None


def place(row: Enrolment) -> Place | None:
    """The place on the waiting list; None for who does not wait."""
    if row.state != EnrolmentState.WAITING:
        return None
    earlier = Counter(
        row.session.enrolments.filter(state=EnrolmentState.WAITING, pk__lt=row.pk).values_list(
            "county_id", flat=True
        )
    )
    count = seat_count(row.session)
    if not count.kept.get(row.county_id):
        return Place(earlier.total() + 1, None)
    in_county = earlier[row.county_id] + 1
    if not count.common:
        return Place(in_county, None)
    number = earlier.total() + 1
    return Place(number, in_county if in_county != number else None)


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
    return Enrolment.objects.visible_to(user).select_related("session__course", "trainee", "county")


def sessions_to_sweep() -> QuerySet[ClassSession]:
    """Classes in which an offer's time is over, and those whose kept seats are for everyone now
    while somebody waits and a seat is free."""
    late = Enrolment.objects.filter(
        state=EnrolmentState.OFFERED, offer_until__lt=clock.now()
    ).values("session")
    released = ClassSession.objects.alias(taken=TAKEN, waits=WAITS).filter(
        release_on__lte=clock.today(),
        starts_at__gt=clock.now(),
        waits__gt=0,
        taken__lt=F("seats"),
    )
    return ClassSession.objects.filter(Q(pk__in=late) | Q(pk__in=released.values("pk")))


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
