"""The layout around every page: what it carries, what it weighs, what it never contains."""

from __future__ import annotations

import gzip
import re
from pathlib import Path

import pytest
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.test import Client, RequestFactory
from django.urls import reverse
from django.views.defaults import server_error

from portal.accounts.models import User
from tests.factories import RUYUAN, UserFactory

FIRST_VIEW_BYTES = 60 * 1024
STYLESHEET_BYTES = 12 * 1024
STATIC = Path(settings.BASE_DIR) / "static"
TEMPLATES = Path(settings.BASE_DIR) / "templates"
ERROR_PAGES = ("400.html", "403.html", "403_csrf.html", "404.html", "413.html", "429.html")


def weight(content: bytes) -> int:
    return len(gzip.compress(content, 6))


def sign_in_page(client: Client) -> HttpResponse:
    return client.get(reverse("account_login"))


@pytest.mark.django_db
def test_a_first_view_fits_a_slow_line(client: Client) -> None:
    page = sign_in_page(client)
    stylesheet = weight((STATIC / "portal.css").read_bytes())
    script = weight((STATIC / "portal.js").read_bytes())

    assert stylesheet <= STYLESHEET_BYTES
    assert weight(page.content) + stylesheet + script <= FIRST_VIEW_BYTES


@pytest.mark.django_db
def test_the_layout_carries_landmarks_a_skip_link_and_its_language(client: Client) -> None:
    page = sign_in_page(client).content.decode()

    assert '<html lang="zh-CN">' in page
    assert '<a class="skip" href="#main">跳到主要内容</a>' in page
    for landmark in ("<header", '<main id="main"', "<footer"):
        assert page.count(landmark) == 1


def menu(user: User, client: Client) -> list[str]:
    """Each part of the menu on the page; a group with its entries in brackets."""
    client.force_login(user)
    parts = client.get(reverse("home")).context["menu_parts"]
    return [
        f"{part['label']}（{'、'.join(str(entry['label']) for entry in part['entries'])}）"
        if "entries" in part
        else str(part["label"])
        for part in parts
    ]


@pytest.mark.django_db
def test_a_menu_too_long_for_a_line_folds_by_group(client: Client) -> None:
    actions = "五大行动（特色商品、打卡地与线路、补贴、创作者、创作任务、培训课程）"
    assert menu(UserFactory(staff=True), client) == [
        *("卷宗", "审核台", "工程总览", actions),
        "活动与流量（活动、平台报表、成效、征集与专场直播、流量看板、投放、投放进度、每周简报、数据核对、预警、补量）",
        "综合管理（后台工作、经营主体、证照与品牌）",
    ]
    # One entry alone is no group, and what fits one line has none.
    assert menu(UserFactory(official=RUYUAN), client) == [
        *("卷宗", "审核台", "工程总览", actions),
        "活动与流量（活动、成效、征集与专场直播、流量看板、投放、投放进度、每周简报、预警、补量）",
        "综合管理（经营主体、证照与品牌）",
    ]
    assert menu(UserFactory(trainee=True), client) == [
        *("卷宗", "特色商品", "打卡地与线路", "补贴", "创作者", "创作任务", "培训课程", "活动")
    ]


@pytest.mark.django_db
def test_the_site_is_named_also_where_the_sign_in_brings_its_own(client: Client) -> None:
    page = sign_in_page(client).content.decode()

    assert f"<title>登录 · {settings.SITE_PROFILE['name']}</title>" in page
    assert "testserver" not in page


@pytest.mark.django_db
def test_english_readers_get_english(client: Client) -> None:
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"

    page = sign_in_page(client).content.decode()

    assert '<html lang="en">' in page
    assert ">Skip to the main content<" in page


@pytest.mark.django_db
def test_large_type_is_switched_by_the_button_of_every_page(client: Client) -> None:
    address = reverse("account_login")

    assert '<html lang="zh-CN">' in client.get(address).content.decode()
    client.post(reverse("elder-mode"), {"next": address})
    assert '<html lang="zh-CN" class="elder">' in client.get(address).content.decode()
    client.post(reverse("elder-mode"), {"next": address})
    assert '<html lang="zh-CN">' in client.get(address).content.decode()


