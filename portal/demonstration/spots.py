"""The real key villages of rural tourism as spots, filed by their counties, and five routes.

Names, places and the list a village stands on are real; opening hours and the like are invented.
"""

from __future__ import annotations

import csv
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from portal import clock
from portal.accounts.actor import Actor
from portal.demonstration import dossiers, people, pictures
from portal.moves.models import MoveLog
from portal.submissions import completeness
from portal.submissions.domain import change_published
from portal.submissions.models import Submission

DATA = Path(__file__).parent / "data" / "villages.csv"
# On Mondays and Tuesdays before the first campaign, so that no step falls on a weekend.
OPENING = datetime(2023, 8, 28, 9, 30, tzinfo=clock.SHANGHAI)
ROUTES_OPENING = datetime(2023, 9, 11, 9, 30, tzinfo=clock.SHANGHAI)
LATELY = datetime(2023, 10, 18, 9, 30, tzinfo=clock.SHANGHAI)
CLOSED_AT = datetime(2023, 10, 19, 16, 0, tzinfo=clock.SHANGHAI)
A_DAY = 12
# The last villages stay on their way, so that county and office have something to do.
UNFINISHED: dict[str, tuple[tuple[str, str, int], ...]] = {
    "鸡乸㙟村": dossiers.FULL_WAY[:2],
    "城头村": dossiers.FULL_WAY[:1],
}
# Name, county that files it, days, stops in order.
ROUTES = (
    ("从化山水三村", "440117", 2, ("莲麻村", "南平村", "西和村")),
    ("侨乡古村行", "440781", 2, ("浮石村", "五丰村", "强亚村")),
    ("客家山村慢游", "441403", 3, ("北塘村", "长教村", "梅畲村")),
    ("韶关古村与丹霞", "440224", 2, ("瑶塘新村", "石塘村", "灵潭村")),
    ("佛山水乡一日", "440605", 1, ("松塘村", "逢简村", "紫南村")),
)
# A stop of the second route.
CLOSED = "五丰村"
CLOSED_UNTIL, CLOSED_BECAUSE = date(2023, 11, 10), "进村道路施工（演示）"


def rows() -> list[dict[str, str]]:
    """Return the villages with county and town; two have no town in the register of towns."""
    with DATA.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def build() -> None:
    """File the spots and routes that are not there yet."""
    for number, row in enumerate(rows()):
        if not dossiers.is_told("spot", row["name"]):
            _tell_spot(number, row)
    for number, (name, county, days, stops) in enumerate(ROUTES):
        if not dossiers.is_told("route", name):
            _tell_route(number, name, county, days, stops)


def _tell_spot(number: int, row: dict[str, str]) -> None:
    officials = _officials(row["county"], number)
    way = UNFINISHED.get(row["short"], dossiers.PUBLISHED)
    day, place = divmod(number, A_DAY)
    week, weekday = divmod(day, 2)
    start = OPENING + timedelta(weeks=week, days=weekday, minutes=15 * place)
    if row["short"] in UNFINISHED:
        start = LATELY + timedelta(minutes=number)
    dossiers.tell(
        kind="spot",
        key=row["name"],
        values=_values(row, officials["owner"]),
        files={"photos-new": [pictures.photo(row["short"])]},
        people=officials,
        start=start,
        # What lacks its town cannot be submitted: the county finds it as a draft.
        way=way if row["town"] else (),
    )


def _values(row: dict[str, str], owner: Actor) -> dict[str, Any]:
    contact = owner.person
    batch = "一二三四"[int(row["batch"]) - 1]
    return {
        "name": row["short"],
        "category": row["category"],
        "town": row["town"],
        "address": row["short"],
        "description": f"{row['name']}，全国乡村旅游重点村（第{batch}批）。"
        "开放时间、联系方式为演示数据。",
        "opening_hours": "每天 8:30–17:30",
        "contact_name": str(contact),
        "contact_phone": contact.phone or "",
    }


def _tell_route(number: int, name: str, county: str, days: int, stops: tuple[str, ...]) -> None:
    values: dict[str, Any] = {
        "name": name,
        "days": days,
        "theme": "百村百景",
        "description": f"{'、'.join(stops)}，{'一二三'[days - 1]}日走完。线路为演示数据。",
    }
    values |= {f"stop{n}": _spot(short).pk for n, short in enumerate(stops, start=1)}
    dossiers.tell(
        kind="route",
        key=name,
        values=values,
        files={},
        people=_officials(county, number),
        start=ROUTES_OPENING + timedelta(minutes=30 * number),
        way=dossiers.PUBLISHED,
    )


def _officials(county: str, number: int) -> dict[str, Actor]:
    """Who files, who endorses, who decides."""
    return {
        "owner": people.actor(people.county_person(county, 1)),
        "second": people.actor(people.county_person(county, 2)),
        "office": people.actor(f"staff{1 + number % 2}"),
    }


def _spot(short: str) -> Submission:
    """The dossier of a village that was told."""
    (name,) = (row["name"] for row in rows() if row["short"] == short)
    return Submission.objects.get(form_key=dossiers.form_key("spot", name))


def close() -> None:
    """Let the county close one spot “until, because”, once; after its placements were made."""
    row = _spot(CLOSED)
    if MoveLog.objects.of(row).filter(move="live").exists():
        return
    changed = {"closed_until": CLOSED_UNTIL.isoformat(), "closed_because": CLOSED_BECAUSE}
    with clock.telling(CLOSED_AT):
        form = completeness.full_form(row, changed)
        if not form.is_valid():
            raise ValueError(f"The demonstration's closing does not pass its form: {form.errors}")
        owner = Actor.of(row.owner)
        change_published(submission=row, form=form, actor=owner, seen=row.version)
