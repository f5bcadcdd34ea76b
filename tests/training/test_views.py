"""Story 4 through the pages."""

from __future__ import annotations

import uuid
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from portal import clock
from portal.notices.models import Notice
from tests import dossiers, expired
from tests.factories import UserFactory
from tests.fingerprint import fingerprint
from tests.training.world import START, enrol, planned, states
from training import domain
from training.models import ClassSession, Course, Enrolment

pytestmark = pytest.mark.django_db

COURSE = {"name": "直播带货", "field": "business", "summary": "从零开始"}
CLASS = {
    "starts_at": "2023-11-06T09:00",
    "ends_at": "2023-11-06T17:00",
    "place": "乳源",
    "teacher": "罗老师",
    "seats": "30",
    "release_on": "2023-11-01",
    "county_seats": "440232 10\n新丰县 5",
}


def client_of(user):
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def staff():
    return UserFactory(staff=True)


def told(answer):
    """The messages of a followed answer, by level."""
    return [(message.level_tag, str(message)) for message in answer.context["messages"]]


def test_staff_plan_a_class_with_seats_by_county(staff):
    client = client_of(staff)
    client.post(reverse("course-new"), COURSE)
    page = reverse("class-new", args=[Course.objects.get().pk])
    client.post(page, CLASS)
    session = ClassSession.objects.get()
    assert dict(session.county_seats.values_list("county_id", "seats")) == {
        "440232": 10,
        "440233": 5,
    }


def test_every_wrong_line_of_county_seats_is_named(staff):
    page = reverse("class-new", args=[planned().course_id])
    lines = ["乌有县 5", "440232 十", "440232 3", "乳源瑶族自治县 4", "440233"]
    client = client_of(staff)
    before = fingerprint()
    form = client.post(page, {**CLASS, "county_seats": "\n".join(lines)}).context["form"]
    assert form.errors == {
        "county_seats": [
            "“乌有县”不能确定是哪个县区，请用 6 位代码。",
            "“440232 十”不是“县区 名额”的格式。",
            "乳源瑶族自治县重复出现。",
            "“440233”不是“县区 名额”的格式。",
        ]
    }
    assert form["county_seats"].value() == "\n".join(lines)
    assert fingerprint() == before


def test_a_double_click_makes_one_course_and_one_class(staff):
    client = client_of(staff)
    page = client.get(reverse("course-new"))
    address = reverse("course-new") + page.context["action"]
    answers = {client.post(address, COURSE)["Location"] for _click in range(2)}
    assert answers == {reverse("class-new", args=[Course.objects.get().pk])}
    (address,) = answers
    address += client.get(address).context["action"]
    answers = {client.post(address, CLASS)["Location"] for _click in range(2)}
    assert answers == {reverse("class", args=[ClassSession.objects.get().pk])}


def test_a_form_sent_again_with_other_words_says_what_it_made(staff):
    client = client_of(staff)
    address = f"{reverse('course-new')}?form_key={uuid.uuid4()}"
    client.post(address, COURSE)
    before = fingerprint()
    form = client.post(address, {**COURSE, "name": "直播进阶"}).context["form"]
    assert form.non_field_errors() == [
        "这张表单已提交过，并已生成“直播带货”。如需再建一项，请重新打开页面填写。"
    ]
    assert form["name"].value() == "直播进阶"
    assert fingerprint() == before


def test_the_key_of_a_colleagues_form_makes_a_course_of_ones_own(staff):
    address = f"{reverse('course-new')}?form_key={uuid.uuid4()}"
    client_of(staff).post(address, COURSE)
    client_of(UserFactory(staff=True)).post(address, {**COURSE, "name": "直播进阶"})
    assert Course.objects.count() == 2


def test_what_was_typed_outlives_the_session(staff):
    course = planned().course_id
    new_course, new_class = reverse("course-new"), reverse("class-new", args=[course])
    for page, typed in {new_course: COURSE, new_class: CLASS}.items():
        form = expired.form_after(staff, page, typed)
        assert expired.values(form, typed) == typed
    assert (Course.objects.count(), ClassSession.objects.count()) == (1, 1)


def change(**typed):
    return {
        "starts_at": "2023-11-06T09:00",
        "ends_at": "2023-11-06T15:00",
        "place": "韶关市农干院",
        "teacher": "罗老师",
        "seen": "1",
        **typed,
    }


def test_a_change_outlives_the_session_with_the_version_its_writer_saw(staff):
    session = planned()
    page = reverse("class-change", args=[session.pk])
    typed = change(place="乳源县文化馆")
    domain.change_session(session=session, actor=dossiers.staff(), seen=1, teacher="何老师")
    form = expired.form_after(staff, page, typed)
    assert expired.values(form, typed) == typed
    session.refresh_from_db()
    assert (session.place, session.teacher) == ("韶关市农干院", "何老师")


