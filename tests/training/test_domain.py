"""Seats: never oversold, handed on in order, told to who waits."""

from __future__ import annotations

import uuid
from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import transaction

from portal import clock
from portal.audit.models import Entry
from portal.moves.domain import SeenTooOld
from portal.notices.models import Message, Notice
from portal.verdict import RuleBroken
from tests import dossiers
from tests.races import waiting_for_a_lock
from tests.training.world import START, county, enrol, move, planned, states, trainee
from tests.workers import wait_until
from training import domain, queries
from training.models import ClassSession, Course, Enrolment
from training.tasks import lapse_offers

pytestmark = [pytest.mark.django_db, pytest.mark.sqlite]


def test_who_comes_after_the_last_seat_waits():
    session = planned(seats=1)
    for _person in range(3):
        enrol(session)
    assert states(session) == ["enrolled", "waiting", "waiting"]


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
    assert queries.place(rows[2]) == queries.Place(1, None)


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


def change(session, actor=None, seen=None, **fields):
    seen = session.version if seen is None else seen
    return domain.change_session(
        session=session, actor=actor or dossiers.staff(), seen=seen, **fields
    )


def test_a_change_of_place_is_told_to_everyone_enrolled_and_waiting():
    session = planned(seats=1)
    people = [trainee() for _n in range(3)]
    rows = [enrol(session, person) for person in people]
    move(rows[2], "cancel", people[2])
    assert change(session, place="乳源县文化馆") == ["place"]
    told = set(Notice.objects.filter(event="class.changed").values_list("recipient", flat=True))
    assert told == {people[0].user.pk, people[1].user.pk}
    assert "乳源县文化馆" in Notice.objects.filter(event="class.changed").first().text


def test_nobody_is_told_when_nothing_changes():
    session = planned()
    enrol(session)
    assert change(session, place=session.place) == []
    assert not Notice.objects.filter(event="class.changed").exists()
    assert ClassSession.objects.get().version == 1


def test_a_change_of_what_somebody_changed_meanwhile_is_refused():
    session = planned()
    enrol(session)
    change(session, place="乳源县文化馆")
    with pytest.raises(SeenTooOld, match="您打开本页之后内容有改动"):
        change(session, seen=1, place="韶关学院", teacher="何老师")
    row = ClassSession.objects.get()
    assert (row.place, row.teacher, row.version) == ("乳源县文化馆", "罗老师", 2)
    assert Notice.objects.filter(event="class.changed").count() == 1


def test_asking_for_what_stands_already_is_no_refusal():
    session = planned()
    change(session, place="乳源县文化馆")
    assert change(session, seen=1, place="乳源县文化馆") == []
    assert ClassSession.objects.get().version == 2


def test_a_class_that_has_begun_takes_nobody():
    session = planned()
    with clock.telling(START), pytest.raises(RuleBroken, match="已经开课"):
        enrol(session)
    assert not Enrolment.objects.exists()


def test_more_county_seats_than_seats_are_refused():
    with pytest.raises(RuleBroken, match="超过了班级总名额"):
        planned(seats=3, kept={dossiers.RUYUAN: 4})
    assert not ClassSession.objects.exists()


RELEASE = date(2023, 11, 1)
RELEASED = START.replace(month=11, day=1, hour=8)


def test_on_the_release_day_who_waits_comes_before_a_newcomer():
    session = planned(seats=1, kept={dossiers.RUYUAN: 1}, release_on=RELEASE)
    first = enrol(session, code=dossiers.XINFENG)
    assert first.state == "waiting"
    with clock.telling(RELEASED):
        assert enrol(session, code=dossiers.XINFENG).state == "waiting"
    assert states(session) == ["offered", "waiting"]
    told = Notice.objects.get(event="class.offered")
    assert told.recipient == first.trainee


def test_on_the_release_day_the_sweep_offers_the_kept_seats_to_who_waits():
    session = planned(seats=2, kept={dossiers.RUYUAN: 2}, release_on=RELEASE)
    for _person in range(3):
        enrol(session, code=dossiers.XINFENG)
    with clock.telling(RELEASED - timedelta(days=1)):
        assert lapse_offers() == 0
    assert states(session) == ["waiting"] * 3
    with clock.telling(RELEASED):
        assert lapse_offers() == 0
        assert states(session) == ["offered", "offered", "waiting"]
        assert list(queries.sessions_to_sweep()) == []


def test_the_sweep_leaves_a_class_that_has_begun():
    session = planned(seats=1, kept={dossiers.RUYUAN: 1}, release_on=RELEASE)
    enrol(session, code=dossiers.XINFENG)
    with clock.telling(START):
        lapse_offers()
    assert states(session) == ["waiting"]


def test_handing_on_gives_no_more_than_there_is():
    session = planned(seats=3, kept={dossiers.RUYUAN: 1, dossiers.XINFENG: 1}, release_on=RELEASE)
    homes = [dossiers.RUYUAN, dossiers.RUYUAN, dossiers.RUYUAN, dossiers.XINFENG, dossiers.XINFENG]
    people = [trainee() for _home in homes]
    rows = [enrol(session, who, home) for who, home in zip(people, homes, strict=True)]
    assert states(session) == ["enrolled", "enrolled", "waiting", "enrolled", "waiting"]
    # The common seat becomes free: it goes to the first in line, and nobody else gets one.
    move(rows[1], "cancel", people[1])
    assert states(session) == ["enrolled", "cancelled", "offered", "enrolled", "waiting"]


