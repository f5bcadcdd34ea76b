"""A copy of everything: made by work, for the person alone, for seven days."""

from __future__ import annotations

import io
from datetime import timedelta

import pytest
from django.core.files.storage import default_storage
from django.test import Client
from django.utils import timezone
from python_calamine import CalamineWorkbook

from portal import personal
from portal.accounts.actor import Actor
from portal.accounts.models import User
from portal.audit.models import Entry
from portal.jobs.domain import run, run_due
from portal.jobs.models import Work
from portal.notices.domain import notify, send_text
from portal.privacy import domain
from portal.privacy.models import DataExport
from tests import dossiers
from tests.factories import RUYUAN, UserFactory

pytestmark = pytest.mark.django_db
QUERIES = 28


@pytest.fixture
def user() -> User:
    """An official with a filing, a notice and a text; and a neighbour with the same."""
    people = [
        UserFactory(official=RUYUAN, full_name=name, phone=phone)
        for name, phone in (("盘志明", "13911110001"), ("邻居", "13911110002"))
    ]
    for person in people:
        dossiers.draft_product(Actor.of(person), name=f"{person.full_name}的萝卜")
        notify(
            recipients=[person],
            event="submission.approve",
            msgid="“%(title)s” was approved.",
            params={"title": person.full_name},
        )
        send_text(phone=person.phone, body=f"给{person.full_name}")
    return people[0]


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def made(user: User) -> DataExport:
    run(work_id=domain.ask_export(user=user, actor=Actor.of(user)).pk)
    return DataExport.objects.get(user=user)


def sheets(answer) -> dict[str, list[list[object]]]:
    book = CalamineWorkbook.from_filelike(io.BytesIO(b"".join(answer.streaming_content)))
    return {name: book.get_sheet_by_name(name).to_python() for name in book.sheet_names}


def test_the_page_shows_everything_of_the_reader_and_nothing_of_others(user: User):
    page = signed_in(user).get("/my-data/").content.decode()
    for mine in ("盘志明", "13911110001", "盘志明的萝卜", "给盘志明", "13800138000"):
        assert mine in page, mine
    assert ("邻居" in page, "13911110002" in page) == (False, False)
    shown = page.count('<h2 id="kept-')
    assert (shown, len(personal.kept())) == (7, 17)
    nothing = page.split('id="nothing-title"')[1]
    for label in ("同意记录", "登录过的设备", "培训报名", "您领取的任务"):
        assert label in nothing


def test_the_page_takes_the_same_queries_for_one_and_for_many_rows(
    user: User, django_assert_num_queries
):
    client = signed_in(user)
    client.get("/my-data/")
    with django_assert_num_queries(QUERIES):
        client.get("/my-data/")
    for number in range(3):
        dossiers.draft_product(Actor.of(user), name=f"第{number}件")
    with django_assert_num_queries(QUERIES):
        client.get("/my-data/")


def test_the_copy_is_made_by_work_and_downloaded(user: User):
    client = signed_in(user)
    answer = client.post("/my-data/export/")
    work = Work.objects.get(kind="privacy.export")
    assert answer["Location"] == f"/work/{work.pk}/"
    assert "看进度" in client.get("/my-data/").content.decode()
    run(work_id=work.pk)
    work.refresh_from_db()
    assert (work.state, work.result_url, work.done, work.total) == ("done", "/my-data/", 17, 17)
    export = DataExport.objects.get()
    assert export.expires_at - export.ready_at == timedelta(days=7)

    answer = client.get(f"/my-data/export/{export.pk}/")
    book = sheets(answer)
    assert len(book) == 17
    assert book["账号"][0:4] == [
        ["项目", "内容"],
        ["姓名", "盘志明"],
        ["用户名", user.username],
        ["手机号", "13911110001"],
    ]
    assert [line[2] for line in book["我的申报"]] == ["标题", "盘志明的萝卜"]
    assert [line[2] for line in book["短信"]] == ["内容", "给盘志明"]
    assert "邻居" not in str(book)
    assert "no-store" in answer["Cache-Control"]
    acts = Entry.objects.filter(subject_type="privacy.dataexport").values_list("act", flat=True)
    assert list(acts.order_by("pk")) == ["privacy.export"]


def test_asking_twice_asks_once(user: User):
    actor = Actor.of(user)
    first = domain.ask_export(user=user, actor=actor)
    assert domain.ask_export(user=user, actor=actor) == first
    assert DataExport.objects.count() == 1


def test_a_new_copy_replaces_the_one_before(user: User, django_capture_on_commit_callbacks):
    before = made(user)
    assert default_storage.exists(before.path)
    with django_capture_on_commit_callbacks(execute=True):
        run(work_id=domain.ask_export(user=user, actor=Actor.of(user)).pk)
    after = DataExport.objects.get()
    assert after.pk != before.pk
    assert (default_storage.exists(before.path), default_storage.exists(after.path)) == (
        False,
        True,
    )


def test_nobody_else_opens_it_whatever_role_is_held(user: User):
    export = made(user)
    address = f"/my-data/export/{export.pk}/"
    for other in (UserFactory(admin=True), UserFactory(staff=True), UserFactory(auditor=True)):
        assert signed_in(other).get(address).status_code == 404
    assert Client().get(address)["Location"] == f"/account/login/?next={address}"


def test_after_seven_days_it_is_gone(user: User):
    export = made(user)
    week_ago = timezone.now() - timedelta(days=7, minutes=1)
    DataExport.objects.update(ready_at=week_ago, expires_at=week_ago + timedelta(days=7))
    assert signed_in(user).get(f"/my-data/export/{export.pk}/").status_code == 404
    assert default_storage.exists(export.path)
    domain.ask_for_clearing()
    run_due(kinds=[domain.CLEAR_KIND])
    assert not default_storage.exists(export.path)
    assert DataExport.objects.count() == 0
