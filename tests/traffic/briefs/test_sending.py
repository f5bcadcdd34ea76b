"""The brief every Monday to those who asked: once, as rights stand then, wherever a worker dies."""

from __future__ import annotations

import html
import signal
from collections.abc import Iterator
from datetime import date, datetime
from typing import Any
from unittest.mock import ANY

import pytest
from django.core import mail
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from portal import clock, personal
from portal.accounts.actor import Actor
from portal.accounts.models import User
from portal.audit.models import Entry
from portal.jobs.domain import run_due
from portal.jobs.models import Work
from portal.notices.models import Notice, Preferences
from portal.privacy.retention import PERIODS
from portal.templatetags.figures import difference_text, wan_text
from portal.verdict import RuleBroken
from tests import dossiers
from tests.answers import content, signed_in, status
from tests.factories import UserFactory
from tests.kills import in_child, killed_at, lease_runs_out
from tests.races import waiting_for_a_lock
from tests.traffic.briefs import weeks
from tests.traffic.briefs.weeks import COUNTY, MONDAY, PROVINCE, at
from tests.workers import wait_until
from traffic.briefs import queries, sending
from traffic.briefs.models import BriefSent, BriefSubscription
from traffic.briefs.scopes import Kind, Scope
from traffic.tasks import ask_briefs

pytestmark = pytest.mark.django_db
NEIGHBOUR = Scope(Kind.COUNTY, "440233", "韶关市 新丰县")


@pytest.fixture
def office() -> Actor:
    return dossiers.staff()


def morning(day: int = 23, minute: int = 30) -> Any:
    """Half past eight of a day in October; 23 is the Monday after `MONDAY`'s week."""
    return clock.telling(datetime(2023, 10, day, 8, minute, tzinfo=clock.SHANGHAI))


@pytest.fixture
def monday() -> Iterator[None]:
    with morning():
        yield


def wants(actor: Actor, *scopes: Scope, since: int = 20) -> None:
    with clock.telling(at(since)):
        for scope in scopes:
            sending.subscribe(scope=scope, actor=actor)


def sent() -> list[Notice]:
    return list(Notice.objects.filter(event="brief.made").order_by("pk"))


def send_all() -> int:
    asked = ask_briefs()
    run_due()
    return asked


def post(client: Client, **data: str) -> Any:
    return client.post(reverse("brief-sending"), data, follow=True)


# --- What is sent ------------------------------------------------------------------------------


def test_on_monday_morning_who_asked_gets_the_figures_and_both_links(office: Actor) -> None:
    weeks.told(office)
    confirmed = {"email": "office@163.com", "email_confirmed_at": timezone.now()}
    Preferences.objects.create(user=office.person, **confirmed)
    wants(office, COUNTY)
    with morning(minute=29):
        assert send_all() == 0
    with morning():
        assert send_all() == 1
        found = queries.brief(COUNTY, MONDAY, office.person)
    (notice,) = sent()
    assert (notice.recipient, notice.url) == (office.user, COUNTY.address("brief", MONDAY))
    head = "韶关市 乳源瑶族自治县每周简报（2023年10月16日至2023年10月22日）"
    figures = (
        f"本周投放{wan_text(found.now.week)}，比计划{difference_text(found.now.against_plan)}，"
        f"比上周{difference_text(found.now.against_before)}，有{len(found.decide)}件事待决定。"
    )
    assert notice.text.startswith(f"{head}：{figures}")
    assert (found.now.week, found.now.against_before) == (750_000, 350_000)
    letter = mail.outbox[0]
    assert (letter.to, letter.subject) == (["office@163.com"], "您订阅的每周简报已形成")
    lines = letter.body.split("\n\n")
    page, pdf = (
        f"http://localhost:8000{COUNTY.address(n, MONDAY)}" for n in ("brief", "brief-pdf")
    )
    assert lines[:3] == [notice.text, f"查看简报 {page}", f"PDF 文件 {pdf}"]
    client = signed_in(office.person)
    shown = html.unescape(content(client.get(notice.url)))
    for text in (wan_text(found.now.week), difference_text(found.now.against_before)):
        assert text in shown


@pytest.mark.usefixtures("monday")
def test_of_a_week_without_reports_nothing_is_told_but_that(office: Actor) -> None:
    wants(office, PROVINCE)
    send_all()
    (notice,) = sent()
    assert notice.text == (
        "广东省每周简报（2023年10月16日至2023年10月22日）：本周没有任何报表，暂无数据可报。"
    )


