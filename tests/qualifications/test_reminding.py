"""Who is told what about a paper, and that nobody is told twice."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction

from portal.accounts.actor import Actor
from portal.jobs.domain import run_due
from portal.jobs.models import Work
from portal.notices.models import Message, Notice
from portal.qualifications import domain
from portal.qualifications.models import Qualification, Reminder
from portal.qualifications.tasks import ask_reminders
from portal.registry import attention_of, tasks_of
from tests import dossiers
from tests.factories import UserFactory
from tests.qualifications.world import LAST, at, paper, renewal
from tests.submissions.test_domain import Submission

pytestmark = pytest.mark.django_db
WARNED, NEXT_DAY = LAST - timedelta(days=30), LAST + timedelta(days=1)


class World:
    """An organisation with two merchants and a published product; who else there is."""

    def __init__(self) -> None:
        self.merchant = Actor.of(UserFactory(merchant=True, username="merchant"))
        self.product: Submission = dossiers.product_in("published", owner=self.merchant)
        self.organisation = self.product.organisation
        UserFactory(merchant=self.organisation, username="partner")
        self.official = UserFactory(official=dossiers.RUYUAN, username="official")
        for name, traits in {
            "neighbour": {"official": dossiers.XINFENG},
            "stranger": {"merchant": True},
            "staff": {"staff": True},
        }.items():
            UserFactory(username=name, **traits)
        Notice.objects.all().delete()
        Message.objects.all().delete()
        Work.objects.all().delete()


@pytest.fixture
def world() -> World:
    return World()


CONCERNED = {"merchant", "partner", "official"}


def morning(day: date) -> dict[str, set[str]]:
    """Everybody told anything by that morning's run, by event."""
    before = set(Notice.objects.values_list("pk", flat=True))
    with at(day, "08:00:00"):
        ask_reminders()
        while run_due():
            pass
    assert not Work.objects.exclude(state="done").filter(kind="qualifications.tell").exists()
    told: dict[str, set[str]] = {}
    # Officials who helped the product along are made by name of the factory.
    for notice in Notice.objects.exclude(pk__in=before).select_related("recipient"):
        if not notice.recipient.username.startswith("person"):
            told.setdefault(notice.event, set()).add(notice.recipient.username)
    return told


def text_of(event: str) -> str:
    return Notice.objects.filter(event=event).order_by("pk").last().text


def test_everyone_concerned_is_told_30_days_before_and_when_it_lapsed_and_once_each(world):
    paper(world.organisation, world.merchant, kind="licence")
    name = world.organisation.name
    assert morning(WARNED - timedelta(days=1)) == {}
    assert morning(WARNED) == {"qualification.soon": CONCERNED}
    assert text_of("qualification.soon") == (
        f"“{name}”的“营业执照”有效期至2023年10月31日，请及时登记续期。"
    )
    for day in (WARNED, WARNED + timedelta(days=9), LAST):
        assert morning(day) == {}
    assert morning(NEXT_DAY) == {"qualification.lapsed": CONCERNED}
    assert text_of("qualification.lapsed") == (
        f"“{name}”的“营业执照”已于2023年10月31日到期。登记续期之前，"
        "1份已发布卷宗不进入产品目录、导出和流量投放。"
    )
    assert morning(NEXT_DAY) == morning(NEXT_DAY + timedelta(days=3)) == {}
    # What has a lapse is urgent: a text goes to everyone with a number.
    texts = Message.objects.filter(event="qualification.lapsed", channel="sms")
    assert set(texts.values_list("recipient__username", flat=True)) >= CONCERNED


def test_who_heard_of_the_lapse_hears_of_its_end_but_not_who_ended_it(world):
    row = paper(world.organisation, world.merchant, kind="licence")
    morning(NEXT_DAY)
    UserFactory(merchant=world.organisation, username="newcomer")
    with at(NEXT_DAY + timedelta(days=4)):
        renewal(row, world.merchant)
    told = Notice.objects.filter(event="qualification.back")
    heard = set(told.values_list("recipient__username", flat=True))
    assert heard & {"merchant", "partner", "official", "newcomer"} == {"partner", "official"}
    assert told.first().text == (
        f"“{world.organisation.name}”的“营业执照”已续期，自2023年11月1日起有效，相关产品已恢复。"
    )
    assert morning(NEXT_DAY + timedelta(days=5)) == {}


def test_a_renewal_in_time_is_nobodys_news(world):
    row = paper(world.organisation, world.merchant, kind="licence")
    with at(LAST - timedelta(days=60)):
        renewal(row, world.merchant)
    for day in (WARNED, LAST, NEXT_DAY):
        assert morning(day) == {}


