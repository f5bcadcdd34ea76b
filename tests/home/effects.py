"""A programme with something at every stage of the effect, and something missing at each."""

from __future__ import annotations

from datetime import date

from creators.domain import take_task
from portal.accounts.actor import Actor
from portal.campaigns.models import Campaign
from portal.jobs.domain import run_due
from portal.statements import domain as statements
from portal.statements import raw
from tests import dossiers
from tests.creators import world as creators
from tests.factories import OrganisationFactory, UserFactory
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
