"""Two campaign calls: one selected already, with its live sessions; one open for the counties."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from django.db import transaction

from portal import clock
from portal.accounts.actor import Actor
from portal.campaigns.models import Campaign
from portal.demonstration import people
from portal.regions.models import County
from products.calls import domain, live
from products.calls.models import Call, Entry, LiveSession
from products.models import Product


@dataclass(frozen=True)
class Plan:
    """One call: who put what forward, and what was not selected with its reason; `selected_at` is
    None while it is open."""

    campaign: str
    name: str
    asks: str
    opens: date
    closes: date
    quotas: dict[str, int]
    put: Sequence[str]
    put_at: datetime
    selected_at: datetime | None
    passed: dict[str, str]


@dataclass(frozen=True)
class Show:
    """One live session of two hours with its running order: (product, minutes, units, price)."""

    name: str
    starts_at: datetime
    host: str
    order: Sequence[tuple[str, int, int, str]]


def _at(month: int, day: int, hour: int) -> datetime:
    return datetime(2023, month, day, hour, tzinfo=clock.SHANGHAI)


PLANS = (
    Plan(
        campaign="double-eleven-2023",
        name="双十一头条精选",
        asks="11月上旬能稳定发货的应季产品；库存、日供应量和证照请先核对。",
        opens=date(2023, 10, 10),
        closes=date(2023, 10, 18),
        quotas={"441882": 3, "441881": 3},
        put=(
            "连州菜心",
            "东陂腊味",
            "星子红葱",
            "英德红茶",
            "西牛麻竹笋",
            "新会陈皮",
            "廉江红橙",
            "梅州金柚",
            "大埔蜜柚",
        ),
        put_at=_at(10, 12, 10),
        selected_at=_at(10, 19, 15),
        passed={"星子红葱": "本场葱蒜类名额已满，请报年货节。"},
    ),
    Plan(
        campaign="new-year-goods-2024",
        name="年货节征集",
        asks="适合送礼的腊味、干货、柑橘；包装须能过检快递，价格含运费。",
        opens=date(2023, 10, 20),
        closes=date(2023, 11, 5),
        quotas={},
        put=("德庆贡柑", "东莞腊肠", "化橘红"),
        put_at=_at(10, 21, 10),
        selected_at=None,
        passed={},
    ),
)
SHOWS = (
    Show(
        "粤北山货专场",
        _at(11, 4, 20),
        "山里阿姐（演示）",
        (
            ("连州菜心", 20, 50, "19.90"),
            ("英德红茶", 30, 40, "59.00"),
            ("东陂腊味", 25, 30, "49.90"),
            ("西牛麻竹笋", 20, 20, "29.90"),
        ),
    ),
    Show(
        "柚香橙甜专场",
        _at(11, 5, 20),
        "果农老周（演示）",
        (
            ("梅州金柚", 40, 50, "25.90"),
            ("廉江红橙", 30, 40, "39.90"),
            ("大埔蜜柚", 30, 50, "22.90"),
        ),
    ),
)


def build() -> None:
    """Make the calls and sessions that are not there yet, each whole or not at all."""
    office = people.actor("staff1")
    for plan in PLANS:
        if not Call.objects.filter(name=plan.name).exists():
            with transaction.atomic():
                _tell_call(plan, office)
    for show in SHOWS:
        if not LiveSession.objects.filter(name=show.name).exists():
            with transaction.atomic(), clock.telling(_at(10, 20, 16)):
                _tell_show(show, office)


def _tell_call(plan: Plan, office: Actor) -> None:
    with clock.telling(clock.start_of(plan.opens) + timedelta(hours=9)):
        call = domain.open_call(
            campaign=Campaign.objects.get(code=plan.campaign),
            name=plan.name,
            asks=plan.asks,
            opens=plan.opens,
            closes=plan.closes,
            quota=2,
            actor=office,
        )
        own = {County.objects.get(pk=code): number for code, number in plan.quotas.items()}
        if own:
            domain.set_quotas(call=call, quota=2, own=own, actor=office, seen=1)
    with clock.telling(plan.put_at):
        for name in plan.put:
            product = Product.objects.published().get(name=name)
            actor = people.actor(people.county_person(product.submission.county_id, 1))
            domain.put_forward(call=call, products=[product], actor=actor)
    if plan.selected_at is not None:
        with clock.telling(plan.selected_at):
            _select(call, plan.passed, office)


def _select(call: Call, passed: dict[str, str], office: Actor) -> None:
    rows = list(call.entries.select_related("product").order_by("pk"))
    for name, reason in passed.items():
        marks = [(row.pk, row.version) for row in rows if row.product.name == name]
        domain.decide_entries(call=call, rows=marks, move="pass_over", note=reason, actor=office)
    marks = [(row.pk, row.version) for row in rows if row.product.name not in passed]
    domain.decide_entries(call=call, rows=marks, move="select", note="", actor=office)


def _tell_show(show: Show, office: Actor) -> None:
    session = live.plan_live_session(
        campaign=Campaign.objects.get(code=PLANS[0].campaign),
        name=show.name,
        starts_at=show.starts_at,
        ends_at=show.starts_at + timedelta(hours=2),
        host=show.host,
        channel="广东乡村好物（演示）",
        place="广州直播基地（演示）",
        actor=office,
    )
    entries = {
        row.product.name: row.pk
        for row in Entry.objects.filter(call__name=PLANS[0].name).select_related("product")
    }
    live.write_order(
        session=session,
        places=[
            live.Place(entries[name], minutes, units, Decimal(price))
            for name, minutes, units, price in show.order
        ],
        actor=office,
        seen=1,
    )
