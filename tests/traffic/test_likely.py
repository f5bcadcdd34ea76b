"""Unmatched ids: where they come from, which placement they probably are, and matching many."""

from __future__ import annotations

import re
from datetime import date

import pytest
from django.urls import reverse

from portal.audit.models import Entry
from portal.jobs.domain import run_due
from portal.statements.models import IdKind, Source
from portal.verdict import RuleBroken
from tests import dossiers
from tests.factories import UserFactory
from tests.statements.pages import words, workbook
from tests.traffic import world
from tests.traffic.world import DAY, ID, land
from traffic import placing, queries
from traffic.likely import alike, likely
from traffic.models import ExternalId, PlacementDay, UnmatchedDay
from traffic.unmatched import _unknown

pytestmark = [pytest.mark.django_db, pytest.mark.sqlite]
NEXT = date(2023, 10, 21)
LOST, LONG = "7390000000000000999", "7390123456789012345"


@pytest.fixture
def office():
    return dossiers.staff()


@pytest.fixture
def page(client, office):
    client.force_login(office.user)
    return client


def best(office):
    """Id → its likeliest placement and whether it may be taken at once."""
    ids = [_unknown(row) for row in queries.unmatched(office.user)]
    found = likely(ids, queries.placements(office.user))
    return {
        value: (several[0].placement.pk, several[0].is_strong) if several else None
        for (_source, value), several in found.items()
    }


def names_report(office, *names, count=5):
    source, _made = Source.objects.get_or_create(
        name="作品名称日报", defaults={"platform": "douyin", "id_kind": IdKind.MATERIAL_NAME}
    )
    lines = "".join(f"{DAY},{name},{count}\n" for name in names)
    data = f"日期,作品名称,展示数\n{lines}".encode()
    world.land_file(office, data, name="名称.csv", of=source)
    return source


# --- Where it comes from ---------------------------------------------------------------------


def where(page, value, **more):
    query = {"source": world.source().pk, "id": value, **more}
    return page.get(reverse("unmatched-where"), query)


def test_an_id_opens_its_days_reports_files_and_rows(page, office):
    first = land(office, [(DAY, ID, 1), (DAY, LOST, 40), (NEXT, LOST, 2)], days=(DAY, NEXT))
    land(office, [(DAY, LOST, 8)], days=(DAY, NEXT), adds_to=first.statement, name="补.csv")
    address = f"{reverse('unmatched-where')}?source={world.source().pk}&amp;id={LOST}"
    assert address in page.get(reverse("unmatched")).content.decode()
    answer = where(page, LOST)
    assert [row.date for row in answer.context["days"]] == [NEXT, DAY]
    assert [(row.part.name, row.row, row.count) for row in answer.context["rows"]] == [
        ("日报.csv", 4, 2)
    ]
    assert first.statement.get_absolute_url() in answer.content.decode()
    answer = where(page, LOST, day=DAY)
    assert [(row.part.name, row.row, row.count) for row in answer.context["rows"]] == [
        ("日报.csv", 3, 40),
        ("补.csv", 2, 8),
    ]
    sheet = workbook(
        page.get(
            reverse("unmatched-where-export"),
            {"source": world.source().pk, "id": LOST, "day": DAY},
        )
    )
    assert [line[:2] for line in sheet[1:]] == [["日报.csv", 3.0], ["补.csv", 2.0]]


def test_an_id_nobody_reported_is_404_and_so_it_is_for_officials(client, page, office):
    land(office, [(DAY, LOST, 40)])
    assert where(page, "nie").status_code == 404
    assert page.get(reverse("unmatched-where")).status_code == 404
    assert where(page, LOST, day="morgen").status_code == 200
    client.force_login(UserFactory(auditor=True))
    assert where(client, LOST).status_code == 200
    client.force_login(UserFactory(official=dossiers.RUYUAN))
    assert where(client, LOST).status_code == 404


# --- Which placement it probably is ----------------------------------------------------------


@pytest.mark.parametrize(
    ("lost", "why"),
    [
        ("7390123456789012000", "末几位被表格软件改掉"),
        ("7390123456789010000", "末几位被表格软件改掉"),
        ("7390123456789012480", "末几位被表格软件改掉"),
        ("739012345678901", "末几位被表格软件改掉"),
        ("7390123456789012346", "只差一位数字"),
        ("7390123456789021345", "只差一位数字"),
    ],
)
def test_a_damaged_id_is_known_again(page, office, lost, why):
    placement = world.placement(office, ids=(LONG,))
    world.placement(office, ids=("8880000000000000001",))
    land(office, [(DAY, f"{lost}\t", 40)])
    assert best(office) == {lost: (placement.pk, True)}
    text = words(page.get(reverse("unmatched")))
    assert why in text
    assert "该投放由这个来源计数" in text


def test_an_id_like_no_other_has_no_likely_placement(page, office):
    world.placement(office, ids=(LONG,))
    land(office, [(DAY, "1234567890123456789", 40), (DAY, "5", 1)])
    assert best(office) == {"1234567890123456789": None, "5": None}
    assert "就是这个投放" not in words(page.get(reverse("unmatched")))


def test_the_same_id_on_another_platform_is_likeliest(office):
    elsewhere = Source.objects.create(
        name="巨量日报", platform="oceanengine", id_kind=IdKind.MATERIAL
    )
    placement = world.placement(office, ids=(LOST,), source=elsewhere)
    near = world.placement(office, ids=(LOST[:-1] + "8",))
    land(office, [(DAY, LOST, 40)])
    row = _unknown(queries.unmatched(office.user).get())
    found = alike(row, queries.placements(office.user))
    assert [each.placement.pk for each in found] == [placement.pk, near.pk]