def test_a_renewal_that_begins_later_is_told_on_its_first_day(world):
    row = paper(world.organisation, world.merchant, kind="licence")
    begins = NEXT_DAY + timedelta(days=6)
    with at(LAST):
        renewal(row, world.merchant, valid_from=begins)
    assert morning(NEXT_DAY) == {"qualification.lapsed": CONCERNED}
    assert morning(begins - timedelta(days=1)) == {}
    assert morning(begins) == {"qualification.back": CONCERNED}
    assert morning(begins) == {}


def test_a_missed_morning_is_made_up_for_and_an_old_lapse_is_no_news(world):
    paper(world.organisation, world.merchant, kind="licence")
    assert morning(NEXT_DAY + timedelta(days=12)) == {"qualification.lapsed": CONCERNED}
    paper(world.organisation, world.merchant, kind="hygiene")
    assert morning(LAST + timedelta(days=31)) == {}


def test_a_paper_of_a_countys_own_product_is_the_countys(world):
    product = dossiers.product_in("published", owner=Actor.of(world.official))
    paper(product, Actor.of(world.official))
    assert morning(WARNED) == {"qualification.soon": {"official"}}


def test_yearly_checks_are_told_before_and_when_overdue_and_again_next_year(world):
    due = date(2023, 11, 1)
    row = paper(world.product, world.merchant, kind="yue", valid_until=None, check_due_on=due)
    assert morning(due - timedelta(days=31)) == {}
    assert morning(due - timedelta(days=30)) == {"qualification.check_soon": CONCERNED}
    assert morning(due) == {}
    assert morning(due + timedelta(days=1)) == {"qualification.check_due": CONCERNED}
    with at(due + timedelta(days=2)):
        domain.note_check(
            qualification=row, done_on=due, next_on=date(2024, 11, 1), actor=world.merchant
        )
    assert morning(due + timedelta(days=3)) == {}
    assert morning(date(2024, 10, 2)) == {"qualification.check_soon": CONCERNED}


def test_a_brand_that_lapsed_says_something_else(world):
    paper(world.product, world.merchant, kind="yue", check_due_on=date(2024, 12, 1))
    morning(NEXT_DAY)
    assert text_of("qualification.lapsed").endswith("已于2023年10月31日到期，请勿再印在标签上。")


def test_what_was_taken_off_and_who_left_hear_nothing(world):
    row = paper(world.organisation, world.merchant, kind="licence")
    world.official.memberships.update(ended_at="2023-01-01T00:00:00+08:00")
    assert morning(WARNED) == {"qualification.soon": {"merchant", "partner"}}
    domain.take_off(qualification=row, reason="错", actor=dossiers.staff())
    assert morning(NEXT_DAY) == {}


def test_the_database_tells_nobody_twice(world):
    paper(world.organisation, world.merchant, kind="licence")
    morning(WARNED)
    first = Reminder.objects.earliest("pk")
    first.pk = None
    with pytest.raises(IntegrityError, match=r"one_reminder|reminder\.told"), transaction.atomic():
        first.save(force_insert=True)


def lines(user) -> dict[str, tuple[int, str, date | None]]:
    return {
        str(task.label): (task.count, task.url, task.due)
        for task in tasks_of(Actor.of(user))
        if task.url.startswith("/qualifications/")
    }


def test_my_tasks_count_what_the_list_behind_them_shows(world, client):
    merchant, official = world.merchant.user, world.official
    paper(world.organisation, world.merchant, kind="licence")
    paper(world.product, world.merchant, valid_until=LAST + timedelta(days=9))
    paper(world.organisation, world.merchant, kind="hygiene", valid_until=date(2024, 9, 9))
    check = {"valid_until": None, "check_due_on": date(2023, 11, 3)}
    paper(world.product, Actor.of(official), kind="yue", **check)
    with at(LAST):
        soon = {"证照30天内到期": (2, "/qualifications/?part=soon", LAST)}
        yearly = {"品牌编号年检": (1, "/qualifications/?part=check", date(2023, 11, 3))}
        assert lines(merchant) == soon | yearly
        checking = {"核对他人登记的证照": (3, "/qualifications/?part=mine", None)}
        assert lines(official) == soon | yearly | checking
        client.force_login(official)
        for count, url, _due in lines(official).values():
            assert client.get(url).context["page_obj"].paginator.count == count, url
    with at(NEXT_DAY):
        assert lines(merchant)["证照已到期，请登记续期"] == (
            1,
            "/qualifications/?part=lapsed",
            None,
        )
        # Signed in anew: the session of the day before has run out.
        client.force_login(official)
        (line,) = [
            task
            for task in attention_of(Actor.of(official))
            if task.url == "/dossiers/?only=papers-lapsed"
        ]
        assert (str(line.label), line.count) == ("已发布但证照到期", 1)
        assert client.get(line.url).context["page_obj"].paginator.count == 1
    for other in ("neighbour", "stranger"):
        user = type(official).objects.get(username=other)
        with at(NEXT_DAY):
            assert lines(user) == {}
    assert Qualification.objects.count() == 4
