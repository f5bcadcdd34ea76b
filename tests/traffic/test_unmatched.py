"""Ids that belong to no placement: listed, searched, matched."""

from __future__ import annotations

import io
import re
from datetime import date
from urllib.parse import urlencode

import pytest
from django.urls import reverse
from python_calamine import CalamineWorkbook

from portal.audit.models import Entry
from portal.jobs.domain import run_due
from portal.statements.models import IdKind, Source
from portal.verdict import RuleBroken
from tests import dossiers
from tests.factories import UserFactory
from tests.traffic import world
from tests.traffic.world import DAY, ID, land
from traffic import placing, queries
from traffic.models import DayFate, ExternalId, PlacementDay, UnmatchedDay
from traffic.reconciling import reconcile

pytestmark = [pytest.mark.django_db, pytest.mark.sqlite]
NEXT = date(2023, 10, 21)
LOST, RARE = "7390000000000000999", "7390000000000000998"


@pytest.fixture
def office():
    return dossiers.staff()


@pytest.fixture
def page(client, office):
    client.force_login(office.user)
    return client


def match_url(external_id=LOST, source=None, **more):
    query = {"source": (source or world.source()).pk, "id": external_id, **more}
    return f"{reverse('unmatched-match')}?{urlencode(query)}"


def listed(answer):
    return [row["external_id"] for row in answer.context["page_obj"]]


def choices(answer):
    return re.findall(r'type="radio" name="placement" value="(\d+)"', answer.content.decode())


def test_ids_are_listed_by_what_they_were_shown(page, office):
    land(office, [(DAY, RARE, 5), (DAY, LOST, 20), (NEXT, LOST, 20)], days=(DAY, NEXT))
    answer = page.get(reverse("unmatched"))
    assert listed(answer) == [LOST, RARE]
    # Nothing is likely here, so nothing can be ticked.
    assert "匹配勾选的 ID" not in answer.content.decode()
    row = answer.context["page_obj"][0]
    assert (row["seen"], row["total_impressions"], row["first"], row["last"]) == (2, 40, DAY, NEXT)
    assert listed(page.get(reverse("unmatched") + f"?q={RARE[-3:]}")) == [RARE]
    assert listed(page.get(reverse("unmatched") + "?source=999999")) == [LOST, RARE]
    book = page.get(reverse("unmatched-export"))
    data = b"".join(book.streaming_content)
    rows = CalamineWorkbook.from_filelike(io.BytesIO(data)).get_sheet_by_index(0).to_python()
    assert [row[:4] for row in rows[1:]] == [
        ["抖音作品日报", LOST, 2.0, 40.0],
        ["抖音作品日报", RARE, 1.0, 5.0],
    ]


def test_choosing_a_placement_closes_the_days_again(page, office):
    placement = world.placement(office)
    land(office, [(DAY, ID, 100), (DAY, LOST, 40), (DAY, RARE, 3)])
    answer = page.post(match_url(), {"placement": placement.pk}, follow=True)
    assert answer.redirect_chain == [(reverse("unmatched"), 302)]
    # Gone from the list at once, though its day is still to be closed.
    assert listed(answer) == [RARE]
    assert UnmatchedDay.objects.count() == 2
    run_due()
    assert PlacementDay.objects.get().count == 140
    assert UnmatchedDay.objects.get().external_id == RARE
    assert reconcile().differences == []
    entry = Entry.objects.get(act="placement.match")
    assert entry.data == {"external_id": LOST}


def test_nothing_is_matched_without_a_choice(page, office):
    world.placement(office)
    land(office, [(DAY, LOST, 40)])
    answer = page.post(match_url())
    assert "请选择这个 ID 所属的投放" in answer.content.decode()
    assert ExternalId.objects.count() == 1


