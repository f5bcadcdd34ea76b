"""A small programme for tests: a pool, a campaign, a published product, a report source."""

from __future__ import annotations

from datetime import date
from typing import Any

from portal.accounts.actor import Actor
from portal.campaigns.models import Action, Campaign
from portal.jobs.domain import run_due
from portal.statements import domain as statements
from portal.statements import raw
from portal.statements.models import IdKind, Platform, Source, Statement
from tests import dossiers
from traffic import placing, pool
from traffic.models import Placement

DAY = date(2023, 10, 20)
ID = "7390000000000000017"


def harvest() -> Campaign:
    """丰收节 of the e-commerce action."""
    return Campaign.objects.get_or_create(
        code="harvest-2023",
        defaults={
            "name": "丰收节",
            "action": Action.PRODUCTS,
            "first_day": date(2023, 9, 23),
            "last_day": date(2023, 10, 31),
        },
    )[0]


def source(name: str = "抖音作品日报") -> Source:
    """A daily report by work id."""
    return Source.objects.get_or_create(
        name=name, defaults={"platform": Platform.DOUYIN, "id_kind": IdKind.MATERIAL}
    )[0]


def placement(
    office: Actor,
    *,
    ids: tuple[str, ...] = (ID,),
    county: str = dossiers.RUYUAN,
    owner: Actor | None = None,
    **changes: Any,
) -> Placement:
    """A placement in 丰收节, of a freshly published product unless `submission` is given."""
    pool.open_pool(actor=Actor.system())
    row = changes.pop("submission", None) or dossiers.product_in(
        "published", owner=owner or dossiers.official(county)
    )
    values = {
        "campaign": harvest(),
        "channel": "product",
        "first_day": date(2023, 10, 1),
        "last_day": date(2023, 10, 31),
        "source": source(),
        "metric": "impressions",
        "external_ids": list(ids),
        **changes,
    }
    return placing.make_placements([placing.Wanted(submission=row, **values)], actor=office)[0]


def report(rows: list[tuple[str, str, int]]) -> bytes:
    """A report of the platform: day, work id, impressions; with its own total row."""
    lines = ["时间-天,素材ID,展示数"]
    lines += [f"{day},{external_id}\t,{count}" for day, external_id, count in rows]
    lines.append(f"总计,-,{sum(count for _day, _id, count in rows)}")
    return "\n".join(lines).encode("utf-8-sig")


def land(
    office: Actor,
    rows: list[tuple[str, str, int]],
    *,
    days: tuple[date, date] = (DAY, DAY),
    adds_to: Statement | None = None,
    name: str = "日报.csv",
    of: Source | None = None,
) -> statements.Landing:
    """Land a report and do all the work it asks for."""
    return land_file(office, report(rows), name=name, days=days, adds_to=adds_to, of=of)


def land_file(
    office: Actor,
    data: bytes,
    *,
    name: str,
    days: tuple[date, date] = (DAY, DAY),
    adds_to: Statement | None = None,
    of: Source | None = None,
) -> statements.Landing:
    """Land a file as it is and do all the work it asks for."""
    landing = statements.land(
        source=of or source(),
        period=days,
        parts=[raw.keep([data], name=name)],
        actor=office,
        adds_to=adds_to,
    )
    run_due()
    return landing