def test_a_reason_outlives_the_session(staff):
    row = enrol(planned())
    page = reverse("enrolment-remove", args=[row.pk])
    form = expired.form_after(staff, page, {"note": "重复报名", "seen": "1"})
    assert expired.values(form, ["note", "seen"]) == {"note": "重复报名", "seen": "1"}
    row.refresh_from_db()
    assert row.state == "enrolled"


def test_the_county_chosen_outlives_the_session():
    session, user = planned(), UserFactory(trainee=True)
    page = reverse("class", args=[session.pk])
    client = Client()
    answer = client.post(page, {"county": "440233"})
    assert answer["Location"] == (f"/account/login/?next={page}%3Fcounty%3D440233")
    assert expired.SAID in client.get(answer["Location"]).content.decode()
    client.force_login(user)
    form = client.get(f"{page}?county=440233").context["form"]
    assert form["county"].value() == "440233"
    assert not Enrolment.objects.exists()


def test_a_change_of_the_class_is_told(staff):
    session = planned()
    row = enrol(session)
    page = reverse("class-change", args=[session.pk])
    answer = client_of(staff).post(page, change(place="乳源县文化馆"), follow=True)
    assert told(answer) == [("success", "已修改，并通知了所有报名人员。")]
    assert Notice.objects.get(event="class.changed").recipient == row.trainee


def test_who_changes_nothing_is_told_so_and_nobody_else(staff):
    session = planned()
    enrol(session)
    client = client_of(staff)
    before = fingerprint()
    page = reverse("class-change", args=[session.pk])
    answer = client.post(page, change(), follow=True)
    assert told(answer) == [("info", "没有任何改动。")]
    assert fingerprint() == before


def test_a_second_click_on_a_change_leads_on(staff):
    session = planned()
    enrol(session)
    client = client_of(staff)
    page = reverse("class-change", args=[session.pk])
    client.post(page, change(place="乳源县文化馆"))
    client.get(reverse("class", args=[session.pk]))  # reads the first message
    before = fingerprint()
    answer = client.post(page, change(place="乳源县文化馆"), follow=True)
    assert answer.redirect_chain == [(reverse("class", args=[session.pk]), 302)]
    assert told(answer) == []
    assert fingerprint() == before


def test_a_change_over_a_colleagues_change_is_shown_first(staff):
    session = planned()
    enrol(session)
    client = client_of(staff)
    page = reverse("class-change", args=[session.pk])
    domain.change_session(
        session=session, actor=dossiers.staff(), seen=1, place="乳源县文化馆", starts_at=later()
    )
    typed = change(teacher="何老师")
    before = fingerprint()
    form = client.post(page, typed).context["form"]
    assert form.errors == {
        "__all__": ["您打开本页之后内容有改动，请重新查看。"],
        "place": ["现在是“乳源县文化馆”。"],
        "starts_at": ["现在是“2023年11月6日 10:00”。"],
        "teacher": ["现在是“罗老师”。"],
    }
    assert {**expired.values(form, typed), "seen": "1"} == typed
    assert fingerprint() == before
    # Having read it, the next click is one's own decision.
    client.post(page, {**typed, "seen": form["seen"].value()})
    session.refresh_from_db()
    assert (session.place, session.teacher, session.version) == ("韶关市农干院", "何老师", 3)


def later():
    return START + timedelta(hours=1)


def test_a_form_without_a_version_has_seen_nothing(staff):
    session = planned()
    page = reverse("class-change", args=[session.pk])
    typed = change(place="乳源县文化馆")
    del typed["seen"]
    form = client_of(staff).post(page, typed).context["form"]
    assert "__all__" in form.errors
    session.refresh_from_db()
    assert session.place == "韶关市农干院"


def test_a_trainee_takes_a_seat_and_the_next_sees_the_position():
    session = planned(seats=1)
    page = reverse("class", args=[session.pk])
    assert "登录后报名" in Client().get(page).content.decode()
    first, second = (UserFactory(trainee=True) for _n in range(2))
    answer = client_of(first).post(page, {"county": "440232"}, follow=True)
    assert "您已报名成功" in answer.content.decode()
    answer = client_of(second).post(page, {"county": "440232"}, follow=True)
    assert "您排在候补第 1 位" in answer.content.decode()
    row = Enrolment.objects.get(trainee=first)
    client_of(first).post(reverse("enrolment-move", args=[row.pk, "cancel"]), {"seen": "1"})
    text = client_of(second).get(page).content.decode()
    assert "已为您保留一个名额" in text
    home = client_of(second).get(reverse("home")).content.decode()
    assert "确认为您保留的名额" in home


def test_both_lines_are_told_where_the_county_has_seats_of_its_own():
    session = planned(seats=2, kept={"440232": 1})
    for code in ("440232", "440233", "440233"):
        enrol(session, code=code)
    user = UserFactory(trainee=True)
    page = reverse("class", args=[session.pk])
    text = client_of(user).post(page, {"county": "440232"}, follow=True).content.decode()
    assert "您排在候补第 2 位。" in text
    assert "在为您所在县区保留的名额中，您排在候补第 1 位。" in text


