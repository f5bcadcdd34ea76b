"""What is placed may be promoted or not: where it is said, what is refused, how it comes back."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils.http import urlencode

from portal.accounts.actor import Actor
from portal.ledger.models import Transfer
from portal.registry import attention_of
from portal.verdict import RuleBroken
from tests import dossiers
from tests.answers import content, signed_in
from tests.factories import UserFactory
from tests.qualifications.world import LAST, at, paper, renewal
from tests.statements.pages import words
from tests.tourism import world as tourism
from tests.traffic import world
from traffic import domain, readiness
from traffic.models import Placement

pytestmark = pytest.mark.django_db
NEXT_DAY = LAST + timedelta(days=1)
WINDOW = {"first_day": date(2023, 10, 1), "last_day": date(2023, 11, 30)}
LABEL = "正在投放、但目前不能推广的投放"


@pytest.fixture
def office() -> Actor:
    return dossiers.staff()


@pytest.fixture
def owner() -> Actor:
    return dossiers.official()


@pytest.fixture
def placed(office: Actor, owner: Actor) -> Placement:
    """A placement over midnight after the last valid day of its product's test report."""
    campaign = world.harvest()
    campaign.last_day = WINDOW["last_day"]
    campaign.save()
    placement = world.placement(office, owner=owner, campaign=campaign, **WINDOW)
    paper(placement.submission, owner, number="检字7号")
    return placement


def attention(actor: Actor) -> tuple[int, str]:
    """How many placements it says may not run, and where they are; what has none is not said."""
    found = {str(row.label): (row.count, row.url) for row in attention_of(actor)}
    return found.get(LABEL, (0, ""))


def give(placement: Placement, actor: Actor, *, back: bool = False) -> list[Transfer]:
    ends = [placement.account.parent.parent.parent.parent, placement.account]
    source, target = reversed(ends) if back else ends
    return domain.move_between(source=source, target=target, amount=100, actor=actor, reason="试")


def test_it_stops_at_midnight_in_shanghai_is_said_everywhere_and_comes_back(office, owner, placed):
    other = world.placement(office, ids=("8",), **WINDOW, campaign=placed.campaign)
    reason = "“检测报告”（编号检字7号）有效期至2023年10月31日，请登记续期。"
    only = f"{reverse('placements')}?only=stopped"

    def said(actor: Actor) -> list[bool]:
        """Whether the placement, the product's dossier and the list say why it waits."""
        page = signed_in(actor.person)
        urls = (placed.get_absolute_url(), placed.submission.get_absolute_url())
        return [reason in words(page.get(url)) for url in (*urls, reverse("placements"))]

    def listed(actor: Actor) -> list[Placement]:
        return list(signed_in(actor.person).get(only).context["page_obj"])

    for reader in (office, owner):
        # 23:59:59 in Beijing is 15:59:59 in UTC; a second later it is another day here alone.
        with at(LAST, "23:59:59"):
            assert said(reader) == [False, False, False]
            assert (attention(reader)[0], listed(reader)) == (0, [])
        with at(NEXT_DAY, "00:00:00"):
            assert said(reader) == [True, True, True]
            assert attention(reader) == (1, only)
            assert listed(reader) == [placed]
    with at(NEXT_DAY, "00:00:00"):
        # The neighbour's county hears nothing of it.
        neighbour = Actor.of(UserFactory(official=dossiers.XINFENG))
        assert (attention(neighbour)[0], listed(neighbour)) == (0, [])
        found = readiness.of_placements([placed, other])
        assert {key: bool(verdict) for key, verdict in found.items()} == {
            placed.pk: False,
            other.pk: True,
        }
    with at(NEXT_DAY, "07:30:00"):
        row = placed.submission.qualifications.get()
        renewal(row, owner)
        for reader in (office, owner):
            assert said(reader) == [False, False, False]
            assert attention(reader)[0] == 0


@pytest.mark.sqlite
def test_nothing_new_is_placed_or_allotted_meanwhile_and_what_was_given_may_be_taken_back(
    office, owner, placed
):
    with at(LAST, "23:59:59"):
        assert len(give(placed, office)) == 4
    before = Transfer.objects.count()
    page = signed_in(office.person)
    with at(NEXT_DAY, "00:00:00"):
        with pytest.raises(RuleBroken, match="检字7号"):
            give(placed, office)
        with pytest.raises(RuleBroken, match="检字7号"):
            domain.share_out(
                source=placed.account.parent,
                shares={placed.account: 5},
                actor=office,
                reason="分",
            )
        with pytest.raises(RuleBroken, match="检字7号"):
            world.placement(
                office,
                ids=("9",),
                submission=placed.submission,
                first_day=NEXT_DAY,
                last_day=NEXT_DAY,
            )
        form = {
            "direction": "give",
            "other": placed.account.parent_id,
            "amount": "100",
            "reason": "试",
        }
        answer = page.post(reverse("allot", args=[placed.account_id]), form)
        assert "检字7号" in answer.context["form"].errors["amount"][0]
        assert (Transfer.objects.count(), Placement.objects.count()) == (before, 1)
        taken = give(placed, office, back=True)
        # Undoing what was taken back would give it again.
        with pytest.raises(RuleBroken, match="检字7号"):
            domain.reverse_transfer(transfer=taken[0], actor=office, reason="退回有误")
        renewal(placed.submission.qualifications.get(), owner)
        assert len(give(placed, office)) == 4
        placed.account.refresh_from_db()
        assert placed.account.balance == 100


