"""The digest: once a working morning, to those who asked, if something waits."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime

import pytest
import time_machine
from django.core import mail
from django.utils import timezone

from portal.accounts.models import User
from portal.clock import SHANGHAI
from portal.home.domain import ask_digests
from portal.home.tasks import ask_digests as ask_digests_task
from portal.jobs.domain import run_due
from portal.jobs.models import Work
from portal.notices.models import Message, Preferences
from tests import dossiers
from tests.factories import RUYUAN, UserFactory

pytestmark = pytest.mark.django_db
MONDAY = date(2023, 10, 23)
MORNING = datetime(2023, 10, 23, 8, 30, tzinfo=SHANGHAI)
SENT_BY = (
    "—\n本邮件由广东“百千万工程”流量扶持平台发送。"
    "更改接收设置请打开 http://localhost:8000/notices/preferences/"
)


@pytest.fixture(autouse=True)
def _monday_morning() -> Iterator[None]:
    with time_machine.travel(MORNING, tick=True):
        yield


@pytest.fixture
def waiting() -> None:
    """Two submissions that wait for the county and one of its own that came back."""
    owner = UserFactory(official=RUYUAN, username="owner")
    for _n in range(2):
        dossiers.product_in("submitted", owner=dossiers.Actor.of(owner))
    dossiers.product_in("returned", owner=dossiers.Actor.of(reader()))
    Message.objects.all().delete()
    Work.objects.all().delete()


def reader() -> User:
    return User.objects.filter(username="reader").first() or UserFactory(
        official=RUYUAN, username="reader", phone="13700000001"
    )


def wants(user: User, *, email: str = "reader@163.com", digest: str = "daily") -> None:
    at = timezone.now() if email else None
    Preferences.objects.create(user=user, email=email, email_confirmed_at=at, digest=digest)


def run_everything() -> None:
    while run_due():
        pass


@pytest.mark.usefixtures("waiting")
def test_a_mail_says_how_much_waits_and_leads_there() -> None:
    wants(reader())
    assert ask_digests_task() == 1
    run_everything()
    letter = mail.outbox[0]
    assert (letter.to, letter.subject) == (["reader@163.com"], "今天有 3 件事等您办理")
    assert letter.body == (
        "今天有 3 件事等您办理\n\n补正后重新提交 1 件\n审核推荐 2 件\n\n"
        f"去办理 http://localhost:8000/\n\n{SENT_BY}"
    )
    message = Message.objects.get()
    assert (message.event, message.recipient, message.once) == (
        "notices.digest",
        reader(),
        f"notices.digest:{reader().pk}:2023-10-23",
    )


@pytest.mark.usefixtures("waiting")
def test_without_an_address_it_is_one_text() -> None:
    wants(reader(), email="")
    ask_digests(day=MONDAY)
    run_everything()
    message = Message.objects.get()
    assert (message.channel, message.phone, mail.outbox) == ("sms", "13700000001", [])
    assert message.body == (
        "今天有 3 件事等您办理（补正后重新提交 1 件、审核推荐 2 件）。去办理 http://localhost:8000/"
    )


@pytest.mark.usefixtures("waiting")
def test_each_person_gets_one_a_day_however_often_it_is_asked() -> None:
    wants(reader())
    for _time in range(3):
        ask_digests(day=MONDAY)
        ask_digests(day=MONDAY)
        run_everything()
    assert (len(mail.outbox), Message.objects.count()) == (1, 1)
    assert set(Work.objects.values_list("kind", "state")) == {
        ("home.digest", "done"),
        ("notices.email", "done"),
    }
    with time_machine.travel(datetime(2023, 10, 24, 8, 30, tzinfo=SHANGHAI)):
        ask_digests_task()
        run_everything()
    assert len(mail.outbox) == 2


def test_nothing_comes_when_nothing_waits() -> None:
    wants(reader())
    assert ask_digests(day=MONDAY) == 1
    run_everything()
    assert (mail.outbox, Message.objects.count()) == ([], 0)
    assert Work.objects.get().state == "done"


@pytest.mark.parametrize(
    ("day", "works"),
    [
        (date(2023, 10, 22), False),  # a Sunday
        (date(2023, 10, 2), False),  # a Monday of the holiday week
        (date(2023, 10, 7), True),  # the Saturday that makes up for it
    ],
)
@pytest.mark.usefixtures("waiting")
def test_only_working_days_have_one(day: date, works: bool) -> None:
    wants(reader())
    assert ask_digests(day=day) == int(works)


@pytest.mark.usefixtures("waiting")
def test_only_who_asked_and_has_not_left_is_told() -> None:
    wants(reader(), digest="off")
    left = UserFactory(official=RUYUAN, is_active=False)
    wants(left)
    assert ask_digests(day=MONDAY) == 0


@pytest.mark.usefixtures("waiting")
def test_who_leaves_before_the_worker_comes_is_not_told() -> None:
    wants(reader())
    ask_digests(day=MONDAY)
    User.objects.filter(username="reader").update(is_active=False)
    run_everything()
    assert mail.outbox == []


@pytest.mark.usefixtures("waiting")
def test_yesterdays_digest_is_not_sent_late() -> None:
    wants(reader())
    ask_digests(day=MONDAY)
    with time_machine.travel(datetime(2023, 10, 24, 0, 1, tzinfo=SHANGHAI)):
        run_everything()
    assert mail.outbox == []


def test_each_reader_is_a_row_of_work_of_their_own() -> None:
    for _n in range(3):
        wants(UserFactory(staff=True))
    assert ask_digests(day=MONDAY) == 3
    keys = set(Work.objects.values_list("kind", "key"))
    people = Preferences.objects.order_by("user_id")
    assert keys == {("home.digest", f"{row.user_id} 2023-10-23") for row in people}
