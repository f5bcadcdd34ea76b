"""A real regional brand with its products, and an invented standard in two versions.

Names of brands and products are real; the standard, its number and its text are invented.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from portal import clock
from portal.demonstration import dossiers, people, pictures
from portal.files.domain import store_upload
from portal.regions.models import City, County
from portal.submissions.models import Submission
from products.brands import domain
from products.brands.models import RegionalBrand, Standard

MADE = datetime(2023, 9, 6, 10, 0, tzinfo=clock.SHANGHAI)
# Brand, city, county that keeps it (none: the city's), what it stands for, products.
BRANDS: tuple[tuple[str, str, str, str, tuple[str, ...]], ...] = (
    (
        "连州菜心",
        "441800",
        "441882",
        "连州高山冷凉地区出产，霜后更甜。介绍为演示文字。",
        ("连州菜心",),
    ),
    (
        "清远山货",
        "441800",
        "",
        "清远各县区山地农产品共用的品牌。名称与介绍为演示文字。",
        ("清远鸡", "清远黑山羊", "连州水晶梨", "连南大叶茶"),
    ),
)
STANDARD = ("演示标准 001", "连州菜心等级规格（演示）", "441882")
VERSIONS = (("2021", date(2021, 10, 1)), ("2023", date(2023, 9, 1)))


def build() -> None:
    """Make the brands and the standard that are not there yet."""
    for name, city, county, text, products in BRANDS:
        if not RegionalBrand.objects.filter(name=name).exists():
            _make_brand(name, city, county, text, products)
    if not Standard.objects.filter(code=STANDARD[0]).exists():
        _make_standard()


def _make_brand(name: str, city: str, county: str, text: str, products: tuple[str, ...]) -> None:
    actor = people.actor(people.county_person(county, 1) if county else "staff1")
    emblem = store_upload(upload=pictures.photo(name), kind="photo", actor=actor)
    with clock.telling(MADE):
        brand = domain.create_brand(
            actor=actor,
            name=name,
            city=City.objects.get(pk=city),
            county=County.objects.filter(pk=county).first(),
            description=text,
            emblem=emblem,
        )
        for product in products:
            domain.join_brand(brand=brand, product=_product(product).product, actor=actor)  # type: ignore[attr-defined]


def _product(name: str) -> Submission:
    return Submission.objects.get(form_key=dossiers.form_key("product", name))


def _make_standard() -> None:
    code, title, county = STANDARD
    actor = people.actor(people.county_person(county, 1))
    place = County.objects.select_related("city").get(pk=county)
    (first, *later) = (_version(actor, title, *version) for version in VERSIONS)
    with clock.telling(MADE):
        row = domain.create_standard(
            actor=actor, version=first, code=code, title=title, city=place.city, county=place
        )
        for version in later:
            domain.add_version(standard=row, actor=actor, **version)
        domain.follow(submission=_product("连州菜心"), standard=row, actor=actor)


def _version(actor: Any, title: str, version: str, first: date) -> dict[str, Any]:
    upload = pictures.certificate(f"{title}{version}")
    file = store_upload(upload=upload, kind="pdf", actor=actor)
    return {"version": version, "file": file, "in_force_from": first, "in_force_to": None}