def test_each_week_is_sent_once_however_often_it_is_asked_for(office: Actor) -> None:
    wants(office, PROVINCE, COUNTY)
    for day in (23, 24, 29):
        with morning(day):
            assert send_all() == (2 if day == 23 else 0)
            # A wish that is taken back and said anew brings no week twice.
            sending.unsubscribe(code=COUNTY.code, actor=office)
            wants(office, COUNTY)
    assert len(sent()) == 2
    with morning(30):
        assert send_all() == 2
    assert [notice.url for notice in sent()][2:] == [
        scope.address("brief", date(2023, 10, 23)) for scope in (COUNTY, PROVINCE)
    ]


@pytest.mark.parametrize(("day", "briefs"), [(24, 1), (29, 1), (30, 0)])
def test_a_beat_that_is_late_sends_the_newest_week_alone(
    office: Actor, day: int, briefs: int
) -> None:
    wants(office, PROVINCE)
    with morning(day):
        send_all()
    mondays = list(BriefSent.objects.values_list("monday", flat=True))
    assert mondays == [MONDAY if briefs else date(2023, 10, 23)]


def test_work_that_waited_for_a_week_sends_nothing(office: Actor) -> None:
    wants(office, PROVINCE)
    with morning():
        assert ask_briefs() == 1
    with morning(30):
        run_due()
    assert sent() == []
    assert Work.objects.get(kind=sending.WORK).result == {"sent": 0}


@pytest.mark.usefixtures("monday")
def test_who_asks_after_a_brief_was_made_gets_the_next_one(office: Actor) -> None:
    wants(office, PROVINCE, since=23)
    assert send_all() == 0
    with morning(30):
        assert send_all() == 1


# --- Who gets it -------------------------------------------------------------------------------


@pytest.mark.usefixtures("monday")
def test_rights_are_asked_when_it_is_sent(office: Actor) -> None:
    own = UserFactory(official=dossiers.RUYUAN)
    for person in (own, office.person):
        wants(Actor.of(person), COUNTY)
    own.memberships.update(ended_at=clock.now())
    left = UserFactory(staff=True)
    wants(Actor.of(left), COUNTY, PROVINCE)
    User.objects.filter(pk=left.pk).update(is_active=False)
    assert send_all() == 1
    assert [notice.recipient for notice in sent()] == [office.user]
    assert list(BriefSent.objects.values_list("user", flat=True)) == [office.person.pk]


def test_the_page_says_what_may_not_be_read_any_more_and_lets_it_go() -> None:
    person = UserFactory(official=dossiers.RUYUAN)
    wants(Actor.of(person), COUNTY, NEIGHBOUR)
    client = signed_in(person)
    page = content(client.get(reverse("brief")))
    assert "您已订阅“韶关市 乳源瑶族自治县”的简报" in page
    assert "<span>韶关市 新丰县</span>" in page
    assert "您已无权查看，不再发送" in page
    with morning():
        send_all()
    assert [notice.url for notice in sent()] == [COUNTY.address("brief", MONDAY)]
    page = content(post(client, scope=NEIGHBOUR.code, want="off", **{"from": COUNTY.code}))
    assert "新丰" not in page
    assert [row.scope for row in BriefSubscription.objects.all()] == [COUNTY.code]


def test_one_click_turns_it_on_and_one_off(office: Actor) -> None:
    client = signed_in(office.person)
    asked = {"scope": "city:440200", "day": "2023-10-11"}
    page = content(client.get(reverse("brief"), asked))
    assert "您尚未订阅“韶关市”的简报。" in page
    for _click in range(2):
        answer = post(client, want="on", **asked)
        assert answer.redirect_chain == [
            (f"{reverse('brief')}?scope=city%3A440200&day=2023-10-11", 302)
        ]
        assert "您已订阅“韶关市”的简报" in content(answer)
    assert BriefSubscription.objects.get(user=office.person).scope == "city:440200"
    for _click in range(2):
        assert "您尚未订阅“韶关市”的简报。" in content(post(client, want="off", **asked))
    assert not BriefSubscription.objects.exists()
    acts = Entry.objects.filter(act__startswith="brief.").order_by("pk")
    assert [(entry.act, entry.data["scope"]) for entry in acts] == [
        ("brief.subscribe", "city:440200"),
        ("brief.unsubscribe", "city:440200"),
    ]


def test_nobody_asks_for_what_is_not_theirs_or_gives_up_anothers(office: Actor) -> None:
    wants(office, COUNTY, NEIGHBOUR)
    client = signed_in(UserFactory(official=dossiers.RUYUAN))
    for code in (NEIGHBOUR.code, "province", "city:440200", "county:x", ""):
        assert status(post(client, scope=code, want="on")) == 404
    post(client, scope=NEIGHBOUR.code, want="off")
    assert BriefSubscription.objects.filter(user=office.person).count() == 2
    assert BriefSubscription.objects.count() == 2
    merchant = UserFactory(trainee=True)
    assert status(post(signed_in(merchant), scope=COUNTY.code, want="on")) == 404
    with pytest.raises(RuleBroken):
        sending.subscribe(scope=COUNTY, actor=Actor.of(merchant))


