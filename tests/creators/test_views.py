"""Story 6 through the pages."""

from __future__ import annotations

import uuid

import pytest
from django.test import Client
from django.urls import reverse

from creators import domain
from creators.models import Take, Task
from portal.accounts.actor import Actor
from portal.notices.models import Notice
from tests import dossiers, expired
from tests.creators import world
from tests.factories import UserFactory
from tests.fingerprint import fingerprint
from tests.traffic import world as traffic
from traffic.models import Placement

pytestmark = pytest.mark.django_db

NUMBER = "7390000000000000099"
WORK = {"link": f"https://www.douyin.com/video/{NUMBER}", "work_id": NUMBER}


def client_of(actor):
    client = Client()
    client.force_login(actor.user)
    return client


def told(answer):
    """The messages of a followed answer, by level."""
    return [(message.level_tag, str(message)) for message in answer.context["messages"]]


def call(product, **changes):
    return {
        "submission": str(product.pk),
        "name": "拍一条萝卜短视频",
        "wishes": "在地里拍，说清楚脆甜。",
        "due_on": "2023-11-30",
        **changes,
    }


def test_a_verified_creator_stands_in_the_public_directory():
    row = world.verified(world.person())
    assert "瑶山阿妹" in Client().get(reverse("creators")).content.decode()
    dossiers.move(row, "suspend", dossiers.staff(), note="冒名")
    assert "瑶山阿妹" not in Client().get(reverse("creators")).content.decode()


def test_a_creator_waits_on_the_countys_desk_and_on_nobody_elses():
    me = world.person()
    dossiers.move(world.draft(me), "submit", me)
    page = f"{reverse('dossiers')}?turn=me"
    assert "瑶山阿妹" in client_of(dossiers.official()).get(page).content.decode()
    assert "瑶山阿妹" not in client_of(dossiers.staff()).get(page).content.decode()


def test_a_double_click_publishes_one_task():
    client, product = client_of(dossiers.staff()), dossiers.product_in("published")
    page = reverse("task-new")
    address = page + client.get(page).context["action"]
    answers = {client.post(address, call(product))["Location"] for _click in range(2)}
    assert answers == {reverse("task", args=[Task.objects.get().pk])}


def test_a_task_is_about_what_is_found_by_its_words():
    client = client_of(dossiers.staff())
    product = dossiers.product_in("published", name="瑶山红茶")
    dossiers.product_in("published", name="彩石萝卜")
    typed = {**call(product), "submission": "", "submission-words": "yshc"}
    looked = client.post(reverse("task-new"), {**typed, "submission-find": "1"})
    text = looked.content.decode()
    assert f'name="submission" value="{product.pk}" checked' in text
    assert looked.context["form"].errors == {}
    assert "彩石萝卜" not in text
    assert not Task.objects.exists()
    client.post(reverse("task-new"), typed)
    assert Task.objects.get().submission == product


def test_a_task_that_cannot_be_published_says_why_and_keeps_the_text():
    client, product = client_of(dossiers.staff()), dossiers.product_in("published")
    product.product.stock = 0
    product.product.save()
    typed = call(product)
    address = f"{reverse('task-new')}?form_key={uuid.uuid4()}"
    before = fingerprint()
    form = client.post(address, typed).context["form"]
    assert form.non_field_errors() == ["产品已无库存。"]
    assert expired.values(form, typed) == typed
    assert fingerprint() == before


def test_what_was_typed_outlives_the_session():
    office, me = UserFactory(staff=True), world.person()
    product = dossiers.product_in("published")
    take = world.taken(me, world.task(Actor.of(office), product))
    typed = call(product, name="另一个任务")
    form = expired.form_after(office, reverse("task-new"), typed)
    assert expired.values(form, typed) == typed
    form = expired.form_after(me.user, reverse("take", args=[take.pk]), WORK)
    assert expired.values(form, WORK) == WORK
    world.handed_in(take, me)
    page = reverse("take-move", args=[take.pk, "return"])
    reason = {"note": "请补字幕", "seen": "2"}
    form = expired.form_after(office, page, reason)
    assert expired.values(form, reason) == reason
    take.refresh_from_db()
    assert (take.state, Task.objects.count()) == ("handed_in", 1)


