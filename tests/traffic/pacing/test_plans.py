"""Plans and festivals: what is refused and where it is said, and what a change does."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from portal.audit.models import Entry
from portal.campaigns.models import Campaign
from portal.ledger.models import Account, Level
from portal.registry import attention_of
from portal.verdict import RuleBroken
from tests import dossiers
from tests.answers import content, shown, signed_in
from tests.factories import UserFactory
from tests.qualifications.world import at
from tests.traffic import world
from tests.traffic.pacing.test_standing import FIRST, placed, report
from traffic.models import CampaignPacing, Plan
from traffic.pacing import domain, queries
from traffic.pacing.enums import Shape, Status

pytestmark = pytest.mark.django_db
LAST = date(2023, 10, 20)
MIDDLE = date(2023, 10, 11)
LABEL = "预计完不成承诺的投放"


@pytest.fixture
def office():
    return dossiers.staff()


@pytest.fixture
def row(office):
    return placed(office)


def drawn(*points):
    """The fields of a curve drawn through (day, share)."""
    fields = {"shape": "custom", "seen": 0}
    for number, (day, share) in enumerate(points, 1):
        fields |= {f"day{number}": day, f"share{number}": share}
    return fields


def sent(office, row, fields):
    """The plan's form sent; the answer."""
    return signed_in(office.user).post(reverse("placement-plan", args=[row.pk]), fields)


def errors_of(answer):
    return {name: list(map(str, said)) for name, said in answer.context["form"].errors.items()}


# --- A placement's plan ------------------------------------------------------------------------


def plan_page(row):
    return reverse("placement-plan", args=[row.pk])


@pytest.mark.parametrize(
    ("points", "field", "said"),
    [
        (
            [("2023-10-10", 50), ("2023-10-20", 80)],
            "share2",
            "曲线只到 80%：到2023年10月20日还缺 20%。",
        ),
        ([("2023-10-10", 50), ("2023-10-09", 100)], "share2", "排在了更晚的日期之后"),
        ([("2023-10-10", 50), ("2023-10-12", 40), ("2023-10-20", 100)], "share3", "下降了"),
        ([("2023-10-10", 50), ("2023-10-21", 100)], "share2", "不在投放日期之内"),
        ([("2023-10-10", "")], "share1", "日期和比例要一起填写"),
        ([("", 100)], "day1", "日期和比例要一起填写"),
        ([], "share1", "按日期绘制的曲线要填写日期"),
        ([("2023-10-20", 101)], "share1", "100"),
    ],
)
def test_a_curve_that_does_not_reach_its_sum_is_refused_beside_the_field(
    office, row, points, field, said
):
    with at(MIDDLE):
        answer = sent(office, row, drawn(*points))
    found = errors_of(answer)
    assert set(found) == {field}
    assert said in found[field][0]
    assert not Plan.objects.exists()
    # What was typed is kept.
    for number, (day, share) in enumerate(points, 1):
        assert answer.context["form"][f"day{number}"].value() == day
        assert str(answer.context["form"][f"share{number}"].value()) == str(share)


def test_a_drawn_curve_is_kept_and_the_page_follows_it(office, row):
    with at(MIDDLE):
        report(office, [20_000] * 10)
        answer = sent(office, row, drawn(("2023-10-10", 20), ("2023-10-20", 100)))
        assert (answer.status_code, answer["Location"]) == (302, row.get_absolute_url())
        text = shown(content(signed_in(office.user).get(plan_page(row))))
        page = shown(content(signed_in(office.user).get(row.get_absolute_url())))
    assert f'href="{plan_page(row)}"' in page
    plan = Plan.objects.get()
    assert plan.points == [["2023-10-10", 20], ["2023-10-20", 100]]
    assert plan.version == 1
    assert "按计划应完成" in text
    (due,) = re.findall(r"按计划应完成</dt><dd>(.*?)</dd>", text, re.DOTALL)
    assert "20万" in due
    (need,) = re.findall(r"今日需投放</dt><dd>(.*?)</dd>", text, re.DOTALL)
    assert "8万" in need
    assert [
        (entry.act, entry.data["shape"]) for entry in Entry.objects.filter(act="placement.plan")
    ] == [("placement.plan", "custom")]


def test_a_cap_below_what_is_due_is_refused_with_the_least_that_would_do(office, row):
    with at(MIDDLE):
        report(office, [40_000] * 10)
        answer = sent(office, row, {"daily_cap": "5万", "seen": 0})
        assert errors_of(answer) == {
            "daily_cap": ["还有 600,000 次要在 10 天内完成：每天至少要允许 60,000 次。"]
        }
        with pytest.raises(RuleBroken, match="60,000"):
            domain.set_plan(placement=row, daily_cap=59_999, seen=0, actor=office)
        assert sent(office, row, {"daily_cap": "60000", "seen": 0}).status_code == 302
        assert queries.of_placements([row])[row.pk].need == 60_000


