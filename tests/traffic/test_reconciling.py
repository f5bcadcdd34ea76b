"""`reconcile` prints where every row went and what was checked, and sees any wrong figure."""

from __future__ import annotations

import io
from datetime import date, timedelta

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction
from django.db.models import F

from portal.campaigns.models import Action, Campaign
from portal.jobs.domain import run_due
from portal.ledger.models import Account
from portal.statements import domain as statements
from portal.statements import raw
from portal.statements.models import Part, RejectedRow
from tests import databases, dossiers
from tests.traffic import world
from tests.traffic.world import DAY, ID, land
from traffic import days, domain, pool
from traffic.models import HOURS, Day, DayFate, DaySum, Placement, PlacementDay, UnmatchedDay
from traffic.reconciling import reconcile

pytestmark = [pytest.mark.django_db, pytest.mark.sqlite]
NEXT = date(2023, 10, 21)
LOST, DAMAGED = "7390000000000000999", "1.00449E+11"
BY_HOUR = f"""时间-天,时间-小时,素材ID,展示数,播放数
{DAY},08:00,{ID}\t,70,7
{DAY},09:00,{ID}\t,30,3
{DAY},09:00,{LOST}\t,40,4
{DAY},10:00,{DAMAGED},7,1
{DAY},10:00,{ID}\t,-3,1
总计,-,-,144,16
"""


@pytest.fixture(scope="module")
def office(django_db_setup, django_db_blocker):
    with databases.made_once(django_db_blocker):
        yield dossiers.staff()


def take_in(office, *files, day=DAY):
    """Land files that come together, and do the work."""
    landing = statements.land(
        source=world.source(),
        period=(day, day),
        parts=[raw.keep([data], name=name) for name, data in files],
        actor=office,
    )
    run_due()
    return landing.statement


@pytest.fixture(scope="module")
def programme(office):
    """A day by the hour with one row of every fate, and impressions for its placement."""
    placement = world.placement(office)
    domain.move_between(
        source=pool.action_account("products").parent,
        target=placement.account,
        amount=1000,
        actor=office,
        reason="试",
    )
    take_in(office, ("分时.csv", BY_HOUR.encode()))
    return placement


def printed():
    """What the command prints, blanks as one, and whether it found differences."""
    out, err = io.StringIO(), io.StringIO()
    try:
        call_command("reconcile", stdout=out, stderr=err, no_color=True)
    except CommandError as error:
        return _lines(out), [*_lines(err), str(error)]
    assert err.getvalue() == ""
    return _lines(out), []


def _lines(stream):
    return [" ".join(line.split()) for line in stream.getvalue().splitlines()]


def test_everything_is_printed_in_its_place(programme):
    assert printed() == (
        [
            "读入行数 7 147",
            "已计入 2 100",
            "未匹配 1 40",
            "投放期之外 0 0",
            "仅供比对 0 0",
            "计入销售 0 0",
            "此前累计 0 0",
            "累计数回落，不计入 0 0",
            "已被新版本替代 0 0",
            "待确认 0 0",
            "已搁置 0 0",
            "待同批文件读完 0 0",
            "周期之外 0 0",
            "已略过 2 不计",
            "已拒绝（有数） 1 7",
            "已拒绝（无数） 1 不计",
            "文件：与来件逐一比对 1 个，不符 0 个。",
            "日汇总：重算 1 天，逐行核对 5 行。",
            "销售日：重算 0 天，逐行核对 0 行。",
            "账目（曝光次数）：核对账户 10 个、调拨 5 笔，余额合计 0。",
            "账目（分）：核对账户 0 个、调拨 0 笔，余额合计 0。",
            "全部核对一致。",
        ],
        [],
    )


def test_rows_that_count_for_no_day_are_told_apart(office, programme):
    take_in(office, ("更正.csv", world.report([(DAY, ID, 90), (NEXT, ID, 5)])))
    aside = take_in(office, ("误传.csv", world.report([(DAY, ID, 8)])))
    statements.set_aside(statement=aside, actor=office)
    take_in(office, ("次日.csv", world.report([(NEXT, ID, 60)])), day=NEXT)
    halves = ("上半.csv", world.report([(NEXT, ID, 20)])), ("下半.csv", b"%PDF-1.7 report")
    take_in(office, *halves, day=NEXT)
    run_due()
    said, differences = printed()
    assert differences == []
    assert said[:13] == [
        "读入行数 20 330",
        "已计入 2 150",
        "未匹配 0 0",
        "投放期之外 0 0",
        "仅供比对 0 0",
        "计入销售 0 0",
        "此前累计 0 0",
        "累计数回落，不计入 0 0",
        "已被新版本替代 3 140",
        "待确认 0 0",
        "已搁置 1 8",
        "待同批文件读完 1 20",
        "周期之外 1 5",
    ]