def test_a_product_taken_offline_waits_too(office, placed):
    dossiers.move(placed.submission, "suspend", dossiers.staff(), note="投诉")
    assert attention(office)[0] == 1
    text = words(signed_in(office.person).get(placed.get_absolute_url()))
    assert "目前不能推广 暂不可推广 产品尚未发布。" in text


@pytest.mark.sqlite
def test_what_is_over_is_not_judged_and_what_begins_later_is_judged_on_its_first_day(
    office, placed
):
    with at(date(2023, 12, 1)):
        assert readiness.of_placements([placed]) == {}
        assert "已结束" in words(signed_in(office.person).get(reverse("placements")))
    later = Placement.objects.get(pk=placed.pk)
    later.first_day = NEXT_DAY
    with at(LAST):
        assert not readiness.of_placements([later])[placed.pk]
        assert readiness.of_placements([placed])[placed.pk]


@pytest.mark.sqlite
def test_a_list_of_routes_and_products_is_judged_in_a_fixed_number_of_queries(
    office, owner, placed, django_assert_num_queries
):
    spots = [
        tourism.publish(tourism.draft_spot(owner, name), owner) for name in ("甲寺", "乙寺", "丙寺")
    ]
    routes = []
    for number in range(3):
        route = tourism.publish(tourism.draft_route(owner, spots, f"线{number}"), owner)
        row = Placement.objects.get(pk=placed.pk)
        row.pk, row.submission = -number - 1, route
        routes.append(row)
    paper(spots[1], owner, number="卫字1号", kind="hygiene")
    with at(NEXT_DAY):
        for rows in ([placed, *routes[:1]], [placed, *routes]):
            fresh = [Placement(**vars_of(row)) for row in rows]
            # Products and windows; routes, stops, spots, their dossiers; papers.
            with django_assert_num_queries(2 + 4 + 1):
                found = readiness.of_placements(fresh)
            reasons = [str(found[row.pk].reason) for row in rows]
            assert "检字7号" in reasons[0]
            assert all("卫字1号" in reason for reason in reasons[1:])


def vars_of(row: Placement) -> dict[str, object]:
    """A placement's columns, its dossier read anew."""
    names = [field.attname for field in row._meta.concrete_fields]
    values = {name: getattr(row, name) for name in names if name != "submission_id"}
    return {**values, "submission": type(row.submission).objects.get(pk=row.submission_id)}


# --- Choosing what is placed ------------------------------------------------------------------


@pytest.mark.sqlite
def test_the_form_finds_a_dossier_by_words_and_keeps_what_was_typed(office, owner):
    placed = world.placement(office, owner=owner)
    tea = dossiers.product_in("published", name="瑶山红茶")
    dossiers.product_in("approved", name="红茶未发布")
    page, url = signed_in(office.person), reverse("placement-new")
    form = {
        "campaign": placed.campaign_id,
        "channel": "live",
        "first_day": "2023-10-24",
        "last_day": "2023-10-25",
        "source": placed.source_id,
        "metric": "impressions",
        "external_ids": "4711",
    }
    looked = page.post(url, {**form, "submission-words": "hongcha", "submission-find": "1"})
    assert looked.context["form"].errors == {}
    text = content(looked)
    assert f'name="submission" value="{tea.pk}" checked' in text
    assert "4711" in text
    assert "红茶未发布" not in text
    assert f'name="submission" value="{placed.submission_id}"' not in text
    assert Placement.objects.count() == 1
    # By the code alone, without looking first.
    answer = page.post(url, {**form, "submission-words": tea.code})
    assert answer.status_code == 302
    assert Placement.objects.exclude(pk=placed.pk).get().submission == tea


def test_words_that_fit_several_or_none_are_said_beside_the_field(office, owner):
    world.placement(office, owner=owner)
    for name in ("红茶甲", "红茶乙"):
        dossiers.product_in("published", name=name)
    page, url = signed_in(office.person), reverse("placement-new")
    for asked, error in (
        ("红茶", "请从查到的结果中选择一项。"),
        ("没有的东西", "没有找到与“没有的东西”相符的结果，请换个词再试。"),
        ("", "请输入字词或编号查找，再从结果中选择。"),
        ("\0", "请输入字词或编号查找，再从结果中选择。"),
    ):
        answer = page.post(url, {"submission-words": asked})
        assert answer.context["form"].errors["submission"] == [error]
    answer = page.post(url, {"submission": "999999"})
    assert "submission" in answer.context["form"].errors
    assert Placement.objects.count() == 1


def test_a_link_with_a_code_has_it_chosen(office, owner):
    row = world.placement(office, owner=owner).submission
    for number in range(12):
        dossiers.product_in("published", name=f"茶{number}")
    asked = urlencode({"dossier": row.code})
    text = content(signed_in(office.person).get(f"{reverse('placement-new')}?{asked}"))
    assert f'name="submission" value="{row.pk}" checked' in text
    assert text.count('type="radio" name="submission"') == 11
    assert "还有更多" in text
