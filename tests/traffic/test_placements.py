"""Making placements, and what of their impressions can be taken back."""

from __future__ import annotations

import uuid
from datetime import date

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from portal.audit.models import Entry
from portal.campaigns.models import Action, Campaign
from portal.ledger import domain as ledger
from portal.ledger import queries as ledger_queries
from portal.ledger.models import Account, Transfer
from portal.submissions.enums import State
from portal.verdict import RuleBroken
from tests import dossiers
from tests.races import waiting_for_a_lock
from tests.tourism import world as tourism
from tests.traffic import world
from tests.traffic.world import DAY, ID, land
from tests.workers import wait_until
from traffic import domain, placing, pool
from traffic.models import ExternalId, Placement

pytestmark = [pytest.mark.django_db, pytest.mark.sqlite]
UNPUBLISHED = sorted(set(dossiers.WAYS) - {State.PUBLISHED})
SECOND = "7390000000000000018"


@pytest.fixture
def office():
    return dossiers.staff()


def give(source, target, amount, actor):
    return domain.move_between(
        source=source, target=target, amount=amount, actor=actor, reason="试"
    )


def written():
    return (Placement.objects.count(), ExternalId.objects.count(), Account.objects.count())


# --- Making ----------------------------------------------------------------------------------


def make(row, actor, **changes):
    values = {
        "submission": row,
        "campaign": world.harvest(),
        "channel": "product",
        "first_day": date(2023, 10, 1),
        "last_day": date(2023, 10, 31),
        "source": world.source(),
        "metric": "impressions",
        "external_ids": [ID],
        **changes,
    }
    return placing.make_placements([placing.Wanted(**values)], actor=actor)[0]


@pytest.mark.parametrize("state", UNPUBLISHED)
def test_what_is_not_published_is_not_placed(office, state):
    pool.open_pool(actor=office)
    row = dossiers.product_in(state)
    before = written()
    with pytest.raises(RuleBroken, match="只有已发布"):
        make(row, office)
    assert written() == before == (0, 0, 7)


def test_only_the_office_places(office):
    pool.open_pool(actor=office)
    row = dossiers.product_in("published")
    for actor in (dossiers.official(), dossiers.official(dossiers.XINFENG)):
        with pytest.raises(RuleBroken):
            make(row, actor)
    assert written() == (0, 0, 7)


@pytest.mark.parametrize(
    ("days", "fits"),
    [
        ((date(2023, 9, 23), date(2023, 10, 31)), True),
        ((date(2023, 10, 31), date(2023, 10, 31)), True),
        ((date(2023, 9, 22), date(2023, 10, 31)), False),
        ((date(2023, 9, 23), date(2023, 11, 1)), False),
    ],
)
def test_a_placement_runs_while_its_campaign_does(office, days, fits):
    pool.open_pool(actor=office)
    row = dossiers.product_in("published")
    words = {"first_day": days[0], "last_day": days[1]}
    if fits:
        assert make(row, office, **words).pk
        return
    with pytest.raises(RuleBroken, match="2023年9月23日至2023年10月31日"):
        make(row, office, **words)
    assert written() == (0, 0, 7)


def wanted(rows, **changes):
    """One placement of each dossier, with an id and a key of its own."""
    window = {"first_day": date(2023, 10, 1), "last_day": date(2023, 10, 31)}
    return [
        placing.Wanted(
            submission=row,
            campaign=world.harvest(),
            channel="product",
            source=world.source(),
            metric="impressions",
            **window
            | {"external_ids": [f"73900000000000001{n}"], "form_key": uuid.UUID(int=n + 1)}
            | changes,
        )
        for n, row in enumerate(rows)
    ]


def test_many_are_made_with_as_many_queries_as_one_and_each_once(office):
    pool.open_pool(actor=office)
    rows = [dossiers.product_in("published", name=f"茶{n}") for n in range(4)]
    asked = []
    # The first time opens the county's account too.
    for some in (slice(0, 1), slice(1, 2), slice(2, 4)):
        forms = wanted(rows)[some]
        with CaptureQueriesContext(connection) as queries:
            placing.make_placements(forms, actor=office)
        asked.append(len(queries))
    assert asked[1] == asked[2]
    made = list(Placement.objects.order_by("pk"))
    assert [row.submission for row in made] == rows
    assert [row.account.parent.level for row in made] == ["county"] * 4
    assert Entry.objects.filter(act="placement.create").count() == 4
    # The same forms once more lead to what they made.
    assert placing.make_placements(wanted(rows), actor=office) == made
    assert written()[:2] == (4, 4)


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"external_ids": ["739000000000000010"]}, "已属于另一个投放"),
        ({"last_day": date(2023, 12, 31)}, "请选择活动期内的日期"),
        ({"first_day": date(2023, 10, 31), "last_day": date(2023, 10, 1)}, "结束日期早于开始日期"),
    ],
)
def test_of_many_all_are_made_or_none(office, wrong, words):
    pool.open_pool(actor=office)
    rows = [dossiers.product_in("published", name=f"茶{n}") for n in range(2)]
    before = written()
    good, bad = wanted(rows)[0], wanted(rows, **wrong)[1]
    with pytest.raises(RuleBroken, match=words):
        placing.make_placements([good, bad], actor=office)
    assert written() == before


