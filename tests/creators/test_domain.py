"""Tasks, taken tasks and works: the acts."""

from __future__ import annotations

import uuid
from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import translation

from creators import domain
from creators.models import Creator, Take, Task
from portal import clock
from portal.audit.models import Entry
from portal.notices.models import Notice
from portal.submissions import domain as submissions
from portal.submissions import kinds, values
from portal.verdict import RuleBroken
from tests import dossiers
from tests.creators import world
from tests.races import waiting_for_a_lock
from tests.tourism import world as places
from tests.workers import wait_until

pytestmark = pytest.mark.django_db


def test_the_brief_keeps_the_facts_of_its_day():
    product = dossiers.product_in("published")
    task = world.task(dossiers.staff(), product)
    assert ["包装规格", "5斤/箱"] in task.brief
    product.product.package = "10斤/箱"
    product.product.save()
    task.refresh_from_db()
    assert ["包装规格", "5斤/箱"] in task.brief


def test_the_brief_is_chinese_whatever_its_publisher_reads():
    product = dossiers.product_in("published")
    here = world.task(dossiers.staff(), product).brief
    with translation.override("en"):
        there = world.task(dossiers.staff(), product).brief
        assert translation.get_language() == "en"
    assert there == here


def test_a_task_is_about_something_published():
    for about in (dossiers.product_in("approved"), world.verified(world.person())):
        with pytest.raises(RuleBroken, match="已发布"):
            world.task(dossiers.staff(), about)
    assert not Task.objects.exists()


def test_a_task_is_about_something_that_may_be_promoted():
    owner = dossiers.official()
    spot = places.publish(places.draft_spot(owner), owner)
    spot.spot.closed_until, spot.spot.closed_because = date(2023, 11, 10), "台风抢修"
    spot.spot.save()
    empty = dossiers.product_in("published")
    empty.product.stock = 0
    empty.product.save()
    late = dossiers.product_in("published", season_start="3", season_end="5")
    for about, why in (
        (spot, "打卡地暂停开放。"),
        (empty, "产品已无库存。"),
        (late, "产品不在上市季。"),
    ):
        with pytest.raises(RuleBroken, match=why):
            world.task(dossiers.staff(), about)
    assert not Task.objects.exists()


def test_a_task_that_is_over_before_it_begins_is_refused():
    with pytest.raises(RuleBroken, match="提交截止日期已过"):
        world.task(dossiers.staff(), due_on=date(2023, 9, 30))


def test_the_same_form_makes_one_task():
    product, office, key = dossiers.product_in("published"), dossiers.staff(), uuid.uuid4()
    first = world.task(office, product, form_key=key)
    # The product sells out between the two clicks: the task stands all the same.
    product.product.stock = 0
    product.product.save()
    assert world.task(office, product, form_key=key).pk == first.pk
    with pytest.raises(RuleBroken, match="这张表单已提交过"):
        world.task(office, product, form_key=key, name="另一个任务")
    assert Task.objects.count() == 1
    assert Entry.objects.filter(act="task.publish").count() == 1


def test_a_name_that_is_too_long_is_named():
    with pytest.raises(ValidationError) as refused:
        world.task(dossiers.staff(), name="长" * 61)
    assert list(refused.value.message_dict) == ["name"]


def test_only_verified_creators_take_a_task_and_once():
    task = world.task(dossiers.staff())
    with pytest.raises(RuleBroken, match="由县区核实"):
        domain.take_task(task=task, actor=world.person())
    me = world.person()
    world.verified(me)
    assert domain.take_task(task=task, actor=me).pk == domain.take_task(task=task, actor=me).pk
    assert Take.objects.count() == 1
    with clock.telling(clock.now().replace(month=12)), pytest.raises(RuleBroken, match="已截止"):
        domain.take_task(task=task, actor=me)


def test_a_task_given_back_is_taken_again():
    me = world.person()
    first = dossiers.move(world.taken(me), "give_back", me)
    again = domain.take_task(task=first.task, actor=me)
    assert (again.state, again.version) == ("taken", 1)
    assert again.pk != first.pk


def test_a_work_is_handed_in_returned_mended_and_accepted():
    office, me = dossiers.staff(), world.person()
    take = world.handed_in(world.taken(me), me, "7390000000000000099")
    take = dossiers.move(take, "return", office, note="请补字幕")
    assert "请补字幕" in Notice.objects.filter(recipient=me.user).order_by("pk").last().text
    take = world.handed_in(take, me, "7390000000000000099")
    take = dossiers.move(take, "accept", office)
    assert (take.state, take.work_id) == ("accepted", "7390000000000000099")
    with pytest.raises(RuleBroken):
        world.handed_in(take, me)


