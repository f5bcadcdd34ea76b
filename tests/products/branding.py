"""Brands and standards for tests, through the portal's own acts."""

from __future__ import annotations

from datetime import date
from typing import Any

from portal.accounts.actor import Actor
from portal.regions.models import County
from products.brands import domain
from products.brands.domain import follow, join_brand
from products.brands.models import RegionalBrand, Standard
from tests import dossiers
from tests.qualifications.world import scan

__all__ = ["brand", "follow", "join_brand", "standard"]


def brand(actor: Actor, county: str = dossiers.RUYUAN, **change: Any) -> RegionalBrand:
    """A public brand of a county."""
    place = County.objects.get(pk=county)
    fields = {
        "name": "乳源彩石",
        "city": place.city,
        "county": place,
        "description": "高山冷凉蔬菜。",
        **change,
    }
    return domain.create_brand(actor=actor, **fields)


def standard(actor: Actor, *, in_force_from: date = date(2022, 1, 1), **change: Any) -> Standard:
    """A standard of the whole province with one version in force, since 2022 if nobody says."""
    version = {
        "version": "2022",
        "file": scan(actor),
        "in_force_from": in_force_from,
        "in_force_to": None,
    }
    fields = {"code": "T/GD 1-2022", "title": "彩石萝卜等级规格", **change}
    return domain.create_standard(actor=actor, version=version, **fields)
