"""The list of platform reports, a report's page, sources, and who sees them."""

from __future__ import annotations

from datetime import date

import pytest
from django.urls import reverse

from portal.jobs.domain import run_due
from portal.jobs.models import Work
from portal.statements import domain, raw
from portal.statements.models import Source, Statement
from tests import dossiers
from tests.factories import OrganisationFactory, UserFactory
from tests.statements.pages import land, show, take, upload, words, workbook, written
from tests.traffic import world
from tests.traffic.world import DAY, ID

pytestmark = pytest.mark.django_db
NEXT = date(2023, 10, 21)
HALVES = ((world.report([(DAY, ID, 90)]), "上半.csv"), (b"%PDF-1.7 report", "下半.csv"))


def test_a_file_that_cannot_be_read_says_why_on_its_page(page, settings):
    settings.STATEMENT_SHOWN_BYTES = 10
    answer = land(page, upload(b"%PDF-1.7 report of the day"))
    statement = Statement.objects.get()
    text = words(page.get(statement.get_absolute_url()))
    assert "文件无法读取" in text
    assert "PDF" in text
    assert "无法读取" in words(page.get(reverse("statements")))
    assert answer.status_code == 200


def test_the_first_report_of_a_day_says_so_whatever_its_number(page, office):
    world.land(office, [(DAY, ID, 150)])
    later = world.land(office, [(NEXT, ID, 5)], days=(NEXT, NEXT)).statement
    assert later.version == 2
    said = "此前这些日期没有有效数据"
    assert said in words(page.get(later.get_absolute_url()))
    third = world.land(office, [(NEXT, ID, 6)], days=(NEXT, NEXT)).statement
    assert said not in words(page.get(third.get_absolute_url()))


def test_half_a_version_says_that_nothing_of_it_counts(page, office):
    world.land(office, [(DAY, ID, 150)])
    files = [raw.keep([data], name=name) for data, name in HALVES]
    half = domain.land(
        source=world.source(), period=(DAY, DAY), parts=files, actor=office
    ).statement
    run_due()
    text = words(page.get(half.get_absolute_url()))
    assert "本版本只读取了一部分" in text
    assert "此前的数据继续有效" in text
    assert "替代第 1 版" not in text
    assert "本版本只读取了一部分" not in words(
        page.get(Statement.objects.last().get_absolute_url())
    )


def test_while_it_is_read_the_list_leads_to_its_progress(page):
    take(page, show(page, upload([(DAY, ID, 100)])))
    work = Work.objects.get(kind="statements.read")
    answer = page.get(reverse("statements"))
    assert "正在读取" in words(answer)
    assert reverse("work-detail", args=[work.pk]) in answer.content.decode()
    run_due()
    work.refresh_from_db()
    assert work.result_url == Statement.objects.get().get_absolute_url()


def test_rejected_rows_are_exported_with_their_reason(page):
    land(page, upload([(DAY, ID, 100), (DAY, "1.00449E+11", 7)]))
    statement = Statement.objects.get()
    answer = page.get(reverse("statement-rejected", args=[statement.pk]))
    heading, row = workbook(answer)
    assert heading[:5] == ["文件", "行号", "拒绝原因", "代表行数", "第 1 列"]
    assert row[:2] == ["日报.csv", 3.0]
    assert "1.00449E+11" in row[2]
    assert row[3] == 1
    assert [cell.strip() for cell in row[4:]] == ["2023-10-20", "1.00449E+11", "7"]


def test_a_kept_row_that_stands_for_many_says_so_in_the_export(page, office):
    lines = "".join(f"2023-10-20 08:00:00,{ID},glance\n" for _row in range(25))
    events = f"event_time,content_id,kind\n2023-10-20 08:00:00,{ID},impression\n{lines}"
    land(page, upload(events.encode(), "明细.csv"))
    statement = Statement.objects.get()
    _heading, *rows = workbook(page.get(reverse("statement-rejected", args=[statement.pk])))
    assert [row[3] for row in rows] == [1] * 19 + [6]


