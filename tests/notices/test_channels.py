"""Which channels carry an event, and how a mail leaves."""

from __future__ import annotations

import smtplib
from typing import Any

import pytest
from django.core import mail
from django.core.mail.backends.base import BaseEmailBackend
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import override

from portal.accounts.models import User
from portal.jobs.domain import run_due
from portal.jobs.models import Work
from portal.notices.domain import notify, send_email
from portal.notices.models import Message, Notice, Preferences, masked_email

pytestmark = pytest.mark.django_db
MSGID = "“%(title)s” is published."
ADDRESS = "li.du@163.com"


def prefer(user: User, *, email: str = ADDRESS, **words: Any) -> Preferences:
    """A row whose address is confirmed."""
    at = timezone.now() if email else None
    return Preferences.objects.create(user=user, email=email, email_confirmed_at=at, **words)


def tell(user: User, event: str) -> Notice:
    told = notify(
        recipients=[user], event=event, msgid=MSGID, params={"title": "茶"}, url="/dossiers/"
    )
    return told[0]


def sent() -> list[tuple[str, str]]:
    return list(Message.objects.order_by("pk").values_list("channel", "event"))


@pytest.mark.parametrize(
    ("way", "channels"),
    [("app", []), ("email", ["email"]), ("sms", ["sms"]), ("quiet", []), (None, ["sms"])],
)
def test_what_may_be_quieted_goes_where_the_reader_chose(
    reader: User, way: str | None, channels: list[str]
) -> None:
    """Without a choice it goes where its room says: publication by text."""
    prefer(reader, ways={"submission.publish": way} if way else {})
    notice = tell(reader, "submission.publish")
    assert sent() == [(channel, "submission.publish") for channel in channels]
    assert notice.is_new is (way != "quiet")
    assert Notice.objects.visible_to(reader).unread().count() == int(way != "quiet")


def test_an_urgent_event_takes_every_channel_whatever_was_chosen(reader: User) -> None:
    ways = {"submission.return": "quiet"}
    prefer(reader, digest="only", ways=ways)
    notice = tell(reader, "submission.return")
    assert notice.quiet is False
    assert sent() == [("sms", "submission.return"), ("email", "submission.return")]


def test_with_the_digest_alone_no_single_message_leaves(reader: User) -> None:
    prefer(reader, digest="only", ways={"submission.publish": "email"})
    tell(reader, "submission.publish")
    assert sent() == []
    assert Notice.objects.visible_to(reader).unread().count() == 1


def test_with_a_daily_digest_single_messages_leave_too(reader: User) -> None:
    prefer(reader, digest="daily", ways={"submission.publish": "email"})
    tell(reader, "submission.publish")
    assert sent() == [("email", "submission.publish")]


def test_nothing_goes_to_an_address_before_it_is_confirmed(phoneless: User) -> None:
    Preferences.objects.create(user=phoneless, email=ADDRESS, ways={"submission.publish": "email"})
    tell(phoneless, "submission.publish")
    tell(phoneless, "submission.return")
    assert sent() == []
    assert Notice.objects.count() == 2


@pytest.mark.sqlite
def test_the_choices_of_many_readers_are_read_in_one_query(
    reader: User, other: User, phoneless: User, django_assert_num_queries: Any
) -> None:
    people = [reader, other, phoneless]
    Preferences.objects.create(user=other, ways={"submission.approve": "quiet"})
    words = {"event": "submission.approve", "msgid": MSGID, "params": {"title": "茶"}}
    # Savepoint, choices, notices, release.
    with django_assert_num_queries(4):
        notify(recipients=people[:1], **words)
    with django_assert_num_queries(4):
        notify(recipients=people, **words)
    quieted = Notice.objects.filter(quiet=True).values_list("recipient", flat=True)
    assert list(quieted) == [other.pk]


def test_a_mail_says_what_happened_and_where_to_act_in_chinese(phoneless: User) -> None:
    prefer(phoneless)
    with override("en"):
        tell(phoneless, "submission.return")
    message = Message.objects.get()
    work = Work.objects.get()
    assert (work.kind, work.key) == ("notices.email", str(message.pk))
    assert mail.outbox == []
    assert run_due() == 1
    letter = mail.outbox[0]
    assert (letter.to, letter.subject) == ([ADDRESS], "您的申报被退回")
    assert letter.body == (
        "“茶”已发布。\n\n去补正 http://localhost:8000/dossiers/\n\n—\n"
        "本邮件由广东“百千万工程”流量扶持平台发送。"
        "更改接收设置请打开 http://localhost:8000/notices/preferences/"
    )
    assert letter.from_email == "portal@localhost"
    assert letter.extra_headers == {
        "Message-ID": f"<notice-{message.pk}@localhost>",
        "Auto-Submitted": "auto-generated",
    }
    message.refresh_from_db()
    assert (message.state, message.attempts, message.reason) == ("sent", 1, "")
    Work.objects.update(state="waiting", finished_at=None)
    run_due()
    assert len(mail.outbox) == 1


