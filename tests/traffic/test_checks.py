"""Checks of all figures: kept every night, told on a page, asked for by the office."""

from __future__ import annotations

import os
from datetime import datetime, timedelta

import pytest
from django.urls import reverse
from django.utils import translation

from portal import clock
from portal.accounts.actor import Actor
from portal.jobs import domain as jobs
from portal.jobs.models import Work
from portal.registry import attention_of
from portal.statements import raw
from portal.statements.models import Part
from tests import dossiers
from tests.answers import signed_in
from tests.factories import UserFactory
from tests.traffic import world
from tests.traffic.world import DAY, ID, land
from traffic import tasks
from traffic.models import Day, Difference, PlacementDay, Reconciliation
from traffic.reconciling import keeping, report

pytestmark = pytest.mark.django_db
FOUND = "最近一次数据核对发现的差异"
MISSED = "未做数据核对的天数"


@pytest.fixture
def office():
    return dossiers.staff()


@pytest.fixture
def placement(office):
    """A placement with a day of 100."""
    placement = world.placement(office)
    land(office, [(DAY, ID, 100)])
    return placement


def night():
    """What beat asks for, done; the check."""
    work = Work.objects.get(pk=tasks.ask_reconciliation())
    jobs.run_due()
    work.refresh_from_db()
    assert (work.state, work.done) == ("done", work.total)
    return Reconciliation.objects.latest("pk")


def attention(actor):
    return {str(row.label): row.count for row in attention_of(actor)}


def page(actor, name="reconciliation", **where):
    return signed_in(actor.user).get(reverse(name, kwargs=where))


@pytest.mark.sqlite
def test_the_nightly_check_keeps_what_it_looked_at(placement):
    check = night()
    assert (check.found, check.asked_by, check.differences.count()) == (0, None, 0)
    standing = {tuple(line) for line in check.lines if line[1]}
    assert standing == {("in", 3, 100), ("fate.counted", 1, 100), ("ignored", 2, None)}
    assert [report.told(sentence, words) for sentence, words in check.checked] == [
        "文件：与来件逐一比对 1 个，不符 0 个。",
        "日汇总：重算 1 天，逐行核对 3 行。",
        "销售日：重算 0 天，逐行核对 0 行。",
        "账目（曝光次数）：核对账户 10 个、调拨 1 笔，余额合计 0。",
        "账目（分）：核对账户 0 个、调拨 0 笔，余额合计 0。",
    ]
    # One file, one report, one day.
    assert Work.objects.get(kind=keeping.RECONCILE).total == 3


@pytest.mark.sqlite
def test_asking_while_one_waits_asks_once(placement, office):
    first, second = tasks.ask_reconciliation(), keeping.ask(actor=office).pk
    assert first == second
    jobs.run_due()
    assert Reconciliation.objects.get().asked_by == office.user


def test_a_difference_is_told_in_the_language_of_its_reader_with_what_it_concerns(placement):
    PlacementDay.objects.update(count=101)
    check = night()
    (difference,) = Difference.objects.all()
    said = f"{DAY}，投放日（投放 {placement.pk}）：现记为“已投放 101"
    assert (check.found, str(difference)[: len(said)]) == (1, said)
    assert (difference.date, difference.placement, difference.statement) == (DAY, placement, None)
    with translation.override("en"):
        assert str(difference).startswith(
            f"{DAY}, placement day（placement {placement.pk}）: delivered 101"
        )


def test_a_day_the_reports_do_not_give_is_no_end_of_the_check(placement):
    Day.objects.all().delete()
    check = night()
    assert [str(row) for row in check.differences.all()] == [f"{DAY} 没有汇总记录。"]


def test_a_file_that_cannot_be_read_again_is_named_and_all_else_is_checked(placement, office):
    part = Part.objects.get()
    land(office, [(DAY + timedelta(days=1), ID, 7)], days=(DAY + timedelta(days=1),) * 2)
    raw.raw_path(part.sha256).local.unlink()
    raw.partial_path(part.sha256, part.statement.source.id_kind).local.unlink()
    check = night()
    assert {(row.statement_id, row.date) for row in check.differences.all()} == {
        (part.statement_id, None),  # its file is lost, and it cannot be read again
        (None, DAY),
    }
    assert "日汇总：重算 2 天，逐行核对 3 行。" in [
        report.told(sentence, words) for sentence, words in check.checked
    ]


@pytest.mark.sqlite
def test_of_very_many_differences_the_first_are_kept_and_all_are_counted(placement, monkeypatch):
    monkeypatch.setattr(report, "MOST_KEPT", 2)
    for number in range(5):
        PlacementDay.objects.create(
            placement=placement, date=DAY + timedelta(days=1 + number), count=1
        )
    check = night()
    assert (check.found, check.differences.count()) == (10, 2)  # a row, and a day nobody closed