def test_the_list_filters_by_source_day_and_state_and_so_does_its_export(page, office):
    world.land(office, [(DAY, ID, 100)])
    world.land(office, [(DAY, ID, 90)])
    world.land(office, [(NEXT, ID, 5)], days=(NEXT, NEXT), of=world.source("另一来源"))
    cases = {
        "": [3, 2, 1],
        f"?source={world.source().pk}": [2, 1],
        "?day=2023-10-21": [3],
        "?state=replaced": [1],
        "?state=read": [3, 2],
        "?state=held": [],
        "?source=999999&day=x&state=nonsense": [3, 2, 1],
    }
    order = {row.pk: n for n, row in enumerate(Statement.objects.order_by("pk"), start=1)}
    for query, expected in cases.items():
        answer = page.get(reverse("statements") + query)
        assert [order[line["row"].pk] for line in answer.context["lines"]] == expected, query
        rows = workbook(page.get(reverse("statements-export") + query))
        assert len(rows) - 1 == len(expected), query


def test_a_source_is_made_once_and_leads_to_its_first_report(page):
    values = {"name": "抖音作品日报", "platform": "douyin", "id_kind": "material_id"}
    answer = page.post(reverse("source-new"), values, follow=True)
    source = Source.objects.get()
    assert answer.redirect_chain == [(f"{reverse('statement-land')}?source={source.pk}", 302)]
    assert f'value="{source.pk}" selected' in answer.content.decode()
    answer = page.post(reverse("source-new"), values)
    assert "已有同名的报表来源" in words(answer)
    assert Source.objects.count() == 1
    assert "抖音作品日报" in words(page.get(reverse("sources")))
    assert workbook(page.get(reverse("sources-export")))[1][:3] == [
        "抖音作品日报",
        "douyinzuopinribao",
        "抖音",
    ]


def test_without_a_source_the_page_leads_to_making_one(page):
    assert reverse("source-new") in page.get(reverse("statement-land")).content.decode()


# --- Who -------------------------------------------------------------------------------------

READS = ["statements", "statements-export", "sources", "sources-export"]
OFFICE = ["statement-land", "source-new"]


def test_auditors_and_administrators_read_and_change_nothing(client, office):
    statement = world.land(office, [(DAY, ID, 100)]).statement
    for person in (UserFactory(auditor=True), UserFactory(admin=True)):
        client.force_login(person)
        for name in READS:
            answer = client.get(reverse(name))
            assert answer.status_code == 200
            if answer.streaming:
                workbook(answer)
        assert client.get(statement.get_absolute_url()).status_code == 200
        for name in OFFICE:
            assert client.get(reverse(name)).status_code == 404
            assert client.post(reverse(name)).status_code == 404
        assert client.post(reverse("statement-take-in")).status_code == 404
        for name in ("statement-confirm", "statement-set-aside"):
            assert client.post(reverse(name, args=[statement.pk])).status_code == 404
    assert not Statement.objects.get().set_aside


def test_everyone_else_gets_404(client, office):
    statement = world.land(office, [(DAY, ID, 100)]).statement
    people = [
        UserFactory(official=dossiers.RUYUAN),
        UserFactory(merchant=OrganisationFactory()),
        UserFactory(creator=True),
        UserFactory(),
    ]
    before = written()
    for person in people:
        client.force_login(person)
        for name in (*READS, *OFFICE):
            assert client.get(reverse(name)).status_code == 404, name
        for name in ("statement", "statement-rejected", "statement-set-aside"):
            assert client.get(reverse(name, args=[statement.pk])).status_code == 404, name
        answer = show(client, upload([(DAY, ID, 5)]))
        assert answer.status_code == 404
        assert client.post(reverse("statement-confirm", args=[statement.pk])).status_code == 404
        assert "平台报表" not in words(client.get(reverse("home")))
    assert written() == before
