"""The host's run sheet: the same figures on paper and in the workbook."""

from __future__ import annotations

import io
from datetime import timedelta
from decimal import Decimal

import pytest
from django.urls import reverse
from python_calamine import CalamineWorkbook

from products.calls import live
from tests import dossiers, pdfs
from tests.answers import signed_in
from tests.products.calls import world

pytestmark = pytest.mark.django_db

HEADS = [
    "序号",
    "开始",
    "结束时间",
    "分钟",
    "产品",
    "县区",
    "包装规格",
    "日常价（元）",
    "直播价（元）",
    "预留件数",
    "单位",
    "讲解要点",
]


def fetched(client, name: str, *args) -> bytes:
    answer = client.get(reverse(name, args=args))
    assert answer.status_code == 200
    return b"".join(answer.streaming_content)


@pytest.fixture
def session():
    owner, office, call = dossiers.official(), dossiers.staff(), world.call(quota=9)
    first, second = (
        world.selected(call, world.product(owner, name=name), owner, office)
        # What Typst would take for markup is text.
        for name in ("#萝卜*$", "红薯")
    )
    row = world.session(office)
    return live.write_order(
        session=row,
        places=[
            live.Place(first.pk, 7, 30, Decimal("29.90")),
            live.Place(second.pk, 15, 0, None),
        ],
        actor=office,
        seen=1,
    )


def test_paper_and_workbook_hold_the_same_cells(session):
    client = signed_in(dossiers.staff().person)
    book = fetched(client, "run-sheet-xlsx", session.pk)
    lines = CalamineWorkbook.from_filelike(io.BytesIO(book)).get_sheet_by_index(0).to_python()
    said = "高山冷凉菜，脆甜少渣。"
    place = ["乳源瑶族自治县", "5斤/箱", 39.9]
    assert lines == [
        HEADS,
        [1, "20:00", "20:07", 7, "#萝卜*$", *place, 29.9, 30, "箱", said],
        [2, "20:07", "20:22", 15, "红薯", *place, 39.9, 0, "箱", said],
    ]
    (page,) = pdfs.pages(fetched(client, "run-sheet", session.pk))
    assert page[0] == "粤北专场"
    flat = "".join(page)
    for fact in (
        "活动 丰收节",
        "时间 2023年11月6日 20:00 – 22:00",
        "主播 山里阿姐",
        "地点 韶关直播基地",
    ):
        assert fact in flat
    row = "乳源瑶族自治县5斤/箱39.90"
    assert "".join(HEADS) in flat
    assert f"120:0020:077#萝卜*${row}29.9030箱{said}" in flat
    assert f"220:0720:2215红薯{row}39.900箱{said}" in flat
    assert "共 2 个产品，预留 30 件" in flat


def test_every_session_under_the_filter_has_a_page_of_its_own(session):
    office = dossiers.staff()
    other = world.campaign("new-year", name="年货节")
    for number, campaign in enumerate((session.campaign, other)):
        world.session(
            office,
            campaign=campaign,
            name=f"加场{number}",
            starts_at=world.START + timedelta(days=1 + number),
            ends_at=world.START + timedelta(days=1 + number, hours=1),
        )
    client = signed_in(office.person)

    def titles(query: str) -> list[str]:
        answer = client.get(reverse("live-sessions-run-sheets") + query)
        return [page[0] for page in pdfs.pages(b"".join(answer.streaming_content))]

    assert titles("") == ["粤北专场", "加场0", "加场1"]
    assert titles("?campaign=new-year") == ["加场1"]


def test_counties_print_no_run_sheet(session):
    client = signed_in(dossiers.official().person)
    for name in ("run-sheet", "run-sheet-xlsx"):
        assert client.get(reverse(name, args=[session.pk])).status_code == 404
    assert client.get(reverse("live-sessions-run-sheets")).status_code == 404
