"""What goes wrong is answered by its own page, in the reader's language."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.conf import settings
from django.http import HttpResponse
from django.test import Client

from tests.factories import RUYUAN, UserFactory
from tests.pages.test_every_page import data, leaks

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.pages.failing_urls")]

UNREADABLE = ("400.html", "这次请求无法识别", "This request could not be read")
TOO_LARGE = ("413.html", "提交的内容过大", "What you sent is too large")


def strange_host(client: Client) -> HttpResponse:
    return client.get("/", headers={"host": "elsewhere.example"})


def half_a_form(client: Client) -> HttpResponse:
    return client.post("/dossiers/new/product/", b"--x\r\n", content_type="multipart/form-data")


def forbidden(client: Client) -> HttpResponse:
    return client.get("/forbidden/")


def nowhere(client: Client) -> HttpResponse:
    return client.get("/nowhere/")


def broken(client: Client) -> HttpResponse:
    return client.get("/broken/")


def without_token(client: Client) -> HttpResponse:
    client.handler.enforce_csrf_checks = True
    return client.post("/elder-mode/", {"next": "/"})


def too_large(client: Client) -> HttpResponse:
    return client.post(
        "/dossiers/new/product/", {"name": "茶" * settings.DATA_UPLOAD_MAX_MEMORY_SIZE}
    )


def too_many(client: Client) -> HttpResponse:
    return client.post("/desk/bulk/", {f"row{n}": "1" for n in range(1500)})


def too_often(client: Client) -> HttpResponse:
    del client.cookies[settings.SESSION_COOKIE_NAME]
    client.post("/account/signup/")
    return client.post("/account/signup/")


# How to get there: the status, the template, and its title in both languages.
ERRORS: dict[str, tuple[Callable[[Client], HttpResponse], int, str, str, str]] = {
    "strange host": (strange_host, 400, *UNREADABLE),
    "half a form": (half_a_form, 400, *UNREADABLE),
    "no right": (forbidden, 403, "403.html", "您没有办理权限", "You may not do this"),
    "no token": (
        *(without_token, 403, "403_csrf.html"),
        *("页面打开时间过长", "This page was open for too long"),
    ),
    "nothing there": (nowhere, 404, "404.html", "没有找到这个页面", "This page was not found"),
    "too large": (too_large, 413, *TOO_LARGE),
    "too many": (too_many, 413, *TOO_LARGE),
    "too often": (too_often, 429, "429.html", "尝试次数过多", "Too many attempts"),
    "our fault": (
        *(broken, 500, "500.html"),
        *("系统出了点问题", "Something went wrong on our side"),
    ),
}


@pytest.mark.parametrize("case", ERRORS)
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_each_fault_has_its_page_in_the_readers_language(
    case: str, language: str, settings: Any
) -> None:
    settings.ACCOUNT_RATE_LIMITS = settings.ACCOUNT_RATE_LIMITS | {"signup": "1/m/ip"}
    provoke, status, template, chinese, english = ERRORS[case]
    client = Client(raise_request_exception=False)
    client.force_login(UserFactory(official=RUYUAN))
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = language

    answer = provoke(client)

    assert (answer.status_code, answer.templates[0].name) == (status, template)
    page = answer.content.decode()
    (title,) = re.findall(r"<h1>(.*?)</h1>", page)
    assert title == (english if language == "en" else chinese)
    assert f'<html lang="{"en" if language == "en" else "zh-CN"}">' in page
    if language == "en":
        assert leaks(page, data()) == set()