def test_a_work_without_a_link_is_not_handed_in():
    me = world.person()
    with pytest.raises(RuleBroken, match="作品链接"):
        dossiers.move(world.taken(me), "hand_in", me)


def test_a_work_is_handed_in_for_one_task():
    me, other = world.person(), world.person()
    first = world.handed_in(world.taken(me), me, "7390000000000000099")
    for who in (me, other):
        take = world.taken(who, world.task(dossiers.staff()))
        with pytest.raises(RuleBroken, match="同一作品不能用于两个任务") as refused:
            world.handed_in(take, who, "7390000000000000099", "https://v.douyin.com/a")
        assert refused.value.code == "work_id"
        take.refresh_from_db()
        assert (take.state, take.link, take.work_id) == ("taken", "", "")
    # Sent back and given back, it may stand for another task.
    first = dossiers.move(first, "return", dossiers.staff(), note="请补字幕")
    dossiers.move(first, "give_back", me)
    assert world.handed_in(take, other, "7390000000000000099").state == "handed_in"


def test_a_number_that_is_not_the_links_is_refused():
    me = world.person()
    take = world.taken(me)
    link = "https://www.douyin.com/video/7390000000000000018"
    with pytest.raises(RuleBroken, match="链接中的作品编号是 7390000000000000018"):
        world.handed_in(take, me, "7390000000000000099", link)
    take.refresh_from_db()
    assert (take.state, take.link) == ("taken", "")


def test_a_verified_creator_does_not_take_over_anothers_handle():
    world.verified(world.person(), "瑶山阿妹", handle="yaoshan")
    me = world.person()
    row = world.verified(me, "山里人", handle="shanli")

    def propose(handle):
        row.refresh_from_db()
        now = values.of_form(kinds.get("creator").form(instance=row.record))
        form = kinds.get("creator").form(
            values.as_post({**now, "handle": handle}),
            instance=row.record,
            actor=me,
            complete=True,
        )
        if not form.is_valid():
            return form
        return submissions.change_published(submission=row, form=form, actor=me, seen=row.version)[
            1
        ]

    (message,) = propose("YAOSHAN").errors["handle"]
    assert message.startswith("“瑶山阿妹 CZ")
    # Free when it was proposed, taken when it is decided.
    revision = propose("heshan")
    world.verified(world.person(), handle="heshan")
    with pytest.raises(RuleBroken, match="已用这一平台账号通过核实"):
        dossiers.move(revision, "approve", dossiers.staff())
    assert Creator.objects.get(pk=row.pk).handle == "shanli"


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_two_clicks_on_two_connections_take_once(elsewhere):
    me = world.person()
    world.verified(me)
    task = world.task(dossiers.staff())

    def take():
        return domain.take_task(task=task, actor=me).pk

    with transaction.atomic():
        first = take()
        second = elsewhere(take)
        wait_until(waiting_for_a_lock, what="the second click waits for the first")
    assert second.result(20) == first
    assert Take.objects.count() == 1


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_a_work_handed_in_twice_at_once_counts_once(elsewhere):
    task = world.task(dossiers.staff())
    people = [world.person() for _n in range(2)]
    takes = [world.taken(who, task) for who in people]

    def hand_in(take, who):
        try:
            return world.handed_in(take, who, "7390000000000000099").state
        except RuleBroken as error:
            return error.code

    with transaction.atomic():
        assert hand_in(takes[0], people[0]) == "handed_in"
        second = elsewhere(lambda: hand_in(takes[1], people[1]))
        wait_until(waiting_for_a_lock, what="the second waits for the first")
    assert second.result(20) == "work_id"
    assert [Take.objects.get(pk=row.pk).state for row in takes] == ["handed_in", "taken"]


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_a_handle_verified_twice_at_once_is_verified_once(elsewhere):
    rows = []
    for _n in range(2):
        me = world.person()
        rows.append(dossiers.move(world.draft(me, handle="yaoshan"), "submit", me))
    county = dossiers.official()

    def verify(row):
        try:
            return dossiers.move(row, "verify", county).state
        except RuleBroken:
            return "refused"

    with transaction.atomic():
        assert verify(rows[0]) == "published"
        second = elsewhere(lambda: verify(rows[1]))
        wait_until(waiting_for_a_lock, what="the second waits for the first")
    assert second.result(20) == "refused"
    assert Creator.objects.filter(verified=True).count() == 1