@pytest.mark.sqlite
def test_old_checks_go(placement, monkeypatch):
    monkeypatch.setattr(keeping, "KEPT", 2)
    PlacementDay.objects.update(count=101)
    checks = [night() for _night in range(3)]
    assert list(Reconciliation.objects.order_by("pk")) == checks[1:]
    assert set(Difference.objects.values_list("reconciliation", flat=True)) == {
        check.pk for check in checks[1:]
    }


@pytest.mark.sqlite
def test_a_report_that_lands_during_the_check_is_no_difference(placement, office):
    """It is counted before its rows have a place: all is looked at once more."""
    landed = []

    def tell(_done, _total):
        if not landed:
            landed.append(True)
            land(office, [(DAY, ID, 90)])

    from traffic.reconciling import reconcile

    assert reconcile(tell).differences == []
    assert landed


def test_drafts_that_killed_processes_left_go_after_a_day(placement):
    folder = raw.raw_path("x").local.parent
    old, new = folder / ".landing-old", folder / ".landing-new"
    for draft in (old, new):
        draft.write_bytes(b"half")
    os.utime(old, (0, 0))
    kept = raw_files(folder)
    night()
    assert raw_files(folder) == kept - {".landing-old"}
    new.unlink()


def raw_files(folder):
    return {path.name for path in folder.iterdir()}


# --- What the office is told -----------------------------------------------------------------


def test_home_says_what_the_newest_check_found(placement, office):
    assert FOUND not in attention(office)
    PlacementDay.objects.update(count=101)
    night()
    assert attention(office)[FOUND] == 1
    assert FOUND not in attention(dossiers.official(dossiers.RUYUAN))
    PlacementDay.objects.update(count=100)
    night()
    assert FOUND not in attention(office)


def test_home_says_when_no_check_ran_for_two_days(placement, office):
    assert MISSED not in attention(office)
    Day.objects.update(closed_at=clock.now() - timedelta(days=3))
    assert attention(office)[MISSED] == 3
    night()
    assert MISSED not in attention(office)
    long_ago: datetime = clock.now() - timedelta(days=2)
    Reconciliation.objects.update(started_at=long_ago, ended_at=long_ago)
    assert attention(office)[MISSED] == 2


@pytest.mark.sqlite
def test_the_page_shows_every_row_in_its_place_and_leads_to_each_difference(placement, office):
    PlacementDay.objects.update(count=101)
    check = night()
    html = page(office).content.decode()
    assert "1 处差异" in html
    assert f'href="{check.get_absolute_url()}"' in html
    html = page(office, "reconciliation-check", pk=check.pk).content.decode()
    assert "已计入" in html
    assert "投放日" in html
    assert f'href="{placement.get_absolute_url()}"' in html
    assert f'href="{reverse("region-deliveries")}?day={DAY}"' in html


def test_the_statements_page_says_that_its_file_was_changed(placement, office):
    part = Part.objects.get()
    address = part.statement.get_absolute_url()
    path = raw.raw_path(part.sha256).local
    path.write_bytes(path.read_bytes().replace(b",100", b",101"))
    night()
    html = signed_in(office.user).get(address).content.decode()
    assert "“日报.csv”已被改动" in html
    # The same file again: its bytes are put back, and no figure changes.
    assert land(office, [(DAY, ID, 100)]).repeated
    assert night().found == 0
    assert "已被改动" not in signed_in(office.user).get(address).content.decode()
    assert PlacementDay.objects.get().count == 100


def test_the_office_asks_for_a_check_and_sees_how_far_it_is(placement, office):
    answer = signed_in(office.user).post(reverse("reconciliation-now"))
    work = Work.objects.get(kind=keeping.RECONCILE)
    assert answer.headers["Location"] == reverse("work-detail", args=[work.pk])
    jobs.run_due()
    work.refresh_from_db()
    assert work.result_url == Reconciliation.objects.get().get_absolute_url()


def test_auditors_read_and_do_not_ask(placement, office):
    check = night()
    auditor = Actor.of(UserFactory(auditor=True))
    assert "核对一致" in page(auditor).content.decode()
    assert "立即核对" not in page(auditor).content.decode()
    assert signed_in(auditor.user).post(reverse("reconciliation-now")).status_code == 404
    official = dossiers.official(dossiers.RUYUAN)
    assert page(official, "reconciliation-check", pk=check.pk).status_code == 404
    assert not Work.objects.filter(kind=keeping.RECONCILE, state="waiting").exists()
