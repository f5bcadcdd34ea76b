"""Lists of dossiers as workbooks: what is in them for who may change it, and for others."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation

from portal.accounts.actor import Actor
from portal.accounts.models import User
from portal.sheets import columns
from portal.sheets.headings import LANGUAGES, meanings, plain_heading
from portal.submissions import kinds
from portal.submissions.domain import file_draft
from portal.submissions.models import Submission
from tests import dossiers
from tests.answers import signed_in
from tests.creators import world as creators
from tests.factories import OrganisationFactory, UserFactory
from tests.sheets.books import workbook
from tests.sheets.steps import cells, upload, verdicts
from tests.tourism import world

pytestmark = pytest.mark.django_db
CONTACT = ["联系人", "联系手机"]
MASKED = [f"打码：{heading}" for heading in CONTACT]


def taken(user: User, name: str, query: str = "", **kwargs: Any) -> list[dict[str, Any]]:
    """The rows of a list's workbook by their headings."""
    head, *rows = cells(signed_in(user).get(f"{reverse(name, kwargs=kwargs)}{query}"))
    return [dict(zip(head, row, strict=True)) for row in rows]


@pytest.fixture
def official() -> User:
    return UserFactory(official=dossiers.RUYUAN)


@pytest.fixture
def spots(official) -> list[Submission]:
    """A published spot, a draft, and one of the neighbour's."""
    owner = Actor.of(official)
    return [
        world.publish(world.draft_spot(owner, "云门寺"), owner),
        world.draft_spot(owner, "必背瑶寨"),
        world.draft_spot(dossiers.official(dossiers.XINFENG), "云髻山"),
    ]


def test_own_dossiers_of_a_list_hold_all_there_is_and_come_in_again(official, spots):
    browser = signed_in(official)
    rows = cells(browser.get(f"{reverse('sheet-list')}?kind=spot&state=draft"))
    [line] = [dict(zip(rows[0], row, strict=True)) for row in rows[1:]]
    assert line["编号"] == spots[1].code
    assert [line[heading] for heading in CONTACT] == ["盘阿妹", "13800138000"]
    assert [line[heading] for heading in ("地市", "县区", "机构", "状态")] == [
        "韶关市",
        "乳源瑶族自治县",
        "",
        "草稿",
    ]
    rows[1][rows[0].index("开放时间")] = "9:00–18:00"
    rows[1][rows[0].index("县区")] = "别的县"
    book = workbook(rows[1:], headings=rows[0], title="", units=None)
    [outcome] = upload(browser, book, kind="spot").checked
    assert outcome["changes"] == {"opening_hours": ["每天 8:00–17:30", "9:00–18:00"]}


def test_the_province_s_list_masks_people_and_its_stars_come_in_for_nobody(official, spots):
    office = UserFactory(staff=True)
    for row in spots[1:]:
        dossiers.move(row, "submit", Actor.of(row.owner))
    found = taken(office, "sheet-list", "?kind=spot")
    assert [line["打卡地名称"] for line in found] == ["云门寺", "必背瑶寨", "云髻山"]
    assert not set(CONTACT) & set(found[0])
    assert [found[0][heading] for heading in MASKED] == ["盘**", "138****8000"]
    # The county brings the province's list in: its own rows are as they were.
    county = f"?kind=spot&county={dossiers.RUYUAN}"
    rows = cells(signed_in(office).get(f"{reverse('sheet-list')}{county}"))
    assert [row[0] for row in rows[1:]] == [row.code for row in spots[:2]]
    book = workbook(rows[1:], headings=rows[0], title="", units=None)
    assert verdicts(upload(signed_in(official), book, kind="spot")) == {"unchanged": 2}


def test_a_list_with_a_merchant_s_dossier_masks_people_for_the_county(official, spots):
    merchant = UserFactory(merchant=OrganisationFactory(county_id=dossiers.RUYUAN))
    contact = {"name": "瑶家客栈", "contact_name": "赵春兰", "contact_phone": "13900139000"}
    kind, actor = kinds.get("spot"), Actor.of(merchant)
    form = kind.form(dossiers.as_post(contact), actor=actor)
    assert form.is_valid()
    own = file_draft(kind=kind, form=form, actor=actor, form_key=uuid.uuid4())
    lines = {line["编号"]: line for line in taken(official, "sheet-list", "?kind=spot")}
    assert lines[own.code]["打码：联系手机"] == "139****9000"
    assert "13900139000" not in str(lines)
    [line] = taken(merchant, "sheet-list", "?kind=spot")
    assert (line["编号"], line["联系手机"]) == (own.code, "13900139000")


