"""Is there room, and what would be if: through their pages, which write nothing."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.urls import reverse

from tests import databases, dossiers
from tests.answers import content, shown, signed_in
from tests.factories import UserFactory
from tests.fingerprint import fingerprint
from tests.qualifications.world import at
from tests.traffic import world
from tests.traffic.pacing.test_standing import FIRST, placed
from tests.traffic.test_lists import rows_of_workbook
from traffic.models import Placement
from traffic.pacing.enums import Status

pytestmark = pytest.mark.django_db
MIDDLE = date(2023, 10, 11)
# Of a million by the twentieth: so many a day for ten days; of the late one nothing came.
DAILY = {"low": 20_000, "good": 52_500, "fast": 60_000}
WINDOW = {"campaign": "harvest-2023", "first_day": "2023-10-11", "last_day": "2023-10-20"}


@pytest.fixture(scope="module")
def half_way(django_db_setup, django_db_blocker):
    """The office, and the placements of `rows` as its acts made them."""
    with databases.made_once(django_db_blocker):
        office = dossiers.staff()
        low = placed(office, ids=("low",))
        same = {"submission": low.submission}
        found = {name: placed(office, ids=(name,), **same) for name in ("fast", "good", "late")}
        found |= {"low": low, "live": placed(office, ids=("live",), channel="live", **same)}
        with at(MIDDLE):
            days = [FIRST + timedelta(days=n) for n in range(10)]
            report = [(str(day), name, count) for day in days for name, count in DAILY.items()]
            world.land(office, report, days=(days[0], days[-1]))
        yield office, {name: row.pk for name, row in found.items()}


@pytest.fixture
def office(half_way):
    return half_way[0]


@pytest.fixture
def rows(half_way):
    """Four of one channel, one of another; half their time is over."""
    return {name: Placement.objects.get(pk=pk) for name, pk in half_way[1].items()}


@pytest.fixture
def ask(office, rows):
    """Open a page with a question; the answer, after which every table is as it was."""
    client = signed_in(office.user)

    def answer(name, **question):
        was = fingerprint()
        with at(MIDDLE):
            found = client.get(reverse(name), question)
            # A workbook is read whole, as a browser does.
            found.text_of_it = "" if found.streaming else shown(content(found))
            found.rows_of_it = rows_of_workbook(found) if found.streaming else []
        assert fingerprint() == was
        return found

    return answer


def names_of(rows, answer):
    keys = {row.pk: name for name, row in rows.items()}
    return [keys[row.pk] for row, _line in answer.context["lines"]]


# --- Room --------------------------------------------------------------------------------------


@pytest.mark.sqlite
def test_who_else_wants_the_days_is_listed_in_the_order_they_are_served(rows, ask):
    answer = ask("pacing-room", **WINDOW, channel="product")
    lines = {row.pk: line for row, line in answer.context["lines"]}
    # Those in trouble, the older first where they end together; then the others as they stand.
    assert [(name, lines[rows[name].pk].status) for name in names_of(rows, answer)] == [
        ("low", Status.WILL_MISS),
        ("late", Status.WILL_MISS),
        ("good", Status.ON_TIME),
        ("fast", Status.AHEAD),
    ]
    assert lines[rows["low"].pk].wants == 800_000
    assert lines[rows["fast"].pk].wants == 400_000
    assert answer.context["room"].booked == sum(line.wants for line in lines.values())


@pytest.mark.sqlite
def test_whether_what_is_wanted_fits_is_said_with_what_is_free(rows, ask):
    few = ask("pacing-room", **WINDOW, channel="product", amount="1")
    room = few.context["room"]
    assert (room.supply, room.known) == (10 * sum(DAILY.values()), True)
    many = ask("pacing-room", **WINDOW, channel="product", amount=str(room.free + 1))
    assert "可用流量不足" in many.text_of_it
    exactly = ask("pacing-room", **WINDOW, channel="product", amount=str(room.free))
    assert "有可用流量" in exactly.text_of_it
    nobody = ask("pacing-room", **WINDOW, channel="live")
    assert names_of(rows, nobody) == ["live"]
    assert "该渠道尚无投放数据" in nobody.text_of_it


@pytest.mark.parametrize(
    ("question", "field", "said"),
    [
        ({"last_day": "2023-10-10"}, "last_day", "结束日期早于开始日期"),
        ({"last_day": "2023-11-30"}, "last_day", "2023年10月31日"),
        ({"campaign": "nowhere"}, "campaign", ""),
        ({"amount": "很多"}, "amount", ""),
    ],
)
def test_a_question_that_makes_no_sense_is_answered_beside_its_field(ask, question, field, said):
    answer = ask("pacing-room", **{**WINDOW, "channel": "product", **question})
    errors = answer.context["form"].errors
    assert set(errors) == {field}
    assert said in errors[field][0]
    assert "room" not in answer.context


# --- What if -----------------------------------------------------------------------------------


def test_supply_that_is_lost_puts_at_risk_what_was_just_on_time(rows, ask):
    answer = ask("pacing-what-if", lost=30)
    counts = {status: (now, then) for status, now, then in answer.context["outcome"].counts}
    assert names_of(rows, answer) == ["good"]
    assert counts[Status.WILL_MISS][1] == counts[Status.WILL_MISS][0] + 1
    assert sum(now for now, _then in counts.values()) == len(rows)
    assert sum(then for _now, then in counts.values()) == len(rows)
    exported = ask("pacing-what-if-export", lost=30)
    assert [row[0] for row in exported.rows_of_it] == [rows["good"].name]
    assert [row[6] for row in exported.rows_of_it] == [str(Status.WILL_MISS.label)]


def test_days_taken_from_the_campaign_make_more_of_them_miss_and_days_added_fewer(rows, ask):
    earlier = ask("pacing-what-if", campaign="harvest-2023", days=-8)
    assert set(names_of(rows, earlier)) >= {"good", "fast"}
    later = ask("pacing-what-if", campaign="harvest-2023", days=60)
    counts = {status: (now, then) for status, now, then in later.context["outcome"].counts}
    # Those of which nothing came miss whatever is added.
    assert counts[Status.WILL_MISS] == (3, 2)
    assert names_of(rows, later) == []


def test_another_curve_changes_who_is_behind_and_nobodys_end(rows, ask):
    answer = ask("pacing-what-if", campaign="harvest-2023", shape="front")
    outcome = answer.context["outcome"]
    place = outcome.after.facts.places([rows["good"].pk])
    # 61.25 % are due by half the time, not 52.5 %.
    assert outcome.before.due[place].tolist() == [525_000]
    assert outcome.after.due[place].tolist() == [612_500]
    assert outcome.after.middle.tolist() == outcome.before.middle.tolist()
    counts = {status: (now, then) for status, now, then in outcome.counts}
    assert counts[Status.BEHIND] == (0, 1)


def test_without_the_campaign_that_changes_nothing_is_worked_out(ask):
    answer = ask("pacing-what-if", days=5)
    assert answer.context["form"].errors == {"campaign": ["请选择要调整的活动。"]}
    assert answer.context["outcome"] is None


def test_only_the_office_asks(rows):
    client = signed_in(UserFactory(official=dossiers.RUYUAN))
    for name in ("pacing-room", "pacing-what-if", "pacing-what-if-export"):
        assert client.get(reverse(name), {"lost": 10}).status_code == 404