def test_who_asks_again_when_a_seat_is_kept_is_told_to_take_it():
    session = planned(seats=1, kept={"440232": 1}, release_on=START.date() - timedelta(days=3))
    user = UserFactory(trainee=True)
    page = reverse("class", args=[session.pk])
    client_of(user).post(page, {"county": "440233"})
    with clock.telling(START - timedelta(days=2)):
        answer = client_of(user).post(page, {"county": "440233"}, follow=True)
    assert told(answer) == [("info", "已为您保留一个名额，请在下方确认。")]
    assert states(session) == ["offered"]


def test_a_second_click_on_a_move_is_no_error():
    session, user = planned(), UserFactory(trainee=True)
    client = client_of(user)
    client.post(reverse("class", args=[session.pk]), {"county": "440232"})
    address = reverse("enrolment-move", args=[Enrolment.objects.get().pk, "cancel"])
    client.post(address, {"seen": "1"}, follow=True)
    before = fingerprint()
    assert told(client.post(address, {"seen": "1"}, follow=True)) == []
    assert fingerprint() == before


def test_who_is_too_late_is_told_what_happened(staff):
    session, user = planned(), UserFactory(trainee=True)
    client = client_of(user)
    client.post(reverse("class", args=[session.pk]), {"county": "440232"})
    row = Enrolment.objects.get()
    remove = reverse("enrolment-remove", args=[row.pk])
    client_of(staff).post(remove, {"note": "重复报名", "seen": "1"})
    move = reverse("enrolment-move", args=[row.pk, "cancel"])
    ((level, text),) = told(client.post(move, {"seen": "1"}, follow=True))[-1:]
    assert level == "error"
    assert "项目办已撤销报名" in text


def test_the_office_cancels_an_enrolment_from_the_roster(staff):
    session = planned()
    row = enrol(session)
    client = client_of(staff)
    page = reverse("class", args=[session.pk])
    link = reverse("enrolment-remove", args=[row.pk])
    assert f'href="{link}"' in client.get(page).content.decode()
    # A reason is asked for, and one that is too long is named as such.
    before = fingerprint()
    assert client.post(link, {"note": "", "seen": "1"}).context["form"].errors == {
        "note": ["这个字段是必填项。"]
    }
    form = client.post(link, {"note": "长" * 501, "seen": "1"}).context["form"]
    assert list(form.errors) == ["note"]
    assert "500" in form.errors["note"][0]
    assert fingerprint() == before
    answer = client.post(link, {"note": "重复报名", "seen": "1"}, follow=True)
    assert told(answer) == [("success", "项目办已撤销报名")]
    row.refresh_from_db()
    assert row.state == "cancelled"
    assert Notice.objects.get(recipient=row.trainee).text == (
        "项目办撤销了您在“短视频入门”的报名。理由：重复报名"
    )
    # The second click leads on; the page itself says that it is done.
    assert told(client.post(link, {"note": "重复报名", "seen": "1"}, follow=True)) == []
    assert told(client.get(link, follow=True)) == [("error", "当前状态下不能进行这一步。")]


def test_only_the_office_is_offered_to_cancel_for_others():
    session = planned()
    row = enrol(session)
    link = reverse("enrolment-remove", args=[row.pk])
    page = reverse("class", args=[session.pk])
    for user in (row.trainee, UserFactory(official="440232"), UserFactory(auditor=True)):
        client = client_of(user)
        assert link not in client.get(page).content.decode()
        assert client.post(link, {"note": "夺", "seen": "1"}).status_code == 404
    assert states(session) == ["enrolled"]


def test_nobody_moves_anothers_enrolment():
    session = planned(seats=1)
    page = reverse("class", args=[session.pk])
    client_of(UserFactory(trainee=True)).post(page, {"county": "440232"})
    row = Enrolment.objects.get()
    for person in (UserFactory(trainee=True), UserFactory(official=dossiers.XINFENG)):
        answer = client_of(person).post(reverse("enrolment-move", args=[row.pk, "cancel"]))
        assert answer.status_code == 404
    official = client_of(UserFactory(official="440232"))
    official.post(reverse("enrolment-move", args=[row.pk, "cancel"]), {"seen": "1"})
    row.refresh_from_db()
    assert row.state == "enrolled"


def test_officials_see_their_own_people_on_the_roster():
    session = planned(seats=5)
    page = reverse("class", args=[session.pk])
    client_of(UserFactory(trainee=True, full_name="盘阿妹")).post(page, {"county": "440232"})
    client_of(UserFactory(trainee=True, full_name="潘小新")).post(page, {"county": "440233"})
    text = client_of(UserFactory(official="440233")).get(page).content.decode()
    assert "潘小新" in text
    assert "盘阿妹" not in text
    assert "潘小新" not in client_of(UserFactory(trainee=True)).get(page).content.decode()