def test_a_task_is_offered_to_who_does_not_hold_it():
    me, other = world.person(), world.person()
    task = world.task(dossiers.staff())
    page = reverse("task", args=[task.pk])
    client = client_of(me)
    world.verified(me)
    assert "领取任务" in client.get(page).content.decode()
    take = world.taken(me, task)
    assert "领取任务" not in client.get(page).content.decode()
    # Given back, it may be taken again; another's take does not matter.
    dossiers.move(take, "give_back", me)
    world.taken(other, task)
    assert "领取任务" in client.get(page).content.decode()
    answer = client.post(page, follow=True)
    assert told(answer) == [("success", "任务已领取，作品发布后请提交链接。")]
    assert list(Take.objects.order_by("pk").values_list("state", flat=True)) == [
        "cancelled",
        "taken",
        "taken",
    ]


def test_an_officials_own_task_page_offers_what_the_countys_creators_hold():
    """The county sees its creators' takes; a creator who is an official takes all the same."""
    user = UserFactory(creator=True, official=dossiers.RUYUAN)
    me = Actor.of(user)
    task = world.task(dossiers.staff())
    world.verified(me)
    world.taken(about=task)
    assert "领取任务" in client_of(me).get(reverse("task", args=[task.pk])).content.decode()


def test_a_second_click_on_handing_in_leads_on():
    me = world.person()
    take = world.taken(me)
    client, page = client_of(me), reverse("take", args=[take.pk])
    assert told(client.post(f"{page}?seen=1", WORK, follow=True)) == [
        ("success", "已提交，等待项目办验收。")
    ]
    before = fingerprint()
    answer = client.post(f"{page}?seen=1", WORK, follow=True)
    assert (answer.redirect_chain, told(answer)) == ([(page, 302)], [])
    # Another work sent from an old page is not passed over in silence.
    other = {"link": "https://v.douyin.com/a", "work_id": "7390000000000000098"}
    ((level, text),) = told(client.post(f"{page}?seen=1", other, follow=True))
    assert (level, "已提交" in text) == ("error", True)
    assert fingerprint() == before


def test_a_work_of_another_task_is_named_beside_its_number():
    me = world.person()
    world.handed_in(world.taken(me), me, NUMBER)
    take = world.taken(me, world.task(dossiers.staff()))
    page = f"{reverse('take', args=[take.pk])}?seen=1"
    client = client_of(me)
    before = fingerprint()
    for typed, message in (
        (WORK, "这一作品已提交过，同一作品不能用于两个任务。"),
        (
            {**WORK, "work_id": "7390000000000000098"},
            f"链接中的作品编号是 {NUMBER}，与所填编号不一致。",
        ),
    ):
        form = client.post(page, typed).context["form"]
        assert form.errors == {"work_id": [message]}
        assert expired.values(form, typed) == typed
    assert fingerprint() == before


def test_a_second_click_on_a_move_is_no_error():
    office, me = dossiers.staff(), world.person()
    take = world.handed_in(world.taken(me), me)
    client = client_of(office)
    address = reverse("take-move", args=[take.pk, "accept"])
    assert told(client.post(address, {"seen": "2"}, follow=True)) == [("success", "作品已验收")]
    before = fingerprint()
    assert told(client.post(address, {"seen": "2"}, follow=True)) == []
    assert fingerprint() == before
    # A colleague who was second is told who was first.
    colleague = client_of(dossiers.staff())
    ((level, text),) = told(colleague.post(address, {"seen": "2"}, follow=True))
    assert (level, str(office.user) in text) == ("error", True)


def test_a_return_asks_for_its_reason_on_a_page_of_its_own():
    office, me = dossiers.staff(), world.person()
    take = world.handed_in(world.taken(me), me)
    client, page = client_of(office), reverse("take-move", args=[take.pk, "return"])
    assert f'href="{page}"' in client.get(reverse("take", args=[take.pk])).content.decode()
    before = fingerprint()
    for note, count in (("", ""), ("长" * 501, "501")):
        form = client.post(page, {"note": note, "seen": "2"}).context["form"]
        assert list(form.errors) == ["note"]
        assert count in form.errors["note"][0]
        assert form["note"].value() == note
    assert fingerprint() == before
    answer = client.post(page, {"note": "请补字幕", "seen": "2"}, follow=True)
    assert told(answer) == [("success", "已退回补正")]
    assert "请补字幕" in Notice.objects.filter(recipient=me.user).order_by("pk").last().text
    assert told(client.post(page, {"note": "请补字幕", "seen": "2"}, follow=True)) == []
    assert told(client.get(page, follow=True)) == [("error", "当前状态下不能进行这一步。")]