def test_who_saw_an_older_plan_is_told_and_changes_nothing(office, row):
    with at(MIDDLE):
        domain.set_plan(placement=row, shape=Shape.FRONT, seen=0, actor=office)
        answer = sent(office, row, {"shape": "even", "seen": 0})
        assert errors_of(answer) == {"__all__": ["您打开之后有人改动过：请重新查看。"]}
        assert Plan.objects.get().shape == Shape.FRONT
        # The same again, by a second click, is what stands.
        assert sent(office, row, {"shape": "front", "seen": 0}).status_code == 302
        assert sent(office, row, {"shape": "even", "seen": 1}).status_code == 302
    assert Plan.objects.values_list("shape", "version").get() == ("even", 2)


def test_back_to_the_default_nothing_is_kept(office, row):
    with at(MIDDLE):
        domain.set_plan(placement=row, shape=Shape.FRONT, seen=0, actor=office)
        assert sent(office, row, {"shape": "", "seen": 1}).status_code == 302
        assert not Plan.objects.exists()
        assert domain.set_plan(placement=row, seen=0, actor=office) is False


def test_only_the_office_plans(row):
    official = dossiers.official()
    with pytest.raises(RuleBroken):
        domain.set_plan(placement=row, shape=Shape.FRONT, seen=0, actor=official)
    with pytest.raises(RuleBroken):
        domain.set_festivals(
            campaign=row.campaign, windows=[], county_cap=3, seen=0, actor=official
        )
    assert sent(official, row, {"shape": "even", "seen": 0}).status_code == 404
    assert not Plan.objects.exists()


@pytest.mark.sqlite
@pytest.mark.parametrize(
    "values",
    [
        {"shape": "custom", "points": []},
        {"shape": "even", "points": [["2023-10-20", 100]]},
        {"shape": "even", "daily_cap": 0},
    ],
)
def test_the_database_holds_what_a_plan_is(row, values):
    with pytest.raises(IntegrityError), transaction.atomic():
        Plan.objects.create(placement=row, **values)


@pytest.mark.sqlite
def test_the_database_holds_a_county_cap_to_a_percentage(row):
    for cap in (0, 101):
        with pytest.raises(IntegrityError), transaction.atomic():
            CampaignPacing.objects.create(campaign=row.campaign, county_cap=cap)


# --- A campaign's festivals --------------------------------------------------------------------


def festival(*windows, **more):
    fields = {"seen": 0, **more}
    for number, (first, last, weight) in enumerate(windows, 1):
        fields |= {f"first{number}": first, f"last{number}": last, f"weight{number}": weight}
    return fields


@pytest.mark.parametrize(
    ("windows", "field", "said"),
    [
        (
            [("2023-09-28", "2023-10-02", 300), ("2023-10-02", "2023-10-03", 200)],
            "last2",
            "有两个节点都包含2023年10月2日",
        ),
        ([("2023-10-03", "2023-10-02", 300)], "last1", "结束日期早于开始日期"),
        ([("2023-10-30", "2023-11-02", 300)], "last1", "请选择其中的日期"),
        ([("2023-10-02", "", 300)], "last1", "节点要填写首日、末日和权重"),
        ([("2023-10-02", "2023-10-03", "")], "weight1", "节点要填写首日、末日和权重"),
        ([("2023-10-02", "2023-10-03", 1001)], "weight1", "1000"),
    ],
)
def test_festivals_that_overlap_or_leave_their_campaign_are_refused(
    office, row, windows, field, said
):
    url = reverse("campaign-pacing", args=[row.campaign.code])
    found = errors_of(signed_in(office.user).post(url, festival(*windows)))
    assert set(found) == {field}
    assert said in found[field][0]
    assert not CampaignPacing.objects.exists()


def test_a_festival_moves_what_its_placements_need(office, row):
    url = reverse("campaign-pacing", args=[row.campaign.code])
    client = signed_in(office.user)
    with at(MIDDLE):
        report(office, [20_000] * 10)
        before = queries.of_placements([row])[row.pk]
        windows = [("2023-10-11", "2023-10-12", 500)]
        answer = client.post(url, festival(*windows, county_cap=40))
        account = Account.objects.get(level=Level.CAMPAIGN)
        assert answer["Location"] == reverse("account", args=[account.pk])
        after = queries.of_placements([row])[row.pk]
        text = shown(content(client.get(answer["Location"])))
    assert (before.due, after.due) == (525_000, 375_000)
    assert after.need > 2 * before.need
    assert f'href="{url}"' in text
    assert CampaignPacing.objects.get().county_cap == 40


