"""Other reports of a delivery stand beside what counts, and somebody looks into each gap."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from portal import registry
from portal.audit.models import Entry
from portal.jobs.domain import run_due
from portal.statements import domain as statements
from portal.verdict import RuleBroken
from tests import dossiers
from tests.factories import UserFactory
from tests.statements.pages import words, workbook
from tests.traffic import world
from tests.traffic.world import DAY, ID, land
from traffic import gaps, placing
from traffic.models import ComparedDay, Correction, DayFate, Gap, PlacementDay
from traffic.reconciling import reconcile

pytestmark = pytest.mark.django_db
NEXT, THIRD = date(2023, 10, 21), date(2023, 10, 22)
SECOND, LOST = "7390000000000000018", "7390000000000000999"


@pytest.fixture
def office():
    return dossiers.staff()


@pytest.fixture
def page(client, office):
    client.force_login(office.user)
    return client


@pytest.fixture
def check():
    return world.source("抖音复核日报")


def said():
    return {
        (row.source.name, row.date): (row.said, row.counted, row.approximate)
        for row in ComparedDay.objects.select_related("source")
    }


# --- What a close keeps ----------------------------------------------------------------------


@pytest.mark.sqlite
def test_what_another_report_says_stands_beside_what_counts_and_is_never_added(office, check):
    placement = world.placement(office, ids=(ID, SECOND))
    land(office, [(DAY, ID, 100), (DAY, SECOND, 5), (NEXT, ID, 9)], days=(DAY, NEXT))
    rows = [(DAY, ID, 90), (DAY, SECOND, 6), (THIRD, ID, 4), (DAY, LOST, 7)]
    land(office, rows, days=(DAY, THIRD), of=check, name="复核.csv")
    assert said() == {
        (check.name, DAY): (96, 105, False),
        (check.name, THIRD): (4, None, False),
    }
    assert {row.date: row.count for row in placement.days.all()} == {DAY: 105, NEXT: 9}
    assert reconcile().differences == []


@pytest.mark.sqlite
def test_it_follows_every_version_match_and_removal(office, check):
    placement = world.placement(office)
    land(office, [(DAY, ID, 100)])
    land(office, [(DAY, ID, 90), (DAY, LOST, 7)], of=check, name="复核.csv")
    later = land(office, [(DAY, ID, 80), (DAY, LOST, 7)], of=check, name="再核.csv").statement
    assert said() == {(check.name, DAY): (80, 100, False)}
    placing.match_id(source=check, external_id=LOST, placement=placement, actor=office)
    run_due()
    assert said() == {(check.name, DAY): (87, 100, False)}
    land(office, [(DAY, ID, 101)], name="更正.csv")
    assert said() == {(check.name, DAY): (87, 101, False)}
    assert Correction.objects.count() == 1
    statements.set_aside(statement=later, actor=office)
    run_due()
    assert said() == {(check.name, DAY): (97, 101, False)}
    assert reconcile().differences == []


@pytest.mark.sqlite
def test_it_keeps_to_the_window_the_metric_and_says_what_is_rounded(office, check):
    world.placement(office, first_day=NEXT, metric="plays")
    data = (
        "时间-天,素材ID,展示数,播放数\n"
        f"2023-10-20,{ID},1,2\n2023-10-21,{ID},3,1.2万\n2023-10-22,{ID},5,-\n"
    ).encode()
    world.land_file(office, data, name="播.csv", days=(DAY, THIRD), of=check)
    assert said() == {(check.name, NEXT): (12_000, None, True)}
    assert {row.fate for row in DayFate.objects.all()} == {"compared"}
    assert reconcile().differences == []


@pytest.mark.sqlite
def test_a_row_that_was_changed_by_hand_is_found(office, check):
    world.placement(office)
    land(office, [(DAY, ID, 100)])
    land(office, [(DAY, ID, 90)], of=check, name="复核.csv")
    ComparedDay.objects.update(said=91)
    (difference,) = reconcile().differences
    assert "比对日" in str(difference)


# --- Side by side ----------------------------------------------------------------------------


@pytest.fixture
def compared(office, check):
    """A placement, what counts, and two other reports of the same delivery."""
    placement = world.placement(office)
    third = world.source("创作者中心日报")
    land(office, [(DAY, ID, 100), (NEXT, ID, 50)], days=(DAY, NEXT))
    land(office, [(DAY, ID, 110), (THIRD, ID, 4)], days=(DAY, THIRD), of=check, name="复核.csv")
    land(office, [(NEXT, ID, 50)], days=(NEXT, NEXT), of=third, name="创作者.csv")
    return placement


def test_days_stand_side_by_side_with_their_differences(page, compared, check):
    answer = page.get(reverse("placement-compared", args=[compared.pk]))
    assert [source.name for source in answer.context["sources"]] == [
        "创作者中心日报",
        "抖音复核日报",
    ]
    lines = [
        (side.day, side.counted, [(p.said, p.difference, str(p.percent)) for _s, p in pairs])
        for side, pairs in answer.context["lines"]
    ]
    assert lines == [
        (THIRD, None, [(None, None, "None"), (4, 4, "None")]),
        (NEXT, 50, [(50, 0, "0.0"), (None, None, "None")]),
        (DAY, 100, [(None, None, "None"), (110, 10, "10.0")]),
    ]
    sheet = workbook(page.get(reverse("placement-compared-export", args=[compared.pk])))
    assert [line[:5] for line in sheet[1:3]] == [
        [THIRD, "创作者中心日报", "", "", ""],
        [THIRD, "抖音复核日报", "", 4.0, 4.0],
    ]
    oldest = page.get(reverse("placement-compared", args=[compared.pk]) + "?sort=oldest")
    assert [side.day for side, _pairs in oldest.context["lines"]] == [DAY, NEXT, THIRD]
    address = reverse("placement-compared", args=[compared.pk])
    assert address in page.get(compared.get_absolute_url()).content.decode()


def listed(page, query=""):
    answer = page.get(reverse("compared") + query)
    return [(line["source"].name, line["row"]["difference"]) for line in answer.context["lines"]]


@pytest.mark.sqlite
def test_all_placements_are_listed_by_the_size_of_their_gaps(page, office, compared, check):
    both = [("抖音复核日报", 14), ("创作者中心日报", 0)]
    assert listed(page) == both
    assert listed(page, f"?source={check.pk}") == both[:1]
    assert listed(page, f"?campaign={compared.campaign_id}") == both
    assert listed(page, "?campaign=999999&since=nie") == both
    assert listed(page, f"?until={DAY}") == [("抖音复核日报", 10)]
    assert listed(page, f"?since={THIRD}") == [("抖音复核日报", 4)]
    assert listed(page, "?only=nobody") == both[:1]
    assert listed(page, "?only=mine") == listed(page, "?only=settled") == []
    sheet = workbook(page.get(reverse("compared-export") + "?only=nobody"))
    assert [line[4:11] for line in sheet[1:]] == [
        ["抖音复核日报", 2.0, 100.0, 114.0, 14.0, 14.0, ""]
    ]


# --- Who looks into a gap --------------------------------------------------------------------


def url_of(placement, check):
    return reverse("gap", args=[placement.pk, check.pk])


def test_somebody_looks_into_a_gap_until_it_is_settled(client, page, office, compared, check):
    colleague = UserFactory(staff=True, full_name="陈雅文")
    url = url_of(compared, check)
    values = {"owner": colleague.pk, "note": "请核对导出时间"}
    answer = page.post(url, values, follow=True)
    gap = Gap.objects.get()
    assert (gap.owner, gap.state, gap.version) == (colleague, "open", 1)
    assert "请核对导出时间" in words(answer)
    assert listed(page, "?only=open") == [("抖音复核日报", 14)]
    assert listed(page, "?only=mine") == []
    client.force_login(colleague)
    assert "由您核查的报表差异" in words(client.get("/"))
    assert listed(client, "?only=mine") == [("抖音复核日报", 14)]
    settle = {"move": "settle_gap", "seen": gap.version}
    assert "请填写理由" in words(client.post(url, settle))
    client.post(url, settle | {"note": "平台口径不同"})
    gap.refresh_from_db()
    assert (gap.state, gap.settled_at_difference, gap.version) == ("settled", 14, 2)
    assert "由您核查的报表差异" not in words(client.get("/"))
    assert listed(client, "?only=settled") == [("抖音复核日报", 14)]
    text = words(client.get(url))
    assert "平台口径不同" in text
    assert "了结后差额又有变化" not in text
    acts = Entry.objects.filter(subject_type="traffic.gap").order_by("pk")
    assert list(acts.values_list("act", flat=True)) == ["create", "settle_gap"]


def test_a_settled_gap_that_grows_says_so_and_is_looked_into_again(page, office, compared, check):
    url = url_of(compared, check)
    page.post(url, {"owner": office.user.pk})
    page.post(url, {"move": "settle_gap", "seen": 1, "note": "小"})
    land(office, [(DAY, ID, 210)], days=(DAY, THIRD), of=check, name="又核.csv")
    text = words(page.get(url))
    assert "此后差额变动了 96" in text
    answer = page.post(url, {"owner": office.user.pk, "seen": 2}, follow=True)
    assert "请先重新核查" in words(answer)
    page.post(url, {"move": "reopen_gap", "seen": 2, "note": "又大了"})
    gap = Gap.objects.get()
    assert (gap.state, gap.settled_at_difference) == ("open", None)


def test_it_is_given_to_somebody_else_by_who_saw_the_present(page, office, compared, check):
    url = url_of(compared, check)
    colleague = UserFactory(staff=True, full_name="陈雅文")
    page.post(url, {"owner": office.user.pk})
    page.post(url, {"owner": colleague.pk, "seen": 1, "note": "转给你"})
    assert Gap.objects.get().owner == colleague
    answer = page.post(url, {"move": "settle_gap", "seen": 1, "note": "旧页面"})
    assert "旧页面" in answer.content.decode()
    assert Gap.objects.get().state == "open"


def test_only_the_office_looks_into_gaps(client, page, office, compared, check):
    url = url_of(compared, check)
    official = UserFactory(official=dossiers.RUYUAN)
    assert "请选择一位项目办工作人员" in words(page.post(url, {"owner": ""}))
    page.post(url, {"owner": official.pk})
    assert not Gap.objects.exists()
    with pytest.raises(RuleBroken):
        gaps.assign_gap(placement=compared, source=check, owner=official, actor=office)
    other = world.source("没有数据")
    with pytest.raises(RuleBroken):
        gaps.assign_gap(placement=compared, source=other, owner=office.user, actor=office)
    client.force_login(UserFactory(auditor=True))
    answer = client.get(url)
    assert answer.status_code == 200
    assert "交给此人核查" not in words(answer)
    client.post(url, {"owner": office.user.pk})
    assert not Gap.objects.exists()
    client.force_login(official)
    for name, args in (
        ("gap", [compared.pk, check.pk]),
        ("compared", []),
        ("compared-export", []),
        ("placement-compared", [compared.pk]),
        ("placement-compared-export", [compared.pk]),
    ):
        assert client.get(reverse(name, args=args)).status_code == 404
    assert page.get(reverse("gap", args=[compared.pk, 999_999])).status_code == 404


@pytest.mark.sqlite
def test_the_database_holds_a_gap_to_its_state(office, compared, check):
    row = gaps.assign_gap(placement=compared, source=check, owner=office.user, actor=office)
    for wrong in ({"state": "settled"}, {"settled_at_difference": 1}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Gap.objects.filter(pk=row.pk).update(**wrong)
    with pytest.raises(IntegrityError), transaction.atomic():
        Gap.objects.create(
            placement=compared, source=check, owner=office.user, opened_at=row.opened_at
        )
    assert PlacementDay.objects.count() == 2
    assert registry.tasks_of(office)