def test_a_name_finds_the_dossier_that_is_called_so_or_stands_within_it(office):
    own = dossiers.official(dossiers.RUYUAN)
    tea = world.placement(
        office, ids=(), submission=dossiers.product_in("published", owner=own, name="瑶山红茶")
    )
    rice = world.placement(
        office, ids=(), submission=dossiers.product_in("published", owner=own, name="油粘米")
    )
    names_report(office, "瑶山 红茶", "秋收 油粘米上新啦", "毫不相干")
    assert best(office) == {
        "瑶山 红茶": (tea.pk, True),
        "秋收 油粘米上新啦": (rice.pk, True),
        "毫不相干": None,
    }


def test_a_name_that_is_only_like_it_is_offered_on_the_page_of_the_id(page, office):
    own = dossiers.official(dossiers.RUYUAN)
    tea = world.placement(
        office, ids=(), submission=dossiers.product_in("published", owner=own, name="乳源瑶山红茶")
    )
    world.placement(
        office, ids=(), submission=dossiers.product_in("published", owner=own, name="清远鸡")
    )
    source = names_report(office, "丰收节 瑶山的红茶 乳源馆")
    assert best(office) == {"丰收节 瑶山的红茶 乳源馆": None}
    query = {"source": source.pk, "id": "丰收节 瑶山的红茶 乳源馆"}
    answer = page.get(reverse("unmatched-match"), query)
    (only,) = answer.context["likely"]
    assert (only.placement, only.is_strong) == (tea, False)
    text = words(answer)
    assert "与其卷宗名称相近：“乳源瑶山红茶”" in text
    assert "名称里有它所在的县" in text
    assert "名称里有它的活动" in text


def test_an_id_that_tells_nothing_offers_what_waits_for_its_first_figure(page, office):
    done = world.placement(office, ids=(ID,))
    over = world.placement(office, ids=(), last_day=date(2023, 10, 5))
    other = world.placement(office, ids=(), source=world.source("别的来源"))
    waits = world.placement(office, ids=())
    land(office, [(DAY, ID, 3), (DAY, "1234567890123456789", 40)])
    query = {"source": world.source().pk, "id": "1234567890123456789"}
    found = page.get(reverse("unmatched-match"), query).context["likely"]
    assert [each.placement for each in found] == [waits]
    assert {done, over, other}.isdisjoint({each.placement for each in found})
    assert not found[0].is_strong


def test_the_likely_one_is_taken_with_one_press(page, office):
    placement = world.placement(office, ids=(LONG,))
    land(office, [(DAY, "7390123456789012346", 40), (DAY, LOST, 1)])
    text = page.get(reverse("unmatched")).content.decode()
    (value,) = re.findall(r'name="one" value="([^"]+)"', text)
    answer = page.post(reverse("unmatched-match-many"), {"one": value}, follow=True)
    assert "已匹配 1 个 ID" in words(answer)
    run_due()
    assert PlacementDay.objects.get().count == 40
    assert [row.external_id for row in UnmatchedDay.objects.all()] == [LOST]
    assert placement.external_ids.count() == 2


def test_many_are_matched_in_one_act(page, office):
    first, second = (
        world.placement(office, ids=(value,)) for value in (LONG, "7390999988887777666")
    )
    land(office, [(DAY, "7390123456789012346", 40), (DAY, "7390999988887777667", 2)])
    text = page.get(reverse("unmatched")).content.decode()
    ticked = re.findall(r'type="checkbox" name="match" value="([^"]+)"', text)
    assert len(ticked) == 2
    page.post(reverse("unmatched-match-many"), {"match": ticked})
    run_due()
    assert {(row.placement, row.count) for row in PlacementDay.objects.all()} == {
        (first, 40),
        (second, 2),
    }
    assert Entry.objects.filter(act="placement.match").count() == 2


def test_many_are_matched_all_or_none(page, office):
    placement = world.placement(office, ids=(LONG,))
    land(office, [(DAY, LOST, 40), (DAY, "7390123456789012346", 40)])
    source = world.source()
    with pytest.raises(RuleBroken):
        placing.match_ids([(source, LOST, placement), (source, LONG, placement)], actor=office)
    assert ExternalId.objects.count() == 1


def test_what_is_posted_is_looked_at(client, page, office):
    placement = world.placement(office, ids=(LONG,))
    land(office, [(DAY, LOST, 40)])
    source, url = world.source().pk, reverse("unmatched-match-many")
    for odd in ("", "x", "1:2", f"{source}:{placement.pk}:{LONG}", f"{source}:0:{LOST}", "a:b:c"):
        answer = page.post(url, {"match": odd}, follow=True)
        assert "请勾选投放无误的 ID" in words(answer)
    assert ExternalId.objects.count() == 1
    assert page.get(url).status_code == 405
    client.force_login(UserFactory(auditor=True))
    one = {"one": f"{source}:{placement.pk}:{LOST}"}
    assert client.post(url, one).status_code == 404
    assert ExternalId.objects.count() == 1


def test_candidates_are_looked_up_in_as_many_queries_for_many_ids(
    office, django_assert_num_queries
):
    world.placement(office, ids=(LONG,))
    changed = [LONG[:place] + "0" + LONG[place + 1 :] for place in range(3, 18)]
    land(office, [(DAY, value, 40) for value in changed if value != LONG])
    ids = [_unknown(row) for row in queries.unmatched(office.user)]
    assert len(ids) > 10
    placements = queries.placements(office.user)
    for several in (ids[:1], ids):
        with django_assert_num_queries(3):
            likely(several, placements)