@pytest.mark.django_db
def test_type_can_be_larger_still(client: Client) -> None:
    address = reverse("account_login")

    client.post(reverse("elder-mode"), {"next": address, "size": "2"})
    assert '<html lang="zh-CN" class="elder elder-largest">' in client.get(address).content.decode()
    client.post(reverse("elder-mode"), {"next": address, "size": "1"})
    assert '<html lang="zh-CN" class="elder">' in client.get(address).content.decode()
    client.post(reverse("elder-mode"), {"next": address, "size": "99"})
    assert '<html lang="zh-CN">' in client.get(address).content.decode()


@pytest.mark.django_db
@pytest.mark.parametrize("name", ERROR_PAGES)
def test_an_error_page_says_what_to_do_in_the_common_layout(name: str, rf: RequestFactory) -> None:
    page = render_to_string(name, request=anonymous(rf.get("/nowhere/")))

    assert '<main id="main"' in page
    assert "返回首页" in page
    assert settings.SITE_PROFILE["hotline"] in page


def anonymous(request: HttpRequest) -> HttpRequest:
    from django.contrib.auth.models import AnonymousUser

    request.user = AnonymousUser()
    return request


def test_the_page_of_a_broken_server_needs_nothing_but_itself() -> None:
    page = render_to_string("500.html")

    assert "系统出了点问题" in page
    assert 'href="/"' in page


RECORDS = {
    "host_unit": "某项目办公室",
    "hotline": "020-12345678",
    "contact": "广州市越秀区某路 1 号",
    "icp": "粤ICP备00000000号",
    "police_record": "粤公网安备44000000000000号",
    "site_code": "4400000099",
}


def footer(page: str) -> str:
    (foot,) = re.findall(r"<footer.*?</footer>", page, re.S)
    return foot


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["home", "account_login", "about", "privacy", "products"])
def test_the_footer_of_every_page_shows_the_records_that_are_set(
    name: str, client: Client, settings
) -> None:
    settings.SITE_PROFILE = settings.SITE_PROFILE | RECORDS
    foot = footer(client.get(reverse(name)).content.decode())
    assert [word for word in RECORDS.values() if word not in foot] == []
    assert "网站标识码：4400000099" in foot
    without = {"icp": "", "police_record": "", "site_code": ""}
    settings.SITE_PROFILE = settings.SITE_PROFILE | without
    foot = footer(client.get(reverse(name)).content.decode())
    assert "<li></li>" not in foot
    assert "网站标识码" not in foot


def test_the_page_of_a_broken_server_has_the_footer_too(rf: RequestFactory, settings) -> None:
    settings.SITE_PROFILE = settings.SITE_PROFILE | RECORDS
    answer = server_error(rf.get("/"))
    assert answer.status_code == 500
    foot = footer(answer.content.decode())
    assert [word for word in RECORDS.values() if word not in foot] == []


def test_templates_carry_no_inline_style_or_script() -> None:
    forbidden = re.compile(r"<style|\sstyle=|\son[a-z]+=|javascript:|<script(?![^>]*\ssrc=)")

    found = {
        str(path.relative_to(TEMPLATES)): forbidden.findall(path.read_text(encoding="utf-8"))
        for path in sorted(TEMPLATES.rglob("*.html"))
    }

    assert {name: hits for name, hits in found.items() if hits} == {}


def test_every_component_says_its_parameters_on_top() -> None:
    silent = [
        path.name
        for path in sorted((TEMPLATES / "components").glob("*.html"))
        if not path.read_text(encoding="utf-8").startswith("{# ")
    ]

    assert silent == []


def test_pages_are_composed_and_write_no_component_by_hand() -> None:
    parts = (
        "page-head|crumbs|error-summary|filters-toggle|pager|tasks|timeline|empty|ask|bars|tiles"
    )
    by_hand = re.compile(rf'class="(?:{parts})[ "]')

    found = {
        str(path.relative_to(TEMPLATES)): by_hand.findall(path.read_text(encoding="utf-8"))
        for path in sorted(TEMPLATES.rglob("*.html"))
        if path.parent.name != "components"
    }

    assert {name: hits for name, hits in found.items() if hits} == {}
