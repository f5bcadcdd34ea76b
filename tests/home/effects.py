"""A programme with something at every stage of the effect, and something missing at each."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from django.test import Client
from django.urls import reverse

from creators.domain import take_task
from portal.accounts.actor import Actor
from portal.accounts.models import User
from portal.campaigns.models import Campaign
from portal.home import effect
from portal.jobs.domain import run_due
from portal.stages import By, Cut
from portal.statements import domain as statements
from portal.statements import raw
from tests import dossiers
from tests.creators import world as creators
from tests.factories import SHAOGUAN, OrganisationFactory, UserFactory
from tests.products import world as shelves
from tests.tourism import world as tourism
from tests.traffic import world

RUYUAN, XINFENG = dossiers.RUYUAN, dossiers.XINFENG
FIRST, LAST = date(2023, 10, 19), date(2023, 10, 20)
# Works: of one creator alone; beside an id of somebody else; of two creators in one placement.
ALONE, BESIDE, TOGETHER = "7390000000000000901", "7390000000000000902", "7390000000000000903"
FARM, TEA = "新丰茶园", "新丰红茶"
MATERIALS = f"""时间-天,素材ID,展示数,点击数
2023-10-19,111,1000,30
2023-10-20,111,2000,0
2023-10-20,{ALONE},500,25
2023-10-20,444,300,-
2023-10-20,{BESIDE},40,4
2023-10-20,{TOGETHER},60,6
2023-10-19,555,700,7
总计,-,4600,72"""


def programme(office: Actor) -> None:
    """Two counties with products, works, orders; a spot; reports with and without clicks."""
    here = dossiers.official(RUYUAN)
    farm = Actor.of(UserFactory(merchant=OrganisationFactory(name=FARM, county_id=XINFENG)))
    radish = dossiers.product_in("published", owner=here, office=office)
    tea = dossiers.product_in("published", owner=farm, office=office, name=TEA)
    matrix = Campaign.objects.create(
        code="guardians-2023", name="守护人", action="creators", first_day=FIRST, last_day=LAST
    )
    spot = tourism.publish(tourism.draft_spot(here, "云门山"), here)
    maker, other = creators.person(), creators.person()
    file = creators.verified(maker, "瑶山阿妹", RUYUAN)
    creators.verified(other, "新丰茶人", XINFENG)
    for who, work in ((maker, ALONE), (other, BESIDE), (maker, TOGETHER)):
        take = take_task(task=creators.task(office, radish), actor=who)
        dossiers.move(creators.handed_in(take, who, work_id=work), "accept", office)
    materials, works = world.source("素材日报"), world.source("作品日报")
    world.placement(office, ids=("111",), submission=radish, source=materials)
    world.placement(office, ids=("222",), submission=tea, source=works)
    of_works = {"source": materials, "channel": "creator"}
    world.placement(office, ids=(ALONE,), submission=radish, **of_works)
    world.placement(office, ids=("444",), submission=tea, **of_works)
    # Nobody can say whose these impressions are.
    world.placement(office, ids=(BESIDE, TOGETHER), submission=radish, **of_works)
    golden = Campaign.objects.create(
        code="golden-2023", name="金秋", action="tourism", first_day=FIRST, last_day=LAST
    )
    window = {"first_day": FIRST, "last_day": LAST}
    world.placement(office, ids=("666",), submission=file, campaign=matrix, source=works, **window)
    world.placement(
        office, ids=("555",), submission=spot, campaign=golden, source=materials, **window
    )
    statements.land(
        source=materials,
        period=(FIRST, LAST),
        parts=[raw.keep([MATERIALS.encode("utf-8-sig")], name="素材日报.csv")],
        actor=office,
    )
    world.land(
        office,
        [(FIRST, "222", 30_001), (FIRST, "666", 90)],
        days=(FIRST, FIRST),
        of=works,
        name="作品.csv",
    )
    shelves.listed(radish, office, external_id="801")
    shelves.listed(tea, office, external_id="802")
    sold = [(LAST, "801", 12, 510, 1, 42.5), (FIRST, "801", 3, 120, 0, 0)]
    shelves.land(office, [*sold, (FIRST, "802", 5, 200, 0, 0)], days=(FIRST, LAST))
    run_due()


NEIGHBOUR = "440224"
REGIONS: dict[str, dict[str, Any]] = {
    "staff": {"staff": True},
    "auditor": {"auditor": True},
    "county": {"official": RUYUAN},
    "other county": {"official": XINFENG},
    "city": {"official_of_city": SHAOGUAN},
    "neighbour": {"official": NEIGHBOUR},
}
# Who has no region sees the own alone.
OWN = {"merchant": FARM, "creator": "瑶山阿妹"}


def reader(who: str) -> User:
    """Somebody new of a region, or the one whose organisation or file the programme has."""
    if who in REGIONS:
        return UserFactory(**REGIONS[who])
    by = {"merchant": "memberships__organisation__name", "creator": "submissions__title"}
    return User.objects.get(**{by[who]: OWN[who]})


def table(user: User | Actor, by: str = "county", **filters: Any) -> effect.Table:
    actor = user if isinstance(user, Actor) else Actor.of(user)
    return effect.table(actor, Cut(by=By(by), **filters))


def told(line: effect.Line) -> dict[str, tuple[int, Decimal | None]]:
    """Figure and rate of each stage that has one."""
    return {column.stage: (cell.value, cell.rate) for column, cell in line.cells if cell}


def lines(found: effect.Table) -> dict[str, dict[str, tuple[int, Decimal | None]]]:
    """The lines of which anything is known."""
    return {str(line.name): told(line) for line in found.lines if told(line)}


def behind(client: Client, url: str) -> int:
    """What the rows at `url` add up to; the page's own sum is checked against them."""
    answer = client.get(f"{url}&size=100")
    assert answer.status_code == 200, url
    rows, sums = answer.context["page_obj"], answer.context["sums"]
    if url.startswith(reverse("sales")):
        assert sum(row["total_orders"] for row in rows) == sums["orders"], url
        return sums["orders"]
    if "orders" in sums:
        assert sum(row.orders for row in rows) == sums["orders"], url
        return sums["orders"]
    assert sum(row.count for row in rows) == sums["delivered"], url
    if not answer.context["of_clicks"]:
        return sums["delivered"]
    assert sum(row.clicks for row in rows) == sums["clicks"], url
    return sums["clicks"]
