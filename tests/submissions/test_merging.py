"""Likely duplicates are found; merging keeps history, photos and what points at them."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.db import connection, transaction
from django.test import Client
from django.urls import reverse

from creators.models import Task
from portal.accounts.actor import Actor
from portal.moves.domain import SeenTooOld
from portal.moves.models import MoveLog
from portal.notices.models import Notice
from portal.qualifications.domain import take_off
from portal.search import key_of
from portal.submissions import duplicates, merging
from portal.submissions.models import Submission
from portal.verdict import RuleBroken
from products.brands.domain import leave_brand
from tests import dossiers
from tests.answers import content, signed_in
from tests.creators import world as creators
from tests.factories import OrganisationFactory, UserFactory
from tests.products import branding
from tests.products.calls import world as calls
from tests.qualifications.world import paper
from tests.races import waiting_for_a_lock
from tests.traffic import world as traffic
from tests.workers import wait_until

pytestmark = pytest.mark.django_db


@pytest.fixture
def office() -> Actor:
    return dossiers.staff()


def found(row: Submission, who: Actor) -> list[tuple[str, str]]:
    row.refresh_from_db()
    return [(c.row.code, c.why.value) for c in duplicates.candidates(row, who.person)]


def test_the_key_of_a_name_is_its_sound_without_blanks_and_marks():
    assert key_of("乳源 彩石萝卜（五斤）") == "ruyuancaishiluobowujin"
    assert key_of("ＡＢ茶-01") == key_of("ab 茶01") == "abcha01"
    assert key_of("！？") == ""


def test_the_same_name_and_the_same_sound_are_found_across_counties(office):
    here, there = dossiers.official(), dossiers.official(dossiers.XINFENG)
    row = dossiers.product_in("submitted", owner=here, name="清远 鸡蛋")
    same = dossiers.product_in("published", owner=there, name="清远鸡蛋")
    sounds = dossiers.product_in("endorsed", owner=there, name="清源机蛋")
    for state in ("draft", "withdrawn", "refused", "merged"):
        dossiers.product_in(state, owner=there, name="清远鸡蛋")
    dossiers.product_in("submitted", owner=there, name="清远鸡")
    assert found(row, office) == [(same.code, "name"), (sounds.code, "pinyin")]
    # A county looks no further than it may see.
    assert found(row, here) == []


def test_an_organisation_that_files_a_similar_name_twice_is_found(office):
    organisation = OrganisationFactory()
    merchant = Actor.of(UserFactory(merchant=organisation))
    row = dossiers.product_in("submitted", owner=merchant, name="彩石萝卜")
    longer = dossiers.product_in("submitted", owner=merchant, name="乳源彩石萝卜")
    dossiers.product_in("submitted", owner=merchant, name="瑶山茶")
    dossiers.product_in("submitted", name="高山彩石萝卜")
    assert found(row, office) == [(longer.code, "organisation")]


def test_a_brand_number_that_two_bear_finds_names_that_are_alike(office):
    here, there = dossiers.official(), dossiers.official(dossiers.XINFENG)
    row = dossiers.product_in("submitted", owner=here, name="乳源彩石萝卜")
    alike = dossiers.product_in("published", owner=there, name="彩石红萝卜")
    apart = dossiers.product_in("published", owner=there, name="瑶山茶")
    other_kind = dossiers.product_in("published", owner=there, name="彩石小萝卜")
    for holder, actor, kind in (
        (row, here, "gi"),
        (alike, there, "gi"),
        (apart, there, "gi"),
        (other_kind, there, "famous"),
    ):
        paper(holder, actor, kind=kind, number="AGI2020-01-1")
    assert found(row, office) == [(alike.code, "number")]
    assert found(alike, office) == [(row.code, "number")]
    assert found(row, here) == []
    # What was taken off the file says nothing any more.
    take_off(qualification=alike.qualifications.get(), reason="登记有误", actor=office)
    assert found(row, office) == []


def test_a_number_of_an_organisation_counts_for_what_it_offers(office):
    shops = [Actor.of(UserFactory(merchant=OrganisationFactory())) for _shop in range(2)]
    row, other = (
        dossiers.product_in("submitted", owner=shop, name=name)
        for shop, name in zip(shops, ("彩石萝卜", "彩石红萝卜"), strict=True)
    )
    for product, shop in ((row, shops[0]), (other, shops[1])):
        paper(product.organisation, shop, kind="yue", number="粤字1号")
    assert found(row, office) == [(other.code, "number")]


def test_a_regional_brand_that_two_bear_finds_names_that_are_alike(office):
    owner = dossiers.official()
    brand = branding.brand(office)
    names = ("乳源彩石萝卜", "彩石红萝卜", "瑶山茶")
    rows = [dossiers.product_in("published", owner=owner, name=name) for name in names]
    for row in rows:
        branding.join_brand(brand=brand, product=row.product, actor=office)
    dossiers.product_in("published", owner=owner, name="彩石小萝卜")
    # The place's name alone is nothing that two have in common.
    placed = dossiers.product_in("published", owner=owner, name="乳源茶")
    branding.join_brand(brand=brand, product=placed.product, actor=office)
    assert found(rows[0], office) == [(rows[1].code, "brand")]
    page = content(signed_in(office.person).get(f"{rows[0].get_absolute_url()}?duplicates="))
    assert "同属一个区域公用品牌，名称相近" in page
    leave_brand(member=rows[1].product.brands.get(), actor=office)
    assert found(rows[0], office) == []


def test_a_new_title_makes_a_new_key():
    row = dossiers.product_in("draft", name="红茶")
    assert row.name_key == "hongcha"
    row.title = "绿茶"
    row.save()
    assert Submission.objects.get(pk=row.pk).name_key == "lvcha"


def test_duplicates_are_found_through_the_index(office):
    row = dossiers.product_in("submitted")
    rows = Submission.objects.filter(kind="product", name_key=row.name_key)
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
    assert "submission_same_name" in rows.order_by("pk").explain()


def pair(**words: Any) -> tuple[Submission, Submission, Actor, Actor]:
    """A published product of each county, and who filed them."""
    here, there = dossiers.official(), dossiers.official(dossiers.XINFENG)
    loser = dossiers.product_in("published", owner=here, **words)
    return loser, dossiers.product_in("published", owner=there), here, there


def test_merging_ends_one_and_keeps_everything_of_both(office):
    loser, survivor, here, there = pair(name="重名茶")
    before = {
        "moves": MoveLog.objects.of(loser).count(),
        "files": loser.attachments.count(),
        "snapshots": loser.snapshots.count(),
    }
    photo = loser.attachments.get(purpose="photos").file_id
    Notice.objects.all().delete()
    merged = dossiers.merge(loser, survivor, office, photos=[str(photo)])
    loser.refresh_from_db()
    assert (loser.state, loser.merged_into, loser.due_on) == ("merged", survivor, None)
    assert None not in (loser.closed_at, loser.decider, loser.published_at)
    assert {
        "moves": MoveLog.objects.of(loser).count() - 1,
        "files": loser.attachments.count(),
        "snapshots": loser.snapshots.count(),
    } == before
    photos = list(merged.attachments.filter(purpose="photos").order_by("position"))
    assert ([row.position for row in photos], photos[1].file_id) == ([0, 1], photo)
    log = MoveLog.objects.of(survivor).last()
    assert (log.move, log.note, log.version) == ("absorb", f"{loser.code} 重名茶", merged.version)
    texts = dict(Notice.objects.values_list("recipient", "msgid"))
    assert set(texts) == {here.person.pk, there.person.pk}
    told = Notice.objects.get(recipient=here.person)
    assert told.text == "“重名茶”已并入“乳源彩石萝卜”。理由：同一产品"


def test_the_old_public_address_leads_on_even_after_a_second_merge(client, office):
    loser, survivor, _here, _there = pair()
    last = dossiers.product_in("published")
    dossiers.merge(loser, survivor, office)
    answer = client.get(reverse("product", args=[loser.code]))
    assert (answer.status_code, answer["Location"]) == (301, f"/products/{survivor.code}/")
    dossiers.merge(survivor, last, office)
    for code in (loser.code, survivor.code):
        assert client.get(reverse("product", args=[code]))["Location"] == f"/products/{last.code}/"
    dossiers.move(last, "suspend", office, note="理由")
    assert client.get(reverse("product", args=[loser.code])).status_code == 404


def test_placements_and_tasks_go_on_with_the_survivor(office):
    loser, survivor, _here, _there = pair()
    placement = traffic.placement(office, submission=loser, ids=("1",))
    task = creators.task(office, loser)
    county = placement.county_id
    dossiers.merge(loser, survivor, office)
    placement.refresh_from_db()
    assert (placement.submission, placement.county_id) == (survivor, county)
    assert Task.objects.get(pk=task.pk).submission == survivor


@pytest.mark.parametrize(
    ("of_loser", "of_survivor", "left"),
    [
        ("put", None, [("survivor", "put")]),
        ("selected", None, [("survivor", "selected")]),
        ("put", "put", [("loser", "withdrawn"), ("survivor", "put")]),
        ("selected", "put", [("survivor", "selected"), ("survivor", "withdrawn")]),
        ("put", "selected", [("loser", "withdrawn"), ("survivor", "selected")]),
        ("selected", "selected", [("loser", "withdrawn"), ("survivor", "selected")]),
    ],
)
def test_entries_of_a_call_go_on_as_one(office, of_loser, of_survivor, left):
    loser, survivor, here, there = pair()
    call = calls.call(office)
    for row, owner, state in ((loser, here, of_loser), (survivor, there, of_survivor)):
        if state == "put":
            calls.put(call, row, owner)
        elif state == "selected":
            calls.selected(call, row, owner, office)
    dossiers.merge(loser, survivor, office)
    whose = {loser.pk: "loser", survivor.pk: "survivor"}
    rows = call.entries.order_by("pk").values_list("product", "county", "state")
    assert [(whose[product], state) for product, _county, state in rows] == left
    assert all(
        county == dossiers.XINFENG for product, county, _state in rows if product == survivor.pk
    )


def test_places_and_units_in_running_orders_go_along(office):
    loser, survivor, here, there = pair()
    call = calls.call(office)
    entries = [
        calls.selected(call, row, owner, office)
        for row, owner in ((loser, here), (survivor, there))
    ]
    both = calls.session(office)
    calls.write(both, office, (entries[0], 5, 30), (entries[1], 5, 20))
    alone = calls.session(office, name="另一场")
    calls.write(alone, office, (entries[0], 5, 7))
    dossiers.merge(loser, survivor, office)
    assert list(both.slots.values_list("entry", "units")) == [(entries[1].pk, 50)]
    assert list(alone.slots.values_list("entry", "units")) == [(entries[1].pk, 7)]


def test_what_cannot_be_merged_says_why(office):
    loser, survivor, here, _there = pair()
    endorsed = dossiers.product_in("endorsed")
    draft = dossiers.product_in("draft")
    for one, other, who, reason in (
        (loser, loser, office, "这两份不能合并"),
        (loser, endorsed, office, "已发布的只能并入已发布的"),
        (draft, survivor, office, "其中一份已经结束"),
        (loser, survivor, here, "只有项目办可以这样做"),
    ):
        with pytest.raises(RuleBroken, match=reason):
            dossiers.merge(one, other, who)
    with pytest.raises(RuleBroken, match="请填写理由"):
        dossiers.merge(endorsed, survivor, office, note=" ")
    with pytest.raises(SeenTooOld):
        merging.merge(
            loser=loser,
            survivor=survivor,
            photos=[],
            note="x",
            actor=office,
            seen=loser.version,
            seen_survivor=survivor.version - 1,
        )
    assert not Submission.objects.filter(state="merged").exists()


def test_the_button_alone_merges_nothing(office):
    row = dossiers.product_in("endorsed")
    client = signed_in(office.person)
    assert "/move/merge/" not in content(client.get(row.get_absolute_url()))
    client.post(
        reverse("dossier-reason", args=[row.code, "merge"]) + f"?seen={row.version}",
        {"note": "合并"},
    )
    row.refresh_from_db()
    assert row.state == "endorsed"


def test_of_what_is_decided_duplicates_are_looked_for_when_the_office_asks(client, office):
    row = dossiers.product_in("published", name="清远鸡蛋")
    alone = dossiers.product_in("published", name="瑶山红茶")
    same = dossiers.product_in(
        "published", owner=dossiers.official(dossiers.XINFENG), name="清远鸡蛋"
    )
    client.force_login(office.person)
    page = content(client.get(row.get_absolute_url()))
    assert same.code not in page
    (link,) = re.findall(r'href="([^"]+)">是否重复申报', page)
    assert same.code in content(client.get(link))
    (link,) = re.findall(
        r'href="([^"]+)">是否重复申报', content(client.get(alone.get_absolute_url()))
    )
    assert "没有找到相似的申报。" in content(client.get(link))
    client.force_login(row.owner)
    for url in (row.get_absolute_url(), link):
        assert "是否重复申报" not in content(client.get(url))


def test_the_office_compares_side_by_side_and_merges(client, office):
    here, there = dossiers.official(), dossiers.official(dossiers.XINFENG)
    loser = dossiers.product_in("endorsed", owner=here, name="瑶山茶", price="20")
    survivor = dossiers.product_in("published", owner=there, name="瑶山 茶", price="30")
    client.force_login(office.person)
    url = reverse("dossier-merge", args=[loser.code, survivor.code])
    for page in (loser.get_absolute_url(), reverse("desk-review", args=[loser.code])):
        text = content(client.get(page))
        assert (url in text, "同名" in text) == (True, True)
    text = content(client.get(url))
    assert ("30" in text, "被并入" in text, "合并后不能撤销" in text) == (True, True, True)
    # What goes is struck out, what stays is marked as staying.
    assert "<del>20</del>" in text.replace(".00", "")
    assert "<ins>30</ins>" in text.replace(".00", "")
    photo = str(loser.attachments.get(purpose="photos").file_id)
    posted = {"seen_survivor": survivor.version, "photos": [photo]}
    assert "这个字段是必填项" in content(client.post(f"{url}?seen={loser.version}", posted))
    answer = client.post(f"{url}?seen={loser.version}", {**posted, "note": "重复"}, follow=True)
    text = content(answer)
    assert ("已并入本卷宗" in text, loser.code in text) == (True, True)
    # A second click finds it done.
    answer = client.post(f"{url}?seen={loser.version}", {**posted, "note": "重复"})
    assert answer["Location"] == survivor.get_absolute_url()
    page = content(signed_in(here.person).get(loser.get_absolute_url()))
    assert f"本卷宗已并入“瑶山 茶”（{survivor.code}）。" in page
    assert reverse("product", args=[survivor.code]) in page
    neighbour = Client()
    neighbour.force_login(there.person)
    assert neighbour.get(url).status_code == 404


@pytest.mark.django_db(transaction=True)
@pytest.mark.postgres
def test_of_two_merges_in_both_directions_at_once_one_is_refused(elsewhere: Any) -> None:
    office = dossiers.staff()
    one, other = dossiers.product_in("endorsed"), dossiers.product_in("endorsed")

    def act(loser: Submission, survivor: Submission) -> str:
        try:
            merging.merge(
                loser=loser,
                survivor=survivor,
                photos=[],
                note="重复",
                actor=office,
                seen=loser.version,
                seen_survivor=survivor.version,
            )
        except RuleBroken:
            return "refused"
        return "done"

    with transaction.atomic():
        Submission.objects.select_for_update().get(pk=one.pk)
        acts = [elsewhere(lambda: act(one, other)), elsewhere(lambda: act(other, one))]
        wait_until(lambda: waiting_for_a_lock() == 2, what="both wait")
    assert sorted(act.result(20) for act in acts) == ["done", "refused"]
    assert Submission.objects.filter(state="merged").count() == 1
