"""Allotments from a workbook, sideways by the form, and statements of account."""

from __future__ import annotations

import io
import re
from typing import Any

import pytest
import xlsxwriter
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from python_calamine import CalamineWorkbook

from portal.accounts.actor import Actor
from portal.audit.models import Entry
from portal.ledger import queries as ledger
from portal.ledger.models import Account, Transfer
from tests import dossiers
from tests.answers import signed_in
from tests.factories import UserFactory
from tests.traffic import shortfalls, world
from traffic import pool
from traffic.allotting import domain, reading
from traffic.allotting.models import AllotmentSheet

pytestmark = [pytest.mark.django_db, pytest.mark.sqlite]
HEADINGS = ["账户编号", "名称", "县区", "当前余额", "曝光次数", "理由", "转出账户编号"]
COUNTIES = {"乳源瑶族自治县": dossiers.RUYUAN, "新丰县": dossiers.XINFENG}


@pytest.fixture
def office() -> Actor:
    return dossiers.staff()


@pytest.fixture
def staff(office: Actor) -> Client:
    return signed_in(office.user)


@pytest.fixture
def campaign(office: Actor) -> Account:
    """丰收节 with a million, and two counties below it that hold nothing."""
    pool.open_pool(actor=Actor.system())
    for code in COUNTIES.values():
        county = pool.County.objects.get(pk=code)
        pool.county_account(world.harvest(), county)
    row = pool.campaign_account(world.harvest())
    shortfalls.give(office, row, 1_000_000)
    row.refresh_from_db()
    return row


def below(campaign: Account) -> list[Account]:
    return [campaign.children.get(key=code) for code in COUNTIES.values()]


def balances(*rows: Account) -> list[int]:
    return [Account.objects.get(pk=row.pk).balance for row in rows]


def book(rows: list[list[Any]], headings: list[str] = HEADINGS) -> SimpleUploadedFile:
    """A workbook with these rows."""
    target = io.BytesIO()
    with xlsxwriter.Workbook(target, {"in_memory": True}) as workbook:
        sheet = workbook.add_worksheet()
        for place, row in enumerate([headings, *rows]):
            sheet.write_row(place, 0, row)
    return SimpleUploadedFile("分配.xlsx", target.getvalue())


def upload(client: Client, campaign: Account, rows: list[list[Any]], **more: Any) -> Any:
    url = reverse("allotment-sheet-new", args=[campaign.pk])
    return client.post(url, {"file": book(rows, **more)}, follow=True)


def line(account: Account | None, amount: Any, *, county="", reason="首批", source="") -> list[Any]:
    return [f"A{account.pk}" if account else "", "", county, "", amount, reason, source]


