"""Some products on the platform's shelves, two weeks of their orders, and what was sent out."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal

from portal import clock
from portal.accounts.actor import Actor
from portal.demonstration import dossiers, invented, people
from portal.demonstration.products import rows
from portal.jobs.domain import run_due
from portal.statements import raw
from portal.statements.domain import create_source, land
from portal.statements.models import READ, IdKind, Platform, Source, Statement
from portal.submissions.models import Submission
from products.exports import domain as exports
from products.exports.models import ExportProfile
from products.listings import domain as listings
from products.models import Product
from products.sales.days import CLOSE
from products.seen import domain as seen
from products.seen.models import Hit, SeenDay
from traffic.alerts.domain import WORK as ALERTS
from traffic.days import CLOSE as CLOSE_TRAFFIC
from traffic.makegood.domain import WORK as MAKE_GOOD

SOURCE = "抖店商品日报"
FIRST, LAST = date(2023, 10, 9), date(2023, 10, 22)
LANDED = datetime(2023, 10, 23, 0, 25, tzinfo=clock.SHANGHAI)
# Every seventh product; the last is sold under an id that nobody has told the office yet.
EVERY, SHOWN = 7, 8
CHANNELS = ("mall", "live", "showcase", "video")


def build() -> None:
    """Put products on sale, land the report of their orders, count views, send a first export."""
    office = people.actor("staff1")
    chosen = [_dossier(row["name"]) for row in rows()[::EVERY][:SHOWN]]
    with clock.telling(LANDED):
        for number, row in enumerate(chosen[:-1]):
            _list(number, row, office)
        _report(chosen, office)
        _send(office)
    if not SeenDay.objects.exists():
        _view(chosen)


def _dossier(name: str) -> Submission:
    return Submission.objects.get(form_key=dossiers.form_key("product", name))


def item_id(row: Submission) -> str:
    """What the platform calls a product: 19 digits."""
    return f"36{invented.work_id(row.title)[2:]}"


def _list(number: int, row: Submission, office: Actor) -> None:
    product = row.product
    if product.listings.exists():
        return
    listings.add_listing(
        product=product,
        channel=CHANNELS[number % len(CHANNELS)],
        shop=f"{row.county}特产店",
        external_id=item_id(row),
        listed_on=date(2023, 9, 25) + timedelta(days=number),
        price=product.price + Decimal("2.00"),
        stock=product.stock // 2,
        actor=office,
    )


def _report(chosen: list[Submission], office: Actor) -> None:
    source = Source.objects.filter(name=SOURCE).first() or create_source(
        name=SOURCE, platform=Platform.DOUYIN, id_kind=IdKind.PRODUCT, actor=office
    )
    if not Statement.objects.filter(source=source).exists():
        land(
            source=source,
            period=(FIRST, LAST),
            parts=[raw.keep([_csv(chosen)], name=f"商品日报_{FIRST:%Y%m%d}-{LAST:%Y%m%d}.csv")],
            actor=office,
        )
    run_due(kinds=(READ, CLOSE, CLOSE_TRAFFIC, MAKE_GOOD, ALERTS))


def _csv(chosen: list[Submission]) -> bytes:
    lines = ["日期,商品ID,商品名称,支付订单数,成交金额(元),退款订单数,退款金额"]
    for day in _days():
        for row in chosen:
            key = f"{row.title}{day}"
            orders = round(invented.between(2, 60, key))
            refunds = round(orders * invented.between(0, 0.14, f"退{key}"))
            price = row.product.price
            lines.append(
                f"{day},{item_id(row)}\t,{row.title},{orders},{orders * price:.2f},"
                f"{refunds},{refunds * price:.2f}"
            )
    return "\n".join(lines).encode("utf-8-sig")


def _days() -> list[date]:
    return [FIRST + timedelta(days=n) for n in range((LAST - FIRST).days + 1)]


def _send(office: Actor) -> None:
    if ExportProfile.objects.exists():
        return
    profile = exports.make_profile(name="平台选品（变化部分）", mode="changed", actor=office)
    exports.ask_export(profile=profile, actor=office)
    run_due(kinds=(exports.WORK,))


def _view(chosen: list[Submission]) -> None:
    hits = [
        Hit(product=product, date=day)
        for product in Product.objects.filter(pk__in=[row.pk for row in chosen]).order_by("pk")
        for day in _days()
        for _view in range(round(invented.between(3, 30, f"看{product.name}{day}")))
    ]
    Hit.objects.bulk_create(hits, batch_size=500)
    seen.fold()
