"""Courses, classes and enrolments for tests, through the portal's own acts."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from portal import clock
from portal.accounts.actor import Actor
from portal.regions.models import County
from tests import dossiers
from tests.factories import UserFactory
from training import domain
from training.models import ClassSession, Course, Enrolment

START = datetime(2023, 11, 6, 9, 0, tzinfo=clock.SHANGHAI)


def county(code: str = dossiers.RUYUAN) -> County:
    """A county by its code."""
    return County.objects.get(pk=code)


def planned(seats: int = 1, kept: dict[str, int] | None = None, **changes: Any) -> ClassSession:
    """A class of two weeks hence; `kept` names seats by county code."""
    office = dossiers.staff()
    course = Course.objects.first() or domain.open_course(
        name="短视频入门", field="media", summary="从零开始", actor=office
    )
    values = {
        "starts_at": START,
        "ends_at": START + timedelta(hours=6),
        "place": "韶关市农干院",
        "teacher": "罗老师",
        "seats": seats,
        **changes,
    }
    shares = {county(code): number for code, number in (kept or {}).items()}
    return domain.plan_session(course=course, county_seats=shares, actor=office, **values)


def trainee() -> Actor:
    """Somebody with a trainee's account."""
    return Actor.of(UserFactory(trainee=True))


def enrol(
    session: ClassSession, actor: Actor | None = None, code: str = dossiers.RUYUAN
) -> Enrolment:
    """Somebody of a county signs up."""
    return domain.enrol_trainee(session=session, county=county(code), actor=actor or trainee())


def move(row: Enrolment, name: str, actor: Actor, note: str = "") -> Enrolment:
    """Make one move as somebody who sees the present version."""
    row.refresh_from_db()
    return domain.move_enrolment(enrolment=row, move=name, actor=actor, seen=row.version, note=note)


def states(session: ClassSession) -> list[str]:
    """The states of a class's enrolments in the order of signing up."""
    return list(session.enrolments.order_by("pk").values_list("state", flat=True))
