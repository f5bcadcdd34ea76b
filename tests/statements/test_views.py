"""Landing platform reports through their pages."""

from __future__ import annotations

import hashlib
import re
from datetime import date

import pytest
from django.urls import reverse

from portal.audit.models import Entry
from portal.jobs.domain import run_due
from portal.statements import raw
from portal.statements.models import Part, Statement
from portal.statements.tokens import Shown
from tests.factories import UserFactory
from tests.statements.pages import (
    HEADING,
    land,
    preamble,
    show,
    take,
    token,
    upload,
    words,
    written,
)
from tests.traffic import world
from tests.traffic.world import DAY, ID, report
from traffic.models import PlacementDay

pytestmark = pytest.mark.django_db
NEXT = date(2023, 10, 21)
OTHER = "7390000000000000018"


# --- Landing ---------------------------------------------------------------------------------


def test_the_first_press_shows_what_the_file_says_and_writes_nothing(page):
    before = written()
    answer = show(page, upload([(DAY, ID, 100), (DAY, "1.00449E+11", 7), (DAY, OTHER, 5)]))
    text = words(answer)
    assert written() == before
    assert not Entry.objects.filter(act="statement.land").exists()
    assert "2023年10月20日" in text
    assert "曝光次数 105 112 不一致" in text
    assert "文件行数 5 数据行 2 被拒绝的行 1" in text
    assert "1.00449E+11" in text
    assert "该来源在这些日期还没有计入的数据" in text
    assert re.search(r"数据行 0 2 2 曝光次数 0 105 105", text)
    assert "素材ID 作品或素材 ID" in text


def test_the_second_press_lands_it_and_its_days_follow(page, office):
    placement = world.placement(office)
    answer = land(page, upload([(DAY, ID, 100)]))
    assert "已入库" in words(answer)
    statement = Statement.objects.get()
    assert (statement.first_day, statement.last_day, statement.version) == (DAY, DAY, 1)
    assert answer.redirect_chain == [(statement.get_absolute_url(), 302)]
    assert placement.days.get().count == 100
    text = words(page.get(statement.get_absolute_url()))
    assert "2023年10月20日 已计入 1 100 0" in text
    assert "曝光次数 100 100 一致" in text


def test_the_same_file_again_does_nothing_and_says_so(page):
    land(page, upload([(DAY, ID, 100)]))
    before = written()
    shown = show(page, upload([(DAY, ID, 100)], name="另存.csv"))
    assert "这些文件此前已作为第 1 版入库" in words(shown)
    answer = take(page, shown, "replace")
    run_due()
    assert "没有任何改动" in words(answer)
    assert written() == before


def test_a_corrected_version_shows_the_difference_and_replaces(page, office):
    placement = world.placement(office)
    land(page, upload([(DAY, ID, 100_000)]))
    shown = show(page, upload([(DAY, ID, 90_000)]))
    text = words(shown)
    assert "目前计入： 第 1 版 · 1 天" in text
    assert "曝光次数 10万 (100,000) 9万 (90,000) -1万 (-10,000)" in text
    take(page, shown, "replace")
    run_due()
    assert placement.days.get().count == 90_000
    second = Statement.objects.get(version=2)
    assert "替代第 1 版" in words(page.get(second.get_absolute_url()))
    first = Statement.objects.get(version=1)
    assert "已由第 2 版替代" in words(page.get(first.get_absolute_url()))


def test_a_further_part_is_added(page, office):
    placement = world.placement(office)
    land(page, upload([(DAY, ID, 100)]))
    shown = show(page, upload([(DAY, ID, 11)]))
    assert "作为补充部分相加时" in words(shown)
    take(page, shown, "add")
    run_due()
    assert placement.days.get().count == 111
    assert (Statement.objects.count(), Part.objects.count()) == (1, 2)


def test_whether_it_replaces_or_adds_must_be_said(page):
    land(page, upload([(DAY, ID, 100)]))
    before = written()
    answer = take(page, show(page, upload([(DAY, ID, 11)])))
    assert "请选择这些文件是替代现有数据，还是与之相加" in words(answer)
    assert written() == before
    take(page, answer, "add")
    assert Part.objects.count() == 2


def test_several_files_are_one_report(page):
    land(page, upload([(DAY, ID, 100)], "一.csv"), upload([(DAY, OTHER, 5)], "二.csv"))
    assert [part.name for part in Statement.objects.get().parts.all()] == ["一.csv", "二.csv"]


