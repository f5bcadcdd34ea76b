"""Files that are lost, changed or half there after they came: no wrong figure, and a way back."""

from __future__ import annotations

import pytest

from portal.jobs import domain as jobs
from portal.jobs.models import Work
from portal.statements import domain, raw
from portal.statements.models import READ, Part
from tests import dossiers
from tests.traffic import world
from tests.traffic.world import DAY, ID, land
from traffic import days
from traffic.models import Day, PlacementDay
from traffic.reconciling import reconcile

pytestmark = pytest.mark.django_db
ROWS = [(DAY, ID, 100)]


@pytest.fixture
def office():
    return dossiers.staff()


@pytest.fixture
def part(office):
    """A file whose day is closed with 100."""
    world.placement(office)
    return land(office, ROWS).part


def raw_file(part):
    return raw.raw_path(part.sha256).local


def partial_file(part):
    return raw.partial_path(part.sha256, part.statement.source.id_kind).local


def change(path):
    """One figure becomes another; the file stays as long as it was."""
    data = path.read_bytes()
    path.write_bytes(data.replace(b",100", b",900"))
    assert path.read_bytes() != data


def closes():
    return list(Work.objects.filter(kind=days.CLOSE).order_by("pk").values_list("state", flat=True))


DAMAGE = {
    "lost": (lambda path: path.unlink(), "已丢失"),
    "changed": (change, "入库后被改动"),
    "cut off": (lambda path: path.write_bytes(path.read_bytes()[:-5]), "入库后被改动"),
    "empty": (lambda path: path.write_bytes(b""), "入库后被改动"),
}


@pytest.mark.parametrize("kind", DAMAGE)
def test_a_damaged_file_is_not_read_again_and_the_same_file_mends_it(office, part, kind):
    act, sentence = DAMAGE[kind]
    act(raw_file(part))
    partial_file(part).unlink()
    days.want_closed([DAY])
    jobs.run_due()
    parked = Work.objects.get(state="parked")
    assert (parked.kind, sentence in parked.reason) == (days.CLOSE, True)
    assert PlacementDay.objects.get().count == 100  # what stood, stands
    assert not partial_file(part).exists()
    assert {str(each) for each in reconcile().differences} >= {f"{DAY} 尚未结算。"}
    # The same file once more asks for what stopped, by itself.
    assert land(office, ROWS).repeated
    assert closes() == ["done", "replaced", "done"]
    assert PlacementDay.objects.get().count == 100
    assert Day.objects.filter(wanted=3, closed=3).exists()
    assert reconcile().differences == []


@pytest.mark.parametrize("kind", DAMAGE)
def test_a_file_damaged_before_it_was_read_counts_nothing_until_it_comes_again(office, kind):
    world.placement(office)
    jobs.run_due()
    file = raw.keep([world.report(ROWS)], name="日报.csv")
    words = {"source": world.source(), "period": (DAY, DAY), "actor": office}
    landing = domain.land(parts=[file], **words)
    act, sentence = DAMAGE[kind]
    act(raw_file(landing.part))
    jobs.run_due()
    assert sentence in Work.objects.get(kind=READ).reason
    assert not PlacementDay.objects.exists()
    again = raw.keep([world.report(ROWS)], name="日报.csv")
    assert domain.land(parts=[again], **words).repeated
    jobs.run_due()
    assert PlacementDay.objects.get().count == 100
    states = Work.objects.filter(kind=READ).order_by("pk").values_list("state", flat=True)
    assert list(states) == ["replaced", "done"]
    assert reconcile().differences == []


def test_the_bytes_that_come_again_take_the_place_of_wrong_ones(part):
    change(raw_file(part))
    (difference,) = reconcile().differences
    assert (difference.statement, "已被改动" in str(difference)) == (part.statement_id, True)
    raw.keep([world.report(ROWS)], name="日报.csv")
    assert raw_file(part).read_bytes() == world.report(ROWS)
    assert reconcile().differences == []


@pytest.mark.parametrize("left", [0, 3, 200])
def test_a_damaged_partial_is_made_again(part, left):
    path = partial_file(part)
    whole = path.read_bytes()
    path.write_bytes(whole[:left])
    assert reconcile().differences == []
    assert path.read_bytes() == whole


def test_a_repeated_file_asks_for_nothing_when_all_is_well(office, part):
    before = Work.objects.count()
    assert land(office, ROWS).repeated
    assert (Work.objects.count(), Part.objects.count()) == (before, 1)
