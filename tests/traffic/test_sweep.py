"""The sweep asks for days that are behind, and leaves parked ones to a person or to new facts."""

from __future__ import annotations

import pytest

from portal.jobs import domain as jobs
from portal.jobs.models import Work
from portal.statements import raw
from tests import dossiers
from tests.traffic import world
from tests.traffic.world import DAY, ID, land
from traffic import days
from traffic.models import Day, PlacementDay

pytestmark = [pytest.mark.django_db, pytest.mark.sqlite]


@pytest.fixture
def office():
    return dossiers.staff()


@pytest.fixture
def parked(office):
    """A day whose close is parked, because the partial and the raw file are damaged."""
    world.placement(office)
    part = land(office, [(DAY, ID, 100)]).part
    path = raw.raw_path(part.sha256).local
    whole = path.read_bytes()
    raw.partial_path(part.sha256, part.statement.source.id_kind).local.unlink()
    path.write_bytes(b"%PDF-1.7 damaged")
    days.want_closed([DAY])
    jobs.run_due()
    assert states() == ["done", "parked"]
    yield path, whole
    path.write_bytes(whole)


def states():
    return list(Work.objects.filter(kind=days.CLOSE).order_by("pk").values_list("state", flat=True))


def test_a_day_that_is_behind_is_asked_for_once(office):
    world.placement(office)
    land(office, [(DAY, ID, 100)])
    assert days.sweep() == 0
    Day.objects.update(wanted=2)
    assert [days.sweep(), days.sweep()] == [1, 1]
    assert states() == ["done", "waiting"]
    jobs.run_due()
    assert states() == ["done", "done"]
    assert Day.objects.filter(wanted=2, closed=2).exists()
    assert days.sweep() == 0


def test_a_parked_day_is_not_asked_for_again(parked):
    for _minute in range(3):
        assert days.sweep() == 0
        jobs.run_due()
    assert states() == ["done", "parked"]
    assert PlacementDay.objects.get().count == 100


def test_new_facts_ask_for_a_parked_day_once(parked):
    days.want_closed([DAY])
    assert days.sweep() == 1  # the one that waits already
    assert states() == ["done", "parked", "waiting"]
    jobs.run_due()
    for _minute in range(3):
        assert days.sweep() == 0
        jobs.run_due()
    assert states() == ["done", "parked", "parked"]


def test_a_parked_day_closes_once_it_is_mended_and_tried_again(parked, office):
    path, whole = parked
    path.write_bytes(whole)
    jobs.retry_parked(work=Work.objects.get(state="parked"), actor=office)
    assert days.sweep() == 1
    jobs.run_due()
    assert states() == ["done", "done"]
    assert Day.objects.filter(wanted=2, closed=2).exists()
    assert days.sweep() == 0