def test_public_lists_say_what_public_pages_say(official, spots):
    neighbour = UserFactory(official=dossiers.XINFENG)
    [line] = taken(neighbour, "spots-export")
    assert line == {
        "编号": spots[0].code,
        "打卡地名称": "云门寺",
        "类别": "景点",
        "看点与玩法": "千年古寺。",
        "乡镇街道": spots[0].spot.town.name,
        "地址": "云门村 1 号",
        "开放时间": "每天 8:00–17:30",
        "交通": "",
        "日最大接待量（人）": 2000,
        "暂停至": "",
        "暂停原因": "",
        "地市": "韶关市",
        "县区": "乳源瑶族自治县",
        "机构": "",
        "状态": "已发布",
    }
    assert taken(neighbour, "spots-export", "?q=瑶寨") == []
    # To whom all of it belongs it says everything.
    [own] = taken(official, "spots-export")
    assert own["联系手机"] == "13800138000"


def test_routes_and_products_go_out_by_the_filters_of_their_lists(official, spots):
    owner, reader = Actor.of(official), UserFactory(trainee=True)
    stops = [world.publish(world.draft_spot(owner, f"第{n}景"), owner) for n in (1, 2, 3)]
    world.publish(world.draft_route(owner, stops), owner)
    [line] = taken(reader, "routes-export", "?q=云门")
    assert line["第 2 站"] == f"第2景（{stops[1].code}）"
    assert taken(reader, "routes-export", f"?county={dossiers.XINFENG}") == []
    dossiers.product_in("published", owner=owner)
    dossiers.product_in("draft", owner=owner, name="未发布的菜")
    [line] = taken(reader, "products-export", "?category=vegetable")
    assert (line["产品名称"], line["价格（元）"]) == ("乳源彩石萝卜", 39.9)
    assert not {*CONTACT, *MASKED, "每日可发货量"} & set(line)
    assert taken(reader, "products-export", "?category=tea") == []


def test_creators_are_listed_without_their_numbers(db):
    maker = Actor.of(UserFactory(creator=True))
    row = creators.verified(maker)
    [line] = taken(UserFactory(staff=True), "creators-export")
    assert line["编号"] == row.code
    assert not {"粉丝数", "联系手机", "打码：联系手机"} & set(line)
    [line] = taken(UserFactory(staff=True), "sheet-list", "?kind=creator")
    assert "*" in line["打码：联系手机"]


def test_a_visitor_takes_no_list_away(spots):
    for name in ("sheet-list", "spots-export", "routes-export", "products-export"):
        answer = Client().get(reverse(name))
        assert answer["Location"].startswith("/account/login/")
    page = Client().get(reverse("spots")).content.decode()
    assert "导出 Excel" not in page


def test_the_list_offers_a_workbook_for_each_kind_its_filters_leave(official, spots):
    browser = signed_in(official)
    page = browser.get(reverse("dossiers"), {"action": "tourism", "state": "draft", "size": "50"})
    text = page.content.decode()
    links = [
        f"{reverse('sheet-list')}?action=tourism&amp;state=draft&amp;kind={kind}"
        for kind in ("spot", "route")
    ]
    assert [link in text for link in links] == [True, True]
    assert "kind=product" not in text.partition("导出全部字段")[2].partition("</p>")[0]
    assert (
        browser.get(reverse("sheet-list"), {"action": "products", "kind": "spot"}).status_code
        == 404
    )


@pytest.mark.parametrize("code", [kind.code for kind in kinds.every()])
def test_what_stands_beside_the_columns_means_no_field(code):
    kind = kinds.get(code)
    for language in LANGUAGES:
        with translation.override(language):
            known = meanings(kind)
            plain = {str(column.title) for column in columns.export(kind)}
            beside = {str(column.title) for column in columns.masked(kind)} - plain
            beside |= {str(column.title) for column in columns.PLACE}
            assert not {plain_heading(heading) for heading in beside} & known.keys()