def test_candidates_are_searched_and_those_the_source_counts_come_first(page, office):
    own = world.placement(office, ids=())
    # Newer, but it does not run on the day the id was seen on.
    later = world.placement(office, ids=(), first_day=NEXT)
    compared = world.placement(office, ids=(), source=world.source("抖音复核日报"))
    land(office, [(DAY, LOST, 40)])
    answer = page.get(match_url())
    assert choices(answer) == [str(row.pk) for row in (own, later, compared)]
    assert "由“抖音复核日报”计数，本来源仅作核对" in answer.content.decode()
    for words in (own.submission.code, own.submission.code.lower()):
        looked = page.post(match_url(), {"placement-words": words, "placement-find": "1"})
        assert choices(looked) == [str(own.pk)]
    looked = page.post(match_url(), {"placement-words": "没有这样的名字", "placement-find": "1"})
    assert choices(looked) == []
    assert "没有找到与“没有这样的名字”相符的结果" in looked.content.decode()
    assert not ExternalId.objects.exists()
    # Who finds none makes one, with the id in it.
    new = page.get(f"{reverse('placement-new')}?external_ids={LOST}")
    assert f"{reverse('placement-new')}?external_ids={LOST}" in answer.content.decode()
    assert LOST in new.content.decode()


def test_an_id_another_placement_took_meanwhile_leads_back_with_a_word(page, office):
    placement = world.placement(office)
    land(office, [(DAY, LOST, 40)])
    placing.match_id(source=world.source(), external_id=LOST, placement=placement, actor=office)
    answer = page.post(match_url(), {"placement": placement.pk}, follow=True)
    assert "已由他人匹配" in answer.content.decode()
    assert ExternalId.objects.filter(value=LOST).count() == 1
    with pytest.raises(RuleBroken):
        placing.match_id(source=world.source(), external_id=LOST, placement=placement, actor=office)


def test_a_name_with_marks_of_an_address_is_matched_as_it_is(page, office):
    name = "萝卜&火锅/100%?a=b"
    names = Source.objects.create(
        name="作品名称日报", platform="douyin", id_kind=IdKind.MATERIAL_NAME
    )
    placement = world.placement(office, ids=())
    land_names(office, names, name)
    answer = page.get(reverse("unmatched"))
    assert f"id={urlencode({'': name})[1:]}".replace("+", "%20") in answer.content.decode()
    page.post(match_url(name, names), {"placement": placement.pk})
    assert ExternalId.objects.get().value == name


def land_names(office, source, name):
    from portal.statements import domain as statements
    from portal.statements import raw

    data = f"日期,作品名称,展示数\n{DAY},{name},5\n".encode()
    statements.land(
        source=source,
        period=(DAY, DAY),
        parts=[raw.keep([data], name="名称.csv")],
        actor=office,
    )
    run_due()


def test_a_match_reaches_every_report_that_names_the_id(office):
    """Another report of the same platform and kind of id lists it on other days."""
    other = world.source("抖音复核日报")
    land(office, [(DAY, LOST, 40)])
    land(office, [(NEXT, LOST, 41)], days=(NEXT, NEXT), of=other)
    placement = world.placement(office)
    placing.match_id(source=world.source(), external_id=LOST, placement=placement, actor=office)
    run_due()
    assert not UnmatchedDay.objects.exists()
    assert {(row.date, row.fate) for row in DayFate.objects.all()} == {
        (DAY, "counted"),
        (NEXT, "compared"),
    }


def test_a_new_placement_reaches_its_ids_outside_its_window(office):
    land(office, [(DAY, LOST, 40), (NEXT, LOST, 41)], days=(DAY, NEXT))
    world.placement(office, ids=(LOST,), first_day=NEXT)
    run_due()
    assert not UnmatchedDay.objects.exists()
    assert {(row.date, row.fate) for row in DayFate.objects.all()} == {
        (DAY, "outside"),
        (NEXT, "counted"),
    }
    assert queries.unmatched(office.user).count() == 0


def test_auditors_read_and_nobody_else_sees_or_matches(client, office):
    placement = world.placement(office)
    land(office, [(DAY, LOST, 40)])
    client.force_login(UserFactory(auditor=True))
    answer = client.get(reverse("unmatched"))
    assert listed(answer) == [LOST]
    assert "选择所属投放" not in answer.content.decode()
    assert client.get(match_url()).status_code == 404
    assert client.post(match_url(), {"placement": placement.pk}).status_code == 404
    client.force_login(UserFactory(official=dossiers.RUYUAN))
    for url in (reverse("unmatched"), reverse("unmatched-export"), match_url()):
        assert client.get(url).status_code == 404
    assert client.post(match_url(), {"placement": placement.pk}).status_code == 404
    assert ExternalId.objects.get().value == ID


def test_an_address_without_a_source_is_404(page):
    for query in ("", "?source=x&id=1", "?source=999999&id=1"):
        assert page.get(reverse("unmatched-match") + query).status_code == 404
