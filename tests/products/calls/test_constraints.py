"""Every named constraint of calls, sessions and seasons, attacked."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from products.calls.models import Call, CountyQuota, Entry, LiveSession, Slot
from products.seasons.models import SeasonWindow
from tests import databases, dossiers
from tests.copies import more
from tests.products.calls import world

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module", autouse=True)
def written(django_db_setup, django_db_blocker):
    """One row of each kind."""
    with databases.made_once(django_db_blocker):
        owner, office, call = dossiers.official(), dossiers.staff(), world.call()
        dossier = world.product(owner)
        entry = world.selected(call, dossier, owner, office)
        session = world.session(office)
        world.write(session, office, (entry, 10, 5))
        season = {"starts": 1001, "ends": 1231, "daily_capacity": 9}
        SeasonWindow.objects.create(product=dossier.product, **season)
        CountyQuota.objects.create(call=call, county_id=dossiers.RUYUAN, quota=1)
        yield


@pytest.fixture
def rows():
    return {model: model.objects.get() for model in MODELS}


MODELS = (Call, CountyQuota, Entry, LiveSession, SeasonWindow, Slot)


@pytest.mark.parametrize(
    ("model", "name", "change"),
    [
        (Call, "call_closes_after_it_opens", {"closes": world.OPENS - timedelta(days=1)}),
        (Entry, "entry_decided_has_day", {"decided_at": None}),
        (Entry, "entry_decided_has_day", {"state": "put"}),
        (Entry, "entry_not_selected_has_reason", {"state": "not_selected"}),
        (LiveSession, "session_ends_after_it_begins", {"ends_at": world.START}),
        (Slot, "slot_takes_a_minute", {"minutes": 0}),
        (Slot, "slot_takes_a_minute", {"minutes": 241}),
        (Slot, "slot_price_is_positive", {"price": 0}),
        (SeasonWindow, "window_lies_in_the_year", {"starts": 100}),
        (SeasonWindow, "window_lies_in_the_year", {"ends": 1232}),
        (SeasonWindow, "window_sends_something", {"daily_capacity": 0}),
    ],
)
def test_the_database_refuses(rows, model, name, change):
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        model.objects.filter(pk=rows[model].pk).update(**change)


@pytest.mark.parametrize(
    ("model", "name", "own"),
    [
        (CountyQuota, "one_quota_a_county", {}),
        (Entry, "one_entry_a_product", {}),
        (Slot, "one_slot_a_product", {"position": 2}),
        (SeasonWindow, "one_window_begins_a_day", {}),
    ],
)
def test_the_database_refuses_a_second(rows, model, name, own):
    again = model.objects.get(pk=rows[model].pk)
    again.pk = None
    for field, value in own.items():
        setattr(again, field, value)
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        again.save()


def test_what_was_taken_back_may_be_put_forward_again(rows):
    (again,) = more(rows[Entry], 1, state="withdrawn", decided_at=None)
    assert Entry.objects.filter(product=again.product).count() == 2
