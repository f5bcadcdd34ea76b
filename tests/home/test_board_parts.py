"""The parts of the programme board: who sees it, what needs attention, the calendar."""

from __future__ import annotations

from datetime import date

import pytest
from django.urls import reverse

from portal import clock
from portal.accounts.actor import Actor
from portal.home import board
from tests import dossiers
from tests.factories import UserFactory
from tests.home import world
from tests.home.test_board import client_of, outcomes, shown
from tests.traffic import world as traffic
from tests.training import test_domain as training

pytestmark = pytest.mark.django_db


@pytest.fixture
def office() -> Actor:
    return dossiers.staff()


def test_nobody_is_counted_twice(office: Actor) -> None:
    session, other = training.planned(seats=5), training.planned(seats=5)
    person = training.trainee()
    for row in (session, other):
        training.enrol(row, person)
    assert outcomes(office.user)["已报名学员"] == 1
    page = client_of(office.user).get(reverse("trainees")).content.decode()
    assert page.count(f'<th scope="row">{person.user}</th>') == 1


@pytest.mark.parametrize("who", ["merchant", "creator", "trainee"])
def test_who_is_not_of_the_office_gets_404(who: str) -> None:
    client = client_of(UserFactory(**{who: True}))
    assert client.get(reverse("programme")).status_code == 404
    assert "工程总览" not in client.get("/").content.decode()


def test_a_campaign_needs_placements_seven_days_before_it_begins(office: Actor) -> None:
    days = {"past": 22, "today": 23, "seventh": 30}
    for code, day in days.items():
        world.campaign(code, code, date(2023, 10, day), date(2023, 11, 30))
    world.campaign("later", "later", date(2023, 10, 31), date(2023, 11, 30))
    placed = world.campaign("placed", "placed", date(2023, 10, 25), date(2023, 11, 30))
    traffic.placement(
        office, campaign=placed, first_day=date(2023, 10, 25), last_day=date(2023, 11, 30)
    )
    answer = client_of(office.user).get(reverse("campaigns-unplaced"))
    assert [row.code for row in answer.context["page_obj"]] == ["today", "seventh"]


def test_a_source_is_late_when_its_next_report_has_not_come(office: Actor) -> None:
    spans = {
        "日报": (date(2023, 10, 21), date(2023, 10, 21)),
        "迟到日报": (date(2023, 10, 20), date(2023, 10, 20)),
        "周报": (date(2023, 10, 9), date(2023, 10, 15)),
        "迟到周报": (date(2023, 10, 7), date(2023, 10, 13)),
    }
    for name, days in spans.items():
        traffic.land(office, [(days[0], "9", 1)], days=days, of=traffic.source(name), name=name)
    traffic.source("从未来过")
    answer = client_of(office.user).get(f"{reverse('sources')}?late=1")
    assert {row.name for row in answer.context["page_obj"]} == {"迟到日报", "迟到周报"}


def test_the_calendar_holds_this_month_and_the_next_with_today_between(office: Actor) -> None:
    world.campaign("over", "已过", date(2023, 9, 1), date(2023, 10, 22))
    world.campaign("first", "最早", date(2023, 8, 1), date(2023, 10, 23))
    world.campaign("last", "最晚", date(2023, 11, 30), date(2024, 1, 5))
    world.campaign("outside", "太晚", date(2023, 12, 1), date(2023, 12, 5))
    world.campaign("before", "太早", date(2023, 9, 1), date(2023, 9, 30))
    training.planned()
    found = board.calendar(office)
    assert (found.first_day, found.last_day) == (date(2023, 10, 1), date(2023, 11, 30))
    assert [entry.label for entry in found.shown] == ["最早", "短视频入门", "最晚"]
    assert [entry.label for entry in found.folded] == ["已过"]
    page = client_of(office.user).get(reverse("programme")).content.decode()
    assert "今天 10月23日" in page
    for entry in found.shown:
        assert client_of(office.user).get(entry.url).status_code == 200


def test_what_does_not_fit_the_sheet_folds_away(office: Actor) -> None:
    for number in range(board.CALENDAR_SHOWN + 3):
        world.campaign(f"c{number}", f"第{number:02}场", date(2023, 11, 1), date(2023, 11, 2))
    found = board.calendar(office)
    assert [entry.label for entry in found.folded] == ["第14场", "第15场", "第16场"]


def test_an_unknown_measure_shows_the_first(office: Actor) -> None:
    assert shown(client_of(office.user), "?measure=odd")["map"].measure.code == "delivered"


def test_the_clock_says_as_of_when(office: Actor) -> None:
    page = client_of(office.user).get(reverse("programme")).content.decode()
    assert f"截至2023年10月23日 {clock.now():%H:}" in page
