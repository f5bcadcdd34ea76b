from __future__ import annotations

from datetime import date, datetime
from typing import Any

import pytest
from django.db import transaction
from django.utils.translation import override

from portal.accounts.actor import Actor
from portal.accounts.models import User
from portal.jobs.domain import run_due
from portal.jobs.models import Work
from portal.notices import domain, queries
from portal.notices.domain import notify, send_text
from portal.notices.models import Message, Notice, masked
from tests.notices.gateway import Gateway

pytestmark = [pytest.mark.django_db, pytest.mark.sqlite]

# A message the catalogue has.
MSGID = "“%(title)s” is published."


def tell(*people: User, **words: Any) -> list[Notice]:
    return notify(
        recipients=people,
        msgid=MSGID,
        params={"title": "乳源彩石"},
        **{"event": "submission.approve", **words},
    )


def test_each_recipient_is_told_once(reader: User, other: User) -> None:
    tell(reader, other, reader, url="/products/1/")
    assert set(Notice.objects.values_list("recipient", "event", "msgid", "url", "read_at")) == {
        (reader.pk, "submission.approve", MSGID, "/products/1/", None),
        (other.pk, "submission.approve", MSGID, "/products/1/", None),
    }
    assert not Message.objects.exists()
    assert not Work.objects.exists()


def test_the_reader_reads_it_in_the_language_of_the_page(reader: User) -> None:
    notice = tell(reader)[0]
    assert notice.text == "“乳源彩石”已发布。"
    with override("en"):
        assert notice.text == "“乳源彩石” is published."


def test_its_time_is_the_programmes(reader: User, settings: Any) -> None:
    settings.PROGRAMME_CLOCK = date(2023, 10, 23)
    assert tell(reader)[0].created_at.date() == date(2023, 10, 23)


def test_who_acts_is_not_told_unless_asked(reader: User, other: User) -> None:
    actor = Actor.of(reader)
    assert [notice.recipient for notice in tell(reader, other, actor=actor)] == [other]
    told = tell(reader, other, actor=actor, tell_actor=True)
    assert {notice.recipient for notice in told} == {reader, other}


def test_who_left_is_not_told(reader: User) -> None:
    reader.is_active = False
    reader.save()
    assert tell(reader, event="submission.return") == []
    assert not Notice.objects.exists()
    assert not Message.objects.exists()


def test_nothing_remains_when_the_act_is_rolled_back(reader: User) -> None:
    with transaction.atomic():
        tell(reader, event="submission.return")
        transaction.set_rollback(True)
    assert not Notice.objects.exists()
    assert not Message.objects.exists()
    assert not Work.objects.exists()


def test_a_missing_value_fails_where_it_is_forgotten(reader: User) -> None:
    with pytest.raises(KeyError, match="title"):
        notify(recipients=[reader], event="submission.approve", msgid=MSGID)
    assert not Notice.objects.exists()


@pytest.mark.parametrize("url", ["https://evil.example/", "//evil.example", "products/", "/\\evil"])
def test_a_notice_never_leads_out_of_the_portal(reader: User, url: str) -> None:
    with pytest.raises(ValueError, match="a page of the portal"):
        tell(reader, url=url)
    assert not Notice.objects.exists()


def test_a_text_goes_to_those_with_a_phone_in_chinese(
    reader: User, phoneless: User, capsys: pytest.CaptureFixture[str]
) -> None:
    with override("en"):
        notice = tell(reader, phoneless, event="submission.return", url="/products/1/")[0]
    message = Message.objects.get()
    said = "“乳源彩石”已发布。去补正 http://localhost:8000/products/1/"
    assert (message.phone, message.body, message.sent_at) == ("13800138000", said, None)
    assert (message.recipient, message.notice, message.event) == (
        reader,
        notice,
        "submission.return",
    )
    work = Work.objects.get()
    assert message.work == work
    assert (work.kind, work.key, work.payload) == (
        "notices.sms",
        str(message.pk),
        {"message": message.pk},
    )
    assert run_due() == 1
    assert capsys.readouterr().out == f"SMS {message.pk} 138****8000 {said}\n"
    message.refresh_from_db()
    assert isinstance(message.sent_at, datetime)
    assert Work.objects.get().state == "done"


def test_a_text_that_was_sent_is_not_sent_again(
    capsys: pytest.CaptureFixture[str],
) -> None:
    message = send_text(phone="13800138000", body="一")
    run_due()
    sent_at = Message.objects.get().sent_at
    Work.objects.update(state="waiting", finished_at=None)
    run_due()
    assert capsys.readouterr().out == f"SMS {message.pk} 138****8000 一\n"
    assert Message.objects.get().sent_at == sent_at


def test_a_number_that_is_not_confirmed_gets_no_text(reader: User) -> None:
    reader.phone_verified = False
    reader.save()
    assert len(tell(reader, event="submission.return")) == 1
    assert not Message.objects.exists()


def test_an_event_that_no_room_registers_is_refused(reader: User) -> None:
    with pytest.raises(LookupError, match=r"registers the event 'submission\.assign'"):
        tell(reader, event="submission.assign")
    assert not Notice.objects.exists()


def test_a_long_reason_is_cut_and_the_link_stays(reader: User) -> None:
    notify(
        recipients=[reader],
        event="submission.refuse",
        msgid="“%(title)s” was not approved. Reason: %(note)s",
        params={"title": "茶", "note": "长" * 600},
        url="/dossiers/",
    )
    body = Message.objects.get().body
    assert len(body) == 500
    assert body.startswith("“茶”未通过审核。理由：长长")
    assert body.endswith("长…查看原因 http://localhost:8000/dossiers/")


def test_a_long_text_is_cut_with_a_mark() -> None:
    body = send_text(phone="13800138000", body="字" * 501).body
    assert body == "字" * 499 + "…"
    assert send_text(phone="13800138000", body="字" * 500).body == "字" * 500


def test_without_a_gateway_production_parks_the_text_and_says_why(settings: Any) -> None:
    settings.DEMONSTRATION = False
    send_text(phone="13800138000", body="一")
    run_due()
    work = Work.objects.get()
    assert (work.state, work.attempts) == ("parked", 1)
    assert work.reason.startswith("短信没有发出：平台尚未接入短信网关。")
    assert Message.objects.get().sent_at is None


def test_reading_one_and_reading_all_touch_only_the_readers_own(reader: User, other: User) -> None:
    first, second = tell(reader)[0], tell(reader)[0]
    tell(other)
    domain.mark_read(notice=first)
    first.refresh_from_db()
    read_at = first.read_at
    domain.mark_read(notice=first)
    first.refresh_from_db()
    assert first.read_at == read_at
    assert queries.unread_count(reader) == 1
    assert domain.mark_all_read(reader=reader) == 1
    assert domain.mark_all_read(reader=reader) == 0
    second.refresh_from_db()
    assert second.read_at is not None
    assert queries.unread_count(other) == 1


@pytest.mark.parametrize(
    ("phone", "shown"), [("13800138000", "138****8000"), ("12345", "****"), ("", "****")]
)
def test_a_number_is_shown_without_its_middle(phone: str, shown: str) -> None:
    assert masked(phone) == shown


def test_production_forgets_a_text_once_it_is_sent(settings: Any) -> None:
    settings.DEMONSTRATION = False
    settings.NOTICES_SMS_ADAPTER = "tests.notices.gateway.Gateway"
    message = send_text(phone="13800138000", body="验证码 123456")
    run_due()
    message.refresh_from_db()
    assert Gateway.taken == [("13800138000", "验证码 123456")]
    assert message.body == ""
    assert message.sent_at is not None
