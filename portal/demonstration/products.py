"""The real specialty products of the province, filed by their counties; prices are invented."""

from __future__ import annotations

import csv
import zlib
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from portal import clock
from portal.demonstration import dossiers, people, pictures

DATA = Path(__file__).parent / "data" / "products.csv"
# The pool of products was filled before the programme began, on Mondays and Tuesdays, so that no
# step of a dossier falls on a weekend; what is still on its way was filed this week.
OPENING = datetime(2023, 8, 21, 9, 0, tzinfo=clock.SHANGHAI)
LATELY = datetime(2023, 10, 18, 9, 0, tzinfo=clock.SHANGHAI)
A_DAY = 10
# The last rows stay on their way, so that every desk has something to do.
UNFINISHED: dict[int, tuple[tuple[str, str, int], ...]] = {
    57: dossiers.FULL_WAY[:1],
    58: dossiers.FULL_WAY[:2],
    59: (),
}
# First and last month of a fruit's season, by a word of its name.
SEASONS = {
    "荔枝": (5, 7),
    "糯米糍": (6, 7),
    "黄皮": (6, 8),
    "菠萝": (2, 7),
    "杨桃": (6, 11),
    "梨": (7, 9),
    "柠檬": (8, 11),
    "柚": (8, 12),
    "桔": (11, 2),
    "柑": (11, 2),
    "橙": (11, 2),
}
# To the day, where the county knows it: units that leave on each.
WINDOWS = {
    "德庆贡柑": "11-01 ~ 12-15: 400\n12-16 ~ 02-29: 260",
    "四会沙糖桔": "11-01 ~ 01-31: 500\n02-01 ~ 02-29: 200",
}
UNITS = {"tea": "bag", "craft": "piece", "livestock": "piece"}
# What a category asks for beyond the others, and the packs of some: name, content, unit, share of
# the price.
KEEPS = {"processed": 180, "tea": 540, "grain": 365}
PACKS = {
    "tea": (("品鉴装", "50", "gram", "0.25"), ("半斤装", "250", "gram", "1")),
    "fruit": (("尝鲜装", "3", "jin", "0.65"), ("整箱", "5", "jin", "1")),
    "grain": (("家庭装", "5", "kilogram", "1"),),
    "processed": (("单袋", "500", "gram", "0.5"), ("礼盒", "1", "kilogram", "1")),
}


def rows() -> list[dict[str, str]]:
    """Return name, county, category and claim of each product; 60 rows."""
    with DATA.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def build() -> None:
    """File the products that are not there yet."""
    for number, row in enumerate(rows()):
        if not dossiers.is_told("product", row["name"]):
            _tell(number, row)


def _tell(number: int, row: dict[str, str]) -> None:
    officials = {
        "owner": people.actor(people.county_person(row["county"], 1)),
        "second": people.actor(people.county_person(row["county"], 2)),
        "office": people.actor(f"staff{1 + number % 2}"),
    }
    dossiers.tell(
        kind="product",
        key=row["name"],
        values=_values(row, str(officials["owner"].user), officials["owner"].user.phone or ""),
        files={
            "photos-new": [pictures.photo(name) for name in _names(row)],
            "certificates-new": [pictures.certificate(name) for name in _names(row)],
        },
        people=officials,
        start=_start(number),
        way=UNFINISHED.get(number, dossiers.PUBLISHED),
    )


def _names(row: dict[str, str]) -> list[str]:
    """What its pictures and papers show: processed food its label and its test too."""
    return [row["name"], f"{row['name']}标签"] if row["category"] == "processed" else [row["name"]]


def _packs(category: str, price: Decimal) -> dict[str, str]:
    """The variants as the form's page posts them."""
    packs: dict[str, str] = {}
    for place, (name, amount, unit, share) in enumerate(PACKS.get(category, ())):
        paid = (price * Decimal(share)).quantize(Decimal("0.1"))
        parts = {"name": name, "amount": amount, "unit": unit, "price": f"{paid:.2f}"}
        packs |= {f"variants-{place}-{part}": piece for part, piece in parts.items()}
    return packs


def _start(number: int) -> datetime:
    """When the product of that number was filed."""
    if number in UNFINISHED:
        return LATELY + timedelta(minutes=number)
    day, place = divmod(number, A_DAY)
    week, weekday = divmod(day, 2)
    return OPENING + timedelta(weeks=week, days=weekday, minutes=15 * place)


def _values(row: dict[str, str], contact: str, phone: str) -> dict[str, Any]:
    seed = zlib.crc32(row["name"].encode())
    price = Decimal(f"{18 + seed % 180}.80")
    values: dict[str, Any] = {
        "name": row["name"],
        "category": row["category"],
        "description": f"{row['claim'].replace('国家级', '')}。价格、库存为演示数据。",
        "unit": UNITS.get(row["category"], "box"),
        "package": "按销售单位包装",
        "price": price,
        "stock": 300 + seed % 4000,
        "daily_capacity": 50 + seed % 400,
        "contact_name": contact,
        "contact_phone": phone,
        "shelf_life_days": KEEPS.get(row["category"], ""),
        **_packs(row["category"], price),
    }
    if row["name"] in WINDOWS:
        values["season_days"] = WINDOWS[row["name"]]
    if row["category"] == "fruit":
        (season,) = (months for word, months in SEASONS.items() if word in row["name"])
        values |= dict(zip(("season_start", "season_end"), season, strict=True))
    return values