def test_a_version_that_waits_for_confirmation_is_no_replaced_one(office, programme):
    # Its only row lies outside the period, so that it would empty the day.
    land(office, [])
    assert "待确认 0 0" in printed()[0]
    held = land(office, [(DAY, ID, 12)]).statement
    type(held).objects.filter(pk=held.pk).update(held=True)
    days.want_closed([DAY])
    run_due()
    assert "待确认 1 12" in printed()[0]


def add(model, **values):
    return lambda: model.objects.create(**values)


def change(model, **values):
    def tamper():
        assert model.objects.update(**values) > 0

    return tamper


def remove(model):
    def tamper():
        assert model.objects.all().delete()[0] > 0

    return tamper


OTHER_DAY = {"date": NEXT, "rows": 1, "impressions": 5, "plays": 0}
TAMPERED = {
    "delivered count": change(PlacementDay, count=F("count") + 1),
    "hours": change(PlacementDay, hours=HOURS.pack(100, *[0] * 23)),
    "hours lost": change(PlacementDay, hours=None),
    "rounded": change(PlacementDay, approximate=True),
    "delivered row lost": remove(PlacementDay),
    "delivered on a day nobody reported": lambda: PlacementDay.objects.create(
        placement=Placement.objects.get(), date=NEXT, count=5
    ),
    "delivered on another day": change(PlacementDay, date=NEXT),
    "sum": change(DaySum, count=F("count") - 1),
    "sum in another county": change(DaySum, county=dossiers.XINFENG),
    "sum in another channel": change(DaySum, channel="live"),
    "sum in another campaign": lambda: DaySum.objects.update(
        campaign=Campaign.objects.create(
            code="other", name="他", action=Action.TOURISM, first_day=DAY, last_day=DAY
        )
    ),
    "campaign in another action": change(Campaign, action=Action.TOURISM),
    "sum lost": remove(DaySum),
    "sum on a day nobody reported": change(DaySum, date=NEXT),
    "fate": lambda: DayFate.objects.filter(fate="counted").update(fate="outside"),
    "rows of a fate": change(DayFate, rows=F("rows") + 1),
    "impressions of a fate": change(DayFate, impressions=F("impressions") + 1),
    "plays of a fate": change(DayFate, plays=F("plays") + 1),
    "fate lost": remove(DayFate),
    "unmatched id invented": lambda: UnmatchedDay.objects.create(
        source=world.source(), external_id="1", **{**OTHER_DAY, "date": DAY}
    ),
    "unmatched id on a day nobody reported": lambda: UnmatchedDay.objects.create(
        source=world.source(), external_id="1", **OTHER_DAY
    ),
    "unmatched id under another name": change(UnmatchedDay, external_id="1"),
    "unmatched impressions": change(UnmatchedDay, impressions=41),
    "unmatched plays": change(UnmatchedDay, plays=5),
    "unmatched lost": remove(UnmatchedDay),
    "day lost": remove(Day),
    "day behind": change(Day, wanted=F("wanted") + 1),
    "rows of a file": change(Part, rows_in=F("rows_in") + 1),
    "ignored rows of a file": change(Part, ignored={"heading": 1, "total": 2}),
    "sums of a file": change(Part, totals={"impressions": 141, "plays": 14}),
    "plays of a file": change(Part, totals={"impressions": 140, "plays": 15}),
    "rejected row lost": lambda: RejectedRow.objects.first().delete(),
    "placement in another county": change(Placement, county=dossiers.XINFENG),
    "placement in another window": change(Placement, last_day=DAY - timedelta(days=1)),
    "balance": lambda: Account.objects.filter(level="county").update(balance=7),
}


@pytest.mark.parametrize("kind", TAMPERED)
def test_whatever_is_tampered_with_is_seen(programme, kind):
    assert reconcile().differences == []
    with transaction.atomic():
        TAMPERED[kind]()
        said, differences = printed()
        assert "全部核对一致。" not in said
        assert len(differences) >= 2  # at least one, and how many there are
        assert "处差异" in differences[-1]
        # The law of the ledger is told all the same.
        assert sum(line.startswith("账目（") for line in said) == 2
        transaction.set_rollback(True)


def test_a_difference_names_the_row_and_both_values(programme):
    hours = " ".join(str({8: 70, 9: 30}.get(hour, 0)) for hour in range(24))

    def said(count):
        return f"已投放 {count} · 分小时 {hours} · 约数 否 · 点击 —"

    PlacementDay.objects.update(count=101)
    assert printed()[1] == [
        f"{DAY}，投放日（投放 {programme.pk}）：现记为“{said(101)}”，按报表应为“{said(100)}”。",
        "发现 1 处差异：上述数字与原始凭据不符。",
    ]


@pytest.mark.parametrize("lost", [True, False])
def test_a_file_that_is_lost_or_changed_is_seen(programme, lost):
    path = raw.raw_path(Part.objects.get().sha256).local
    whole = path.read_bytes()
    try:
        if lost:
            path.unlink()
        else:
            path.write_bytes(whole.replace(b",70,", b",71,"))
        said, differences = printed()
        assert len(differences) == 2
        assert "分时.csv" in differences[0]
        assert "全部核对一致。" not in said
    finally:
        path.write_bytes(whole)
