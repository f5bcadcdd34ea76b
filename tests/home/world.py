"""A programme with something in every corner, for the board: two counties of one city."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from creators.domain import take_task
from portal import clock
from portal.accounts.actor import Actor
from portal.campaigns.models import Campaign
from portal.jobs.models import Work
from portal.ledger.domain import move as move_amount
from portal.submissions.models import Submission
from tests import dossiers
from tests.creators import world as creators
from tests.factories import OrganisationFactory, UserFactory
from tests.merchants import world as subsidies
from tests.tourism import world as tourism
from tests.traffic import world as traffic
from tests.training import test_domain as training
from traffic import domain, pool
from traffic.models import Day

LONG_AGO = datetime(2023, 9, 11, 10, 0, tzinfo=clock.SHANGHAI)
HELD = datetime(2023, 10, 14, 9, 0, tzinfo=clock.SHANGHAI)


def programme(office: Actor) -> None:
    """Rows of every kind in 乳源 and fewer in 新丰, and one thing of each that needs attention."""
    for county, number in ((dossiers.RUYUAN, 2), (dossiers.XINFENG, 1)):
        _goods(office, county, number)
        _places(county)
        _people(office, county)
    _traffic(office)
    _attention(office)


def _goods(office: Actor, county: str, number: int) -> None:
    owner = dossiers.official(county)
    for _n in range(number):
        dossiers.product_in("published", owner=owner, office=office)
    dossiers.product_in("submitted", owner=owner)
    dossiers.product_in("draft", owner=owner)
    dossiers.product_in("withdrawn", owner=owner)
    summer = {"season_start": "5", "season_end": "7"}
    dossiers.product_in("published", owner=owner, office=office, **summer)
    # A season over the new year holds in October too.
    winter = {"season_start": "10", "season_end": "2"}
    dossiers.product_in("published", owner=owner, office=office, **winter)


def _places(county: str) -> None:
    owner = dossiers.official(county)
    closed = {"closed_until": "2023-11-10", "closed_because": "修路"}
    spots = [
        tourism.publish(tourism.draft_spot(owner, f"{county}{n}", **words), owner)
        for n, words in enumerate(({}, {}, closed))
    ]
    tourism.publish(tourism.draft_route(owner, spots, f"{county}线"), owner)
    # Closed, but on no route.
    tourism.publish(tourism.draft_spot(owner, f"{county}闭", **closed), owner)


def _people(office: Actor, county: str) -> None:
    maker = creators.person()
    creators.verified(maker, f"{county}达人", county)
    task = creators.task(office)
    take = creators.handed_in(take_task(task=task, actor=maker), maker)
    dossiers.move(take, "accept", office)
    take_task(task=creators.task(office), actor=maker)
    # One person in two classes, one of them over; another in the second alone; one on the list.
    with clock.telling(LONG_AGO):
        over = training.planned(
            seats=9, starts_at=HELD, ends_at=HELD + timedelta(hours=6), teacher=county
        )
        person = training.trainee()
        training.enrol(over, person, county)
        ahead = training.planned(seats=2, teacher=county)
        training.enrol(ahead, person, county)
        training.enrol(ahead, code=county)
        training.enrol(ahead, code=county)
    _money(office, county)


def _money(office: Actor, county: str) -> None:
    """One merchant with two approved applications, another with one that waits."""
    row = subsidies.subsidy_round(office, share=1_500_000, fen=3_000_000, county=county)
    merchant = _merchant(county)
    for amount in ("6000.50", "3000.00"):
        dossiers.move(_endorsed(row, merchant, amount, county), "approve", office)
    _endorsed(row, _merchant(county), "100.00", county)


def _merchant(county: str) -> Actor:
    return Actor.of(UserFactory(merchant=OrganisationFactory(county_id=county)))


def _endorsed(row, merchant: Actor, amount: str, county: str) -> Submission:
    application = subsidies.application(merchant, row, amount)
    application = dossiers.move(application, "submit", merchant)
    return dossiers.move(application, "endorse", dossiers.official(county))


def _traffic(office: Actor) -> None:
    """Impressions promised and delivered in both counties, on two days; an id nobody knows."""
    rows = [
        traffic.placement(office, ids=("111",)),
        traffic.placement(office, ids=("222",), county=dossiers.XINFENG),
    ]
    action = pool.action_account("products")
    reason = {"actor": office, "reason": "试"}
    move_amount(source=action.parent, target=action, amount=9_000_000, **reason)
    for row, amount in zip(rows, (5_000_000, 700_000), strict=True):
        domain.move_between(source=action, target=row.account, amount=amount, **reason)
    days = (date(2023, 10, 19), date(2023, 10, 20))
    figures = [
        (days[0], "111", 120_000),
        (days[1], "111", 7),
        (days[1], "222", 30_001),
        (days[1], "333", 5),
    ]
    traffic.land(office, figures, days=days)


def _attention(office: Actor) -> None:
    with clock.telling(LONG_AGO):
        dossiers.product_in("submitted", name="久等的茶")
    late = traffic.source("迟到的周报")
    days = (date(2023, 10, 2), date(2023, 10, 8))
    traffic.land(office, [(days[0], "111", 3)], days=days, of=late, name="周报.csv")
    park("停下的")
    Day.objects.filter(pk=date(2023, 10, 19)).update(wanted=9)
    campaign("soon-2023", "七天内的活动", date(2023, 10, 28), date(2023, 11, 5))


def campaign(code: str, name: str, first: date, last: date) -> Campaign:
    """A campaign of e-commerce."""
    return Campaign.objects.create(
        code=code, name=name, action="products", first_day=first, last_day=last
    )


def park(key: str) -> Work:
    """A piece of work that stopped long ago."""
    return Work.objects.create(
        kind="notices.sms",
        key=key,
        state="parked",
        reason="Stopped.",
        run_after=LONG_AGO,
        finished_at=LONG_AGO,
    )
