"""The tile map: a county has one tile, and what is near in the province is near on the map."""

import pytest

from portal.regions.models import County

pytestmark = pytest.mark.django_db


def tiles() -> dict[str, tuple[int, int]]:
    return {c.code: (c.tile_x, c.tile_y) for c in County.objects.order_by("code")}


def beside(tile: tuple[int, int]) -> set[tuple[int, int]]:
    x, y = tile
    return {(x + 1, y), (x - 1, y), (x, y + 1), (x, y - 1)}


def test_the_map_is_at_most_22_columns_wide_and_starts_at_the_corner():
    xs, ys = zip(*tiles().values(), strict=True)
    assert min(xs) == 0
    assert min(ys) == 0
    assert max(xs) < 22
    assert max(ys) < 18


def test_each_county_has_a_tile_of_its_own():
    assert len(set(tiles().values())) == 124


def test_the_tiles_of_a_city_hang_together():
    by_city: dict[str, set[tuple[int, int]]] = {}
    for code, tile in tiles().items():
        by_city.setdefault(code[:4], set()).add(tile)
    apart = []
    for city, own in by_city.items():
        reached, edge = set(), {min(own)}
        while edge:
            reached |= edge
            edge = {t for tile in edge for t in beside(tile) if t in own} - reached
        if reached != own:
            apart.append(city)
    assert apart == []


def test_directions_hold_between_places_everyone_knows():
    tile = tiles()
    xuwen, nanxiong, raoping, guangning = (
        tile[code] for code in ("440825", "440282", "445122", "441223")
    )
    assert xuwen[1] == max(y for _, y in tile.values())
    assert nanxiong[1] <= 2
    assert raoping[0] >= max(x for x, _ in tile.values()) - 2
    assert xuwen[0] < guangning[0] < nanxiong[0] < raoping[0]
