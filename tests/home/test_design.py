"""The page that shows every component: complete, for the staff alone, and keeping nothing."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client

from portal.templatetags import states
from tests.factories import RUYUAN, UserFactory
from tests.fingerprint import fingerprint

pytestmark = pytest.mark.django_db
COMPONENTS = {path.name for path in (Path(settings.BASE_DIR) / "templates/components").iterdir()}


def signed_in(**role: object) -> Client:
    client = Client()
    client.force_login(UserFactory(**role))
    return client


def test_every_component_stands_there_under_its_name() -> None:
    states._clock.cache_clear()  # what was drawn before is not drawn again
    answer = signed_in(staff=True).get("/design/")

    drawn = {template.name for template in answer.templates if template.name}
    assert {
        name.removeprefix("components/") for name in drawn if name.startswith("components/")
    } == COMPONENTS
    page = answer.content.decode()
    sections = {name for name in COMPONENTS if f'id="{name.removesuffix(".html")}"' in page}
    assert sections == COMPONENTS


@pytest.mark.parametrize("role", ["merchant", "creator", "trainee", "auditor"])
def test_nobody_else_knows_of_it(role: str) -> None:
    assert signed_in(**{role: True}).get("/design/").status_code == 404


def test_an_official_gets_404_and_a_visitor_signs_in_first() -> None:
    assert signed_in(official=RUYUAN).get("/design/").status_code == 404
    assert Client().get("/design/")["Location"] == "/account/login/?next=/design/"


def test_who_runs_the_system_sees_it_too() -> None:
    assert "设计规范" in signed_in(admin=True).get("/design/").content.decode()


def test_its_forms_keep_nothing() -> None:
    client = signed_in(staff=True)
    before = fingerprint()

    answer = client.post("/design/", {"name": "瑶山茶"}, follow=True)

    assert "这是示例，没有保存任何内容。" in answer.content.decode()
    after = fingerprint()
    assert [label for label in after if after[label] != before[label]] == []


def test_it_asks_the_database_once_for_the_map(django_assert_num_queries) -> None:
    client = signed_in(staff=True)
    # Who asks (session, person, roles), unread notices, and the counties of the map.
    with django_assert_num_queries(5):
        client.get("/design/")