def test_the_files_own_period_is_taken_and_needs_no_typing(page):
    land(page, upload(preamble("2023-10-19 至 2023-10-20")), days=None)
    statement = Statement.objects.get()
    assert (statement.first_day, statement.last_day) == (date(2023, 10, 19), DAY)


def test_a_report_without_rows_waits_and_is_confirmed(page, office):
    placement = world.placement(office)
    land(page, upload([(DAY, ID, 100)]))
    shown = show(page, upload(HEADING.encode()))
    assert "入库后报表会等待您确认" in words(shown)
    take(page, shown, "replace")
    run_due()
    held = Statement.objects.get(version=2)
    assert placement.days.get().count == 100
    assert "确认会清除数据的报表" in words(page.get(reverse("home")))
    assert "清除这些日期的数据" in words(page.get(held.get_absolute_url()))
    answer = page.post(reverse("statement-confirm", args=[held.pk]), follow=True)
    run_due()
    assert "已确认" in words(answer)
    assert not PlacementDay.objects.exists()
    assert "确认会清除数据的报表" not in words(page.get(reverse("home")))


def test_a_report_without_rows_lands_where_nothing_stood(page):
    land(page, upload(HEADING.encode()))
    assert (Statement.objects.get().held, Part.objects.get().rows_data) == (False, 0)


def test_a_wrong_version_is_set_aside(page, office):
    placement = world.placement(office)
    land(page, upload([(DAY, ID, 100)]))
    land(page, upload([(DAY, ID, 9)]), how="replace")
    wrong = Statement.objects.get(version=2)
    url = reverse("statement-set-aside", args=[wrong.pk])
    assert "搁置“抖音作品日报”第 2 版" in words(page.get(url))
    assert not Statement.objects.get(version=2).set_aside
    answer = page.post(url, follow=True)
    run_due()
    assert "已搁置" in words(answer)
    assert placement.days.get().count == 100


# --- What is refused -------------------------------------------------------------------------

BAD = {
    "unknown headings": (f"甲,乙\n{DAY},5\n".encode(), "没有能识别的表头"),
    "every id damaged": (
        f"{HEADING}{DAY},1.00449E+11,5\n{DAY},1.00449E+11,6\n".encode(),
        "的 2 行都无法计入。第 2 行",
    ),
    "empty": (b"", "是空文件"),
    "binary": (b"%PDF-1.7\n", "PDF"),
    "wrong encoding": (HEADING.encode("gbk") + b"\x80\xff\xfe\xff\xff", "乱码|GB18030|编码"),
    "no id column": (f"日期,展示数\n{DAY},5\n".encode(), "缺少标明数据归属的列|没有能识别的表头"),
    "no day of several": (f"素材ID,展示数\n{ID},5\n".encode(), "没有日期列"),
    "another day": (f"{HEADING}{date(2023, 9, 1)},{ID},5\n".encode(), "没有一行在这些日期内"),
}

# Somebody may say what their columns mean.
MENDABLE = {"unknown headings", "every id damaged", "no id column"}


@pytest.mark.parametrize("name", BAD)
def test_a_bad_file_is_refused_beside_its_field_and_nothing_is_stored(page, office, name):
    data, sentence = BAD[name]
    days = (DAY, NEXT) if name == "no day of several" else (DAY, DAY)
    before = written()
    answer = show(page, upload(data), days=days)
    assert answer.status_code == 200
    assert re.search(sentence, words(answer)), words(answer)
    if name in MENDABLE:
        # The columns are shown below it; nothing can be taken in with that.
        assert Shown.unsign(token(answer), user=office.user.pk).latest is None
    else:
        assert "files" in answer.context["form"].errors or name == "another day"
        assert 'name="token"' not in answer.content.decode()
    assert written() == before
    assert not Entry.objects.filter(act="statement.land").exists()


@pytest.mark.parametrize(
    ("data", "days", "sentence"),
    [
        (report([(DAY, ID, 5)]), None, "文件没有写明周期"),
        (report([(DAY, ID, 5)]), (DAY, date(2023, 10, 24)), "晚于今天"),
        (report([(DAY, ID, 5)]), (NEXT, DAY), "早于"),
        (report([(DAY, ID, 5)]), (date(2022, 1, 1), DAY), "超过一年"),
        (preamble("2023-10-19 至 2023-10-20"), (DAY, DAY), "2023年10月19日至2023年10月20日"),
        (preamble("2023-10-20 至 2023-10-30"), None, "晚于今天"),
    ],
)
def test_a_wrong_period_is_refused_beside_its_field(page, data, days, sentence):
    before = written()
    answer = show(page, upload(data), days=days)
    assert sentence in words(answer)
    assert "first_day" in answer.context["form"].errors
    assert written() == before


