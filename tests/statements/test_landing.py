"""What files must say to be landed, for whoever brings them; and the short names of sources."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import IntegrityError, transaction

from portal.jobs.domain import run_due
from portal.jobs.models import Work
from portal.statements import domain, raw
from portal.statements.landing import NotLandable
from portal.statements.models import Part, Source, Statement, Upload
from portal.verdict import RuleBroken
from tests.traffic import world
from tests.traffic.world import DAY, ID, report

pytestmark = [pytest.mark.django_db, pytest.mark.sqlite]
NEXT = date(2023, 10, 21)


def counts():
    return (Statement.objects.count(), Part.objects.count(), Work.objects.count())


def stored(rows, name="日报.csv"):
    return raw.keep([report(rows)], name=name)


def landed(office, files):
    """Without a period: the files say it."""
    return domain.land(source=world.source(), period=None, parts=files, actor=office)


def headed(period, *rows):
    """A report that says its period above the table."""
    lines = "".join(f"{day},{external_id},{count}\n" for day, external_id, count in rows)
    data = f"时间范围：{period}\n时间-天,素材ID,展示数\n{lines}".encode()
    return raw.keep([data], name=f"{period}.csv")


def test_without_a_period_the_files_own_headings_say_it(office):
    files = [headed("2023-10-20至2023-10-21", (DAY, ID, 1), (NEXT, ID, 2)), stored([(DAY, ID, 5)])]
    statement = landed(office, files).statement
    run_due()
    assert (statement.first_day, statement.last_day) == (DAY, NEXT)
    assert statement.totals == {"impressions": 8}


def refused(office, files):
    before = counts()
    with pytest.raises(NotLandable) as caught:
        landed(office, files)
    assert counts() == before
    return caught.value.code, list(caught.value.errors)


def test_files_without_a_period_of_their_own_are_refused_by_name_and_field(office):
    one, other = headed("2023-10-20", (DAY, ID, 1)), headed("2023-10-21", (NEXT, ID, 2))
    assert refused(office, [stored([(DAY, ID, 5)])]) == ("no_period", ["first_day"])
    assert refused(office, [one, other]) == ("periods_differ", ["files"])
    assert refused(office, [headed("2023-10-20", (NEXT, ID, 1))]) == ("other_days", ["first_day"])
    assert refused(office, [headed("2023-11-20", (NEXT, ID, 1))]) == ("future", ["first_day"])
    rows = [(DAY, "1.00449E+11", 7)]
    assert refused(office, [headed("2023-10-20", *rows)]) == ("unreadable", ["files"])
    with pytest.raises(RuleBroken, match="文件"):
        landed(office, [])


# --- Short names -----------------------------------------------------------------------------


def test_a_source_has_a_short_name_of_its_own_made_of_its_name(office):
    names = ["抖音 作品日报", "抖音作品 日报", "Ocean Engine 计划", "！！", "很" * 80]
    words = {"platform": "douyin", "id_kind": "material_id", "actor": office}
    keys = [domain.create_source(name=name, **words).key for name in names]
    assert keys == [
        "douyin-zuopinribao",
        "douyinzuopin-ribao",
        "ocean-engine-jihua",
        "source",
        ("hen" * 80)[:56],
    ]
    again = [domain.create_source(name=f"抖音-{x}作品日报", **words).key for x in ("", "－", "·")]
    assert again == [f"douyin-zuopinribao-{number}" for number in (2, 3, 4)]


@pytest.mark.parametrize(
    ("key", "name"), [("douyinzuopinribao", "source_key_once"), ("", "source_has_a_key")]
)
def test_no_source_is_without_a_short_name_or_has_that_of_another(key, name):
    world.source()
    other = world.source("另一来源")
    # SQLite names the column of a unique field, not its constraint.
    told = rf"{name}|statements_source\.key"
    with pytest.raises(IntegrityError, match=told), transaction.atomic():
        Source.objects.filter(pk=other.pk).update(key=key)


@pytest.mark.parametrize(
    ("values", "name"),
    [
        ({"first_day": DAY}, "upload_names_both_days_or_none"),
        ({"first_day": NEXT, "last_day": DAY}, "upload_names_both_days_or_none"),
        ({"answer": {"rows": 1}}, "upload_that_landed_has_its_answer"),
    ],
)
def test_no_upload_is_half(values, name):
    row = Upload(source=world.source(), files=[], caller="key:1", started_at="2023-10-20T00:00Z")
    for field, value in values.items():
        setattr(row, field, value)
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        row.save()
