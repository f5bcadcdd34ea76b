"""An administrator issues a key; a system uses it; the key is revoked and opens nothing more."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from playwright.sync_api import expect

from portal.api.models import Key
from tests import dossiers
from tests.api import world
from tests.browser.conftest import People
from tests.browser.look import Look
from tests.browser.steps import fill, follow, press, told
from tests.factories import RUYUAN, UserFactory

pytestmark = pytest.mark.browser


def ask(secret: str) -> int:
    return Client().get(world.PRODUCTS, headers={"Authorization": f"Bearer {secret}"}).status_code


def test_a_key_is_issued_used_and_revoked(people: People, look: Look) -> None:
    UserFactory(official=RUYUAN, username="liuke", full_name="刘科")
    page = people(UserFactory(admin=True, full_name="管理员"))
    page.goto("/keys/")
    look(page, "keys-none")
    follow(page, "签发密钥")
    fill(page, 名称="县农业系统", 代表谁="没有这人")
    page.get_by_label("读取产品").check()
    page.get_by_label("县区").select_option(RUYUAN)
    end = timezone.now() + timedelta(days=90)
    page.get_by_label("有效期至").fill(end.date().isoformat())
    press(page, "签发密钥")
    look(page, "key-new-fault")
    fill(page, 代表谁="liuke")
    press(page, "签发密钥")
    secret = page.locator("main code").inner_text()
    look(page, "key-issued")
    assert ask(secret) == 200

    follow(page, "查看这个密钥")
    expect(page.get_by_role("main")).not_to_contain_text(secret)
    row = dossiers.product_in("published")
    world.sent(Key.objects.get(), row)
    page.reload()
    look(page, "key")
    page.goto("/webhooks/")
    look(page, "webhook-log")
    follow(page, row.code)
    look(page, "webhook-delivery")
    page.goto("/keys/")
    look(page, "keys")
    follow(page, "县农业系统")
    follow(page, "吊销密钥")
    look(page, "key-revoke")
    press(page, "吊销密钥")
    told(page, "密钥已吊销，不能再使用。")
    assert ask(secret) == 401


def test_the_interface_is_explained_and_tried_without_anything_from_elsewhere(
    people: People, look: Look
) -> None:
    page = people.visitor()
    page.goto("/api/docs/")
    look(page, "api-docs")
    page.goto("/api/docs/?try=1")
    expect(page.get_by_text("/api/v1/feed/products/").first).to_be_visible()
    assert json.loads(page.request.get("/api/v1/schema/").body())["openapi"] == "3.1.0"