@pytest.mark.sqlite
def test_a_rolled_back_act_sends_nothing(phoneless: User) -> None:
    prefer(phoneless)
    with transaction.atomic():
        tell(phoneless, "submission.return")
        transaction.set_rollback(True)
    assert run_due() == 0
    assert (mail.outbox, Message.objects.count(), Work.objects.count()) == ([], 0, 0)


class Server(BaseEmailBackend):
    """A mail server that answers as it is told."""

    answer: Exception

    def send_messages(self, messages: Any) -> int:
        raise self.answer


@pytest.fixture
def server(settings: Any) -> type[Server]:
    settings.EMAIL_BACKEND = "tests.notices.test_channels.Server"
    return Server


def test_a_server_that_is_away_is_asked_again_after_a_pause(
    phoneless: User, server: type[Server]
) -> None:
    server.answer = ConnectionRefusedError("no route")
    prefer(phoneless)
    tell(phoneless, "submission.return")
    run_due()
    message, work = Message.objects.get(), Work.objects.get()
    assert (message.state, message.attempts, message.reason) == ("waiting", 1, "")
    pause = work.run_after - timezone.now()
    assert 25 < pause.total_seconds() <= 30
    for _try in range(4):
        Work.objects.update(run_after=timezone.now())
        run_due()
    message = Message.objects.get()
    assert (message.state, message.attempts) == ("failed", 5)
    assert message.reason.startswith("这项工作每次尝试都失败了")


def test_an_address_that_is_refused_for_good_is_not_tried_again(
    phoneless: User, server: type[Server]
) -> None:
    server.answer = smtplib.SMTPRecipientsRefused({ADDRESS: (550, b"no such user")})
    prefer(phoneless)
    tell(phoneless, "submission.return")
    run_due()
    message = Message.objects.get()
    assert (message.state, message.attempts) == ("failed", 1)
    assert message.reason == "邮件服务器拒收此地址。请联系本人更换邮箱。"


def test_an_address_that_is_refused_for_now_is_tried_again(
    phoneless: User, server: type[Server]
) -> None:
    server.answer = smtplib.SMTPRecipientsRefused({ADDRESS: (450, b"try later")})
    prefer(phoneless)
    tell(phoneless, "submission.return")
    run_due()
    assert Message.objects.get().state == "waiting"


def test_without_a_server_a_mail_is_parked_and_says_why(phoneless: User, settings: Any) -> None:
    prefer(phoneless)
    tell(phoneless, "submission.return")
    settings.EMAIL_OFFERED = False
    run_due()
    message = Message.objects.get()
    assert (message.state, mail.outbox) == ("failed", [])
    assert message.reason.startswith("邮件没有发出：平台尚未配置邮件服务器。")


def test_production_forgets_a_mail_once_it_is_sent(phoneless: User, settings: Any) -> None:
    settings.DEMONSTRATION = False
    prefer(phoneless)
    tell(phoneless, "submission.return")
    run_due()
    message = Message.objects.get()
    assert len(mail.outbox) == 1
    assert (message.body, message.subject, message.email) == ("", "您的申报被退回", ADDRESS)


@pytest.mark.sqlite
@pytest.mark.parametrize(
    "address",
    [
        {"channel": "sms", "phone": ""},
        {"channel": "email", "email": ""},
        {"channel": "sms", "phone": "13800138000", "email": ADDRESS},
        {"channel": "email", "phone": "13800138000", "email": ADDRESS},
    ],
)
def test_the_database_holds_one_address_of_the_right_kind(address: dict[str, str]) -> None:
    with pytest.raises(IntegrityError, match="message_has_the_address_of_its_channel"):
        Message.objects.create(body="一", **address)


@pytest.mark.sqlite
def test_the_database_holds_no_confirmed_address_that_is_not_there(reader: User) -> None:
    with pytest.raises(IntegrityError, match="confirmed_email_is_there"):
        Preferences.objects.create(user=reader, email_confirmed_at=timezone.now())


@pytest.mark.sqlite
def test_the_database_holds_what_may_leave_once_only_once(reader: User) -> None:
    words = {"subject": "一", "lines": ["一"], "event": "notices.digest", "recipient": reader}
    send_email(email=ADDRESS, once="digest:1", **words)
    with pytest.raises(IntegrityError), transaction.atomic():
        send_email(email=ADDRESS, once="digest:1", **words)
    assert (Message.objects.count(), Work.objects.count()) == (1, 1)


@pytest.mark.parametrize(
    ("email", "shown"), [(ADDRESS, "l***@163.com"), ("a@b.cn", "a***@b.cn"), ("", "****")]
)
def test_an_address_is_shown_by_its_first_letter_and_host(email: str, shown: str) -> None:
    assert masked_email(email) == shown
