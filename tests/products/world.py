"""Shelves, reports of sales and export profiles for tests, made by the portal's own acts."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from portal.accounts.actor import Actor
from portal.jobs.domain import run_due
from portal.statements import domain as statements
from portal.statements import raw
from portal.statements.models import IdKind, Platform, Source, Statement
from portal.submissions.models import Submission
from products.exports import domain as exports
from products.exports.models import Export, ExportProfile
from products.listings import domain as listings
from products.listings.models import Listing

DAY, NEXT_DAY = date(2023, 10, 20), date(2023, 10, 21)
ID = "3650000000000000011"
HEADING = "日期,商品ID,商品名称,支付订单数,成交金额(元),退款订单数,退款金额"


def shop(name: str = "抖店商品日报") -> Source:
    """A daily report of orders by product id."""
    return Source.objects.get_or_create(
        name=name, defaults={"platform": Platform.DOUYIN, "id_kind": IdKind.PRODUCT}
    )[0]


def listed(row: Submission, office: Actor, **changes: Any) -> Listing:
    """A product on the platform's mall, under `ID` unless another is given."""
    values = {
        "channel": "mall",
        "shop": "乳源特产店",
        "external_id": ID,
        "url": "https://haohuo.jinritemai.com/item?id=3650000000000000011",
        "listed_on": date(2023, 10, 1),
        "price": Decimal("42.50"),
        "stock": 30,
        **changes,
    }
    return listings.add_listing(product=row.product, actor=office, **values)


def report(rows: list[tuple[Any, ...]]) -> bytes:
    """A report: day, id, orders, yuan, refunded orders, refunded yuan."""
    lines = [HEADING]
    lines += [f"{day},{value}\t,萝卜,{','.join(map(str, rest))}" for day, value, *rest in rows]
    return "\n".join(lines).encode("utf-8-sig")


def land(
    office: Actor,
    rows: list[tuple[Any, ...]],
    *,
    days: tuple[date, date] = (DAY, DAY),
    of: Source | None = None,
) -> Statement:
    """Land a report of sales and do all the work it asks for."""
    landing = statements.land(
        source=of or shop(),
        period=days,
        parts=[raw.keep([report(rows)], name="商品日报.csv")],
        actor=office,
    )
    run_due()
    return landing.statement


def profile(office: Actor, **changes: Any) -> ExportProfile:
    """A profile that sends what changed."""
    values = {"name": "平台选品", "mode": "changed", **changes}
    return exports.make_profile(actor=office, **values)


def run(profile: ExportProfile, office: Actor) -> Export:
    """Ask for an export and do the work; return what was sent."""
    exports.ask_export(profile=profile, actor=office)
    run_due(kinds=[exports.WORK])
    return Export.objects.filter(profile=profile, finished_at__isnull=False).latest("pk")
