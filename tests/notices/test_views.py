from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from portal.accounts.models import User
from portal.jobs.domain import run_due
from portal.notices.domain import notify, send_text
from portal.notices.models import Notice

pytestmark = pytest.mark.django_db
LIST = "/notices/"
MSGID = "“%(title)s” is published."


def tell(person: User, title: str = "乳源彩石", url: str = "/notices/") -> Notice:
    told = notify(
        recipients=[person],
        event="submission.approve",
        msgid=MSGID,
        params={"title": title},
        url=url,
    )
    return told[0]


def test_the_list_shows_the_readers_own_newest_first(
    client: Client, reader: User, other: User
) -> None:
    client.force_login(reader)
    first, second = tell(reader, "甲"), tell(reader, "乙")
    tell(other, "丙")
    page = client.get(reverse("notices"))
    assert list(page.context["page_obj"]) == [second, first]
    assert page.context["unread"] == 2
    text = page.content.decode()
    assert "“乙”已发布。" in text
    assert "丙" not in text


def test_an_empty_list_says_so(client: Client, reader: User) -> None:
    client.force_login(reader)
    assert "还没有消息" in client.get(LIST).content.decode()


def test_looking_at_the_list_reads_nothing(client: Client, reader: User) -> None:
    client.force_login(reader)
    notice = tell(reader)
    client.get(LIST)
    assert client.get(reverse("notice-open", args=[notice.pk])).status_code == 405
    notice.refresh_from_db()
    assert notice.read_at is None


@pytest.mark.parametrize(("url", "to"), [("/work/", "/work/"), ("", LIST)])
def test_opening_marks_it_read_and_goes_there(
    client: Client, reader: User, url: str, to: str
) -> None:
    client.force_login(reader)
    notice, rest = tell(reader, url=url), tell(reader)
    response = client.post(reverse("notice-open", args=[notice.pk]))
    assert (response.status_code, response["Location"]) == (302, to)
    notice.refresh_from_db()
    rest.refresh_from_db()
    assert notice.read_at is not None
    assert rest.read_at is None


def test_a_row_that_leads_away_is_not_followed(client: Client, reader: User) -> None:
    client.force_login(reader)
    notice = tell(reader)
    Notice.objects.update(url="//evil.example/")
    assert client.post(reverse("notice-open", args=[notice.pk]))["Location"] == LIST


def test_another_persons_notice_is_not_there(client: Client, reader: User, other: User) -> None:
    client.force_login(reader)
    notice = tell(other)
    assert client.post(reverse("notice-open", args=[notice.pk])).status_code == 404
    client.post(reverse("notices-read"))
    notice.refresh_from_db()
    assert notice.read_at is None


def test_all_are_marked_read_at_once(client: Client, reader: User) -> None:
    client.force_login(reader)
    tell(reader)
    tell(reader)
    page = client.post(reverse("notices-read"), follow=True)
    assert "已将 2 条消息标为已读。" in page.content.decode()
    assert not Notice.objects.unread().exists()
    assert "没有未读消息" in client.post(reverse("notices-read"), follow=True).content.decode()


@pytest.mark.parametrize(
    ("name", "method"), [("notices", "get"), ("notices-read", "post"), ("notice-open", "post")]
)
def test_nobody_reads_without_signing_in(
    client: Client, reader: User, name: str, method: str
) -> None:
    notice = tell(reader)
    url = reverse(name, args=[notice.pk] if name == "notice-open" else [])
    response = getattr(client, method)(url)
    assert response.status_code == 302
    assert response["Location"].startswith(reverse("account_login"))
    notice.refresh_from_db()
    assert notice.read_at is None


def queries_of_list(client: Client) -> tuple[int, int]:
    """Queries and rows; the session is left out, on SQLite it lives in another database."""
    with CaptureQueriesContext(connection) as queries:
        page = client.get(LIST)
    counted = [query for query in queries if "django_session" not in query["sql"]]
    return len(counted), len(page.context["page_obj"])


def test_the_list_takes_the_same_queries_for_one_row_and_for_thirty(
    client: Client, reader: User
) -> None:
    client.force_login(reader)
    tell(reader)
    client.get(LIST)
    # User, count, rows, unread here, hats, unread in the head of the page.
    assert queries_of_list(client) == (6, 1)
    for _number in range(29):
        tell(reader)
    assert queries_of_list(client) == (6, 30)


def test_the_demonstration_shows_its_texts_to_everybody_with_masked_numbers(
    client: Client,
) -> None:
    send_text(phone="13800138000", body="验证码 123456")
    run_due()
    send_text(phone="13900139000", body="尚未发出")
    page = client.get(reverse("demonstration-messages"))
    text = page.content.decode()
    assert [message.phone for message in page.context["page_obj"]] == ["13900139000", "13800138000"]
    assert "138****8000" in text
    assert "验证码 123456" in text
    assert "13800138000" not in text
    assert "排队中" in text


def test_production_has_no_page_of_texts(client: Client, reader: User, settings: Any) -> None:
    settings.DEMONSTRATION = False
    send_text(phone="13800138000", body="验证码 123456")
    assert client.get(reverse("demonstration-messages")).status_code == 404
    client.force_login(reader)
    assert client.get(reverse("demonstration-messages")).status_code == 404
