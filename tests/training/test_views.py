"""Story 4 through the pages."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from tests import dossiers
from tests.factories import UserFactory
from tests.training.test_domain import county, planned
from training.models import ClassSession, Course, Enrolment

pytestmark = pytest.mark.django_db


def client_of(user):
    client = Client()
    client.force_login(user)
    return client


def test_staff_plan_a_class_with_seats_by_county():
    staff = client_of(UserFactory(staff=True))
    staff.post(
        reverse("course-new"), {"name": "直播带货", "field": "business", "summary": "从零开始"}
    )
    data = {
        "starts_at": "2023-11-06T09:00",
        "ends_at": "2023-11-06T17:00",
        "place": "乳源",
        "teacher": "罗老师",
        "seats": "30",
        "release_on": "2023-11-01",
        "county_seats": "440232 10\n新丰县 5",
    }
    page = reverse("class-new", args=[Course.objects.get().pk])
    wrong = staff.post(page, {**data, "county_seats": "乌有县 5"}).content.decode()
    assert "“乌有县”不能确定是哪个县区" in wrong
    assert not ClassSession.objects.exists()
    staff.post(page, data)
    session = ClassSession.objects.get()
    assert dict(session.county_seats.values_list("county_id", "seats")) == {
        "440232": 10,
        "440233": 5,
    }


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


def test_nobody_moves_anothers_enrolment():
    session = planned(seats=1)
    page = reverse("class", args=[session.pk])
    client_of(UserFactory(trainee=True)).post(page, {"county": "440232"})
    row = Enrolment.objects.get()
    for person in (UserFactory(trainee=True), UserFactory(official=dossiers.XINFENG)):
        answer = client_of(person).post(reverse("enrolment-move", args=[row.pk, "cancel"]))
        assert answer.status_code == 404
    official = client_of(UserFactory(official="440232"))
    official.post(reverse("enrolment-move", args=[row.pk, "cancel"]))
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
    assert county().name == "乳源瑶族自治县"
