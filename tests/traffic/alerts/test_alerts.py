"""Alerts: raised and told once, ended and back, acknowledged, snoozed; a neighbour sees none."""

from __future__ import annotations

import struct
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from portal.accounts.actor import Actor
from portal.audit.models import Entry
from portal.notices.models import Notice
from portal.verdict import RuleBroken
from tests import dossiers
from tests.qualifications.world import at
from tests.races import waiting_for_a_lock
from tests.traffic import shortfalls, world
from tests.workers import wait_until
from traffic.alerts import domain, queries
from traffic.alerts.enums import AlertState
from traffic.alerts.models import Alert
from traffic.models import Placement, PlacementDay
from traffic.pacing import queries as pacing
from traffic.pacing.models import CampaignPacing, Plan

# Today is 2023-10-23, a Monday; the newest report is of Friday.
FIRST, DAY = date(2023, 9, 23), world.DAY
QUIET = {"raised": 0, "changed": 0, "ended": 0}
OTHER = "441882"


def placed(office: Actor, given: int, *, ids: str = world.ID, **more: Any) -> Placement:
    """A placement since 9-23 that was promised `given`."""
    row = world.placement(office, ids=(ids,), first_day=FIRST, **more)
    shortfalls.give(office, row.account, given)
    return row


def reported(office: Actor, *, last: int, number: str = world.ID, daily: int = 100_000) -> None:
    """Every day since 9-23 alike but the last, which its own report tells."""
    days = [FIRST + timedelta(days=n) for n in range((DAY - FIRST).days)]
    rows = [(day.isoformat(), number, daily) for day in days]
    world.land(office, rows, days=(days[0], days[-1]), name="旧.csv")
    world.land(office, [(DAY.isoformat(), number, last)])


def sentences() -> dict[str, str]:
    """The open alerts by their kind and what they are about."""
    rows = Alert.objects.filter(ended_on=None).order_by("pk")
    return {f"{row.kind} {row.subject}": row.reason for row in rows}


@pytest.fixture
def office() -> Actor:
    return dossiers.staff()


@pytest.mark.django_db
def test_each_condition_is_raised_and_told_once_with_its_figures(office: Actor) -> None:
    row = placed(office, 20_000_000)
    reported(office, last=400_000)
    miss = Alert.objects.get(kind="will_miss")
    lacks = miss.figures["lacks"]
    assert miss.figures == {"n": 1, "lacks": lacks, "given": 20_000_000}
    assert 10_000_000 < lacks < 16_900_000
    rise = "：2023年10月20日投放 40万，前三周同一星期几的中位数为 10万。"
    assert sentences() == {
        "late 抖音作品日报": "抖音作品日报：最近一份报表截至2023年10月20日，下一份应到未到。",
        "spike 乡村电商": f"乡村电商{rise}",
        "spike 丰收节 · 乳源瑶族自治县": f"丰收节 · 乳源瑶族自治县{rise}",
        "will_miss 丰收节 · 乳源瑶族自治县": miss.reason,
    }
    told = Notice.objects.filter(event="alert.raised")
    of_county = {"spike", "will_miss"}
    assert {n.url for n in told.filter(recipient=office.user)} == {
        alert.get_absolute_url() for alert in Alert.objects.all()
    }
    assert told.filter(recipient=row.submission.owner).count() == len(of_county)
    before = told.count()
    assert domain.look() == QUIET
    assert told.count() == before


@pytest.mark.django_db
def test_over_delivery_and_what_remains(office: Actor) -> None:
    row = placed(office, 3_000_000)
    reported(office, last=100_000)
    # 2,800,000 of 3,000,000 are delivered: a fifteenth remains, and a million more will come.
    (found,) = Alert.objects.filter(kind="remaining", county=row.county)
    coming = found.figures["coming"]
    assert found.figures == {
        "left": 200_000,
        "promised": 3_000_000,
        "percent": 10,
        "coming": coming,
    }
    assert 1_000_000 < coming < 1_300_000
    assert "尚余 20万 待投放" in found.reason
    world.land(office, [(DAY.isoformat(), world.ID, 500_000)])
    assert sentences()["over 丰收节 · 乳源瑶族自治县"] == (
        "丰收节 · 乳源瑶族自治县：1 个投放项目共承诺 300万，已超投 20万。"
    )
    rows = Alert.objects.filter(kind="remaining", county=row.county).order_by("pk")
    assert [(a.figures["percent"], a.figures["left"], a.ended_on) for a in rows] == [
        (10, 200_000, date(2023, 10, 23)),
        (5, -200_000, None),
    ]
    assert rows[1].reason == "丰收节 · 乳源瑶族自治县：承诺的 300万 已全部投放完毕。"


