"""A pool of published products of full size, written as it is: nothing here measures filing."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import Any

CATEGORIES = ("fruit", "vegetable", "tea", "grain")
GOODS = ("蜜柚", "红茶", "彩石萝卜", "丝苗米", "百香果", "清远鸡", "竹笋", "柑橘", "香菇", "腊味")
PLACES = ("山里", "溪边", "高山", "古村", "梯田", "林下", "水库", "坡地")
# One in so many bears a name that hardly any other has.
RARE, RARE_NAME = 500, "梅菜"
BATCH = 2_000


def goods(number: int) -> str:
    """What the product of that number is called."""
    if number % RARE == 0:
        return f"{PLACES[number % 8]}{RARE_NAME}{number}"
    return f"{PLACES[number // 10 % 8]}{GOODS[number % 10]}{number}"


def fill(owner: Any, first: int, last: int) -> None:
    """Published products of the numbers from `first` up to but not `last`, two variants each."""
    from portal.regions.models import County
    from products.models import Product, Variant

    counties = list(County.objects.order_by("pk").values_list("pk", "city"))
    for start in range(first, last, BATCH):
        numbers = range(start, min(start + BATCH, last))
        rows = _dossiers(owner, numbers, counties)
        products = Product.objects.bulk_create(
            Product(
                submission=row,
                name=row.title,
                category_id=CATEGORIES[n // len(counties) % 4],
                description="山地种植，当天采摘当天发出。" * 8,
                unit="box",
                package="5斤一箱",
                price=30 + n % 50,
                stock=n % 1_000,
                daily_capacity=80,
                season_start=1 + n % 12,
                season_end=1 + (n + 4) % 12,
            )
            for n, row in zip(numbers, rows, strict=True)
        )
        Variant.objects.bulk_create(
            Variant(product=row, position=at, name=name, amount=amount, unit="jin", price=price)
            for row in products
            for at, (name, amount, price) in enumerate((("小箱", 3, 20), ("大箱", 10, 60)))
        )


def _dossiers(owner: Any, numbers: range, counties: list[tuple[str, str]]) -> list[Any]:
    from django.utils import timezone

    from portal.submissions.models import Submission

    now = timezone.now()
    moments = ("created_at", "submitted_at", "endorsed_at", "decided_at")
    return Submission.objects.bulk_create(
        Submission(
            code=f"B{n}",
            kind="product",
            title=goods(n),
            county_id=counties[n % len(counties)][0],
            city_id=counties[n % len(counties)][1],
            owner=owner,
            form_key=uuid.uuid4(),
            state="published",
            decider=owner,
            published_at=now - timedelta(minutes=n % 100_000),
            **dict.fromkeys(moments, now),
        )
        for n in numbers
    )
