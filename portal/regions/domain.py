"""Loading the regions from the tables in `data/`."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

from django.apps import apps as present_apps
from django.db import transaction

from portal.regions.queries import county_choices

DATA = Path(__file__).resolve().parent / "data"


@transaction.atomic
def load_regions(*, apps: Any = present_apps) -> None:
    """Write the 21 cities, 124 county-level units and 1,610 towns; existing rows are brought up.

    Safe to repeat. `apps` lets a migration pass the models of its own time.
    Sources: GB/T 2260 codes of 2020; towns of the statistics office's list without quasi units.
    Towns of 东莞 and 中山, which have no counties, stand under 441900 and 442000.
    """
    _upsert(
        apps.get_model("regions", "City"),
        [dict(row) for row in _rows("cities.csv")],
    )
    _upsert(
        apps.get_model("regions", "County"),
        [
            {
                "code": row["code"],
                "city_id": row["city"],
                "name": row["name"],
                "kind": row["kind"],
                "pinyin": row["pinyin"],
                "tile_x": int(row["tile_x"]),
                "tile_y": int(row["tile_y"]),
            }
            for row in _rows("counties.csv")
        ],
    )
    _upsert(
        apps.get_model("regions", "Town"),
        [
            {"code": row["code"], "county_id": row["county"], "name": row["name"]}
            for row in _rows("towns.csv")
        ],
    )
    county_choices.cache_clear()


def _rows(name: str) -> list[dict[str, str]]:
    with (DATA / name).open(encoding="utf-8", newline="") as table:
        return list(csv.DictReader(table))


def _upsert(model: Any, rows: list[dict[str, Any]]) -> None:
    model.objects.bulk_create(
        [model(**row) for row in rows],
        update_conflicts=True,
        unique_fields=["code"],
        update_fields=[name for name in rows[0] if name != "code"],
        batch_size=300,
    )
