"""Seats: never oversold, handed on in order, told to who waits."""

from __future__ import annotations

import threading
from datetime import date, datetime, timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from portal import clock
from portal.accounts.actor import Actor
from portal.notices.models import Message, Notice
from portal.regions.models import County
from portal.verdict import RuleBroken
from tests import dossiers
from tests.factories import UserFactory
from training import domain, queries
from training.models import ClassSession, Course, Enrolment
from training.tasks import lapse_offers

pytestmark = [pytest.mark.django_db, pytest.mark.sqlite]
START = datetime(2023, 11, 6, 9, 0, tzinfo=clock.SHANGHAI)


def county(code=dossiers.RUYUAN):
    return County.objects.get(pk=code)


def planned(seats=1, kept=None, **changes):
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
    kept = {county(code): number for code, number in (kept or {}).items()}
    return domain.plan_session(course=course, county_seats=kept, actor=office, **values)


def trainee():
    return Actor.of(UserFactory(trainee=True))


def enrol(session, actor=None, code=dossiers.RUYUAN):
    return domain.enrol_trainee(session=session, county=county(code), actor=actor or trainee())


def move(row, name, actor):
    row.refresh_from_db()
    return domain.move_enrolment(enrolment=row, move=name, actor=actor, seen=row.version)


def states(session):
    return list(session.enrolments.order_by("pk").values_list("state", flat=True))


def test_who_comes_after_the_last_seat_waits_and_sees_the_position():
    session = planned(seats=1)
    rows = [enrol(session) for _person in range(3)]
    assert states(session) == ["enrolled", "waiting", "waiting"]
    assert [queries.position(row) for row in rows] == [None, 1, 2]


def test_asking_twice_asks_once():
    session, person = planned(seats=2), trainee()
    assert enrol(session, person).pk == enrol(session, person).pk
    assert Enrolment.objects.count() == 1


def test_a_cancellation_offers_the_seat_on_with_a_time_limit():
    session = planned(seats=1)
    people = [trainee() for _n in range(3)]
    rows = [enrol(session, person) for person in people]
    move(rows[0], "cancel", people[0])
    assert states(session) == ["cancelled", "offered", "waiting"]
    rows[1].refresh_from_db()
    assert timedelta(hours=23) < rows[1].offer_until - clock.now() <= timedelta(hours=24)
    notice = Notice.objects.get(recipient=people[1].user, event="class.offered")
    assert "为您保留" in notice.text
    assert Message.objects.filter(phone=people[1].user.phone).count() == 1
    move(rows[1], "accept", people[1])
    assert states(session) == ["cancelled", "enrolled", "waiting"]
    assert queries.position(rows[2]) == 1


def test_an_offer_nobody_takes_goes_to_the_next():
    session = planned(seats=1)
    people = [trainee() for _n in range(3)]
    rows = [enrol(session, person) for person in people]
    move(rows[0], "cancel", people[0])
    later = clock.now() + timedelta(hours=25)
    with clock.telling(later):
        with pytest.raises(RuleBroken, match="确认时间已过"):
            move(rows[1], "accept", people[1])
        assert lapse_offers() == 1
    assert states(session) == ["cancelled", "expired", "offered"]
    assert lapse_offers() == 0


def test_a_declined_offer_goes_on_at_once():
    session = planned(seats=1)
    people = [trainee() for _n in range(3)]
    rows = [enrol(session, person) for person in people]
    move(rows[0], "cancel", people[0])
    move(rows[1], "cancel", people[1])
    assert states(session) == ["cancelled", "cancelled", "offered"]


def test_kept_seats_are_the_countys_until_they_are_released():
    session = planned(seats=3, kept={dossiers.RUYUAN: 2}, release_on=date(2023, 11, 1))
    outside = [enrol(session, code=dossiers.XINFENG) for _n in range(2)]
    assert [row.state for row in outside] == ["enrolled", "waiting"]
    assert [enrol(session).state for _n in range(2)] == ["enrolled", "enrolled"]
    assert enrol(session).state == "waiting"
    fresh = planned(seats=3, kept={dossiers.RUYUAN: 2}, release_on=date(2023, 10, 20))
    assert [enrol(fresh, code=dossiers.XINFENG).state for _n in range(3)] == ["enrolled"] * 3


def test_a_freed_county_seat_goes_to_the_first_of_that_county():
    session = planned(seats=2, kept={dossiers.RUYUAN: 1})
    home = trainee()
    own = enrol(session, home)
    enrol(session, code=dossiers.XINFENG)
    other = enrol(session, code=dossiers.XINFENG)
    second = enrol(session)
    move(own, "cancel", home)
    other.refresh_from_db()
    second.refresh_from_db()
    assert (other.state, second.state) == ("waiting", "offered")


def test_a_change_of_place_is_told_to_everyone_enrolled_and_waiting():
    session = planned(seats=1)
    people = [trainee() for _n in range(3)]
    rows = [enrol(session, person) for person in people]
    move(rows[2], "cancel", people[2])
    domain.change_session(session=session, actor=dossiers.staff(), place="乳源县文化馆")
    told = set(Notice.objects.filter(event="class.changed").values_list("recipient", flat=True))
    assert told == {people[0].user.pk, people[1].user.pk}
    assert "乳源县文化馆" in Notice.objects.filter(event="class.changed").first().text


def test_nobody_is_told_when_nothing_changes():
    session = planned()
    enrol(session)
    domain.change_session(session=session, actor=dossiers.staff(), place=session.place)
    assert not Notice.objects.filter(event="class.changed").exists()


def test_a_class_that_has_begun_takes_nobody():
    session = planned()
    with clock.telling(START), pytest.raises(RuleBroken, match="已经开课"):
        enrol(session)
    assert not Enrolment.objects.exists()


def test_more_county_seats_than_seats_are_refused():
    with pytest.raises(RuleBroken, match="超过了班级总名额"):
        planned(seats=3, kept={dossiers.RUYUAN: 4})
    assert not ClassSession.objects.exists()


@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("offer_has_a_time_limit", {"offer_until": START}),
        ("offer_has_a_time_limit", {"state": "offered"}),
    ],
)
def test_the_database_refuses(name, change):
    enrol(planned())
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        Enrolment.objects.update(**change)


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_of_two_who_want_the_last_seat_one_gets_it_and_one_is_first_in_line():
    session = planned(seats=1)
    start = threading.Barrier(2)
    outcomes: list[str] = []

    def take(actor):
        try:
            start.wait()
            outcomes.append(enrol(session, actor).state)
        finally:
            connection.close()

    threads = [threading.Thread(target=take, args=(trainee(),)) for _n in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["enrolled", "waiting"]
    assert queries.position(Enrolment.objects.get(state="waiting")) == 1
