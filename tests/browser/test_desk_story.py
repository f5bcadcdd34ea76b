"""A morning at the review desk: a hundred dossiers by keyboard, many at once, leaving."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from portal.accounts.actor import Actor
from portal.desk import domain
from portal.desk.models import Letter
from portal.jobs.domain import extend, run_due, take
from portal.jobs.models import Work
from portal.submissions.models import Remark, Submission
from tests import dossiers
from tests.browser.conftest import People
from tests.browser.look import Look
from tests.browser.steps import choose, faults, fill, follow, go, open_row, press, told
from tests.browser.test_keyboard import tab_to
from tests.factories import RUYUAN, UserFactory

pytestmark = pytest.mark.browser
WALKED_AT = 1280

# Those of the hundred that are returned, and refused, with words.
WORDED = {50: "r", 75: "x"}
LETTER = "照片请在自然光下重拍。"


def key(page: Page, name: str) -> None:
    """Press one key of the desk, and be on the page it leads to."""
    with page.expect_event("domcontentloaded"):
        page.keyboard.press(name)


def endorsed(number: int) -> list[Submission]:
    """`number` products that wait for the office, each with a record of its own."""
    owner, colleague = dossiers.official(), dossiers.official()
    made = []
    for n in range(number):
        row = dossiers.move(dossiers.draft_product(owner, name=f"萝卜{n + 1}号"), "submit", owner)
        made.append(dossiers.move(row, "endorse", colleague))
    return made


@pytest.mark.parametrize("width", [1280])
def test_a_hundred_dossiers_go_through_in_one_sitting_by_keyboard(
    people: People, look: Look
) -> None:
    (first,) = endorsed(1)
    for number, row in enumerate(dossiers.copies(first, 99), start=2):
        Submission.objects.filter(pk=row.pk).update(title=f"萝卜{number}号")
    office = people(UserFactory(staff=True, full_name="陈雅文"))
    office.goto("/desk/?turn=me&state=endorsed")
    look(office, "desk-queue-full")
    office.get_by_role("link", name="萝卜1号").first.focus()
    key(office, "Enter")
    look(office, "desk-review")
    key(office, "j")
    expect(office.get_by_role("heading", level=1)).to_have_text("萝卜2号")
    key(office, "k")
    expect(office.get_by_role("heading", level=1)).to_have_text("萝卜1号")
    # What is typed into a field is text, not a key.
    office.get_by_label("总体意见").focus()
    office.keyboard.type("arx")
    expect(office.get_by_label("总体意见")).to_have_value("arx")
    office.keyboard.press("ControlOrMeta+a")
    office.keyboard.press("Delete")
    office.keyboard.press("Tab")
    for number in range(1, 101):
        expect(office.get_by_role("heading", level=1)).to_have_text(f"萝卜{number}号")
        if letter := WORDED.get(number):
            tab_to(office, "textbox", "总体意见")
            office.keyboard.type("照片太暗。")
            office.keyboard.press("Tab")
            key(office, letter)
        else:
            key(office, "a")
    told(office, "筛选范围内的材料已全部办完。")
    decided = Counter(Submission.objects.values_list("state", flat=True))
    assert decided == {"approved": 98, "returned": 1, "refused": 1}


def test_a_return_with_letters_and_many_at_once(people: People, look: Look) -> None:
    staff = UserFactory(staff=True, full_name="陈雅文")
    domain.write_letter(letter=Letter(reason="photo", text=LETTER), actor=Actor.of(staff))
    rows = endorsed(3)
    Submission.objects.filter(pk=rows[0].pk).update(due_on="2023-10-20")
    office = people(staff)
    office.goto("/desk/")
    look(office, "desk-queue")
    go(office.get_by_role("rowheader").get_by_role("link", name="萝卜1号"))
    office.get_by_role("group", name="照片", exact=True).get_by_text("填写意见").click()
    office.get_by_role("group", name="照片", exact=True).get_by_label("理由").select_option(
        label=LETTER
    )
    look(office, "desk-review-remark")
    go(office.get_by_role("button", name="审核通过"))
    assert faults(office) == []
    expect(office.get_by_role("alert")).to_contain_text("您填写了意见")
    go(office.get_by_role("button", name="退回补正"))
    told(office, "萝卜1号：已退回补正。")
    assert Remark.objects.get().text == LETTER
    expect(office.get_by_role("heading", level=1)).to_have_text("萝卜2号")

    go(office.get_by_role("link", name="我与此件有利害关系"))
    look(office, "desk-interest")
    fill(office, 与此件的关系="亲属是负责人")
    press(office, "确认申明")
    told(office, "已申明：此件由同事办理。")
    office.goto("/desk/")
    office.get_by_role("checkbox", name="符合条件的全部 1 件（含其他页）").check()
    press(office, "审核通过")
    look(office, "desk-bulk")
    press(office, "审核通过")
    run_due()
    office.reload()
    follow(office, "查看结果")
    expect(office.get_by_role("main")).to_contain_text("已办理 1 件。")
    look(office, "desk-bulk-result")
    assert [row.state for row in Submission.objects.order_by("pk")] == [
        "returned",
        "endorsed",
        "approved",
    ]
    office.goto("/desk/statistics/")
    look(office, "desk-statistics")
    office.goto("/desk/letters/")
    look(office, "desk-letters")


def test_many_at_once_go_on_when_the_page_is_closed(people: People, look: Look) -> None:
    rows = endorsed(3)
    staff = UserFactory(staff=True, full_name="陈雅文")
    office = people(staff)
    office.goto("/desk/")
    office.get_by_role("checkbox", name="符合条件的全部 3 件（含其他页）").check()
    press(office, "审核通过")
    press(office, "审核通过")
    office.context.close()
    # A worker begins and dies; another comes when its lease is over.
    held = take(work_id=Work.objects.get().pk)
    extend(work=held, done=1, total=3)
    office = people(staff)
    office.goto("/desk/")
    follow(office, "我发起的后台工作")
    expect(office.get_by_role("row").nth(1)).to_contain_text("1 / 3 · 33%")
    look(office, "work-own")
    open_row(office)
    expect(office.get_by_role("progressbar")).to_have_attribute("value", "1")
    Work.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
    run_due()
    office.goto("/desk/")
    follow(office, "我发起的后台工作")
    open_row(office)
    follow(office, "查看结果")
    expect(office.get_by_role("main")).to_contain_text("已办理 3 件。")
    assert {row.state for row in Submission.objects.filter(pk__in=[r.pk for r in rows])} == {
        "approved"
    }


def test_who_leaves_hands_everything_to_a_successor(people: People, look: Look) -> None:
    leaver = UserFactory(official=RUYUAN, full_name="盘志明")
    successor = UserFactory(official=RUYUAN, full_name="赵春兰")
    for state in ("draft", "returned", "published"):
        dossiers.product_in(state, owner=Actor.of(leaver))
    page = people(leaver)
    page.goto("/desk/away/")
    look(page, "desk-away")
    choose(page, 代办人="赵春兰")
    fill(page, 开始日期="2023-10-24", 结束日期="2023-10-27")
    press(page, "指定代办人")
    told(page, "已指定 赵春兰 代办。")
    follow(page, "选择接手人")
    look(page, "desk-hand-over")
    choose(page, 接手人="赵春兰")
    press(page, "全部移交")
    told(page, "已移交给 赵春兰：申报 3 件，待审 0 件。")
    look(page, "desk-handed-over")
    assert set(Submission.objects.values_list("owner", flat=True)) == {successor.pk}
    other = people(successor)
    follow(other, "补正后重新提交")
    expect(other.get_by_role("rowheader")).to_have_count(1)
