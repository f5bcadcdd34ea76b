"""The demonstration's key: there once, and good for whoever tries the interface."""

from __future__ import annotations

import pytest

from portal.api.models import Delivery, Key
from portal.demonstration import machines
from tests import dossiers
from tests.api.world import FEED, PRODUCTS, Machine
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db


def test_the_platforms_key_reads_and_the_log_shows_what_came_of_three_messages():
    UserFactory(admin=True, username="admin")
    owner, office = dossiers.official(), dossiers.staff()
    rows = [dossiers.product_in("published", owner=owner, office=office) for _ in range(3)]

    machines.build()
    machines.build()

    assert Key.objects.count() == 1
    states = Delivery.objects.order_by("submission_id").values_list("state", flat=True)
    assert list(states) == ["delivered", "delivered", "failed"]
    client = Machine(machines.SECRET)
    assert len(client.get(FEED).json()["changes"]) == len(rows)
    assert client.post(PRODUCTS, {"fields": {"name": "茶"}}).status_code == 403
