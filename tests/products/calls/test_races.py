"""Two at once: never over a quota, never beyond what leaves on a day."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction

from portal.verdict import RuleBroken
from products.calls import domain, live
from products.calls.models import Call, Entry, Slot
from products.models import Product
from tests import dossiers
from tests.products.calls import world
from tests.races import waiting_for_a_lock
from tests.workers import wait_until

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.postgres]


def outcome(act: Any) -> str:
    """What came of an act: done, or the code of its refusal."""
    try:
        act()
    except RuleBroken as error:
        return error.code
    return "done"


def both_wait() -> None:
    wait_until(lambda: waiting_for_a_lock() == 2, what="both wait")


def test_two_officials_put_the_last_product_forward_and_one_is_refused(elsewhere: Any) -> None:
    one, other = dossiers.official(), dossiers.official()
    row = world.call(quota=1)
    products = [world.product(one, name=f"茶{n}").record for n in range(2)]

    def put(actor: Any, product: Any) -> str:
        return outcome(lambda: domain.put_forward(call=row, products=[product], actor=actor))

    with transaction.atomic():
        Call.objects.select_for_update().get(pk=row.pk)
        pairs = zip((one, other), products, strict=True)
        acts = [
            elsewhere(lambda actor=actor, product=product: put(actor, product))
            for actor, product in pairs
        ]
        both_wait()
    assert sorted(act.result(20) for act in acts) == ["done", "quota"]
    assert Entry.objects.count() == 1


def test_two_sessions_reserve_the_last_units_and_one_is_refused(elsewhere: Any) -> None:
    owner, office = dossiers.official(), dossiers.staff()
    entry = world.selected(world.call(office), world.product(owner), owner, office)
    sessions = [
        world.session(
            office,
            name=f"第{n}场",
            starts_at=world.START + timedelta(hours=n),
            ends_at=world.START + timedelta(hours=n + 1),
        )
        for n in range(2)
    ]

    def reserve(row: Any) -> str:
        return outcome(
            lambda: live.write_order(
                session=row,
                places=[live.Place(entry.pk, 5, 50, None)],
                actor=office,
                seen=1,
            )
        )

    with transaction.atomic():
        Product.objects.select_for_update(of=("self",)).get(pk=entry.product_id)
        acts = [elsewhere(lambda row=row: reserve(row)) for row in sessions]
        both_wait()
    # 80 leave a day.
    assert sorted(act.result(20) for act in acts) == ["capacity", "done"]
    assert list(Slot.objects.values_list("units", flat=True)) == [50]