def test_overlaps_are_refused_by_the_act_too(office, row):
    days = [FIRST + timedelta(days=n) for n in range(4)]
    with pytest.raises(RuleBroken, match="两个节点"):
        domain.set_festivals(
            campaign=row.campaign,
            windows=[(days[0], days[2], 200), (days[2], days[3], 300)],
            county_cap=None,
            seen=0,
            actor=office,
        )


# --- Lists and boards --------------------------------------------------------------------------


@pytest.fixture
def three(office, row):
    """One that will miss, one ahead, one of another county on time; with their figures."""
    there = placed(office, ids=("there",), county=dossiers.XINFENG)
    ahead = placed(office, ids=("ahead",), submission=row.submission)
    with at(MIDDLE):
        days = [FIRST + timedelta(days=n) for n in range(10)]
        counts = {world.ID: 20_000, "there": 50_000, "ahead": 60_000}
        rows = [(str(day), each, n) for day in days for each, n in counts.items()]
        world.land(office, rows, days=(days[0], days[-1]))
        yield row, there, ahead


def listed(who, **asked):
    answer = signed_in(who).get(reverse("pacing"), asked)
    return [(row.pk, line.status) for row, line in answer.context["lines"]]


@pytest.mark.sqlite
def test_the_most_urgent_stand_on_top_and_filters_narrow(office, three):
    missing, there, ahead = (row.pk for row in three)
    who = office.user
    assert listed(who) == [
        (missing, Status.WILL_MISS),
        (there, Status.ON_TIME),
        (ahead, Status.AHEAD),
    ]
    assert listed(who, sort="need") == [
        (missing, Status.WILL_MISS),
        (there, Status.ON_TIME),
        (ahead, Status.AHEAD),
    ]
    assert [pk for pk, _status in listed(who, sort="last")] == [missing, there, ahead]
    assert listed(who, status="ahead") == [(ahead, Status.AHEAD)]
    assert listed(who, county=dossiers.XINFENG) == [(there, Status.ON_TIME)]
    assert listed(who, action="tourism") == []
    assert listed(who, campaign="harvest-2023", q="there") == [(there, Status.ON_TIME)]


def test_an_official_sees_the_own_county_alone(three):
    there = three[1]
    official = UserFactory(official=dossiers.XINFENG)
    assert listed(official) == [(there.pk, Status.ON_TIME)]
    assert signed_in(UserFactory(merchant=None)).get(reverse("pacing")).status_code == 404


def test_the_workbook_is_the_list_as_it_is_filtered(office, three):
    url = reverse("pacing-export")
    text = content(signed_in(office.user).get(url, {"status": "will_miss"}))
    assert "预计完不成" in text
    assert "正常" not in text
    assert "1000000.0, 200000.0, 525000.0" in text


@pytest.mark.sqlite
def test_what_will_miss_is_counted_where_it_opens_its_rows(office, three):
    found = {str(task.label): (task.count, task.url) for task in attention_of(office)}
    assert found[LABEL] == (1, "/pacing/?status=will_miss")
    official = dossiers.official(dossiers.XINFENG)
    assert LABEL not in {str(task.label) for task in attention_of(official) if task.count}
    pool = Account.objects.get(level=Level.POOL)
    text = shown(content(signed_in(office.user).get(reverse("account", args=[pool.pk]))))
    assert 'href="/pacing/?"' in text


def test_the_page_says_why_it_will_miss(office, three):
    text = shown(content(signed_in(office.user).get(plan_page(three[0]))))
    assert "截至2023年10月10日，应完成 52.5万，实际完成 20万。" in text
    assert "照此进度，结束时为 " in text


def test_one_that_may_not_be_promoted_is_paused_and_comes_back_by_itself(office, three):
    missing = three[0]
    product = missing.submission.product
    product.stock = 0
    product.save()
    paused = queries.of_placements([missing])[missing.pk]
    assert (paused.status, paused.need) == (Status.PAUSED, 0)
    text = shown(content(signed_in(office.user).get(plan_page(missing))))
    assert "暂停" in text
    assert "无货" in text or "缺货" in text or "库存" in text
    product.stock = 5
    product.save()
    again = queries.of_placements([missing])[missing.pk]
    assert again.status == Status.WILL_MISS
    assert again.need > 0


def test_campaigns_have_a_code_in_the_address(office):
    url = reverse("campaign-pacing", args=["no-such"])
    assert signed_in(office.user).get(url).status_code == 404
    assert Campaign.objects.filter(code="no-such").count() == 0
