"""Keys: issued, used, ended; who gets in with one and who does not."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import get_resolver, reverse
from django.utils import timezone

from portal.accounts.actor import Actor
from portal.accounts.domain import end_membership
from portal.accounts.enums import Role
from portal.api import domain, rules
from portal.api.enums import Scope
from portal.api.models import Key
from portal.audit.models import Entry
from portal.regions.models import City, County
from portal.verdict import RuleBroken
from tests.answers import content, signed_in
from tests.api.world import FEED, NEW, PRODUCTS, Machine, issue, machine, platform
from tests.factories import RUYUAN, SHAOGUAN, XINFENG, MembershipFactory, UserFactory
from tests.routes import every_route, own_routes

pytestmark = pytest.mark.django_db
ME = "/api/v1/me/"


def test_the_secret_is_shown_once_and_stands_nowhere():
    admin = UserFactory(admin=True)
    owner = UserFactory(official=RUYUAN, username="liuke")
    client = signed_in(admin)
    answer = client.post(
        reverse("key-new"),
        {
            "name": "县农业系统",
            "owner": "liuke",
            "scopes": [Scope.READ, Scope.FEED],
            "county": RUYUAN,
            "expires_on": (timezone.now() + timedelta(days=30)).date().isoformat(),
        },
    )
    secret = answer.context["secret"]
    assert secret in content(answer)
    assert answer["Cache-Control"].startswith("max-age=0, no-cache, no-store")
    key = Key.objects.get()
    assert (key.owner, key.county_id, key.scopes) == (owner, RUYUAN, ["products:read", "feed:read"])
    assert key.prefix == secret[:12]
    assert secret not in str(list(Key.objects.values()))
    assert secret not in content(client.get(reverse("key", args=[key.pk])))
    entry = Entry.objects.get(act="api.issue_key")
    assert (entry.user, entry.data["prefix"], entry.data["scopes"]) == (
        admin,
        key.prefix,
        key.scopes,
    )
    assert secret not in str(entry.data)
    assert Machine(secret).get(ME).json()["name"] == "县农业系统"
    key.refresh_from_db()
    assert key.last_used_at is not None


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("owner", "nobody", "没有"),
        ("scopes", [], "必填"),
        ("expires_on", "2020-01-01", "一年"),
        ("expires_on", "2099-01-01", "一年"),
        ("city", SHAOGUAN, "只能"),
        ("name", "", "必填"),
    ],
)
def test_a_wrong_value_is_said_beside_its_field(field, value, sentence):
    UserFactory(official=RUYUAN, username="liuke")
    values = {
        "name": "县农业系统",
        "owner": "liuke",
        "scopes": [Scope.READ],
        "county": RUYUAN,
        "expires_on": (timezone.now() + timedelta(days=30)).date().isoformat(),
    }
    answer = signed_in(UserFactory(admin=True)).post(reverse("key-new"), values | {field: value})

    assert list(answer.context["form"].errors) == [field]
    assert not Key.objects.exists()


@pytest.mark.parametrize(
    ("traits", "region", "allowed"),
    [
        ({"official": RUYUAN}, {"county": RUYUAN}, True),
        ({"official": RUYUAN}, {"county": XINFENG}, False),
        ({"official": RUYUAN}, {"city": SHAOGUAN}, False),
        ({"official": RUYUAN}, {}, False),
        ({"official_of_city": SHAOGUAN}, {"city": SHAOGUAN}, True),
        ({"official_of_city": SHAOGUAN}, {"county": RUYUAN}, True),
        ({"official_of_city": SHAOGUAN}, {"city": "440100"}, False),
        ({"staff": True}, {}, True),
        ({"staff": True}, {"county": RUYUAN}, True),
        ({"auditor": True}, {}, False),
        ({"merchant": True}, {"county": RUYUAN}, False),
        ({}, {}, False),
    ],
)
def test_a_key_reaches_no_further_than_its_owners_office(traits, region, allowed):
    places = {
        "county": County.objects.filter(pk=region.get("county")).first(),
        "city": City.objects.filter(pk=region.get("city")).first(),
    }
    assert bool(rules.may_hold(owner=UserFactory(**traits), **places)) == allowed


def test_only_administrators_issue_and_values_are_checked_below_the_page_too():
    staff = Actor.of(UserFactory(staff=True))
    with pytest.raises(RuleBroken, match="系统管理员"):
        issue(actor=staff)
    with pytest.raises(ValidationError):
        issue(scopes=["everything"])
    with pytest.raises(ValidationError):
        issue(expires_at=timezone.now() + timedelta(days=rules.MOST_DAYS + 1))
    assert not Key.objects.exists()


def test_the_database_holds_what_a_key_must_be():
    key, _secret = issue()
    for change in (
        {"city_id": SHAOGUAN},
        {"expires_at": key.created_at},
        {"expires_at": None},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            Key.objects.filter(pk=key.pk).update(**change)


def test_a_key_ends_by_its_day_by_revoking_and_with_its_owner():
    key, secret = issue()
    client = Machine(secret)
    assert client.get(ME).status_code == 200
    with time_machine.travel(timezone.now() + timedelta(days=31)):
        answer = client.get(ME)
        assert (answer.status_code, answer.json()["detail"]) == (
            401,
            "这个密钥已过期，请申请新的。",
        )
    domain.revoke_key(key=key, actor=Actor.of(key.owner))
    assert client.get(ME).json()["detail"] == "这个密钥已被吊销。"
    with pytest.raises(RuleBroken):
        domain.revoke_key(key=key, actor=Actor.of(key.owner))
    assert Entry.objects.get(act="api.revoke_key").data == {"prefix": key.prefix}

    second, secret = issue()
    client = Machine(secret)
    role = second.owner.memberships.get()
    end_membership(membership=role, actor=Actor.of(UserFactory(admin=True)))
    assert client.get(ME).status_code == 401
    third, secret = issue()
    third.owner.is_active = False
    third.owner.save()
    assert Machine(secret).get(ME).status_code == 401


@pytest.mark.parametrize(
    ("header", "status"),
    [
        ("", 401),
        ("Bearer", 401),
        ("Bearer bqw_nobody", 401),
        ("Bearer \xe9", 401),
        ("Basic dXNlcjpwYXNz", 401),
    ],
)
def test_who_is_not_known_gets_nothing_and_a_word_what_to_do(header, status):
    answer = Client().get(PRODUCTS, headers={"Authorization": header})

    assert answer.status_code == status
    assert answer["WWW-Authenticate"] == 'Bearer realm="api"'
    assert answer["Content-Type"] == "application/problem+json"
    assert set(answer.json()) == {"type", "title", "status", "detail"}


@pytest.mark.parametrize(
    ("scopes", "opens"),
    [
        ([Scope.READ], {"list"}),
        ([Scope.WRITE], {"file"}),
        ([Scope.FEED], {"feed"}),
        ([Scope.WEBHOOKS], {"webhooks"}),
        (Scope.values, {"list", "file", "feed", "webhooks"}),
    ],
)
def test_a_scope_opens_what_it_names_and_nothing_else(scopes, opens):
    client = machine(scopes=list(scopes))
    statuses = {
        "list": client.get(PRODUCTS).status_code,
        "file": client.post(PRODUCTS, {"fields": NEW}).status_code,
        "feed": client.get(FEED).status_code,
        "webhooks": client.get("/api/v1/webhooks/products/").status_code,
    }
    assert {name for name, status in statuses.items() if status in {200, 201}} == opens
    assert {s for name, s in statuses.items() if name not in opens} <= {403}


def test_every_address_for_machines_is_closed_to_who_shows_nothing(settings):
    settings.API_STRANGERS_A_MINUTE = 1_000
    open_to_all = {"api-schema", "api-docs"}
    client, found = Client(), {}
    for name, arguments in own_routes():
        if not name.startswith("api-") or name in open_to_all:
            continue
        known = {"code": "SP1", "pk": 1, "upload": UUID(int=1), "sha256": "0" * 64}
        kwargs = {argument: known[argument] for argument in arguments}
        for method in ("GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"):
            answer = client.generic(method, reverse(name, kwargs=kwargs))
            found[name, method] = answer.status_code
    closed = {key: status for key, status in found.items() if key[0] != "api-nothing"}
    assert len(closed) >= 9 * 7
    assert set(closed.values()) == {401}
    assert {status for key, status in found.items() if key[0] == "api-nothing"} == {404}


def test_a_head_is_answered_as_its_get_without_a_body():
    client = machine()
    for url in (PRODUCTS, FEED, ME):
        answer = client.send("HEAD", url)
        assert (answer.status_code, answer.content) == (200, b""), url
    assert client.send("HEAD", f"{PRODUCTS}bulk/").status_code == 405
    assert client.send("PUT", PRODUCTS).status_code == 405
    assert client.send("OPTIONS", PRODUCTS)["Allow"] == "GET, POST, HEAD, OPTIONS"


def test_each_view_names_a_scope_for_each_of_its_methods():
    from portal.api.authentication import IsPublic

    views = [
        pattern.callback.cls
        for _name, pattern in every_route(get_resolver().url_patterns)
        if hasattr(pattern.callback, "cls")
    ]
    assert len(views) >= 10
    for view in views:
        methods = {m.upper() for m in view.http_method_names if hasattr(view, m)} - {"OPTIONS"}
        if IsPublic not in view.permission_classes:
            assert set(view.scopes) == methods, view


def test_people_use_their_session_with_a_csrf_token():
    owner = UserFactory(official=RUYUAN)
    client = Client(enforce_csrf_checks=True)
    client.force_login(owner)
    assert client.get(PRODUCTS).status_code == 200
    body = '{"fields": {"name": "茶"}}'
    answer = client.post(PRODUCTS, body, content_type="application/json")
    assert (answer.status_code, answer["Content-Type"]) == (403, "application/problem+json")
    client.get(reverse("profile"))
    token = client.cookies["csrftoken"].value
    answer = client.post(
        PRODUCTS, body, content_type="application/json", headers={"X-CSRFToken": token}
    )
    assert answer.status_code == 201
    # Webhooks belong to a key.
    assert client.get("/api/v1/webhooks/products/").status_code == 404


def test_a_person_without_second_step_or_consent_is_told_so_in_json(settings):
    owner = UserFactory(official=RUYUAN)
    client = signed_in(owner)
    settings.SECOND_FACTOR_REQUIRED = True
    answer = client.get(PRODUCTS)
    assert (answer.status_code, answer["Content-Type"]) == (403, "application/problem+json")
    settings.SECOND_FACTOR_REQUIRED = False
    owner.privacy_version = "1"
    owner.save()
    assert client.get(PRODUCTS).status_code == 403
    # A machine has agreed to nothing and needs no second step: its key was issued by who had.
    settings.SECOND_FACTOR_REQUIRED = True
    assert machine(owner=owner, county=County.objects.get(pk=RUYUAN)).get(ME).status_code == 200


def test_a_key_leaves_of_its_owners_rights_those_in_its_region():
    owner = UserFactory(official=RUYUAN)
    MembershipFactory(user=owner, role=Role.OFFICIAL, county_id=XINFENG)
    MembershipFactory(user=owner, role=Role.STAFF)
    client = machine(owner=owner, county=County.objects.get(pk=XINFENG))

    made = client.post(PRODUCTS, {"fields": {"name": "茶"}})

    assert made.json()["county"]["code"] == XINFENG
    assert [r["code"] for r in client.get(PRODUCTS).json()["results"]] == [made.json()["code"]]
    ruyuan = machine(owner=owner, county=County.objects.get(pk=RUYUAN))
    assert ruyuan.get(made["Location"]).status_code == 404


def test_too_many_requests_are_told_when_to_come_again(settings):
    settings.API_REQUESTS_A_MINUTE = 2
    settings.API_STRANGERS_A_MINUTE = 1
    with time_machine.travel("2026-01-01T00:00:15Z", tick=False):
        client, other = machine(), machine()
        assert [client.get(ME).status_code for _ in range(3)] == [200, 200, 429]
        answer = client.get(ME)
        assert answer["Retry-After"] == "46"
        assert answer["Content-Type"] == "application/problem+json"
        assert other.get(ME).status_code == 200
        # Guessing counts by address, whatever is guessed.
        wrong = [Machine.get(_wrong(n, client), ME).status_code for n in range(3)]
        assert wrong == [401, 429, 429]
        assert client.get("/api/v1/schema/").status_code == 429
    with time_machine.travel("2026-01-01T00:01:00Z", tick=False):
        assert client.get(ME).status_code == 200


def _wrong(number, like):
    again = object.__new__(Machine)
    again.client, again.headers = like.client, {"Authorization": f"Bearer bqw_{number}"}
    return again


def test_owners_see_and_revoke_their_own_keys_and_nobody_elses():
    key, _secret = issue()
    client, stranger = signed_in(key.owner), signed_in(UserFactory(official=XINFENG))
    for name in ("key", "key-revoke"):
        url = reverse(name, args=[key.pk])
        assert client.get(url).status_code == 200
        assert stranger.get(url).status_code == 404
    assert client.get(reverse("key-new")).status_code == 404
    assert key.prefix not in content(stranger.get(reverse("keys")))
    assert key.prefix in content(client.get(reverse("keys-export")))
    assert client.post(reverse("key-revoke", args=[key.pk])).status_code == 302
    key.refresh_from_db()
    assert key.state == "revoked"
    assert key.prefix not in content(client.get(reverse("keys") + "?state=valid"))


def test_the_platforms_key_is_the_provinces():
    answer = machine(owner=platform()).get(ME).json()
    assert (answer["region"], set(answer["scopes"])) == ("全省", set(Scope.values))