@pytest.mark.usefixtures("monday")
def test_what_is_kept_is_shown_to_its_owner_cleared_and_forgotten(office: Actor) -> None:
    wants(office, COUNTY)
    send_all()
    kinds = {str(kind.label): kind for kind in personal.kept()}
    kind = kinds["您订阅的每周简报"]
    lines = [[read(row) for _head, read in kind.columns] for row in kind.rows(office.person)]
    assert lines == [["韶关市 乳源瑶族自治县", ANY]]
    notices = next(period for period in PERIODS if period.code == "notices")
    assert (notices.clear_what_is_over(), BriefSent.objects.count()) == (0, 1)
    with clock.telling(datetime(2024, 10, 22, 8, tzinfo=clock.SHANGHAI)):
        notices.clear_what_is_over()
        assert BriefSent.objects.count() == 1
    with clock.telling(datetime(2024, 10, 22, 9, tzinfo=clock.SHANGHAI)):
        notices.clear_what_is_over()
        assert BriefSent.objects.count() == 0
    personal.forget(user=office.person, actor=office)
    assert not BriefSubscription.objects.exists()


def test_the_database_holds_one_wish_and_one_sending(office: Actor) -> None:
    wants(office, COUNTY)
    row = {"user": office.person, "scope": COUNTY.code}
    BriefSent.objects.create(monday=MONDAY, at=at(23), **row)
    again = {"monday": MONDAY, "at": at(24)}
    for model, more in ((BriefSubscription, {"since": at(23)}), (BriefSent, again)):
        with pytest.raises(IntegrityError), transaction.atomic():
            model.objects.create(**row, **more)


# --- Workers -----------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
@pytest.mark.sqlite
def test_killed_between_two_notices_the_next_worker_goes_on(office: Actor) -> None:
    people = [office, dossiers.staff(), dossiers.staff()]
    for person in people:
        wants(person, COUNTY)
    step, killed, cut = 0, True, set()
    with morning():
        while killed:
            step += 1
            ask_briefs()

            def run_and_die(fatal: int = step) -> None:
                with killed_at(fatal):
                    run_due(kinds=(sending.WORK,))

            killed = in_child(run_and_die) == -signal.SIGKILL
            cut.add(len(sent()))
            lease_runs_out()
            run_due(kinds=(sending.WORK,))
            told = [notice.recipient_id for notice in sent()]
            assert sorted(told) == sorted(person.person.pk for person in people), step
            assert BriefSent.objects.count() == 3
            for model in (Notice, BriefSent, Work):
                model.objects.all().delete()
    # It died before the first notice, after each, and at the end.
    assert cut == {0, 1, 2, 3}


class Silent:
    """The progress of a worker whose work another one took over: it is only slow."""

    def step(self, *_args: Any) -> None:
        """Say nothing."""


def send_as_another_worker() -> int:
    return sending.send(code=COUNTY.code, monday=MONDAY, progress=Silent())["sent"]


@pytest.mark.django_db(transaction=True)
@pytest.mark.postgres
def test_of_two_workers_at_once_each_person_hears_from_one(
    office: Actor, elsewhere: Any, settings: Any
) -> None:
    settings.PROGRAMME_CLOCK = date(2023, 10, 24)
    wants(office, COUNTY)
    with transaction.atomic():
        BriefSubscription.objects.select_for_update().get()
        workers = [elsewhere(send_as_another_worker) for _n in range(2)]
        wait_until(lambda: waiting_for_a_lock() == 2, what="both wait for the subscription")
    assert sorted(worker.result(20) for worker in workers) == [0, 1]
    assert len(sent()) == 1


@pytest.mark.django_db(transaction=True)
@pytest.mark.postgres
def test_a_wish_said_anew_while_the_former_is_served_brings_nothing_twice(
    office: Actor, elsewhere: Any, settings: Any
) -> None:
    settings.PROGRAMME_CLOCK = date(2023, 10, 24)
    wants(office, COUNTY)
    with transaction.atomic():
        # A worker that began with the wish as it was before.
        BriefSent.objects.create(user=office.person, scope=COUNTY.code, monday=MONDAY, at=at(23))
        second = elsewhere(send_as_another_worker)
        wait_until(lambda: waiting_for_a_lock() == 1, what="the second meets the unique key")
    assert second.result(20) == 0
    assert sent() == []
