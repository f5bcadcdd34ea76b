"""What the components make of what they are given."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest
from django.conf import settings
from django.template import Context, Template
from django.test import Client, RequestFactory
from django.utils.translation import override

from portal.templatetags import changes, shapes
from tests import dossiers
from tests.factories import RUYUAN, UserFactory

TRAP = "<script>alert('x')</script>"


def render(source: str, address: str = "/", **context: Any) -> str:
    request = RequestFactory().get(address)
    return Template("{% load page %}" + source).render(Context({"request": request, **context}))


@pytest.mark.parametrize(
    ("days", "colour", "words"),
    [
        (12, "green", "剩 12 个工作日"),
        (3, "green", "剩 3 个工作日"),
        (2, "amber", "剩 2 个工作日"),
        (0, "amber", "今天到期"),
        (-1, "red", "超期 1 个工作日"),
        (None, "grey", "无时限"),
    ],
)
def test_a_clock_says_its_days_in_a_word_and_a_colour(
    days: int | None, colour: str, words: str
) -> None:
    said = render("{% clock days %}", days=days)
    assert said.strip() == f'<span class="tag clock {colour}">{words}</span>'


def test_a_clock_names_its_day_and_speaks_english() -> None:
    with override("en"):
        said = render("{% clock 1 due=day %}", day=dt.date(2023, 10, 24))
    assert ">1 working day left</span>" in said
    assert ">by 24 Oct 2023</span>" in said


def test_only_the_words_that_differ_are_marked() -> None:
    old, new = changes.pieces("产于海拔600米，四月采摘。", "产于海拔800米，四月采摘。")
    assert [(piece.text, piece.changed) for piece in old] == [
        ("产于海拔", False),
        ("600", True),
        ("米，四月采摘。", False),
    ]
    assert [piece.text for piece in new if piece.changed] == ["800"]


@pytest.mark.parametrize(
    ("before", "after", "marked"),
    [
        ("", "有机产品", ([], ["有机产品"])),
        (None, None, ([], [])),
        (39, 42, (["39"], ["42"])),
        ("萝卜", "萝卜", ([], [])),
        ("高山云雾茶", "大桥油菜心", (["高山云雾茶"], ["大桥油菜心"])),
        ("甲" * 2000, "甲" * 1999 + "乙", (["甲" * 2000], ["甲" * 1999 + "乙"])),
    ],
)
def test_what_has_nothing_in_common_is_marked_as_a_whole(
    before: object, after: object, marked: tuple[list[str], list[str]]
) -> None:
    old, new = changes.pieces(before, after)
    assert (
        [piece.text for piece in old if piece.changed],
        [piece.text for piece in new if piece.changed],
    ) == marked


def test_a_diff_shows_both_sides_and_lets_no_markup_through() -> None:
    page = render(
        '{% include "components/diff.html" with rows=rows only %}',
        rows=[{"label": "特色", "before": TRAP, "after": f"{TRAP}甜"}],
    )
    assert "<script>" not in page
    assert "<ins>甜</ins>" in page
    assert 'data-label="修改前"' in page


def test_stacked_bars_share_one_scale_and_add_up() -> None:
    rows = shapes.stacks(
        [{"label": "商品", "values": (30, 10)}, {"label": "课程", "values": (0, 20)}],
        ["通过", "退回"],
    )
    assert [(part["x"], part["width"]) for part in rows[0]["parts"]] == [
        ("0.00", "75.00"),
        ("75.00", "25.00"),
    ]
    assert [(part["x"], part["width"]) for part in rows[1]["parts"]] == [
        ("0.00", "0.00"),
        ("0.00", "50.00"),
    ]
    assert [row["total"] for row in rows] == [40, 20]
    assert shapes.stacks([{"label": "无", "values": (0, 0)}], ["甲", "乙"])[0]["total"] == 0


def test_a_stacked_chart_is_a_table_of_its_figures() -> None:
    page = render(
        "{% stacked_bar_chart rows names title=title %}",
        rows=[{"label": "商品", "values": (12_000, 5), "url": "/products/"}],
        names=["通过", "退回"],
        title="状态",
    )
    assert '<a href="/products/">商品</a>' in page
    assert ">1.2万</data>" in page
    assert ">合计</th>" in page
    assert ">12,005</span>" not in page
    assert 'value="12005"' in page


def test_a_sparkline_says_in_words_where_it_goes() -> None:
    page = render("{% sparkline values label %}", values=[10_000, None, 30_000], label="已投放")
    said = "已投放：从1万到3万，最低1万，最高3万"
    assert f'aria-label="{said}"' in page
    assert page.count("M") == 2  # a gap is no line
    assert 'aria-label="已投放：暂无数据"' in render("{% sparkline none '已投放' %}", none=[])


def test_a_sparkline_of_equal_figures_stays_within_its_box() -> None:
    drawn = shapes.spark([5, 5, 5])
    assert drawn["end"] == ("93.0", "21.0")
    assert drawn["known"] == [Decimal(5)] * 3


def test_saved_views_keep_the_filters_of_the_address_but_not_its_page() -> None:
    views = [
        {"name": "全部", "url": "/dossiers/", "current": False},
        {"name": "超期", "url": "/dossiers/?late=1", "current": True, "delete_url": "/views/1/"},
    ]
    page = render('{% saved_views views "/views/" %}', "/dossiers/?state=draft&page=3", views=views)
    assert '<input type="hidden" name="query" value="state=draft">' in page
    assert '<a href="/dossiers/?late=1" aria-current="true">超期</a>' in page
    assert page.count('action="/views/1/"') == 1
    plain = render('{% saved_views views "/views/" %}', "/dossiers/", views=views[:1])
    assert "<form" not in plain


def test_a_dialog_is_a_form_with_the_version_the_reader_saw() -> None:
    page = render(
        '{% dialog "撤回" "确定撤回？" text=trap submit_label="撤回" action="/move/" seen=7 %}',
        trap=TRAP,
    )
    assert '<form method="post" action="/move/">' in page
    assert '<input type="hidden" name="seen" value="7">' in page
    assert "<script>" not in page
    assert page.index("<summary") < page.index("<form")


def test_a_page_head_takes_what_was_put_together_and_escapes_it_once() -> None:
    page = render(
        "{% capture as lead %}{{ trap }} <b>瑶山</b>{% endcapture %}"
        '{% page_head title lead=lead state="returned" state_label="已退回" %}',
        trap=TRAP,
        title="茶 & 果",
    )
    assert "<h1>茶 &amp; 果 " in page
    assert '<span class="tag red">已退回</span></h1>' in page
    assert "&lt;script&gt;" in page
    assert "<b>瑶山</b>" in page
    assert 'class="actions"' not in page


def trail(address: str, **context: Any) -> list[tuple[str, str]]:
    request = SimpleNamespace(path=address)
    template = Template(
        "{% load page %}{% trail as way %}{% for l, u in way %}{{ l }}|{{ u }};{% endfor %}"
    )
    said = template.render(Context({"request": request, **context}))
    return [tuple(part.split("|")) for part in said.split(";") if part]


def test_the_way_to_a_page_comes_from_the_menu() -> None:
    section = {"label": "卷宗", "url": "/dossiers/"}
    assert trail("/") == []
    assert trail("/dossiers/", section=section) == [("首页", "/"), ("卷宗", "/dossiers/")]
    assert trail("/dossiers/SP1/", section=section) == [
        ("首页", "/"),
        ("卷宗", "/dossiers/"),
        ("", ""),
    ]
    own = [("首页", "/"), ("看板", "/board/"), ("丰收节", "")]
    assert trail("/board/3/", crumbs=own, section=section) == own


@pytest.mark.django_db
def test_every_inner_page_says_where_it_is() -> None:
    official = UserFactory(official=RUYUAN)
    row = dossiers.product_in("draft", owner=dossiers.Actor.of(official))
    client = Client()
    client.force_login(official)
    way = {}
    for address in ("/", "/dossiers/", f"/dossiers/{row.code}/", "/account/profile/", "/nowhere/"):
        page = client.get(address).content.decode()
        start = page.find('<nav class="crumbs')
        nav = page[start : page.find("</nav>", start)] if start >= 0 else ""
        way[address] = nav.count("<li>"), 'aria-current="page"' in nav
    assert way == {
        "/": (0, False),
        "/dossiers/": (2, True),
        f"/dossiers/{row.code}/": (3, True),
        "/account/profile/": (2, True),
        "/nowhere/": (2, True),
    }


@pytest.mark.django_db
def test_a_page_says_on_paper_where_and_when_it_is_from() -> None:
    page = Client().get("/about/").content.decode()
    head = page[page.index('<p class="wrap printed"') :].split("</p>")[0]
    assert settings.SITE_PROFILE["name"] in head
    assert "打印时间：2023年10月23日" in head