def words(answer: Any) -> str:
    """The text of a page, without its marks."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode()))


def test_a_workbook_is_seen_first_and_booked_whole(staff, office, campaign):
    one, two = below(campaign)
    answer = upload(
        staff,
        campaign,
        [line(one, "30万"), line(None, 200_000, county="新丰县"), line(two, 50_000)],
    )
    sheet = AllotmentSheet.objects.get()
    lines = answer.context["lines"]
    assert [(each.step.source_after, each.step.target_after) for each in lines] == [
        (700_000, 300_000),
        (500_000, 200_000),
        (450_000, 250_000),
    ]
    assert (answer.context["total"], answer.context["left"]) == (550_000, 450_000)
    assert answer.context["wrong"] == []
    # Nothing has moved yet.
    assert balances(campaign, one, two) == [1_000_000, 0, 0]
    act = reverse("allotment-sheet-book", args=[sheet.pk])
    assert "表格中的每一行都已调拨" in words(staff.post(act, follow=True))
    assert balances(campaign, one, two) == [450_000, 300_000, 250_000]
    made = list(Transfer.objects.filter(target__in=[one, two]).order_by("pk"))
    assert [(row.amount, row.reason, row.user) for row in made] == [
        (300_000, "首批", office.user),
        (200_000, "首批", office.user),
        (50_000, "首批", office.user),
    ]
    entry = Entry.objects.get(act="ledger.move_all")
    assert entry.data == {"amount": 550_000, "transfers": [row.pk for row in made]}
    staff.post(act)
    assert balances(campaign, one, two) == [450_000, 300_000, 250_000]
    assert ledger.breaks() == []


def test_the_same_file_twice_does_nothing_and_after_taking_back_it_may_again(
    staff, office, campaign
):
    one, _two = below(campaign)
    rows = [line(one, "30万")]
    upload(staff, campaign, rows)
    sheet = AllotmentSheet.objects.get()
    domain.book(sheet=sheet, actor=office)
    # Saved anew, with other cells that say nothing: the same rows.
    answer = upload(staff, campaign, [["", "空行", "", 5, "", "", ""], *rows])
    assert "这些内容已上传过" in words(answer)
    assert AllotmentSheet.objects.get() == sheet
    assert balances(campaign, one) == [700_000, 300_000]
    domain.take_back(sheet=sheet, reason="重新分配", actor=office)
    assert balances(campaign, one) == [1_000_000, 0]
    upload(staff, campaign, rows)
    domain.book(sheet=AllotmentSheet.objects.get(undone_at=None), actor=office)
    assert balances(campaign, one) == [700_000, 300_000]


def wrong_lines(one: Account, two: Account) -> list[list[Any]]:
    """Rows 2 to 15 with something wrong each, and one that is right."""
    elsewhere = pool.action_account("tourism")
    return [
        line(one, 0),
        line(one, -5),
        line(one, "1.5"),
        line(one, "约100万"),
        line(one, 10, reason=""),
        line(one, "", reason="漏填"),
        line(one, 10, county="新丰县"),
        line(elsewhere, 10),
        line(None, 10),
        line(None, 10, county="天河区"),
        line(two, 1_000_001),
        line(two, 10, source=f"A{two.pk}"),
        line(two, 10, source=f"A{one.pk}"),
        line(one, 10, reason="长" * 201),
        line(two, 7),
    ]


def test_wrong_cells_are_named_and_nothing_is_booked(staff, office, campaign):
    one, two = below(campaign)
    answer = upload(staff, campaign, wrong_lines(one, two))
    wrong = {each.row: [part[0] for part in each.wrong] for each in answer.context["wrong"]}
    assert wrong == {
        2: ["曝光次数"],
        3: ["曝光次数"],
        4: ["曝光次数"],
        5: ["曝光次数"],
        6: ["理由"],
        7: ["曝光次数"],
        8: ["县区"],
        9: ["账户编号"],
        10: ["账户编号"],
        11: ["县区"],
        12: ["曝光次数"],
        13: ["转出账户编号"],
        # The other county holds nothing to give.
        14: ["曝光次数"],
        15: ["理由"],
    }
    assert [each.row for each in answer.context["lines"]] == [16]
    text = words(answer)
    assert "“丰收节”余额只有 1,000,000，无法调拨 1,000,001" in text
    assert "14 行需要修改" in text
    assert "全部调拨" not in text
    sheet = AllotmentSheet.objects.get()
    answer = staff.post(reverse("allotment-sheet-book", args=[sheet.pk]), follow=True)
    assert "未调拨任何流量。第 2 行“曝光次数”" in words(answer)
    assert balances(campaign, one, two) == [1_000_000, 0, 0]
    assert AllotmentSheet.objects.get().booked_at is None


def test_rows_move_sideways_out_of_another_account(staff, office, campaign):
    one, two = below(campaign)
    shortfalls.give(office, one, 500)
    upload(staff, campaign, [line(two, 200, source=f"A{one.pk}")])
    domain.book(sheet=AllotmentSheet.objects.get(), actor=office)
    assert balances(campaign, one, two) == [1_000_000, 300, 200]
    # Up to the campaign and down again, as one line of the act.
    assert Transfer.objects.filter(act=AllotmentSheet.objects.get().act).count() == 2


def test_what_was_seen_is_asked_again_when_it_is_booked(staff, office, campaign):
    one, two = below(campaign)
    upload(staff, campaign, [line(one, 600_000), line(two, 400_000)])
    domain.impressions.move_between(
        source=campaign, target=one, amount=1, actor=office, reason="先走一步"
    )
    sheet = AllotmentSheet.objects.get()
    answer = staff.post(reverse("allotment-sheet-book", args=[sheet.pk]), follow=True)
    assert "余额只有 399,999" in words(answer)
    assert balances(campaign, one, two) == [999_999, 1, 0]


def test_taking_back_leaves_what_is_used_and_says_so(staff, office):
    short = shortfalls.ended(office, promised=1)
    row = shortfalls.running(office)
    county = row.account.parent
    shortfalls.give(office, county, 1_000)
    upload(staff, county, [line(row.account, 300), line(row.account, 200)])
    sheet = AllotmentSheet.objects.get()
    domain.book(sheet=sheet, actor=office)
    world.land(office, [(world.DAY, "2", 250)])
    url = reverse("allotment-sheet-undo", args=[sheet.pk])
    assert list(staff.post(url, {"reason": ""}).context["form"].errors) == ["reason"]
    answer = staff.post(url, {"reason": "计划有变"}, follow=True)
    assert "第 2 行未收回" in words(answer)
    # 500 were allotted, 250 are delivered: of both rows only the second can go back.
    assert balances(county, row.account) == [700, 300]
    assert short.account.balance == 0
    again = staff.post(url, {"reason": "再来"}).context["form"]
    assert again.non_field_errors()
    assert balances(county, row.account) == [700, 300]
    assert ledger.breaks() == []


def test_an_ended_placement_gets_nothing_from_a_workbook(staff, office):
    short = shortfalls.ended(office)
    shortfalls.give(office, short.account.parent, 1_000)
    answer = upload(staff, short.account.parent, [line(short.account, 5)])
    assert [part[0] for part in answer.context["wrong"][0].wrong] == ["账户编号"]
    assert "投放期已结束" in words(answer)


@pytest.mark.parametrize(
    ("rows", "headings", "message"),
    [
        ([[1, 2]], ["甲", "乙"], "没有找到“曝光次数”一列"),
        ([["A1", "", "", "", "", "", ""]], HEADINGS, "没有可调拨的内容"),
        ([], HEADINGS, "没有可调拨的内容"),
        ([["A1", "", "", "", 5, "给", ""]] * 301, HEADINGS, "共 301 行，一次最多 300 行"),
    ],
)
def test_a_file_without_rows_to_move_is_refused(staff, campaign, rows, headings, message):
    answer = upload(staff, campaign, rows, headings=headings)
    assert message in words(answer)
    assert not AllotmentSheet.objects.exists()


def test_no_workbook_at_all_is_refused(staff, campaign):
    url = reverse("allotment-sheet-new", args=[campaign.pk])
    answer = staff.post(url, {"file": SimpleUploadedFile("图.xlsx", b"\x89PNG...")})
    assert answer.context["form"].errors["file"]
    assert not AllotmentSheet.objects.exists()


def test_the_template_comes_in_again_and_moves_nothing_by_itself(staff, campaign):
    answer = staff.get(reverse("allotment-sheet-template", args=[campaign.pk]))
    data = b"".join(answer.streaming_content)
    table = CalamineWorkbook.from_filelike(io.BytesIO(data)).get_sheet_by_index(0).to_python()
    one, two = below(campaign)
    assert table[0] == HEADINGS
    assert {(row[0], row[2], row[3]) for row in table[2:]} == {
        (f"A{one.pk}", "乳源瑶族自治县", 0.0),
        (f"A{two.pk}", "新丰县", 0.0),
    }
    url = reverse("allotment-sheet-new", args=[campaign.pk])
    same = staff.post(url, {"file": SimpleUploadedFile("模板.xlsx", data)})
    assert "没有可调拨的内容" in words(same)
    filled = [row if row[0] != f"A{one.pk}" else [*row[:4], "12万", "首批", ""] for row in table]
    answer = upload(staff, campaign, filled[1:])
    assert [each.amount for each in answer.context["lines"]] == [120_000]


def test_a_workbook_that_was_not_booked_is_thrown_away_and_a_booked_one_stays(
    staff, office, campaign
):
    one, _two = below(campaign)
    upload(staff, campaign, [line(one, 5)])
    sheet = AllotmentSheet.objects.get()
    staff.post(reverse("allotment-sheet-drop", args=[sheet.pk]))
    assert not AllotmentSheet.objects.exists()
    upload(staff, campaign, [line(one, 5)])
    sheet = domain.book(sheet=AllotmentSheet.objects.get(), actor=office)
    staff.post(reverse("allotment-sheet-drop", args=[sheet.pk]))
    assert AllotmentSheet.objects.get() == sheet
    for changes, name in (
        ({"booked_at": None}, "booked_then_undone"),
        ({"act": None}, "booked_then_undone"),
    ):
        with pytest.raises(IntegrityError, match=name), transaction.atomic():
            AllotmentSheet.objects.filter(pk=sheet.pk).update(**changes)
    sheet.pk = sheet.act = sheet.booked_at = None
    with pytest.raises(IntegrityError), transaction.atomic():
        sheet.save(force_insert=True)


@pytest.mark.parametrize("role", [{"official": dossiers.RUYUAN}, {"auditor": True}])
def test_only_the_office_brings_in_workbooks(office, campaign, role):
    client = signed_in(UserFactory(**role))
    for name in ("allotment-sheet-new", "allotment-sheet-template"):
        assert client.get(reverse(name, args=[campaign.pk])).status_code == 404


def test_the_form_moves_sideways_between_accounts_beside_each_other(staff, office, campaign):
    one, two = below(campaign)
    shortfalls.give(office, one, 500)
    answer = staff.post(
        reverse("allot", args=[one.pk]),
        {"direction": "back", "other": two.pk, "amount": "200", "reason": "调剂"},
        follow=True,
    )
    assert "已调拨 200 次曝光。" in words(answer)
    assert balances(campaign, one, two) == [1_000_000, 300, 200]
    stranger = pool.action_account("tourism")
    answer = staff.post(
        reverse("allot", args=[one.pk]),
        {"direction": "back", "other": stranger.pk, "amount": "1", "reason": "越界"},
    )
    assert answer.context["form"].errors["other"]


@pytest.mark.parametrize(
    ("amount", "reason", "field"),
    [("0", "给", "amount"), ("-1", "给", "amount"), ("1.5", "给", "amount"), ("5", "", "reason")],
)
def test_the_form_keeps_what_was_typed_beside_what_is_wrong(staff, campaign, amount, reason, field):
    one, _two = below(campaign)
    answer = staff.post(
        reverse("allot", args=[one.pk]),
        {"direction": "give", "other": campaign.pk, "amount": amount, "reason": reason},
    )
    assert list(answer.context["form"].errors) == [field]
    assert f'value="{amount}"' in answer.content.decode()
    assert balances(campaign, one) == [1_000_000, 0]


def test_a_digest_is_of_what_lines_say():
    said = {"row": 2, "code": "A1", "county": "", "amount": "5", "reason": "给", "source": ""}
    assert reading.digest_of([said]) == reading.digest_of([{**said, "row": 9}])
    assert reading.digest_of([said]) != reading.digest_of([{**said, "reason": "再给"}])
