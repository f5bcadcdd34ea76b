"""A week on one page: the same figures as page, PDF and workbook, as it stood, as corrected."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import date, datetime

import pytest
from django.urls import reverse
from python_calamine import CalamineWorkbook

from portal import clock
from portal.accounts.actor import Actor
from tests import dossiers
from tests.answers import content, signed_in, status
from tests.pdfs import pages
from tests.traffic import shortfalls, world
from tests.traffic.briefs import weeks
from tests.traffic.briefs.weeks import COUNTY, MONDAY, PROMISED, PROVINCE, at, give
from traffic.briefs import findings, queries, sheets
from traffic.briefs.figures import (
    MOST_LINES,
    MOST_PLACES,
    Finding,
    Line,
    Numbers,
    Table,
    heaviest,
    table,
    values,
    whole,
)
from traffic.briefs.scopes import Kind, Scope, readable
from traffic.makegood import domain
from traffic.models import Placement

pytestmark = pytest.mark.django_db


@pytest.fixture
def thursday(settings) -> None:
    settings.PROGRAMME_CLOCK = date(2023, 10, 26)


@pytest.fixture
def office() -> Actor:
    return dossiers.staff()


@pytest.fixture
def told(office) -> Placement:
    return weeks.told(office)


def due() -> int:
    curve = [min(n * 1.05 / 31, 1) for n in range(32)]
    return round(PROMISED * (curve[22] - curve[15]))


@pytest.mark.usefixtures("thursday")
def test_a_week_is_told_as_it_stood_and_as_corrected_since(told, office):
    for scope in (PROVINCE, COUNTY, Scope(Kind.ACTION, "products", "乡村电商")):
        found = queries.brief(scope, MONDAY, office.user)
        now = Numbers(750_000, 400_000, found.now.due, 1_150_000, PROMISED)
        assert found.now == now
        assert abs(found.now.due - due()) <= 1
        assert found.then == Numbers(700_000, 400_000, now.due, 1_100_000, PROMISED)
        assert found.corrected == 50_000
        assert [(row.name, row.difference) for row in found.changed] == [(told.name, 50_000)]
        assert found.unread == []
        for each in found.tables:
            assert sum((line.numbers for line in each.lines), Numbers()) == found.now


@pytest.mark.usefixtures("thursday")
def test_a_day_reported_later_was_not_known_and_a_later_transfer_not_promised(told, office):
    give(told, 310_000, office)
    last_week = queries.brief(PROVINCE, date(2023, 10, 9), office.user)
    assert (last_week.now.week, last_week.then.week, last_week.corrected) == (400_000, 0, 400_000)
    found = queries.brief(PROVINCE, MONDAY, office.user)
    assert abs(found.then.due - due()) <= 1
    assert abs(found.now.due - due() * 1.1) <= 2


@pytest.mark.usefixtures("thursday")
@pytest.mark.parametrize("scope", [PROVINCE, COUNTY], ids=["province", "county"])
def test_page_pdf_and_workbook_show_the_same(told, office, scope):
    found = queries.brief(scope, MONDAY, office.user)
    client = signed_in(office.user)
    asked = {"scope": scope.code, "day": "2023-10-20"}
    page = content(client.get(reverse("brief"), asked))
    answer = client.get(reverse("brief-pdf"), asked)
    pdf = pages(b"".join(answer.streaming_content))
    assert len(pdf) == 1
    printed = "".join(pdf[0])
    answer = client.get(reverse("brief-export"), asked)
    book = CalamineWorkbook.from_filelike(io.BytesIO(b"".join(answer.streaming_content)))
    lines = book.get_sheet_by_index(0).to_python()[1:]
    # The whole as it is and as it stood, then every line of every table.
    below = [(each.title, line) for each in found.tables for line in each.lines]
    assert below
    expected = [
        *(values(numbers) for numbers in (found.now, found.then)),
        *([title, line.name, *values(line.numbers)] for title, line in below),
    ]
    figures = lines[: len(expected)]
    assert [[int(cell) for cell in line[2:]] for line in figures[:2]] == expected[:2]
    assert [[*line[:2], *map(int, line[2:])] for line in figures[2:]] == expected[2:]
    # A loss and a gain stand there, each with its sign.
    assert found.then.against_plan < 0 < found.now.against_plan
    for numbers in (found.now, found.then, *(line.numbers for _title, line in below)):
        for text in sheets.texts(numbers).values():
            assert f">{text}</data>" in page
            assert text in printed
    for title, line in below:
        assert title in page
        assert title.replace(" ", "") in printed.replace(" ", "")
        assert line.name in page
    said = [each.text for _head, part in sheets.findings(found) for each in part]
    assert said
    for text in said:
        assert text in page
        assert text.replace(" ", "") in printed.replace(" ", "")
        assert text in [line[1] for line in lines]


@pytest.mark.usefixtures("thursday")
def test_a_week_without_data_says_so(told, office):
    client = signed_in(office.user)
    page = content(client.get(reverse("brief"), {"scope": "province", "day": "2023-09-04"}))
    assert "本周没有任何报表" in page
    found = queries.brief(PROVINCE, date(2023, 9, 4), office.user)
    assert (found.has_data, found.now.week, found.well) == (False, 0, [])
    assert len(pages(sheets.as_pdf(found))) == 1


@pytest.mark.usefixtures("thursday")
def test_a_county_reads_its_own_and_nobody_elses(told, office):
    own = dossiers.official(dossiers.RUYUAN)
    assert [scope.code for scope in readable(own)] == [COUNTY.code]
    client = signed_in(own.user)
    for name in ("brief", "brief-pdf", "brief-export"):
        assert status(client.get(reverse(name))) == 200
        for code in ("province", "action:products", "city:440200", "county:440203", "county:x"):
            assert status(client.get(reverse(name), {"scope": code})) == 404
    assert [scope.kind for scope in readable(office)].count(Kind.COUNTY) == 124


@pytest.mark.usefixtures("thursday")
def test_queries_do_not_grow_with_rows(told, office, django_assert_num_queries):
    for many in (1, 3):
        for number in range(many):
            row = world.placement(office, ids=(f"99{many}{number}",))
            give(row, 1000, office)
        queries.brief(PROVINCE, MONDAY, office.user)
        with django_assert_num_queries(28):
            queries.brief(PROVINCE, MONDAY, office.user)


def test_the_longest_brief_fits_one_page(office):
    """The longest names, every city, three findings each: still one A4 page."""
    with clock.telling(at(26)):
        found = queries.brief(PROVINCE, MONDAY, office.user)
    full = Numbers(*[9_999_999_999] * 5)
    name = "长" * 60
    lines = [Line(name, full, "/x")] * MOST_PLACES
    said = [Finding(name * 3, "/x", 1, "x")] * 3
    worst = replace(
        found,
        now=full,
        then=full,
        tables=[Table(name, lines[:MOST_LINES]), Table(name, lines)],
        well=said,
        decide=said,
        will_miss=9_999,
        unread=found.unread[:6],
    )
    assert whole({(1, "x"): full}) == full
    assert len(pages(sheets.as_pdf(worst))) == 1


def test_a_group_far_down_is_looked_at_though_no_line_shows_it():
    cells = {(1, f"{n:02}"): Numbers(week=100, due=100) for n in range(11)}
    cells[1, "99"] = Numbers(week=0, due=90)
    found = table(
        "t", cells, lambda cell: cell[1], named=str, url=lambda key: f"/{key}", others="others"
    )
    assert [line.name for line in found.lines] == [f"{n:02}" for n in range(7)] + ["others"]
    assert found.lines[-1].numbers == Numbers(week=400, due=490)
    assert [(each.url, each.score) for each in findings.behind([found])] == [("/99", 90)]


def test_the_same_shortfall_stands_once_among_what_asks_for_a_decision():
    def line(name: str, lacks: int) -> Line:
        return Line(name, Numbers(week=0, due=lacks), f"/{name}")

    actions = Table("by action", [], [line("products", 900), line("tourism", 100)])
    cities = Table("by city", [], [line("shaoguan", 600), line("qingyuan", 400)])
    late = Finding("late", "/late", 1, "late_source")
    asked = heaviest([*findings.behind([actions, cities]), late])
    # Heavier than the second action, the cities lack what the actions lack.
    assert [each.url for each in asked] == ["/products", "/late", "/tourism"]
    asked = heaviest(findings.behind([cities, actions]))
    assert [each.url for each in asked] == ["/products", "/tourism"]


def test_an_account_is_nearly_used_up_before_its_campaign_ends():
    sunday, end = date(2023, 10, 22), date(2023, 12, 31)
    full = Numbers(week=700, total=9_600, promised=10_000)

    def found(numbers: Numbers, last_day: date = end) -> list[Finding]:
        return findings.nearly_used_up("丰收节", "乳源", numbers, sunday, last_day)

    (each,) = found(full)
    assert each.score == 700 * 70 // 7 - 400
    assert all(part in each.text for part in ("丰收节", "乳源", "400", "26")), each.text
    # More than a twentieth left, nothing left, a week without figures, an end that comes first.
    assert found(replace(full, total=9_499)) == []
    assert found(replace(full, total=10_000)) == []
    assert found(replace(full, week=0)) == []
    assert found(full, date(2023, 10, 26)) == []


def test_what_is_late_used_up_or_lacks_a_second_person_asks_for_a_decision(told, office, settings):
    settings.PROGRAMME_CLOCK = date(2023, 11, 2)
    monday = date(2023, 10, 23)
    asked = queries.brief(PROVINCE, monday, office.user).decide
    late = [each for each in asked if each.kind == "late_source"]
    assert [(each.url, each.score) for each in late] == [(told.source.get_absolute_url(), 750_000)]
    assert "10月22日" in late[0].text
    own = queries.brief(COUNTY, monday, dossiers.official(dossiers.RUYUAN).user).decide
    assert "late_source" not in {each.kind for each in own}
    with clock.telling(datetime(2023, 11, 1, 9, tzinfo=clock.SHANGHAI)):
        rows = [("2023-10-25", world.ID, 1_900_000)]
        world.land(office, rows, days=(monday, date(2023, 10, 29)))
    asked = queries.brief(PROVINCE, monday, office.user).decide
    # Two days more at 190万 a week are 54.3万; 5万 are left.
    used = [each.score for each in asked if each.kind == "nearly_used_up"]
    assert used == [1_900_000 * 2 // 7 - 50_000]


def test_a_make_good_that_is_set_lacks_a_second_person(office):
    row = shortfalls.proposed(office)
    scope = Scope(Kind.PROVINCE, "", "广东省")

    def kinds() -> set[str]:
        found = queries.brief(scope, queries.newest(), office.user)
        return {each.kind for each in found.decide} & {"waiting", "for_a_second"}

    assert kinds() == {"waiting"}
    domain.adjust(
        make_good=row,
        actor=office,
        amount=250,
        due_on=row.due_on,
        target=row.target,
        reserve=row.reserve,
        reason="按实际需要",
        seen=row.version,
    )
    assert kinds() == {"for_a_second"}
