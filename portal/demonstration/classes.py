"""Courses of the talent plan, their first classes, and invented trainees who signed up."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction

from portal import clock
from portal.accounts.actor import Actor
from portal.accounts.enums import Role
from portal.demonstration import people
from portal.regions.models import County
from training import domain
from training.enums import Field
from training.models import ClassSession, Course, Enrolment

OPENED = datetime(2023, 10, 9, 10, 0, tzinfo=clock.SHANGHAI)
PLANNED = datetime(2023, 10, 10, 10, 0, tzinfo=clock.SHANGHAI)
SIGNED_UP = datetime(2023, 10, 17, 19, 0, tzinfo=clock.SHANGHAI)
TRAINEES = tuple(f"trainee{number}" for number in range(1, 13))
# Where the trainees come from, in turn.
HOMES = ("440232", "441881", "440825", "440224")
COURSES = (
    (
        "乡村电商运营入门",
        Field.BUSINESS,
        "面向合作社、家庭农场和小商家：学会开店、上架、发货和售后，学完能独立运营一家小店。",
    ),
    (
        "短视频拍摄与剪辑",
        Field.MEDIA,
        "面向返乡青年和村播：用一部手机拍好家乡物产和风景，学完能独立完成一条一分钟短视频。",
    ),
    (
        "产地数字化管理",
        Field.INDUSTRY,
        "面向产业带负责人：学会记录产地、库存和质检数据，学完能看懂报表、安排好备货。",
    ),
)


@dataclass(frozen=True)
class Plan:
    """One class: `kept` seats by county until `release_on`, and who signed up, in order."""

    course: str
    first: datetime
    place: str
    teacher: str
    seats: int
    kept: dict[str, int]
    release_on: date
    trainees: Sequence[str]


def _at(month: int, day: int, hour: int) -> datetime:
    return datetime(2023, month, day, hour, tzinfo=clock.SHANGHAI)


PLANS = (
    # Held already: its trainees are trained.
    Plan(
        course="乡村电商运营入门",
        first=_at(10, 20, 9),
        place="湛江市徐闻县乡村人才培训点（演示）",
        teacher="梁国栋",
        seats=20,
        kept={"440825": 8},
        release_on=date(2023, 10, 18),
        trainees=TRAINEES[2:10],
    ),
    # Full: six seats for nine people.
    Plan(
        course="短视频拍摄与剪辑",
        first=_at(10, 28, 9),
        place="韶关市乳源瑶族自治县乡村人才培训点（演示）",
        teacher="何晓玲",
        seats=6,
        kept={"440232": 2, "441881": 2},
        release_on=date(2023, 10, 26),
        trainees=TRAINEES[:9],
    ),
    Plan(
        course="乡村电商运营入门",
        first=_at(11, 6, 9),
        place="清远市英德市乡村人才培训点（演示）",
        teacher="梁国栋",
        seats=40,
        kept={"441881": 12, "440232": 8, "440224": 6},
        release_on=date(2023, 11, 1),
        trainees=TRAINEES[:8],
    ),
    Plan(
        course="短视频拍摄与剪辑",
        first=_at(11, 18, 9),
        place="湛江市徐闻县乡村人才培训点（演示）",
        teacher="何晓玲",
        seats=20,
        kept={"440825": 10},
        release_on=date(2023, 11, 13),
        trainees=TRAINEES[6:],
    ),
    Plan(
        course="产地数字化管理",
        first=_at(12, 4, 14),
        place="韶关市仁化县乡村人才培训点（演示）",
        teacher="叶志明",
        seats=30,
        kept={"440224": 8, "440232": 8},
        release_on=date(2023, 11, 27),
        trainees=TRAINEES[9:],
    ),
)


def build() -> None:
    """Write the courses, plan the classes and sign the trainees up, where that is still to do."""
    people.sign_up(names=TRAINEES, role=Role.TRAINEE, first=1)
    office = people.actor("staff2")
    there = Course.objects.in_bulk(field_name="name")
    for name, field, summary in COURSES:
        if name not in there:
            with clock.telling(OPENED):
                there[name] = domain.open_course(
                    name=name, field=field, summary=summary, actor=office
                )
    for plan in PLANS:
        _tell(plan, there[plan.course], office)


@transaction.atomic
def _tell(plan: Plan, course: Course, office: Actor) -> None:
    """Plan one class and fill it: whoever signed up once is left alone afterwards."""
    if ClassSession.objects.filter(course=course, starts_at=plan.first).exists():
        return
    counties = County.objects.in_bulk([*HOMES, *plan.kept])
    with clock.telling(PLANNED):
        session = domain.plan_session(
            course=course,
            county_seats={counties[code]: seats for code, seats in plan.kept.items()},
            actor=office,
            starts_at=plan.first,
            ends_at=plan.first + timedelta(hours=3 if plan.first.hour > 12 else 8),
            place=plan.place,
            teacher=plan.teacher,
            seats=plan.seats,
            release_on=plan.release_on,
        )
    for number, name in enumerate(plan.trainees):
        with clock.telling(SIGNED_UP + timedelta(minutes=7 * number)):
            _enrol(session, name, counties)


def _enrol(session: ClassSession, name: str, counties: dict[str, County]) -> Enrolment:
    home = HOMES[TRAINEES.index(name) % len(HOMES)]
    return domain.enrol_trainee(session=session, county=counties[home], actor=people.actor(name))