def test_handing_on_asks_the_database_no_more_for_a_long_list(django_assert_num_queries):
    session = planned(seats=1)
    people = [trainee() for _n in range(2)]
    rows = [enrol(session, person) for person in people]
    move(rows[0], "cancel", people[0])
    for _person in range(12):
        enrol(session)
    # Full again: the class, and its seats.
    with django_assert_num_queries(6):
        assert domain.lapse_offers(session=session) == 0


def test_an_offer_ends_when_the_class_begins():
    session = planned(seats=1)
    people = [trainee() for _n in range(2)]
    rows = [enrol(session, person) for person in people]
    with clock.telling(START - timedelta(hours=2)):
        move(rows[0], "cancel", people[0])
        rows[1].refresh_from_db()
        assert rows[1].offer_until == START
    with clock.telling(START):
        with pytest.raises(RuleBroken, match="已经开课"):
            move(rows[1], "accept", people[1])
        assert states(session) == ["cancelled", "offered"]
    with clock.telling(START + timedelta(minutes=1)):
        assert lapse_offers() == 1
    assert states(session) == ["cancelled", "expired"]
    assert "已经开课" in Notice.objects.get(event="class.lapsed").text


def test_a_class_moved_forward_takes_its_offers_along():
    session = planned(seats=1)
    people = [trainee() for _n in range(2)]
    rows = [enrol(session, person) for person in people]
    move(rows[0], "cancel", people[0])
    sooner = clock.now() + timedelta(hours=3)
    change(session, starts_at=sooner)
    rows[1].refresh_from_db()
    assert (rows[1].state, rows[1].offer_until) == ("offered", sooner)


def test_the_office_cancels_an_enrolment_with_a_reason_and_the_trainee_is_told():
    session = planned(seats=1)
    people = [trainee() for _n in range(2)]
    rows = [enrol(session, person) for person in people]
    office = dossiers.staff()
    with pytest.raises(RuleBroken, match="请填写理由"):
        move(rows[0], "remove", office)
    move(rows[0], "remove", office, note="重复报名")
    assert states(session) == ["cancelled", "offered"]
    told = Notice.objects.get(event="class.removed")
    assert told.recipient == people[0].user
    assert told.text == "项目办撤销了您在“短视频入门”的报名。理由：重复报名"
    assert Message.objects.filter(phone=people[0].user.phone).count() == 1


def test_the_same_form_makes_one_course():
    office, key = dossiers.staff(), uuid.uuid4()
    words = {"name": "直播带货", "field": "business", "summary": "从零开始", "actor": office}
    first = domain.open_course(**words, form_key=key)
    assert domain.open_course(**words, form_key=key).pk == first.pk
    assert Course.objects.count() == 1
    assert Entry.objects.filter(act="course.open").count() == 1
    with pytest.raises(RuleBroken, match="“直播带货”。如需再建一项"):
        domain.open_course(**{**words, "name": "直播进阶"}, form_key=key)
    with pytest.raises(ValidationError) as refused:
        domain.open_course(**words, form_key=uuid.uuid4())
    assert list(refused.value.message_dict) == ["name"]
    assert Course.objects.count() == 1


def test_the_same_form_makes_one_class():
    key = uuid.uuid4()
    first = planned(seats=3, kept={dossiers.RUYUAN: 2}, form_key=key)
    assert planned(seats=3, kept={dossiers.RUYUAN: 2}, form_key=key).pk == first.pk
    for other in ({"place": "乳源县文化馆"}, {"kept": {dossiers.RUYUAN: 1}}):
        with pytest.raises(RuleBroken, match="这张表单已提交过"):
            planned(**{"seats": 3, "kept": {dossiers.RUYUAN: 2}, **other}, form_key=key)
    assert ClassSession.objects.count() == 1
    assert list(first.county_seats.values_list("county_id", "seats")) == [("440232", 2)]
    assert Entry.objects.filter(act="class.plan").count() == 1


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_of_two_who_want_the_last_seat_one_gets_it_and_one_is_first_in_line(elsewhere):
    session = planned(seats=1)
    people = [trainee() for _n in range(2)]
    with transaction.atomic():
        ClassSession.objects.select_for_update().get(pk=session.pk)
        asked = [elsewhere(lambda who=who: enrol(session, who).state) for who in people]
        wait_until(lambda: waiting_for_a_lock() == 2, what="both wait for the class")
    assert sorted(one.result(20) for one in asked) == ["enrolled", "waiting"]
    assert queries.place(Enrolment.objects.get(state="waiting")) == queries.Place(1, None)


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_two_clicks_on_two_connections_plan_one_class(elsewhere):
    planned()
    course, office, key = Course.objects.get(), dossiers.staff(), uuid.uuid4()
    values = {
        "starts_at": START,
        "ends_at": START + timedelta(hours=6),
        "place": "乳源",
        "teacher": "罗老师",
        "seats": 5,
    }

    def plan():
        return domain.plan_session(
            course=course, county_seats={county(): 2}, actor=office, form_key=key, **values
        ).pk

    with transaction.atomic():
        first = plan()
        second = elsewhere(plan)
        wait_until(waiting_for_a_lock, what="the second click waits for the first")
    assert second.result(20) == first
    assert ClassSession.objects.count() == 2
