"""Every state × move × role of a creator's dossier and of a taken task."""

from __future__ import annotations

import pytest

from creators.enums import TakeState
from portal.accounts.actor import Actor
from portal.notices.models import Notice
from portal.submissions.enums import State
from portal.verdict import RuleBroken
from tests import dossiers
from tests.creators import world
from tests.factories import MembershipFactory, UserFactory

pytestmark = pytest.mark.django_db

CREATOR, COUNTY, OFFICE = "creator", "county", "office"
# state → move → roles that may make it; everything else is refused. What is endorsed, approved or
# refused elsewhere is no state of a creator's dossier; no move leads there.
ALLOWED = {
    "draft": {"submit": {CREATOR}, "withdraw": {CREATOR}},
    "submitted": {
        "verify": {COUNTY},
        "return": {COUNTY, OFFICE},
        "withdraw": {CREATOR},
    },
    "returned": {"submit": {CREATOR}, "withdraw": {CREATOR}},
    "published": {"suspend": {OFFICE}},
    "suspended": {"resume": {OFFICE}},
    "withdrawn": {},
}
WAYS = {
    "draft": [],
    "submitted": [("submit", CREATOR)],
    "returned": [("submit", CREATOR), ("return", COUNTY)],
    "published": [("submit", CREATOR), ("verify", COUNTY)],
    "suspended": [("submit", CREATOR), ("verify", COUNTY), ("suspend", OFFICE)],
    "withdrawn": [("withdraw", CREATOR)],
}


def people(me):
    return {
        CREATOR: me,
        COUNTY: dossiers.official(),
        OFFICE: dossiers.staff(),
        "another creator": world.person(),
        "neighbour": dossiers.official(dossiers.XINFENG),
        "city": Actor.of(UserFactory(official_of_city="440200")),
        "auditor": Actor.of(UserFactory(auditor=True)),
        "administrator": Actor.of(UserFactory(admin=True)),
        "visitor": Actor.visitor(),
        "portal": Actor.system(),
    }


def found(row, everyone):
    """move → who may make it, as the row's table judges."""
    return {
        step.name: allowed
        for step in row.moves
        if (allowed := {n for n, who in everyone.items() if row.moves.judge(row, step.name, who)})
    }


def test_the_moves_of_a_creator_lead_to_these_states_alone():
    row = world.draft(world.person())
    reached = {"draft"} | {str(step.to) for step in row.moves}
    assert reached == set(ALLOWED)
    assert reached < set(State.values)


@pytest.mark.parametrize("state", ALLOWED)
def test_every_state_move_and_role_of_a_creator(state):
    everyone = people(world.person())
    row = world.draft(everyone[CREATOR])
    for name, who in WAYS[state]:
        row = dossiers.move(row, name, everyone[who], note="理由")
    assert row.state == state
    assert found(row, everyone) == ALLOWED[state]


def test_a_creator_without_followers_is_verified_by_the_county():
    me = world.person()
    row = dossiers.move(world.draft(me), "submit", me)
    assert (row.county_id, row.city_id) == ("440232", "440200")
    row = dossiers.move(row, "verify", dossiers.official())
    assert row.state == "published"
    assert row.creator.verified is True
    assert "已通过县区核实" in Notice.objects.filter(recipient=me.user).last().text


def test_a_handle_is_verified_for_one_person():
    world.verified(world.person(), "瑶山阿妹", handle="yaoshan")
    me, county = world.person(), dossiers.official()
    row = dossiers.move(world.draft(me, "冒名", handle="@YaoShan"), "submit", me)
    with pytest.raises(RuleBroken, match=r"“瑶山阿妹 CZ\d{6}”已用这一平台账号通过核实"):
        dossiers.move(row, "verify", county)
    row.refresh_from_db()
    assert (row.state, row.creator.verified, row.creator.handle) == ("submitted", False, "YaoShan")


def test_a_creator_taken_offline_holds_no_handle_until_online_again():
    office, me = dossiers.staff(), world.person()
    first = dossiers.move(
        world.verified(world.person(), handle="yaoshan"), "suspend", office, note="冒名"
    )
    assert first.creator.verified is False
    second = world.verified(me, handle="yaoshan")
    with pytest.raises(RuleBroken, match="已用这一平台账号通过核实"):
        dossiers.move(first, "resume", office)
    first.refresh_from_db()
    assert first.state == "suspended"
    dossiers.move(second, "suspend", office, note="查明")
    assert dossiers.move(first, "resume", office).creator.verified is True


TAKES = {
    "taken": {"hand_in": {CREATOR}, "give_back": {CREATOR}},
    "handed_in": {"accept": {OFFICE}, "return": {OFFICE}},
    "returned": {"hand_in": {CREATOR}, "give_back": {CREATOR}},
    "accepted": {},
    "cancelled": {},
}


def take_in(state, me, office):
    """A taken task brought to `state` through the portal's own acts."""
    row = world.taken(me)
    if state in {"handed_in", "returned", "accepted"}:
        row = world.handed_in(row, me)
    last = {"returned": "return", "accepted": "accept", "cancelled": "give_back"}.get(state)
    if last:
        row = dossiers.move(row, last, me if state == "cancelled" else office, note="理由")
    return row


@pytest.mark.parametrize("state", TakeState.values)
def test_every_state_move_and_role_of_a_take(state):
    everyone = people(world.person())
    row = take_in(state, everyone[CREATOR], everyone[OFFICE])
    assert row.state == state
    # The work is there, so that the table alone decides.
    row.link, row.work_id = "https://v.douyin.com/a", "7390000000000000099"
    assert found(row, everyone) == TAKES[state]


def test_nobody_judges_a_work_of_their_own():
    me = world.person()
    MembershipFactory(user=me.user)
    me = Actor.of(me.user)
    row = world.handed_in(world.taken(me), me)
    verdict = row.moves.judge(row, "accept", me)
    assert (bool(verdict), str(verdict.reason)) == (False, "您自己的作品由同事验收。")
    assert row.moves.judge(row, "accept", dossiers.staff())