def test_a_spot_is_not_placed_in_a_campaign_of_products(office):
    pool.open_pool(actor=office)
    owner = dossiers.official()
    spot = tourism.publish(tourism.draft_spot(owner), owner)
    with pytest.raises(RuleBroken, match="“丰收节”属于乡村电商行动，该卷宗属于乡村文旅行动"):
        make(spot, office)
    assert written() == (0, 0, 7)
    golden = Campaign.objects.create(
        code="golden",
        name="金秋",
        action=Action.TOURISM,
        first_day=date(2023, 10, 1),
        last_day=date(2023, 10, 31),
    )
    assert make(spot, office, campaign=golden).campaign == golden


def test_the_form_says_beside_which_field_what_does_not_fit(client, office):
    pool.open_pool(actor=office)
    owner = dossiers.official()
    spot = tourism.publish(tourism.draft_spot(owner), owner)
    client.force_login(office.user)
    values = {
        "submission": spot.pk,
        "campaign": world.harvest().pk,
        "channel": "product",
        "first_day": "2023-09-22",
        "last_day": "2023-10-31",
        "source": world.source().pk,
        "metric": "impressions",
        "external_ids": "长" * 201,
    }
    answer = client.post(reverse("placement-new"), values)
    assert {name: len(errors) for name, errors in answer.context["form"].errors.items()} == {
        "campaign": 1,
        "first_day": 1,
        "external_ids": 1,
    }
    answer = client.post(
        reverse("placement-new"), {**values, "first_day": "2023-10-01", "last_day": "2023-11-01"}
    )
    assert set(answer.context["form"].errors) == {"campaign", "last_day", "external_ids"}
    assert written() == (0, 0, 7)


# --- Taking back -----------------------------------------------------------------------------


def test_at_most_what_is_allotted_and_not_delivered_is_taken_back(office):
    """Through the ledger's own door: a move up, a reversal, and a move sideways."""
    row, other = world.placement(office), world.placement(office, ids=(SECOND,))
    action = pool.action_account("products")
    ledger.move(source=action.parent, target=action, amount=1000, actor=office, reason="试")
    give(action, row.account, 500, office)
    land(office, [(DAY, ID, 420)])
    before = balances()
    for target in (action, row.account.parent, other.account):
        with pytest.raises(RuleBroken, match="已投放 420，最多可退回 80") as error:
            give(row.account, target, 81, office)
        assert error.value.code == "used"
    last = Transfer.objects.filter(target=row.account).get()
    with pytest.raises(RuleBroken, match="最多可退回 80"):
        ledger.reverse(transfer=last, actor=office, reason="试")
    assert balances() == before
    give(row.account, other.account, 30, office)
    give(row.account, action, 50, office)
    row.account.refresh_from_db()
    assert row.account.balance == 420
    with pytest.raises(RuleBroken, match="最多可退回 0"):
        give(row.account, action, 1, office)
    # What was delivered beyond what is left is shown, and nothing can be taken back either.
    land(office, [(DAY, ID, 600)])
    with pytest.raises(RuleBroken, match="最多可退回 0"):
        give(row.account, action, 1, office)
    assert ledger_queries.breaks() == []


def balances():
    return dict(Account.objects.order_by("pk").values_list("pk", "balance"))


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_two_moves_against_each_other_wait_in_turn(office, elsewhere):
    """A → B and B → A lock the same accounts in the same order, so neither waits for the other.

    Both come to wait for the county's account. Were each to lock its own placement first, whoever
    went on would wait for the other's.
    """
    first, second = world.placement(office), world.placement(office, ids=(SECOND,))
    action = pool.action_account("products")
    ledger.move(source=action.parent, target=action, amount=1000, actor=office, reason="试")
    for row in (first, second):
        give(action, row.account, 500, office)
    county = first.account.parent
    assert county == second.account.parent
    with transaction.atomic():
        Account.objects.select_for_update().get(pk=county.pk)
        there = elsewhere(lambda: give(first.account, second.account, 70, office))
        back = elsewhere(lambda: give(second.account, first.account, 20, office))
        wait_until(lambda: waiting_for_a_lock() == 2, what="both moves wait")
        assert locked_by_others() == []
    assert [len(move.result(20)) for move in (there, back)] == [2, 2]
    found = balances()
    assert (found[first.account_id], found[second.account_id]) == (450, 550)
    assert found[county.pk] == 0
    assert ledger_queries.breaks() == []


def locked_by_others():
    """Accounts of placements that somebody else holds while waiting."""
    rows = Account.objects.filter(level="placement").order_by("pk")
    free = {row.pk for row in rows.select_for_update(skip_locked=True)}
    assert connection.vendor == "postgresql"
    return [row.pk for row in rows if row.pk not in free]
