from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from portal.accounts.models import User
from portal.audit.models import Entry
from portal.jobs import domain
from portal.jobs.domain import enqueue, take
from portal.jobs.models import Work
from portal.verdict import RuleBroken

KIND = "notices.sms"
pytestmark = pytest.mark.django_db


def running(key: str, asked_by: User | None = None, total: int = 0) -> Work:
    held = take(work_id=enqueue(kind=KIND, key=key, asked_by=asked_by, total=total).pk)
    assert held is not None
    return held


def parked(key: str, asked_by: User | None = None, reason: str = "第3行没有日期。") -> Work:
    held = running(key, asked_by)
    domain.fail(work=held, error=RuleBroken(reason))
    held.refresh_from_db()
    return held


def detail(work: Work) -> str:
    return reverse("work-detail", args=[work.pk])


def retry(work: Work) -> str:
    return reverse("work-retry", args=[work.pk])


def shown(response: Any) -> list[int]:
    assert response.status_code == 200
    return [work.pk for work in response.context["page_obj"]]


def test_staff_see_parked_work_first_then_running_and_not_the_rest(
    client: Client, staff: User, asker: User
) -> None:
    client.force_login(staff)
    first = parked("parked", asker)
    second = running("running", asker, total=4)
    domain.extend(work=second, done=1, total=4)
    domain.finish(work=running("done"))
    enqueue(kind=KIND, key="waiting")
    page = client.get(reverse("work-list"))
    assert shown(page) == [first.pk, second.pk]
    text = page.content.decode()
    assert "第3行没有日期。" in text
    assert "1 / 4 · 25%" in text
    assert "短信 parked" in text


def test_the_state_in_the_address_chooses_and_an_odd_one_is_no_choice(
    client: Client, staff: User
) -> None:
    client.force_login(staff)
    stopped = parked("parked")
    waiting = enqueue(kind=KIND, key="waiting")
    assert shown(client.get(reverse("work-list"), {"state": "waiting"})) == [waiting.pk]
    assert shown(client.get(reverse("work-list"), {"state": "done"})) == []
    assert shown(client.get(reverse("work-list"), {"state": "odd"})) == [stopped.pk]


def test_what_the_reader_asked_for_is_found_again_however_it_stands(
    client: Client, staff: User, asker: User
) -> None:
    stopped, ended = parked("stopped", asker), running("ended", asker)
    domain.finish(work=ended)
    waiting = enqueue(kind=KIND, key="waiting", asked_by=asker)
    parked("somebody else's", staff)
    client.force_login(asker)
    own = {"state": "own"}
    assert shown(client.get(reverse("work-list"), own)) == [waiting.pk, ended.pk, stopped.pk]
    assert f"{reverse('work-list')}?state=own" in client.get(detail(ended)).content.decode()


def test_others_see_their_own_work_and_strangers_get_404(
    client: Client, asker: User, stranger: User
) -> None:
    work = parked("parked", asker)
    client.force_login(asker)
    assert shown(client.get(reverse("work-list"))) == [work.pk]
    assert client.get(detail(work)).status_code == 200
    client.force_login(stranger)
    assert shown(client.get(reverse("work-list"))) == []
    assert client.get(detail(work)).status_code == 404
    assert client.get(detail(work), headers={"HX-Request": "true"}).status_code == 404
    assert client.post(retry(work)).status_code == 404
    work.refresh_from_db()
    assert work.state == "parked"


def test_who_left_the_office_sees_its_work_no_more(client: Client, staff: User) -> None:
    work = parked("parked")
    staff.memberships.update(ended_at=timezone.now())
    client.force_login(staff)
    assert client.get(detail(work)).status_code == 404


@pytest.mark.parametrize("name", ["work-list", "work-detail", "work-retry"])
def test_nobody_sees_work_without_signing_in(client: Client, name: str) -> None:
    work = parked("parked")
    url = reverse(name, args=[] if name == "work-list" else [work.pk])
    response = client.post(url) if name == "work-retry" else client.get(url)
    assert response.status_code == 302
    assert response["Location"].startswith(reverse("account_login"))
    work.refresh_from_db()
    assert work.state == "parked"


