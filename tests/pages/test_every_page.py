"""Every page, walked once with English switched on: its words, its headings, its way home.

Chinese stands only in names, places and what people wrote.
"""

from __future__ import annotations

import html
import itertools
import re
from collections.abc import Iterator

import pytest
from django.apps import apps
from django.conf import settings
from django.urls import reverse

from portal.accounts.models import User
from tests import dossiers, walk
from tests.answers import Browsers
from tests.factories import OrganisationFactory, UserFactory

pytestmark = pytest.mark.django_db

# Full-width punctuation counts: an English sentence with “：” in it was put together in Chinese.
CHINESE = re.compile(r"[\u3001-\u301f\u4e00-\u9fff\uff01-\uff5e]+")
MARKED = re.compile(r"<(\w+)[^>]*\slang=\"zh[^\"]*\"[^>]*>.*?</\1>", re.S)


# The first character of a name, the rest behind stars.
MASKED = re.compile(r"[\u4e00-\u9fff]\*+")
HEADING = re.compile(r"<h([1-6])[ >]")
# Shorter pieces than these prove nothing when runs are taken apart.
SHORTEST = 3
# The programme's own names of its channels, which English gives in brackets beside its words, and
# the unit in which an amount may be typed.
TERMS = ("产品导流", "专题直播", "达人推介", "万")


def data() -> str:
    """Every text people and the regions brought, which no language changes."""
    texts = [str(value) for value in settings.SITE_PROFILE.values()]
    for model in apps.get_models():
        for row in model._default_manager.order_by("pk").values_list():
            texts += [str(value) for value in row if isinstance(value, str | dict | list)]
    return "\n".join(texts)


def leaks(page: str, known: str) -> set[str]:
    """What is Chinese on a page and stands in no row."""
    runs = CHINESE.findall(MASKED.sub("", html.unescape(MARKED.sub("", page))))
    return {run for run in runs if run not in TERMS and not stands_in(run, known)}


def stands_in(run: str, known: str) -> bool:
    """Whether a run is data, or several pieces of data side by side, as town and address are."""
    if len(run) == 1 and run not in CHINESE.findall(known):
        # 元 is part of many a name, and still no English.
        return False
    if run in known:
        return True
    ends = range(len(run) - SHORTEST, SHORTEST - 1, -1)
    return any(run[:end] in known and stands_in(run[end:], known) for end in ends)


def addresses(side: walk.Side) -> Iterator[tuple[str, User | None, str]]:
    """Every page: its name, who opens it, and where it is."""
    for name, fill in walk.PUBLIC.items():
        yield name, None, reverse(name, kwargs=fill(side))
    for name, kwargs in walk.FORMS.items():
        yield name, side.official, reverse(name, kwargs=kwargs)
    rows = {**walk.ROWS, **walk.SHARED, **walk.OPEN}
    yield from (
        (name, getattr(side, stop.who), walk.address(name, stop, side))
        for name, stop in rows.items()
    )
    for name, stop in walk.ADMIN_ROWS.items():
        yield name, side.admin, walk.address(name, stop, side)
    for name in walk.LISTS:
        for user in (side.official, side.office, side.admin, side.merchant, side.trainee):
            yield name, user, reverse(name)
    for user in (side.maker.user, UserFactory(auditor=True), UserFactory()):
        yield "home", user, reverse("home")
    for name in ("account_login", "account_signup", "account_reset_password"):
        yield name, None, reverse(name)
    for name in ("account_change_password", "mfa_index", "usersessions_list", "account_logout"):
        yield name, side.official, reverse(name)


def crooked(page: str) -> str:
    """What is wrong with a page's headings: one title, and no step left out below it."""
    levels = [int(level) for level in HEADING.findall(page)]
    if levels.count(1) != 1:
        return f"{levels.count(1)} titles"
    steps = [below - above for above, below in itertools.pairwise(levels)]
    return f"steps {levels}" if max(steps, default=1) > 1 or levels[0] != 1 else ""


def test_every_page_speaks_english_and_is_built_alike() -> None:
    side = walk.Side(dossiers.RUYUAN)
    stops = list(addresses(side))
    known, found, built, seen, browsers = data(), {}, {}, set(), Browsers()
    for name, user, address in stops:
        client = browsers(user)
        client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
        answer = client.get(address)
        if answer.streaming:
            b"".join(answer.streaming_content)  # closes the file
        elif answer.status_code == 200 and answer["Content-Type"].startswith("text/html"):
            seen.add(name)
            page = answer.content.decode()
            if wrong := leaks(page, known):
                found[f"{name} {user}"] = wrong
            # The design page shows heads of pages too.
            if name != "design" and (wrong := crooked(page)):
                built[f"{name} {user}"] = wrong
            if name != "home" and 'class="crumbs' not in page:
                built[f"{name} {user}"] = "no way home"
    assert found == {}
    assert built == {}
    assert len(seen) > 60


def test_the_walk_would_notice() -> None:
    OrganisationFactory(name="瑶山茶业合作社")
    known = data()
    assert leaks('<p title="瑶山茶业">Tea of 瑶山茶业合作社: 已发布</p>', known) == {"已发布"}
    OrganisationFactory(name="三元村合作社")
    assert leaks("<p>¥39.90 元 of 盘**</p>", data()) == {"元"}
    assert leaks('<button lang="zh-CN">中文</button> Submitted：', known) == {"："}
