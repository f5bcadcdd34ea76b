"""Many rows written at once stand as they were given, whatever is in them."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from portal import bulk
from portal.files.models import StoredFile
from portal.statements.models import Part, RejectedRow
from tests import dossiers
from tests.traffic import world
from tests.traffic.world import DAY, ID
from traffic.models import HOURS, Correction, PlacementDay, UnmatchedDay

pytestmark = [pytest.mark.django_db, pytest.mark.sqlite]
HARD = ["a\tb", "line\nbreak\r\n", r"\N", "\\", r"\x41", "'; DROP TABLE x; --", "“引号”,{}", " "]


@pytest.mark.parametrize("text", HARD)
def test_text_stands_as_it_was(text: str) -> None:
    source = world.source()
    row = UnmatchedDay(date=DAY, source=source, external_id=text, rows=1, impressions=2, plays=0)
    bulk.write(UnmatchedDay, [row])
    row = UnmatchedDay.objects.get()
    assert (row.external_id, row.rows, row.impressions, row.source) == (text, 1, 2, source)
    others = {each + "." for each in HARD}
    assert list(UnmatchedDay.objects.filter(external_id__among={text, *others})) == [row]
    assert not UnmatchedDay.objects.filter(external_id__among=others).exists()
    assert not UnmatchedDay.objects.filter(external_id__among=[]).exists()


def test_bytes_nothing_and_json_stand_as_they_were() -> None:
    office = dossiers.staff()
    placement = world.placement(office)
    hours = HOURS.pack(*range(24))
    plain = bulk.plain(PlacementDay)
    first = DAY.replace(day=1)
    rows = [PlacementDay(placement=placement, date=DAY, count=276, hours=hours)]
    rows += [plain(placement.pk, first, count=2**62, hours=None, approximate=False, clicks=None)]
    bulk.write(PlacementDay, rows)
    later, earlier = PlacementDay.objects.order_by("count")
    assert later.by_hour == tuple(range(24))
    assert (earlier.count, earlier.hours, earlier.approximate) == (2**62, None, False)
    at = datetime(1999, 12, 31, 23, 59, 59, 999_999, tzinfo=UTC)
    bulk.write(Correction, [bulk.plain(Correction)(placement.pk, first, -(2**63), 2**63 - 1, at)])
    (correction,) = Correction.objects.values_list("date", "before", "after", "at")
    assert correction == (first, -(2**63), 2**63 - 1, at)
    world.land(office, [(DAY, ID, 1)])
    part = Part.objects.get()
    cells = [['"', "\\", "\t"], []]
    bulk.write(
        RejectedRow,
        [RejectedRow(part=part, row=n, reason="?", cells=each) for n, each in enumerate(cells)],
    )
    assert list(RejectedRow.objects.order_by("row").values_list("cells", "rows")) == [
        (each, 1) for each in cells
    ]


def test_of_nothing_nothing_is_written() -> None:
    bulk.write(StoredFile, [])
    assert not StoredFile.objects.exists()
