"""What was sent: one's own, and all of it for those who look after it."""

from __future__ import annotations

import io
from datetime import datetime
from typing import Any

import pytest
from django.test import Client
from python_calamine import CalamineWorkbook

from portal.accounts.models import User
from portal.clock import SHANGHAI
from portal.jobs.domain import run_due
from portal.notices.domain import send_email, send_text
from portal.notices.models import Message
from tests.factories import UserFactory

pytestmark = [pytest.mark.django_db, pytest.mark.sqlite]
OWN, LOG, EXPORT = "/notices/sent/", "/messages/", "/messages/export/"
ADDRESS = "li.du@163.com"


def text_to(user: User, body: str = "验证码 123456") -> Message:
    return send_text(phone=user.phone, body=body, event="account.code", recipient=user)


def mail_to(user: User) -> Message:
    words = {"subject": "题", "lines": ["密件"], "event": "submission.return"}
    return send_email(email=ADDRESS, recipient=user, **words)


def table(response: Any) -> list[Message]:
    return list(response.context["page_obj"])


@pytest.fixture
def mixed(reader: User, other: User, settings: Any) -> dict[str, Message]:
    """One message in each state: a mail sent, a text failed, a text waiting."""
    sent = mail_to(reader)
    run_due()
    settings.DEMONSTRATION = False
    failed = text_to(reader)
    run_due()
    settings.DEMONSTRATION = True
    return {"sent": sent, "failed": failed, "waiting": text_to(other)}


def test_a_person_sees_what_was_sent_to_them_and_how_it_went(
    client: Client, reader: User, mixed: dict[str, Message]
) -> None:
    client.force_login(reader)
    page = client.get(OWN)
    assert table(page) == [mixed["failed"], mixed["sent"]]
    words = page.content.decode()
    for shown in (
        "手机验证码",
        "138****8000",
        "未送达",
        "您的申报被退回",
        "l***@163.com",
        "已发出",
    ):
        assert shown in words
    assert "项目办已能看到并可重新发送" in words
    # Why it failed is said in the words of those who run the portal.
    for hidden in ("NOTICES_SMS_ADAPTER", "123456", "密件", "13800138000", ADDRESS, "/work/"):
        assert hidden not in words


@pytest.mark.usefixtures("mixed")
def test_only_those_who_look_after_it_see_the_whole_log(client: Client, reader: User) -> None:
    for user, status in (
        (UserFactory(staff=True), 200),
        (UserFactory(admin=True), 200),
        (UserFactory(auditor=True), 200),
        (UserFactory(official="440232"), 404),
        (reader, 404),
    ):
        client.force_login(user)
        for address in (LOG, EXPORT):
            response = client.get(address)
            assert response.status_code == status
            if response.streaming:
                b"".join(response.streaming_content)


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ({}, ["waiting", "failed", "sent"]),
        ({"state": "sent"}, ["sent"]),
        ({"state": "failed"}, ["failed"]),
        ({"state": "waiting"}, ["waiting"]),
        ({"channel": "email"}, ["sent"]),
        ({"channel": "sms"}, ["waiting", "failed"]),
        ({"channel": "pigeon", "state": "sent"}, ["sent"]),
        ({"day": "2023-10-23"}, ["waiting", "failed", "sent"]),
        ({"day": "2023-10-22"}, []),
        ({"sort": "old"}, ["sent", "failed", "waiting"]),
    ],
)
def test_the_log_is_narrowed_by_channel_state_and_day(
    client: Client, mixed: dict[str, Message], query: dict[str, str], names: list[str]
) -> None:
    client.force_login(UserFactory(staff=True))
    assert table(client.get(LOG, query)) == [mixed[name] for name in names]


def test_a_day_is_a_day_of_shanghai(client: Client, reader: User) -> None:
    client.force_login(UserFactory(staff=True))
    early, late = text_to(reader), text_to(reader)
    for message, hour in ((early, (22, 23)), (late, (23, 0))):
        at = datetime(2023, 10, hour[0], hour[1], 59, tzinfo=SHANGHAI)
        Message.objects.filter(pk=message.pk).update(created_at=at)
    assert table(client.get(LOG, {"day": "2023-10-22"})) == [early]
    assert table(client.get(LOG, {"day": "2023-10-23"})) == [late]


def test_a_failed_message_leads_to_its_work_for_those_who_can_retry_it(
    client: Client, mixed: dict[str, Message]
) -> None:
    link = f'href="/work/{mixed["failed"].work_id}/"'
    client.force_login(UserFactory(auditor=True))
    assert link not in client.get(LOG).content.decode()
    client.force_login(UserFactory(staff=True))
    assert client.get(LOG).content.decode().count('href="/work/') == 2  # and the menu's
    assert link in client.get(LOG).content.decode()
    client.post(f"/work/{mixed['failed'].work_id}/retry/")
    run_due()
    assert table(client.get(LOG, {"state": "failed"})) == []
    assert Message.objects.get(pk=mixed["failed"].pk).state == "sent"


@pytest.mark.usefixtures("mixed")
def test_the_export_is_the_filtered_list_masked_and_without_texts(client: Client) -> None:
    client.force_login(UserFactory(auditor=True))
    response = client.get(EXPORT, {"state": "failed"})
    data = b"".join(response.streaming_content)
    book = CalamineWorkbook.from_filelike(io.BytesIO(data))
    heading, *rows = book.get_sheet_by_index(0).to_python()
    assert heading == [
        "时间",
        "事项",
        "渠道",
        "收件人",
        "手机号或邮箱",
        "状态",
        "理由",
        "已尝试次数",
        "发送时间",
    ]
    assert len(rows) == 1
    assert rows[0][1:6] == ["手机验证码", "短信", "李读", "138****8000", "未送达"]
    assert rows[0][6].startswith("短信没有发出")
    assert rows[0][7:] == [1.0, ""]


def test_staff_find_the_log_beside_their_notices_and_others_do_not(
    client: Client, reader: User
) -> None:
    client.force_login(UserFactory(staff=True))
    assert f'href="{LOG}"' in client.get("/notices/").content.decode()
    client.force_login(reader)
    assert f'href="{LOG}"' not in client.get("/notices/").content.decode()


def test_the_demonstration_shows_its_mails_and_production_does_not(
    client: Client, reader: User, settings: Any
) -> None:
    mail_to(reader)
    words = client.get("/demonstration/mails/").content.decode()
    for shown in ("题", "密件", "l***@163.com", "排队中"):
        assert shown in words
    assert ADDRESS not in words
    assert "密件" not in client.get("/demonstration/messages/").content.decode()
    settings.DEMONSTRATION = False
    assert client.get("/demonstration/mails/").status_code == 404
