"""What is over is deleted or blanked, what is not over stays; the papers say the same days."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path

import pytest
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.sessions.models import Session
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.utils import timezone

from portal import clock
from portal.accounts import domain as accounts
from portal.accounts.actor import Actor
from portal.accounts.models import User
from portal.audit.models import Entry
from portal.jobs.domain import run_due
from portal.jobs.models import Work
from portal.notices.models import Message, Notice
from portal.privacy import domain
from portal.privacy.models import Clearance, DataExport
from portal.privacy.retention import PERIODS
from portal.privacy.tasks import clear_what_is_over
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db
SECOND = timedelta(seconds=30)


def days(code: str) -> timedelta:
    period = {period.code: period for period in PERIODS}[code]
    assert period.days is not None
    return timedelta(days=period.days)


def cleared(code: str) -> int:
    return domain.clear_period(code=code)


def test_the_paper_names_every_period_as_it_is_obeyed():
    paper = (Path(settings.BASE_DIR) / "docs/privacy.md").read_text(encoding="utf-8")
    lines = re.findall(r"^\| `([a-z-]+)` \|.*\| (\d+|—) \|$", paper, re.M)
    assert lines == [(period.code, str(period.days or "—")) for period in PERIODS]
    assert {period.code for period in PERIODS if period.days} == {
        period.code for period in PERIODS if period.clear
    }


def test_texts_lose_their_words_and_then_go():
    now = clock.now()
    for code in ("text-words", "texts"):
        for age in (days(code) + SECOND, days(code) - SECOND):
            row = Message.objects.create(phone="13800138000", body=f"{code} {age}")
            Message.objects.filter(pk=row.pk).update(created_at=now - age)
    assert cleared("text-words") == 3
    assert [bool(row.body) for row in Message.objects.order_by("-created_at")] == [
        True,
        False,
        False,
        False,
    ]
    assert cleared("texts") == 1
    assert Message.objects.count() == 3
    assert cleared("texts") == 0


def test_notices_go_after_a_year():
    user = UserFactory()
    for age in (days("notices") + SECOND, days("notices") - SECOND):
        Notice.objects.create(
            recipient=user, event="t", msgid="%(n)s", params={"n": 1}, created_at=clock.now() - age
        )
    kept = Notice.objects.order_by("-created_at").first()
    assert cleared("notices") == 1
    assert Notice.objects.get() == kept


def test_sessions_and_devices_go():
    now, user = timezone.now(), UserFactory()
    for key, age in (("old", days("sessions") + SECOND), ("new", days("sessions") - SECOND)):
        Session.objects.create(session_key=key, session_data="", expire_date=now - age)
    for key, age in (("old", days("devices") + SECOND), ("new", days("devices") - SECOND)):
        UserSession.objects.create(
            user=user, ip="10.0.0.1", user_agent="", session_key=key, last_seen_at=now - age
        )
    assert (cleared("sessions"), cleared("devices")) == (1, 1)
    assert [row.session_key for row in Session.objects.order_by("pk")] == ["new"]
    assert UserSession.objects.get().session_key == "new"


def test_ended_work_goes_and_parked_work_stays():
    old, new = (timezone.now() - days("work") - s for s in (SECOND, -SECOND))
    for key, state, ended in (
        ("a", "done", old),
        ("b", "replaced", old),
        ("c", "done", new),
        ("d", "parked", old),
        ("e", "waiting", None),
    ):
        Work.objects.create(
            kind="t", key=key, state=state, run_after=old, finished_at=ended, reason="weil"
        )
    assert cleared("work") == 2
    assert set(Work.objects.values_list("key", flat=True)) == {"c", "d", "e"}


def test_copies_go_with_their_files_and_so_do_those_never_made():
    now = timezone.now()
    old = DataExport.objects.create(
        user=UserFactory(), ready_at=now - days("exports") - SECOND, expires_at=now - SECOND
    )
    new = DataExport.objects.create(user=UserFactory(), ready_at=now, expires_at=now + SECOND)
    stuck = DataExport.objects.create(user=UserFactory())
    DataExport.objects.filter(pk=stuck.pk).update(asked_at=now - days("exports") - SECOND)
    waiting = DataExport.objects.create(user=UserFactory())
    for row in (old, new, stuck):
        default_storage.save(row.path, ContentFile(b"x"))
    assert cleared("exports") == 2
    assert set(DataExport.objects.all()) == {new, waiting}
    assert [default_storage.exists(row.path) for row in (old, new, stuck)] == [False, True, False]


def test_sign_ups_never_confirmed_are_blanked_without_touching_the_numbers_owner():
    owner = UserFactory(phone="13911112222", full_name="盘真")
    old = UserFactory(phone="13911112222", phone_verified=False, full_name="冒名")
    new = UserFactory(phone="13911112223", phone_verified=False, full_name="新来")
    text = Message.objects.create(phone="13911112222", body="")
    joined = timezone.now() - days("sign-ups")
    User.objects.filter(pk__in=[old.pk, owner.pk]).update(date_joined=joined - SECOND)
    User.objects.filter(pk=new.pk).update(date_joined=joined + SECOND)
    assert cleared("sign-ups") == 1
    names = dict(User.objects.order_by("pk").values_list("pk", "full_name"))
    assert names == {owner.pk: "盘真", old.pk: f"已注销用户{old.pk}", new.pk: "新来"}
    text.refresh_from_db()
    assert text.phone == "13911112222"
    assert cleared("sign-ups") == 0


def test_accounts_an_administrator_closed_are_blanked_after_a_year(lift_append_only):
    admin = Actor.of(UserFactory(admin=True))
    old, new, open_again = UserFactory(), UserFactory(), UserFactory()
    for user in (old, new, open_again):
        accounts.deactivate_user(user=user, actor=admin)
    accounts.reactivate_user(user=open_again, actor=admin)
    closings = Entry.objects.filter(act="account.close_account")
    with lift_append_only():
        for user in (old, open_again):
            closings.filter(subject_id=str(user.pk)).update(
                at=timezone.now() - days("closed") - SECOND
            )
    assert cleared("closed") == 1
    assert User.objects.get(pk=old.pk).full_name == f"已注销用户{old.pk}"
    for user in (new, open_again):
        assert User.objects.get(pk=user.pk).full_name == user.full_name


def test_every_night_each_kind_is_cleared_by_work_of_its_own_and_recorded():
    UserSession.objects.create(
        user=UserFactory(),
        ip="10.0.0.1",
        user_agent="",
        session_key="old",
        last_seen_at=timezone.now() - timedelta(days=31),
    )
    clear_what_is_over()
    asked = Work.objects.filter(kind="privacy.clear")
    assert set(asked.values_list("key", flat=True)) == {p.code for p in PERIODS if p.clear}
    run_due(kinds=["privacy.clear"])
    assert set(asked.values_list("state", flat=True)) == {"done"}
    row = Clearance.objects.get()
    assert (row.kind, row.rows) == ("devices", 1)
    entry = Entry.objects.get(act="privacy.clear")
    assert (entry.user, entry.data) == (None, {"cleared": "devices", "rows": 1})
