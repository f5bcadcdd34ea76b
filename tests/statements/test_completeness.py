"""The completeness board and what monitors are told, as a person and a machine see them."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.urls import reverse

from portal.audit.models import Entry
from portal.jobs.domain import run_due
from portal.jobs.models import Work
from portal.statements import domain
from portal.statements.models import Source, Statement
from tests.factories import RUYUAN, UserFactory
from tests.statements.pages import words, workbook
from tests.traffic import world
from tests.traffic.world import DAY, ID
from traffic.models import Day

pytestmark = [pytest.mark.django_db, pytest.mark.sqlite]
# The programme's day is 23 October.
TODAY = date(2023, 10, 23)


def on(day):
    return date(2023, 10, day)


def board(page, query=""):
    return page.get(reverse("statement-days") + query)


def row(answer, name="抖音作品日报"):
    """Day of October → (standing, address) of one source."""
    (cells,) = [cells for source, cells in answer.context["lines"] if source.name == name]
    return {
        shown["cell"].day.day: (str(shown["cell"].standing), shown["url"])
        for shown in cells
        if shown["cell"].day.month == 10
    }


def states(answer, name="抖音作品日报"):
    return {day: standing for day, (standing, _url) in row(answer, name).items()}


def test_each_day_says_how_it_stands_and_opens_what_counts(page, office):
    first = world.land(office, [(on(14), ID, 1)], days=(on(14), on(14))).statement
    before = world.land(office, [(on(16), ID, 1)], days=(on(16), on(16)))
    after = world.land(office, [(on(16), ID, 2)], days=(on(16), on(16)), name="更正.csv").statement
    aside = world.land(office, [(on(17), ID, 3)], days=(on(17), on(17))).statement
    domain.set_aside(statement=aside, actor=office)
    world.land(office, [(on(18), ID, 3)], days=(on(18), on(18)))
    empty = world.land(office, [], days=(on(18), on(18)), name="空.csv").statement
    run_due()
    assert before.statement.pk != after.pk
    answer = board(page)
    found = row(answer)
    land = f"{reverse('statement-land')}?source={world.source().pk}"
    assert {day: found[day] for day in range(13, 24)} == {
        13: ("before", ""),
        14: ("here", first.get_absolute_url()),
        15: ("missing", f"{land}&first_day=2023-10-15&last_day=2023-10-15"),
        16: ("corrected", after.get_absolute_url()),
        17: ("set_aside", aside.get_absolute_url()),
        18: ("waits", empty.get_absolute_url()),
        19: ("late", f"{land}&first_day=2023-10-19&last_day=2023-10-19"),
        20: ("late", f"{land}&first_day=2023-10-20&last_day=2023-10-20"),
        21: ("late", f"{land}&first_day=2023-10-21&last_day=2023-10-21"),
        22: ("ahead", ""),
        23: ("ahead", ""),
    }
    assert list(found) == list(range(10, 24))
    assert f"第 {after.version} 版" in words(answer)


def test_a_missing_day_opens_the_form_with_its_source_and_day(page, office):
    world.land(office, [(on(14), ID, 1)], days=(on(14), on(14)))
    url = row(board(page))[19][1]
    form = page.get(url)
    assert form.context["form"].initial == {
        "source": str(world.source().pk),
        "first_day": on(19),
        "last_day": on(19),
    }
    assert 'value="2023-10-19"' in form.content.decode()
    odd = page.get(f"{reverse('statement-land')}?source=x&first_day=morgen")
    assert odd.status_code == 200


def test_what_is_unmatched_and_rounded_stands_in_the_cell(page, office):
    world.placement(office)
    world.land(office, [(DAY, ID, 970), (DAY, "7390000000000000999", 30)])
    world.land(office, [(on(21), ID, 99_999), (on(21), "999", 1)], days=(on(21), on(21)))
    data = "时间-天,素材ID,展示数\n2023-10-19,1,1.2万\n".encode()
    world.land_file(office, data, name="万.csv", days=(on(19), on(19)))
    shown = {
        each["cell"].day.day: each["cell"]
        for _row, cells in board(page).context["lines"]
        for each in cells
    }
    assert str(shown[20].unmatched) == "3.0"
    assert str(shown[21].unmatched) == "0.1"
    assert (str(shown[19].unmatched), shown[19].approximate) == ("100.0", True)
    text = words(board(page))
    assert "未匹配 3.0%" in text
    assert "≈" in text


def test_a_weekly_report_is_late_by_whole_weeks(page, office):
    weekly = world.source("周报")
    days = (on(2), on(8))
    world.land(office, [(on(2), ID, 1)], days=days, of=weekly, name="周报.csv")
    found = row(board(page), "周报")
    assert {day: standing for day, (standing, _url) in found.items()} == (
        dict.fromkeys(range(10, 16), "late") | dict.fromkeys(range(16, 24), "ahead")
    )
    assert "first_day=2023-10-09&last_day=2023-10-15" in found[12][1]


def test_weeks_are_leafed_through_in_the_address(page, office):
    world.land(office, [(on(14), ID, 1)], days=(on(14), on(14)))
    assert "A week" not in words(board(page))
    answer = board(page, "?until=2023-10-16")
    assert list(states(answer))[-1] == 16
    assert "?until=2023-10-09" in answer.content.decode()
    assert "?until=2023-10-23" in answer.content.decode()
    for odd in ("?until=2999-01-01", "?until=nie", "?until=0001-01-01"):
        assert board(page, odd).status_code == 200


def test_sources_that_lack_something_are_found(page, office):
    whole, holey, late = (world.source(name) for name in ("完整", "缺天", "迟到"))
    for source, days in ((whole, (20, 21, 22)), (holey, (20, 22)), (late, (20,))):
        for day in days:
            world.land(
                office, [(on(day), ID, 1)], days=(on(day), on(day)), of=source, name=f"{day}.csv"
            )

    def names(query):
        return {row.name for row in board(page, query).context["page_obj"]}

    assert names("") == {"完整", "缺天", "迟到"}
    assert names("?only=gaps") == {"缺天", "迟到"}
    assert names("?only=late") == {"迟到"}
    sheet = workbook(page.get(reverse("statement-days-export") + "?only=gaps"))
    assert len(sheet) == 1 + 2 * 14
    assert ["缺天", date(2023, 10, 21), "缺报"] in [line[:3] for line in sheet]


def test_the_attention_of_the_programme_leads_here(page, office):
    world.land(office, [(on(14), ID, 1)], days=(on(14), on(14)))
    text = page.get(reverse("programme")).content.decode()
    assert f"{reverse('statement-days')}?only=late" in text


def test_auditors_look_and_cannot_land_and_nobody_else_sees(client, office):
    world.land(office, [(on(14), ID, 1)], days=(on(14), on(14)))
    client.force_login(UserFactory(auditor=True))
    assert row(board(client))[19] == ("late", "")
    client.force_login(UserFactory(official=RUYUAN))
    for name in ("statement-days", "statement-days-export"):
        assert client.get(reverse(name)).status_code == 404


# --- For monitors ----------------------------------------------------------------------------


def test_a_monitor_is_told_that_all_is_well(client, office):
    for day in (20, 21, 22):
        world.land(office, [(on(day), ID, 1)], days=(on(day), on(day)), name=f"{day}.csv")
    answer = client.get("/freshz")
    assert (answer.status_code, answer.json()) == (
        200,
        {
            "status": "ok",
            "newest_complete_day": "2023-10-22",
            "sources": 1,
            "sources_late": 0,
            "days_behind": 0,
            "days_overdue": 0,
        },
    )
    assert "no-store" in answer["Cache-Control"]
    assert client.post("/freshz").status_code == 405


def test_it_turns_503_when_a_source_is_late(client, office):
    world.land(office, [(on(20), ID, 1)], days=(on(20), on(20)))
    other = world.source("密名来源")
    world.land(office, [(on(22), ID, 1)], days=(on(22), on(22)), of=other, name="b.csv")
    answer = client.get("/freshz")
    assert answer.status_code == 503
    assert answer.json() | {"sources": 2} == {
        "status": "stale",
        "newest_complete_day": "2023-10-20",
        "sources": 2,
        "sources_late": 1,
        "days_behind": 0,
        "days_overdue": 0,
    }
    assert "密名来源" not in answer.content.decode()


def test_a_source_that_ended_is_late_no_more_and_its_days_are_not_missing(page, office):
    source = world.source()
    world.land(office, [(on(14), ID, 1)], days=(on(14), on(14)))
    assert page.get("/freshz").status_code == 503
    url = reverse("source-expected", args=[source.pk])
    half = page.post(url, {"until": "2023-10-16", "reason": ""})
    assert "请说明今后不再报送的原因。" in words(half)
    assert 'value="2023-10-16"' in half.content.decode()
    assert "请填写最后一天，或两项都留空。" in words(page.post(url, {"reason": "注销"}))
    shown = page.post(url, {"until": "2023-10-16", "reason": "账号注销"}, follow=True)
    assert "报表应报至 2023年10月16日：账号注销" in words(shown)
    # Two days of it still lack; the days behind are nobody's business.
    found = states(board(page, "?until=2023-10-23"))
    assert {day: found[day] for day in range(15, 24)} == (
        dict.fromkeys((15, 16), "late") | dict.fromkeys(range(17, 24), "ended")
    )
    assert page.get("/freshz").json()["sources_late"] == 1
    world.land(office, [(on(16), ID, 1)], days=(on(15), on(16)), name="末次.csv")
    answer = page.get("/freshz")
    assert (answer.status_code, answer.json()["newest_complete_day"]) == (200, "2023-10-16")
    page.post(url, {"until": "", "reason": ""})
    source.refresh_from_db()
    assert (source.expected_until, source.ended_because) == (None, "")
    assert page.get("/freshz").status_code == 503
    acts = Entry.objects.filter(act="source.expect").order_by("pk")
    assert [act.data["until"] for act in acts] == ["2023-10-16", ""]


def test_it_turns_503_when_a_day_waits_too_long_to_be_added_up(client, office, settings):
    world.land(office, [(on(22), ID, 1)], days=(on(22), on(22)))
    Day.objects.update(wanted=9)
    waiting = Work.objects.get(kind="traffic.close", key="2023-10-22")
    Work.objects.filter(pk=waiting.pk).update(state="waiting", finished_at=None)
    answer = client.get("/freshz")
    assert answer.status_code == 200
    # What is to be added up again is not complete.
    assert answer.json()["newest_complete_day"] is None
    assert (answer.json()["days_behind"], answer.json()["days_overdue"]) == (1, 0)
    Work.objects.filter(pk=waiting.pk).update(asked_at=waiting.asked_at - timedelta(minutes=61))
    answer = client.get("/freshz")
    assert (answer.status_code, answer.json()["days_overdue"]) == (503, 1)
    settings.DAY_CLOSED_WITHIN_MINUTES = 120
    assert client.get("/freshz").status_code == 200


def test_it_asks_as_much_whatever_there_is(client, office, django_assert_num_queries):
    assert client.get("/freshz").json()["newest_complete_day"] is None
    with django_assert_num_queries(4):
        client.get("/freshz")
    for name in "甲乙丙":
        world.land(office, [(on(22), ID, 1)], days=(on(22), on(22)), of=world.source(name))
    assert (Source.objects.count(), Statement.objects.count()) == (3, 3)
    with django_assert_num_queries(4):
        client.get("/freshz")
