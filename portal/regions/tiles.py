"""Counties as squares of the tile map, shaded by a value."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from portal.regions.models import County

SHADES = 5


@dataclass(frozen=True)
class Tile:
    """One county on the tile map; `level` 0 has nothing, 5 belongs to the most."""

    x: int
    y: int
    label: str
    title: str
    value: int
    level: int
    code: str


def tiles(values: Mapping[str, int], counties: Iterable[County]) -> list[Tile]:
    """Return a tile for each county, by code, moved so that the map begins at its corner."""
    rows = list(counties)
    left = min((row.tile_x for row in rows), default=0)
    top = min((row.tile_y for row in rows), default=0)
    steps = _steps(sorted(values[row.pk] for row in rows if values.get(row.pk)))
    return [
        Tile(
            row.tile_x - left,
            row.tile_y - top,
            row.name[:2],
            f"{row.city.name} {row.name}",
            value := values.get(row.pk, 0),
            sum(value >= step for step in steps) if value else 0,
            row.pk,
        )
        for row in rows
    ]


def _steps(values: list[int]) -> list[int]:
    """Thresholds that put as many counties in each shade as can be."""
    return [values[len(values) * n // SHADES] for n in range(SHADES)] if values else []
