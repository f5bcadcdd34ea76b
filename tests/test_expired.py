"""A session that ends in a long form loses no word of it: every form of staff, by its page."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from portal.accounts.actor import Actor
from portal.campaigns.models import Campaign
from portal.ledger.models import Account, Transfer
from portal.statements.mending import field_name
from portal.statements.models import Source, Statement
from tests import dossiers
from tests.factories import PASSWORD, UserFactory
from tests.merchants import world as subsidies
from tests.statements import pages
from tests.statements import test_mending as mending
from tests.traffic import world
from traffic import domain
from traffic.models import ExternalId, Placement, UnmatchedDay

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _empty_cache() -> None:
    cache.clear()


@pytest.fixture
def office() -> Actor:
    return dossiers.staff()


@pytest.fixture
def staff(office: Actor) -> Client:
    client = Client()
    sign_in(client, office)
    return client


def sign_in(client: Client, actor: Actor, page: str = "/") -> Any:
    return client.post(
        "/account/login/",
        {"login": actor.person.username, "password": PASSWORD, "next": page},
        follow=True,
    )


def end_session(client: Client) -> None:
    client.session.flush()
    client.cookies.pop("sessionid")


def round_of(office: Actor) -> Any:
    return subsidies.subsidy_round(office, share=0)


def pool_account(office: Actor) -> Account:
    return world.placement(office).account.parent


def transfer(office: Actor) -> Transfer:
    account = pool_account(office)
    pool = account.parent.parent.parent
    moved = domain.move_between(source=pool, target=account, amount=1000, actor=office, reason="给")
    return moved[-1]


@dataclass(frozen=True)
class Form:
    """A page with a form, what is typed there, and what must be there again."""

    page: Callable[[Actor], str]
    typed: dict[str, str] = field(default_factory=dict)


PLACEMENT = {
    "channel": "creator",
    "first_day": "2023-11-01",
    "last_day": "2023-11-30",
    "metric": "plays",
    "external_ids": "7390000000000000017",
}
DAYS = {"first_day": "2023-12-01", "last_day": "2023-12-31"}
FORMS = {
    "scheme": Form(
        lambda office: reverse("subsidy-scheme-new"),
        {"name": "冷链补贴", "summary": "购置冷藏设备，每家至多两万元。"},
    ),
    "round": Form(
        lambda office: reverse("subsidy-round-new", args=[round_of(office).scheme_id]),
        {"name": "冬季轮", "opens": "2023-12-01", "closes": "2023-12-31", "fen": "90000"},
    ),
    "share": Form(
        lambda office: reverse("subsidy-round", args=[round_of(office).pk]),
        {"county": "440232", "fen": "8000.50", "reason": "按冷库缺口测算"},
    ),
    "allot": Form(
        lambda office: reverse("allot", args=[pool_account(office).pk]),
        {"direction": "back", "amount": "500万", "reason": "调剂给徐闻"},
    ),
    "reverse": Form(
        lambda office: reverse("transfer-reverse", args=[transfer(office).pk]),
        {"reason": "记错了县区，改记邻县"},
    ),
    "placement": Form(lambda office: reverse("placement-new"), PLACEMENT),
    "campaign": Form(
        lambda office: reverse("campaign-new"),
        {"name": "年货节", "code": "new-year-2024", "action": "products", **DAYS},
    ),
    "source": Form(
        lambda office: reverse("source-new"),
        {"name": "抖音生活服务日报", "platform": "douyin", "id_kind": "material_id"},
    ),
    "report": Form(lambda office: reverse("statement-land"), DAYS),
    "source expected": Form(
        lambda office: reverse("source-expected", args=[world.source().pk]),
        {"until": "2023-10-31", "reason": "账号已注销"},
    ),
    "source columns": Form(
        lambda office: reverse("source-columns", args=[world.source().pk]),
        {"heading-1": "看见次数", "meaning-1": "impressions"},
    ),
    "category": Form(
        lambda office: reverse("product-category-new"),
        {"code": "honey", "name": "蜂产品", "forbidden": "润肺", "rule_season": "hidden"},
    ),
}


@pytest.mark.parametrize("name", FORMS)
def test_what_was_typed_is_there_again_after_signing_in(name, staff, office):
    page, typed = FORMS[name].page(office), FORMS[name].typed
    before = counts()
    end_session(staff)
    sent = staff.post(page, typed, headers={"Referer": f"http://testserver{page}"}, follow=True)
    assert "您填写的内容已保留" in sent.content.decode()
    answer = sign_in(staff, office, page)
    assert answer.redirect_chain[-1][0] == page
    form = answer.context["form"]
    assert {field: form[field].value() for field in typed} == typed
    assert counts() == before
    # Handed back once.
    assert not staff.get(page).context["form"].is_bound


def counts() -> list[int]:
    models = (Campaign, Account, Transfer, Source, Statement, Placement)
    return [model.objects.count() for model in models]


def test_a_checked_report_is_shown_again_without_choosing_its_file_anew(staff, office):
    shown = pages.show(staff, pages.upload([(world.DAY, world.ID, 100)]))
    land = reverse("statement-land")
    end_session(staff)
    staff.post(
        reverse("statement-take-in"),
        {"token": pages.token(shown)},
        headers={"Referer": f"http://testserver{land}"},
    )
    answer = sign_in(staff, office, land)
    text = pages.words(answer)
    assert "曝光次数 100 100 一致" in text
    assert not Statement.objects.exists()
    pages.take(staff, answer)
    assert Statement.objects.count() == 1
    # Without anything kept the same page asks for a file.
    assert "form" in staff.get(land).context
    assert staff.get(reverse("statement-take-in")).headers["Location"] == land


def test_what_was_said_of_columns_is_used_without_choosing_the_file_anew(staff, office):
    asked = pages.show(staff, pages.upload(mending.STRANGE))
    form, land = asked.context["form"], reverse("statement-land")
    values = {name: form[name].value() or "" for name in form.fields}
    values |= {field_name(heading): field for heading, field in mending.MEANT.items()}
    end_session(staff)
    staff.post(
        reverse("statement-columns"), values, headers={"Referer": f"http://testserver{land}"}
    )
    answer = sign_in(staff, office, land)
    assert "曝光次数 0 105 105" in pages.words(answer)
    assert not Statement.objects.exists()


def test_the_placement_chosen_for_an_id_is_chosen_still(staff, office):
    row = world.placement(office)
    stranger = "7390000000000000999"
    world.land(office, [(world.DAY, stranger, 5)])
    assert UnmatchedDay.objects.count() == 1
    page = f"{reverse('unmatched-match')}?source={world.source().pk}&id={stranger}"
    end_session(staff)
    staff.post(page, {"placement": str(row.pk)}, headers={"Referer": f"http://testserver{page}"})
    answer = sign_in(staff, office, page)
    assert answer.context["form"]["placement"].value() == str(row.pk)
    assert not ExternalId.objects.filter(value=stranger).exists()


def test_another_person_at_the_same_browser_finds_an_empty_form(staff, office):
    page = reverse("subsidy-scheme-new")
    end_session(staff)
    staff.post(page, {"name": "冷链补贴", "summary": "x"})
    answer = sign_in(staff, Actor.of(UserFactory(staff=True)), page)
    assert not answer.context["form"].is_bound