def test_staff_try_again_by_post_and_are_told(client: Client, staff: User) -> None:
    client.force_login(staff)
    work = parked("parked")
    assert "重试" in client.get(detail(work)).content.decode()
    assert client.get(retry(work)).status_code == 405
    page = client.post(retry(work), follow=True)
    assert page.redirect_chain == [(detail(work), 302)]
    assert "已重新排队，等待处理。" in page.content.decode()
    work.refresh_from_db()
    assert (work.state, work.reason) == ("waiting", "")
    page = client.post(retry(work), follow=True)
    assert "这项工作已不在搁置状态" in page.content.decode()
    assert Entry.objects.filter(act="work.retry").count() == 1


def test_the_asker_gets_no_button_and_may_not_try_again(client: Client, asker: User) -> None:
    client.force_login(asker)
    work = parked("parked", asker)
    page = client.get(detail(work)).content.decode()
    assert retry(work) not in page
    assert "项目办也能看到这项工作" in page
    assert "请致电项目办" in client.post(retry(work), follow=True).content.decode()
    work.refresh_from_db()
    assert work.state == "parked"


def test_the_error_itself_is_for_the_office_only(client: Client, asker: User, staff: User) -> None:
    work = running("k", asker)
    domain.fail(work=work, error=ValueError("13800138000"))
    client.force_login(asker)
    assert "ValueError" not in client.get(detail(work)).content.decode()
    client.force_login(staff)
    page = client.get(detail(work)).content.decode()
    assert "ValueError" in page
    assert "13800138000" not in page


def test_an_open_page_asks_again_with_and_without_javascript_and_an_ended_one_rests(
    client: Client, asker: User
) -> None:
    client.force_login(asker)
    work = running("k", asker, total=4)
    domain.extend(work=work, done=3, total=4)
    page = client.get(detail(work)).content.decode()
    assert '<noscript><meta http-equiv="refresh" content="5"></noscript>' in page
    assert 'max="4" value="3"' in page
    part = client.get(detail(work), headers={"HX-Request": "true"}).content.decode()
    assert 'hx-trigger="every 3s"' in part
    assert "<html" not in part
    domain.finish(work=work, result={"url": "/products/"})
    page = client.get(detail(work)).content.decode()
    assert "refresh" not in page
    assert "hx-trigger" not in page
    assert 'href="/products/"' in page


@pytest.mark.parametrize("url", ["https://evil.example/", "//evil.example/", "javascript:1", 7])
def test_a_result_never_leads_out_of_the_portal(client: Client, asker: User, url: Any) -> None:
    client.force_login(asker)
    work = running("k", asker)
    domain.finish(work=work, result={"url": url})
    assert "查看结果" not in client.get(detail(work)).content.decode()


def test_a_replaced_row_leads_to_the_newer_one(client: Client, asker: User) -> None:
    client.force_login(asker)
    held = running("k", asker)
    newer = enqueue(kind=KIND, key="k", asked_by=asker)
    domain.fail(work=held, error=ValueError())
    page = client.get(detail(held)).content.decode()
    assert f'href="{detail(newer)}"' in page


def queries_of_list(client: Client) -> tuple[int, int]:
    """Queries and rows; the session is left out, on SQLite it lives in another database."""
    with CaptureQueriesContext(connection) as queries:
        page = client.get(reverse("work-list"))
    counted = [query for query in queries if "django_session" not in query["sql"]]
    return len(counted), len(shown(page))


def test_the_list_takes_the_same_queries_for_one_row_and_for_thirty(
    client: Client, staff: User, asker: User
) -> None:
    client.force_login(staff)
    parked("0", asker)
    client.get(reverse("work-list"))
    # User, hats, count, rows, unread notices.
    assert queries_of_list(client) == (5, 1)
    for number in range(1, 30):
        parked(str(number), asker)
    assert queries_of_list(client) == (5, 30)