@pytest.mark.django_db
@pytest.mark.parametrize(("given", "told"), [(3_900_000, False), (3_000_000, True)])
def test_what_ends_as_planned_with_little_left_is_told_by_nobody(
    office: Actor, given: int, told: bool
) -> None:
    row = placed(office, given)
    reported(office, last=100_000)
    # Three weeks later: of 39 days 36 are reported, 3,600,000 at 100,000 a day.
    last = date(2023, 10, 28)
    days = [DAY + timedelta(days=n) for n in range(1, (last - DAY).days + 1)]
    with at(date(2023, 10, 29)):
        report = [(day.isoformat(), world.ID, 100_000) for day in days]
        world.land(office, report, days=(days[0], last), name="新.csv")
        levels = {a.account.level for a in Alert.objects.filter(kind="remaining", ended_on=None)}
    # The pool and its actions have no end of their own: of them it is always told.
    assert levels == {"action", *({"campaign", "county"} if told else ())}
    assert row.account.level not in levels


@pytest.mark.django_db
def test_a_county_that_has_its_full_share_of_a_day_is_told(office: Actor) -> None:
    own = placed(office, 20_000_000)
    placed(office, 2_000_000, ids="9", county=OTHER)
    set_ = CampaignPacing.objects.create(campaign=own.campaign, county_cap=60)
    domain.look()
    (row,) = Alert.objects.filter(kind="cap")
    held = row.figures["held"]
    assert row.figures == {"n": 1, "held": held, "share": 60}
    assert held == int(pacing.everything().held.sum()) > 0
    assert row.reason.startswith("丰收节 · 乳源瑶族自治县：本县已占满活动当日份额（60%）")
    assert row.acts_at == "/pacing/?campaign=harvest-2023&county=440232&sort=need"
    set_.delete()
    domain.look()
    row.refresh_from_db()
    assert row.ended_on == date(2023, 10, 23)


@pytest.mark.django_db
def test_what_stood_out_holds_until_its_own_report_tells_a_newer_day(office: Actor) -> None:
    placed(office, 20_000_000)
    reported(office, last=400_000)

    def stands_out() -> list[str | None]:
        rows = Alert.objects.filter(kind="spike", ended_on=None).order_by("county")
        return list(rows.values_list("county", flat=True))

    assert stands_out() == [dossiers.RUYUAN, None]
    # Another report is a day ahead: it says nothing of these placements.
    other = world.source("抖音直播日报")
    placed(office, 20_000_000, ids="8", county=OTHER, source=other)
    days = [FIRST + timedelta(days=n) for n in range((DAY - FIRST).days + 2)]
    report = [(day.isoformat(), "8", 200_000) for day in days]
    world.land(office, report, days=(days[0], days[-1]), name="直播.csv", of=other)
    # Of the action as a whole the newer day counts, on which nothing stands out.
    assert stands_out() == [dossiers.RUYUAN]
    assert domain.look() == QUIET
    newest = DAY + timedelta(days=1)
    world.land(office, [(newest.isoformat(), world.ID, 110_000)], days=(newest, newest))
    assert stands_out() == []


@pytest.mark.django_db
def test_what_stood_out_is_over_after_a_week_without_a_newer_report(office: Actor) -> None:
    placed(office, 20_000_000)
    reported(office, last=400_000)
    for day, holds in ((27, True), (28, False)):
        with at(date(2023, 10, day)):
            domain.look()
            assert Alert.objects.filter(kind="spike", ended_on=None).exists() == holds


@pytest.mark.django_db
def test_a_condition_that_went_away_ends_and_is_told_again_when_it_is_back(office: Actor) -> None:
    row = placed(office, 20_000_000)
    reported(office, last=100_000)
    plan = Plan.objects.create(placement=row, daily_cap=100_000)
    assert domain.look()["raised"] == 1
    cap = Alert.objects.get(kind="cap")
    assert cap.reason == f"{row.name}：2023年10月20日投放 10万，每日上限为 10万。"
    for ceiling in (100_001, 100_000):
        plan.daily_cap, plan.version = ceiling, plan.version + 1
        plan.save()
        domain.look()
    rows = Alert.objects.filter(kind="cap").order_by("pk")
    assert [each.ended_on for each in rows] == [date(2023, 10, 23), None]
    told = Notice.objects.filter(event="alert.raised", recipient=office.user)
    assert told.filter(url__in=[each.get_absolute_url() for each in rows]).count() == 2


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("now", "kind", "hour", "count"), [(90_000, "spike", 9, 90_000), (1_000, "drop", 9, 1_000)]
)
def test_hours_are_compared_where_reports_have_them(
    office: Actor, now: int, kind: str, hour: int, count: int
) -> None:
    row = placed(office, 20_000_000)
    reported(office, last=100_000)
    for weeks in range(4):
        hours = [0] * 24
        hours[hour] = 40_000 if weeks else now
        days = PlacementDay.objects.filter(placement=row, date=DAY - timedelta(days=7 * weeks))
        assert days.update(hours=struct.pack("<24q", *hours)) == 1
    domain.look()
    found = Alert.objects.get(kind=kind, county=row.county)
    assert found.figures == {
        "count": count,
        "median": 40_000,
        "hour": hour,
        "day": "2023-10-20",
    }
    assert "9 时起一小时内投放" in found.reason