def test_a_move_nobody_knows_is_no_page():
    me = world.person()
    take = world.taken(me)
    address = reverse("take-move", args=[take.pk, "sell"])
    assert client_of(me).post(address, {"seen": "1"}).status_code == 404


def test_who_may_not_judge_is_told_so():
    me = world.person()
    take = world.handed_in(world.taken(me), me)
    page = reverse("take-move", args=[take.pk, "return"])
    for actor in (me, dossiers.official()):
        client = client_of(actor)
        assert page not in client.get(reverse("take", args=[take.pk])).content.decode()
        for answer in (
            client.get(page, follow=True),
            client.post(page, {"note": "夺", "seen": "2"}, follow=True),
        ):
            assert told(answer) == [("error", "只有项目办可以这样做。")]
    take.refresh_from_db()
    assert take.state == "handed_in"


def test_my_tasks_count_every_work_and_lead_to_all_of_them():
    office, me = dossiers.staff(), world.person()
    desk, home = client_of(office), reverse("home")
    take = world.handed_in(world.taken(me), me)
    assert reverse("take", args=[take.pk]) in desk.get(home).content.decode()
    task = world.task(office)
    works = [take]
    for _n in range(20):
        maker = world.person()
        works.append(world.handed_in(world.taken(maker, task), maker))
    lines = {line.label: line for line in desk.get(home).context["tasks"]}
    assert (lines["验收作品"].count, lines["验收作品"].url) == (21, "/takes/?turn=judge")
    page = desk.get("/takes/?turn=judge&sort=oldest&size=50")
    assert page.context["page_obj"].paginator.count == 21
    assert [row.pk for row in page.context["page_obj"]] == [row.pk for row in works]


def test_the_list_of_taken_tasks_holds_those_one_may_see():
    me, other = world.person(), world.person()
    office = dossiers.staff()
    first = world.taken(me, world.task(office, name="拍萝卜"))
    second = world.taken(me, world.task(office, name="拍茶园"))
    world.taken(other, first.task)
    dossiers.move(second, "give_back", me)
    client = client_of(me)

    def shown(query=""):
        rows = client.get(f"{reverse('takes')}{query}").context["page_obj"]
        return {row.pk for row in rows}

    assert shown() == {first.pk, second.pk}
    assert shown("?turn=hand_in") == {first.pk}
    assert shown("?state=cancelled") == {second.pk}
    assert shown("?q=萝卜") == {first.pk}
    assert shown("?turn=judge") == set()
    assert shown("?state=odd&turn=odd") == {first.pk, second.pk}
    # The list of works wanted says how many there are, and leads there.
    assert "已领任务（2）" in client.get(reverse("tasks")).content.decode()
    assert "已领任务" not in client_of(world.person()).get(reverse("tasks")).content.decode()


def test_the_accepted_work_gets_a_placement():
    office, me = dossiers.staff(), world.person()
    placed = traffic.placement(office)
    world.verified(me)
    task = world.task(office, placed.submission)
    take = world.handed_in(domain.take_task(task=task, actor=me), me, NUMBER)
    dossiers.move(take, "accept", office)
    client = client_of(office)
    page = client.get(reverse("take", args=[take.pk])).content.decode()
    link = page.split('href="/placements/new/')[1].split('"')[0].replace("&amp;", "&")
    form = client.get(f"/placements/new/{link}").content.decode()
    assert f'value="{placed.submission_id}" checked' in form
    assert NUMBER in form
    client.post(
        "/placements/new/",
        {
            "submission": placed.submission_id,
            "campaign": placed.campaign_id,
            "channel": "creator",
            "first_day": "2023-10-20",
            "last_day": "2023-10-31",
            "source": placed.source_id,
            "metric": "plays",
            "external_ids": NUMBER,
        },
    )
    row = Placement.objects.get(channel="creator")
    assert [x.value for x in row.external_ids.all()] == [NUMBER]


def test_strangers_see_neither_takes_nor_their_links():
    me = world.person()
    take = world.taken(me)
    for person in (UserFactory(creator=True), UserFactory(official=dossiers.XINFENG)):
        client = Client()
        client.force_login(person)
        assert client.get(reverse("take", args=[take.pk])).status_code == 404
        for move in ("give_back", "return"):
            answer = client.post(reverse("take-move", args=[take.pk, move]), {"note": "夺"})
            assert answer.status_code == 404
    take.refresh_from_db()
    assert take.state == "taken"
