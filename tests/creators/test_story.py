"""Story 6: registered, verified, a task taken, handed in, accepted, placed."""

from __future__ import annotations

import threading
from datetime import date

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.urls import reverse

from creators import domain
from creators.models import Take
from portal import clock
from portal.notices.models import Message, Notice
from portal.verdict import RuleBroken
from tests import dossiers
from tests.creators import world
from tests.factories import UserFactory
from tests.traffic import world as traffic
from traffic.models import Placement

pytestmark = pytest.mark.django_db


def client_of(actor):
    client = Client()
    client.force_login(actor.user)
    return client


def test_a_creator_without_followers_is_verified_by_the_county():
    me = world.person()
    row = dossiers.move(world.draft(me), "submit", me)
    assert (row.county_id, row.city_id) == ("440232", "440200")
    assert not row.moves.judge(row, "verify", dossiers.official(dossiers.XINFENG))
    assert not row.moves.judge(row, "verify", dossiers.staff())
    row = dossiers.move(row, "verify", dossiers.official())
    assert row.state == "published"
    assert "瑶山阿妹" in Client().get(reverse("creators")).content.decode()
    assert "已通过县区核实" in Notice.objects.filter(recipient=me.user).last().text
    assert "已通过县区核实" in Message.objects.get(phone=me.user.phone).body


def test_a_creator_waits_on_the_countys_desk_and_on_nobody_elses():
    me = world.person()
    dossiers.move(world.draft(me), "submit", me)
    page = f"{reverse('dossiers')}?turn=me"
    assert "瑶山阿妹" in client_of(dossiers.official()).get(page).content.decode()
    assert "瑶山阿妹" not in client_of(dossiers.staff()).get(page).content.decode()


def test_the_brief_keeps_the_facts_of_its_day():
    office = dossiers.staff()
    product = dossiers.product_in("published")
    task = world.task(office, product)
    assert ["包装规格", "5斤/箱"] in task.brief
    product.product.package = "10斤/箱"
    product.product.save()
    task.refresh_from_db()
    assert ["包装规格", "5斤/箱"] in task.brief


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


def test_a_task_is_about_something_published():
    with pytest.raises(RuleBroken, match="已发布"):
        world.task(dossiers.staff(), dossiers.product_in("approved"))


def test_a_work_is_handed_in_returned_mended_and_accepted():
    office, me = dossiers.staff(), world.person()
    world.verified(me)
    take = domain.take_task(task=world.task(office), actor=me)
    take = world.handed_in(take, me)
    take = dossiers.move(take, "return", office, note="请补字幕")
    assert "请补字幕" in Notice.objects.filter(recipient=me.user).order_by("pk").last().text
    take = world.handed_in(take, me)
    take = dossiers.move(take, "accept", office)
    assert (take.state, take.work_id) == ("accepted", "7390000000000000017")
    with pytest.raises(RuleBroken):
        world.handed_in(take, me)


def test_a_work_without_a_link_is_not_handed_in():
    me = world.person()
    world.verified(me)
    take = domain.take_task(task=world.task(dossiers.staff()), actor=me)
    with pytest.raises(RuleBroken, match="作品链接"):
        dossiers.move(take, "hand_in", me)
    name = "handed_in_work_has_link_and_number"
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        Take.objects.update(state="handed_in")


def test_the_accepted_work_gets_a_placement():
    office, me = dossiers.staff(), world.person()
    placed = traffic.placement(office)
    world.verified(me)
    task = world.task(office, placed.submission)
    take = world.handed_in(domain.take_task(task=task, actor=me), me)
    dossiers.move(take, "accept", office)
    client = client_of(office)
    page = client.get(reverse("take", args=[take.pk])).content.decode()
    link = page.split('href="/placements/new/')[1].split('"')[0].replace("&amp;", "&")
    form = client.get(f"/placements/new/{link}").content.decode()
    assert f'value="{placed.submission_id}" selected' in form
    assert "7390000000000000017" in form
    client.post(
        "/placements/new/",
        {
            "submission": placed.submission_id,
            "campaign": placed.campaign_id,
            "channel": "creator",
            "first_day": "2023-10-20",
            "last_day": "2023-11-20",
            "source": placed.source_id,
            "metric": "plays",
            "external_ids": "7390000000000000099",
        },
    )
    row = Placement.objects.get(channel="creator")
    assert [x.value for x in row.external_ids.all()] == ["7390000000000000099"]


def test_strangers_see_neither_takes_nor_their_links():
    office, me = dossiers.staff(), world.person()
    world.verified(me)
    take = domain.take_task(task=world.task(office), actor=me)
    for person in (UserFactory(creator=True), UserFactory(official=dossiers.XINFENG)):
        client = Client()
        client.force_login(person)
        assert client.get(reverse("take", args=[take.pk])).status_code == 404
        answer = client.post(reverse("take-move", args=[take.pk, "give_back"]))
        assert answer.status_code == 404
    take.refresh_from_db()
    assert take.state == "taken"


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_two_clicks_on_two_connections_take_once():
    me = world.person()
    world.verified(me)
    task = world.task(dossiers.staff())
    start = threading.Barrier(2)

    def take():
        try:
            start.wait()
            domain.take_task(task=task, actor=me)
        finally:
            connection.close()

    threads = [threading.Thread(target=take) for _n in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert Take.objects.count() == 1
    assert task.due_on == date(2023, 11, 30)