@pytest.mark.django_db
def test_snoozed_comes_back_acknowledged_does_not_and_a_neighbour_sees_nothing(
    office: Actor, client: Client
) -> None:
    placed(office, 20_000_000)
    reported(office, last=100_000)
    late, miss = (Alert.objects.get(kind=kind) for kind in ("late", "will_miss"))
    assert office.user is not None
    client.force_login(office.user)
    page = client.post(f"/alerts/{late.pk}/snooze/", {"until": "2023-10-23", "note": ""})
    assert "请选择明天起 60 天以内的日期。" in page.content.decode()
    assert client.post(f"/alerts/{late.pk}/acknowledge/", {"note": " "}).status_code == 200
    client.post(f"/alerts/{late.pk}/snooze/", {"until": "2023-10-25", "note": "周三补报"})
    client.post(f"/alerts/{miss.pk}/acknowledge/", {"note": "明起追加"})
    assert not queries.open_alerts(office).exists()
    assert [
        (entry.act, entry.data["note"])
        for entry in Entry.objects.filter(act__startswith="alert.").order_by("pk")
    ] == [("alert.snooze", "周三补报"), ("alert.acknowledge", "明起追加")]
    with at(date(2023, 10, 25)):
        assert list(queries.open_alerts(office)) == [late]
    with pytest.raises(RuleBroken, match="该预警已有人确认"):
        domain.acknowledge(alert=miss, note="再来", actor=office)
    own, other = dossiers.official(), dossiers.official(OTHER)
    with pytest.raises(RuleBroken, match="只有项目办"):
        domain.acknowledge(alert=late, note="好", actor=own)
    for who, state in ((own, [AlertState.ACKNOWLEDGED]), (other, [])):
        assert who.user is not None
        assert [row.state for row in queries.alerts(who.user)] == state
        client.force_login(who.user)
        assert client.get(f"/alerts/{miss.pk}/").status_code == (200 if state else 404)
        assert client.get(f"/alerts/{late.pk}/").status_code == 404


@pytest.mark.django_db
def test_whom_many_new_alerts_concern_is_told_once_how_many(
    office: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(domain, "FEW", 2)
    row = placed(office, 20_000_000)
    reported(office, last=400_000)
    told = Notice.objects.filter(event="alert.raised").order_by("pk")
    # After the first report one alert, three more after the second.
    (miss,) = Alert.objects.filter(kind="will_miss")
    first, second = told.filter(recipient=office.user)
    assert (first.url, first.text[:12]) == (miss.get_absolute_url(), miss.reason[:12])
    assert second.url == reverse("alerts")
    assert second.text == "新增 3 条预警，请在预警页统一查看处理。"
    # The county is concerned by two, and is told of each.
    assert told.filter(recipient=row.submission.owner).count() == 2


@pytest.mark.django_db
def test_a_quiet_round_asks_as_often_for_thirty_placements(office: Actor) -> None:
    counts = []
    for number in (1, 3, 30):
        while Placement.objects.count() < number:
            placed(office, 20_000_000, ids=f"{7390000000000000000 + Placement.objects.count()}")
        domain.look()
        with CaptureQueriesContext(
            connection,
        ) as asked:
            assert domain.look() == QUIET
        counts.append(len(asked))
    assert len(set(counts)) == 1, counts


@pytest.mark.django_db(transaction=True)
@pytest.mark.postgres
def test_of_two_rounds_at_once_one_raises_and_tells(office: Actor, elsewhere: Any) -> None:
    placed(office, 20_000_000)
    reported(office, last=100_000)
    Notice.objects.all().delete()
    Alert.objects.all().delete()
    with transaction.atomic():
        first = domain.look()
        second = elsewhere(domain.look)
        wait_until(lambda: waiting_for_a_lock() == 1, what="the second waits for the first's keys")
    assert (first["raised"], second.result(20)["raised"]) == (2, 0)
    assert Alert.objects.count() == 2
    assert Notice.objects.filter(event="alert.raised", recipient=office.user).count() == 2
