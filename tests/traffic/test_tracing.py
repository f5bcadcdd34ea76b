"""Every delivered figure opens down to the rows of the platform's files."""

from __future__ import annotations

import io
from datetime import date, datetime, timedelta

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from django.urls import reverse

from portal.jobs.domain import run_due
from portal.statements import raw
from tests import dossiers
from tests.factories import UserFactory
from tests.statements.pages import words, workbook
from tests.traffic import world
from tests.traffic.world import DAY, ID, land
from traffic import placing
from traffic.models import Day, PlacementDay

pytestmark = [pytest.mark.django_db, pytest.mark.sqlite]
NEXT = date(2023, 10, 21)
SECOND, OTHER = "7390000000000000018", "7390000000000000999"


@pytest.fixture
def office():
    return dossiers.staff()


@pytest.fixture
def page(client, office):
    client.force_login(office.user)
    return client


def url_of(placement, day=DAY, name="placement-day"):
    return reverse(name, args=[placement.pk, day])


def rows(answer):
    return [(row.part.name, row.row, row.count) for row in answer.context["pages"]]


def test_a_figure_opens_the_rows_of_its_files(page, office):
    placement = world.placement(office, ids=(ID, SECOND))
    first = land(
        office, [(DAY, ID, 100), (DAY, OTHER, 7), (DAY, SECOND, 5), (NEXT, ID, 9)], days=(DAY, NEXT)
    )
    land(office, [(DAY, ID, 40)], days=(DAY, NEXT), adds_to=first.statement, name="补.csv")
    assert placement.days.get(date=DAY).count == 145
    answer = page.get(url_of(placement))
    assert rows(answer) == [("日报.csv", 2, 100), ("日报.csv", 4, 5), ("补.csv", 2, 40)]
    assert answer.context["found"].agrees
    text = words(answer)
    assert "2023-10-20 · 7390000000000000017 · 100" in text.replace("\t", "")
    assert first.statement.get_absolute_url() in answer.content.decode()
    largest = page.get(url_of(placement) + "?sort=count")
    assert [count for _name, _row, count in rows(largest)] == [100, 40, 5]
    sheet = workbook(page.get(url_of(placement, name="placement-day-export")))
    assert [line[:7] for line in sheet[1:]] == [
        ["日报.csv", 2.0, DAY, "", ID, 100.0, "否"],
        ["日报.csv", 4.0, DAY, "", SECOND, 5.0, "否"],
        ["补.csv", 2.0, DAY, "", ID, 40.0, "否"],
    ]


def test_what_counts_now_is_opened_and_what_changed_is_told(page, office):
    placement = world.placement(office)
    land(office, [(DAY, ID, 100)])
    land(office, [(DAY, ID, 90)], name="更正.csv")
    answer = page.get(url_of(placement))
    assert rows(answer) == [("更正.csv", 2, 90)]
    assert "100 → 90" in words(answer)
    Day.objects.update(wanted=99)
    assert "需重新汇总" in words(page.get(url_of(placement)))


def test_a_figure_that_files_do_not_bear_is_told(page, office):
    placement = world.placement(office)
    land(office, [(DAY, ID, 100)])
    PlacementDay.objects.update(count=101)
    answer = page.get(url_of(placement))
    assert not answer.context["found"].agrees
    assert "与文件对不上" in words(answer)


def test_rows_without_a_day_belong_to_the_one_day_of_their_report(page, office):
    placement = world.placement(office)
    data = f"素材ID,展示数\n{ID},1.2万\n".encode()
    world.land_file(office, data, name="一天.csv")
    answer = page.get(url_of(placement))
    assert rows(answer) == [("一天.csv", 2, 12_000)]
    assert "≈" in words(answer)


def test_a_metric_that_a_row_lacks_adds_no_row(page, office):
    placement = world.placement(office, metric="plays")
    data = f"时间-天,素材ID,展示数,播放数\n{DAY},{ID},5,3\n{DAY},{ID},6,-\n".encode()
    world.land_file(office, data, name="播.csv")
    assert rows(page.get(url_of(placement))) == [("播.csv", 2, 3)]


def test_single_events_show_their_hours_and_the_first_rows(page, office, settings):
    placement = world.placement(office)
    morning = datetime(DAY.year, DAY.month, DAY.day, 8)  # noqa: DTZ001 - Shanghai's own
    times = [morning + timedelta(minutes=n) for n in range(90)]
    table = pa.table(
        {
            "event_time": pa.array(times, pa.timestamp("us")),
            "content_id": pa.array([int(ID), int(OTHER)] * 45),
            "kind": pa.array(["impression"] * 90),
        }
    )
    kept = io.BytesIO()
    pq.write_table(table, kept)
    world.land_file(office, kept.getvalue(), name="事件.parquet")
    answer = page.get(url_of(placement))
    assert [row for _name, row, _count in rows(answer)] == list(range(1, 40, 2))
    (file,) = answer.context["files"]
    assert [(each["hour"], each["count"]) for each in file["hours"]] == [(8, 30), (9, 15)]
    assert answer.context["found"].agrees
    assert "只列出前几行" in words(answer)


def test_a_file_that_is_too_large_or_lost_still_says_its_sum(page, office, settings):
    placement = world.placement(office)
    part = land(office, [(DAY, ID, 100)]).part
    settings.STATEMENT_TRACED_BYTES = part.size - 1
    answer = page.get(url_of(placement))
    assert rows(answer) == []
    assert "100，共 1 行" in words(answer)
    assert "文件太大" in words(answer)
    assert answer.context["found"].agrees
    # What is not shown can be had.
    link = reverse("statement-file", args=[part.statement_id, part.pk])
    assert link in answer.content.decode()
    file = page.get(link)
    assert b"".join(file.streaming_content) == world.report([(DAY, ID, 100)])
    assert file["Content-Disposition"].startswith("attachment")
    settings.STATEMENT_TRACED_BYTES = part.size
    place = raw.raw_path(part.sha256).local
    assert place is not None
    place.unlink()
    assert "文件暂时无法打开" in words(page.get(url_of(placement)))
    assert page.get(link).status_code == 404


def test_who_may_open_the_placement_may_open_its_rows(client, office):
    placement = world.placement(office)
    landing = land(office, [(DAY, ID, 100), (DAY, OTHER, 7)])
    client.force_login(UserFactory(official=dossiers.RUYUAN))
    answer = client.get(url_of(placement))
    assert rows(answer) == [("日报.csv", 2, 100)]
    # The whole report is for the province.
    assert landing.statement.get_absolute_url() not in answer.content.decode()
    file = reverse("statement-file", args=[landing.statement.pk, landing.part.pk])
    assert client.get(file).status_code == 404
    assert len(workbook(client.get(url_of(placement, name="placement-day-export")))) == 2
    client.force_login(UserFactory(official=dossiers.XINFENG))
    for name in ("placement-day", "placement-day-export"):
        assert client.get(url_of(placement, name=name)).status_code == 404


def test_a_day_that_is_none_or_has_nothing_is_404(page, office):
    placement = world.placement(office)
    land(office, [(DAY, ID, 100)])
    for day in ("2023-10-21", "morgen", "2023-13-01"):
        assert page.get(url_of(placement, day)).status_code == 404


def test_an_id_matched_later_shows_its_rows(page, office):
    placement = world.placement(office)
    land(office, [(DAY, ID, 100), (DAY, OTHER, 40)])
    placing.match_id(source=world.source(), external_id=OTHER, placement=placement, actor=office)
    run_due()
    assert rows(page.get(url_of(placement))) == [("日报.csv", 2, 100), ("日报.csv", 3, 40)]
