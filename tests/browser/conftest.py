"""A browser, people who are signed in, and the look every page is held to.

Pictures of all pages go to the folder SCREENSHOTS names; without it one is taken where a page has a
fault.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from allauth.account.authentication import AUTHENTICATION_METHODS_SESSION_KEY
from django.conf import settings
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, sync_playwright

from portal.accounts.models import User
from tests.browser.look import Look
from tests.browser.steps import press
from tests.factories import PASSWORD

# The smallest phone in use, and a county office's screen.
PHONE = 360
WIDTHS = {PHONE: 740, 1280: 800}
PATIENCE = 10_000  # milliseconds


# Of the package, not of the session: while Playwright runs, its event loop sits in this thread,
# and other tests shall not meet it. Django takes that loop for an asynchronous caller.
@pytest.fixture(scope="package")
def browser(chromium: str) -> Iterator[Browser]:
    with pytest.MonkeyPatch.context() as patch, sync_playwright() as playwright:
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
        program = playwright.chromium.launch(
            executable_path=chromium,
            args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
        )
        yield program
        program.close()


@pytest.fixture
def width(request: pytest.FixtureRequest) -> int:
    """The screen a story is walked on: a phone's, or what its module calls WALKED_AT.

    `look` looks at every page of it on both screens. Where the walk itself must be made on each,
    parametrise `width` with WIDTHS.
    """
    return getattr(request.module, "WALKED_AT", PHONE)


class People:
    """Opens pages as visitors and as people who sign in; collects what goes wrong behind them."""

    def __init__(self, browser: Browser, address: str, width: int) -> None:
        self.browser, self.address, self.width = browser, address, width
        self.contexts: list[BrowserContext] = []
        self.troubles: list[str] = []

    def visitor(self, **options: Any) -> Page:
        """A page of somebody the portal does not know; `options` go to Playwright's context."""
        context = self.browser.new_context(
            base_url=self.address,
            locale="zh-CN",
            timezone_id="Asia/Shanghai",
            viewport={"width": self.width, "height": WIDTHS[self.width]},
            reduced_motion="reduce",
            **options,
        )
        context.set_default_timeout(PATIENCE)
        self.contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: self.troubles.append(str(error)))
        page.on("console", self._hear)
        return page

    def __call__(self, user: User, **options: Any) -> Page:
        """A page of `user`, who has just signed in and is at home.

        The browser is handed the session: the page where one signs in costs as much as three
        others, and `through_the_door` is what proves it.
        """
        page = self.visitor(**options)
        cookie = {"name": settings.SESSION_COOKIE_NAME, "value": session_of(user)}
        page.context.add_cookies([{**cookie, "url": self.address}])
        page.goto("/")
        assert page.url == f"{self.address}/"
        return page

    def through_the_door(self, user: User, **options: Any) -> Page:
        """As a call, by the real page for signing in."""
        page = self.visitor(**options)
        page.goto("/account/login/")
        sign_in(page, user)
        page.wait_for_url(f"{self.address}/")
        return page

    def _hear(self, message: ConsoleMessage) -> None:
        # A page that answers 404 is a matter of the test; a script or a policy that fails is not.
        if message.type == "error" and "Failed to load resource" not in message.text:
            self.troubles.append(message.text)

    def leave(self) -> None:
        """Close every page, so that no request meets tables that are being emptied."""
        for context in self.contexts:
            context.close()


def session_of(user: User) -> str:
    """The key of a session in which `user` has just entered the password."""
    client = Client()
    client.force_login(user)
    session = client.session
    session[AUTHENTICATION_METHODS_SESSION_KEY] = [{"method": "password", "at": time.time()}]
    session.save()
    return session.session_key


def sign_in(page: Page, user: User) -> None:
    """Fill and send the sign-in page that is open."""
    page.get_by_label("用户名或手机号").fill(user.username)
    page.get_by_label("密码").fill(PASSWORD)
    press(page, "登录")


@pytest.fixture
def people(browser: Browser, live_server: Any, width: int) -> Iterator[People]:
    """`people(user)` is a signed-in page; `people.visitor()` is nobody's."""
    there = People(browser, live_server.url, width)
    yield there
    there.leave()
    assert there.troubles == []


@pytest.fixture
def look(request: pytest.FixtureRequest, width: int, tmp_path: Path) -> Look:
    """`look(page, "name")`: see `tests.browser.look`."""
    chosen = "width" in getattr(getattr(request.node, "callspec", None), "params", {})
    others = {} if chosen else {other: WIDTHS[other] for other in WIDTHS if other != width}
    screens = {width: WIDTHS[width], **others}
    wanted = os.environ.get("SCREENSHOTS")
    return Look(Path(wanted or tmp_path), screens, keeps=bool(wanted))
