"""The first page of every role with something on it; `docs/home.md` shows these pictures."""

from __future__ import annotations

import pytest

from creators.domain import take_task
from portal.accounts.actor import Actor
from portal.accounts.models import User
from portal.jobs.domain import enqueue
from tests import dossiers
from tests.browser.conftest import People
from tests.browser.look import Look
from tests.creators import world as works
from tests.factories import RUYUAN, OrganisationFactory, UserFactory
from tests.training import test_domain as classes

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("live_server")]


def county() -> User:
    """An official of 乳源 with dossiers of their own and of a colleague."""
    official = UserFactory(official=RUYUAN, full_name="盘志明")
    colleague = Actor.of(UserFactory(official=RUYUAN, full_name="赵春兰"))
    owner = Actor.of(official)
    dossiers.product_in("submitted", owner=colleague, name="乳源瑶山茶")
    dossiers.product_in("submitted", owner=colleague, name="大布腐竹")
    dossiers.product_in("endorsed", owner=owner, name="大桥高山油菜心")
    dossiers.product_in("returned", owner=owner, name="必背瑶绣香囊")
    dossiers.draft_product(owner, name="一六茶叶")
    return official


def merchant() -> User:
    """A merchant with a draft and a returned product."""
    organisation = OrganisationFactory(county_id=RUYUAN, name="乳源瑶山茶业专业合作社")
    user = UserFactory(merchant=organisation, full_name="赵三妹")
    owner = Actor.of(user)
    dossiers.draft_product(owner, name="瑶山红茶")
    dossiers.product_in("returned", owner=owner, name="瑶山绿茶")
    return user


def creator() -> User:
    """A creator with a task in hand."""
    user = UserFactory(creator=True, full_name="盘小燕")
    works.verified(Actor.of(user), "瑶山阿妹")
    take_task(task=works.task(dossiers.staff()), actor=Actor.of(user))
    return user


def trainee() -> User:
    """A trainee with a seat in a class."""
    user = UserFactory(trainee=True, full_name="邓志强")
    classes.enrol(classes.planned(seats=20), Actor.of(user))
    return user


def test_the_home_of_every_role(people: People, look: Look) -> None:
    homes = {
        "official": county(),
        "merchant": merchant(),
        "creator": creator(),
        "trainee": trainee(),
        "office": UserFactory(staff=True, full_name="陈雅文"),
        "admin": UserFactory(admin=True, full_name="王建国"),
        "auditor": UserFactory(auditor=True, full_name="林秋月"),
    }
    enqueue(kind="notices.sms", key="月报", payload={"message": 0}, asked_by=homes["office"])
    for role, user in homes.items():
        page = people(user)
        # The answer to signing in is no part of the home page.
        page.goto("/")
        look(page, f"home-of-{role}")
    page = people.visitor()
    page.goto("/")
    look(page, "home-of-everyone")
