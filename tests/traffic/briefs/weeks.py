"""Two weeks of one placement: what briefs are made of, for tests."""

from __future__ import annotations

from datetime import date, datetime

from portal import clock
from portal.accounts.actor import Actor
from tests import dossiers
from tests.traffic import shortfalls, world
from traffic.briefs.scopes import Kind, Scope
from traffic.models import Placement

MONDAY = date(2023, 10, 16)
PROVINCE = Scope(Kind.PROVINCE, "", "广东省")
COUNTY = Scope(Kind.COUNTY, dossiers.RUYUAN, "韶关市 乳源瑶族自治县")
# 31 days of 31万: even, 5 % ahead of the calendar.
PROMISED = 3_100_000


def at(day: int, hour: int = 9) -> datetime:
    return datetime(2023, 10, day, hour, tzinfo=clock.SHANGHAI)


def give(row: Placement, amount: int, office: Actor) -> None:
    shortfalls.give(office, row.account, amount)


def told(office: Actor) -> Placement:
    """A week before of 40万, a week of 70万 of which one day is corrected by 5万 on Wednesday."""
    with clock.telling(at(1)):
        row = world.placement(office)
        give(row, PROMISED, office)
    with clock.telling(at(23, 7)):
        rows = [("2023-10-10", world.ID, 400_000)]
        world.land(office, rows, days=(date(2023, 10, 9), date(2023, 10, 15)))
        rows = [("2023-10-18", world.ID, 700_000)]
        world.land(office, rows, days=(MONDAY, date(2023, 10, 22)))
    with clock.telling(at(25)):
        rows = [("2023-10-18", world.ID, 750_000)]
        world.land(office, rows, days=(date(2023, 10, 18), date(2023, 10, 18)))
    return row
