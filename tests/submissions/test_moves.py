"""Every state × move × role of the dossier's table."""

import pytest

from portal.accounts.actor import Actor
from portal.submissions.enums import State
from portal.submissions.moves import dossier_moves
from tests import dossiers
from tests.factories import UserFactory

pytestmark = [pytest.mark.django_db, pytest.mark.sqlite]

# state → move → roles that may make it; everything else is refused.
APPLICANT, COLLEAGUE, OFFICE = "applicant", "colleague", "office"
ALLOWED = {
    "draft": {"submit": {APPLICANT, COLLEAGUE}, "withdraw": {APPLICANT, COLLEAGUE}},
    "submitted": {
        "endorse": {COLLEAGUE},
        "return": {COLLEAGUE, OFFICE},
        "withdraw": {APPLICANT, COLLEAGUE},
    },
    "returned": {"submit": {APPLICANT, COLLEAGUE}, "withdraw": {APPLICANT, COLLEAGUE}},
    "endorsed": {
        "return": {OFFICE},
        "approve": {OFFICE},
        "refuse": {OFFICE},
        "withdraw": {APPLICANT, COLLEAGUE},
    },
    "approved": {"publish": {OFFICE}},
    "refused": {"appeal": {APPLICANT, COLLEAGUE}},
    "published": {"suspend": {OFFICE}},
    "suspended": {"resume": {OFFICE}},
    "withdrawn": {},
    "merged": {},
}


@pytest.mark.parametrize("state", State.values)
def test_every_state_move_and_role(state):
    owner = dossiers.official()
    row = dossiers.product_in(state, owner=owner)
    people = {
        APPLICANT: owner,
        COLLEAGUE: dossiers.official(),
        OFFICE: dossiers.staff(),
        "neighbour": dossiers.official(dossiers.XINFENG),
        "auditor": Actor.of(UserFactory(auditor=True)),
        "system": Actor.system(),
    }
    found = {
        step.name: allowed
        for step in row.moves
        if (allowed := {n for n, who in people.items() if row.moves.judge(row, step.name, who)})
    }
    assert found == {name: who for name, who in ALLOWED[state].items() if who}


def test_who_submitted_cannot_endorse_though_not_the_owner():
    owner, colleague = dossiers.official(), dossiers.official()
    row = dossiers.draft_product(owner)
    row = dossiers.move(row, "submit", colleague)
    verdict = row.moves.judge(row, "endorse", colleague)
    assert not verdict
    assert "另一位工作人员" in str(verdict.reason)


def test_an_appeal_is_decided_by_somebody_else_and_only_once():
    owner, first, second = dossiers.official(), dossiers.staff(), dossiers.staff()
    row = dossiers.product_in("refused", owner=owner, office=first)
    row = dossiers.move(row, "appeal", owner, note="检测报告已补")
    assert (row.state, row.decider, row.decided_at, row.first_decider) == (
        "endorsed",
        None,
        None,
        first.user,
    )
    assert not row.moves.judge(row, "approve", first)
    row = dossiers.move(row, "refuse", second, note="仍不符")
    assert not row.moves.judge(row, "appeal", owner)


def test_a_kind_without_endorsement_goes_straight_to_the_office():
    at = {move.name: set(move.from_) for move in dossier_moves(endorsed=False)}
    with_county = {move.name: set(move.from_) for move in dossier_moves(endorsed=True)}
    assert "endorse" not in at
    office = {"approve": {State.SUBMITTED}, "refuse": {State.SUBMITTED}}
    assert {name: at[name] for name in office} == office
    assert at["return"] == {State.SUBMITTED}
    same = set(at) - {*office, "return"}
    assert {name: at[name] for name in same} == {name: with_county[name] for name in same}
