"""Every named constraint of placements, attacked past the forms and the acts."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import IntegrityError, transaction

from portal.verdict import RuleBroken
from tests import dossiers
from tests.traffic import world
from traffic.models import ExternalId, Placement

pytestmark = [pytest.mark.django_db, pytest.mark.sqlite]


def test_no_placement_ends_before_it_begins():
    row = world.placement(dossiers.staff())
    refused = pytest.raises(IntegrityError, match="placement_ends_after_it_begins")
    with refused, transaction.atomic():
        Placement.objects.filter(pk=row.pk).update(last_day=date(2023, 9, 30))
    assert Placement.objects.get().last_day == date(2023, 10, 31)


def test_an_id_of_a_platform_names_one_placement():
    office = dossiers.staff()
    first, second = (world.placement(office, ids=(number,)) for number in ("1", "2"))
    columns = ", ".join(f"traffic_externalid.{name}" for name in ("platform", "kind", "value"))
    words = f"external_id_names_one_placement|{columns}"
    with pytest.raises(IntegrityError, match=words), transaction.atomic():
        ExternalId.objects.filter(placement=second).update(value="1")
    with pytest.raises(RuleBroken, match="ID 1 已属于另一个投放"):
        world.placement(office, ids=("1",))
    found = ExternalId.objects.order_by("pk").values_list("placement", "value")
    assert list(found) == [(first.pk, "1"), (second.pk, "2")]