def test_without_a_period_the_days_of_the_rows_are_named(page):
    answer = show(page, upload([(DAY, ID, 5), (NEXT, ID, 5)]), days=None)
    assert "数据日期为2023年10月20日至2023年10月21日" in words(answer)


def test_files_of_different_periods_are_refused(page):
    files = [
        upload(preamble("2023-10-19 至 2023-10-20"), "一.csv"),
        upload(preamble("2023-10-20 至 2023-10-21"), "二.csv"),
    ]
    answer = show(page, *files, days=None)
    assert "这些文件的周期不同" in words(answer)
    assert "files" in answer.context["form"].errors


def test_one_bad_file_among_good_ones_is_named_and_nothing_lands(page):
    answer = show(page, upload([(DAY, ID, 5)], "好.csv"), upload(b"", "坏.csv"))
    assert "坏.csv" in words(answer)
    assert written() == (0, 0, 0, 0, 0)


def test_too_large_a_file_is_refused_and_a_large_one_is_read_later(page, settings, office):
    settings.STATEMENT_SHOWN_BYTES = 50
    shown = show(page, upload([(DAY, ID, 100)]))
    assert "入库后读取" in words(shown)
    take(page, shown)
    run_due()
    assert Part.objects.get().totals == {"impressions": 100}
    before = written()
    settings.STATEMENT_MAX_BYTES = 60
    assert "最大支持" in words(show(page, upload([(DAY, ID, 101)])))
    assert written() == before


def test_only_as_much_is_read_at_once_as_a_person_waits_for(page, settings):
    first, second = upload([(DAY, ID, 100)], "一.csv"), upload([(DAY, OTHER, 5)], "二.csv")
    settings.STATEMENT_SHOWN_BYTES = first.size + second.size - 1
    answer = show(page, first, second)
    assert [file["reading"] is None for file in answer.context["files"]] == [False, True]
    assert "入库后读取" in words(answer)
    take(page, answer)
    run_due()
    assert Statement.objects.get().totals == {"impressions": 105}


def test_a_file_that_is_gone_by_the_second_press_is_asked_for_again(page):
    shown = show(page, upload([(DAY, ID, 4711)]))
    digest = hashlib.sha256(report([(DAY, ID, 4711)])).hexdigest()
    raw.raw_path(digest).local.unlink()
    assert "页面已过期" in words(take(page, shown))
    assert written() == (0, 0, 0, 0, 0)


def test_rows_outside_the_period_are_named_before_landing(page):
    text = words(show(page, upload([(DAY, ID, 100), (NEXT, ID, 7)])))
    assert "有 1 行（曝光 7）不在本周期的任何一天内" in text


def test_a_token_of_somebody_else_or_a_changed_one_lands_nothing(page, client):
    shown = show(page, upload([(DAY, ID, 100)]))
    good = token(shown)
    before = written()
    for bad in (good[:-2], "", "x"):
        answer = page.post(reverse("statement-take-in"), {"token": bad}, follow=True)
        assert "页面已过期" in words(answer)
    client.force_login(UserFactory(staff=True))
    answer = client.post(reverse("statement-take-in"), {"token": good}, follow=True)
    assert "页面已过期" in words(answer)
    assert written() == before


def test_what_landed_meanwhile_is_shown_before_this_one_lands(page):
    shown = show(page, upload([(DAY, ID, 100)]))
    land(page, upload([(DAY, ID, 90)]))
    answer = take(page, shown)
    assert "请重新核对" in words(answer)
    assert "曝光次数 90 100 10" in words(answer)
    assert Statement.objects.count() == 1
    take(page, answer, "replace")
    assert Statement.objects.count() == 2


def test_names_of_files_and_cells_stay_inert(page):
    rows = f'{HEADING}{DAY},"<script>alert(1)</script>",x\n{DAY},{ID},5\n'.encode()
    answer = show(page, upload(rows, "<b>报.csv"))
    assert "<script>alert" not in answer.content.decode()
    assert "<b>报" not in answer.content.decode()
