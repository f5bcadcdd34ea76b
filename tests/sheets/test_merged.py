"""A row about a dossier that was merged into another."""

from __future__ import annotations

import pytest

from portal.accounts.actor import Actor
from portal.sheets import queries
from portal.submissions import kinds, rules
from tests import dossiers
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def owner():
    return dossiers.official()


def merged(owner, into, **names):
    """A dossier that was merged into another of the owner's or of `into`."""
    loser = dossiers.product_in("endorsed", owner=owner, name=names.get("loser", "甲"))
    survivor = dossiers.product_in("returned", owner=into, name=names.get("survivor", "乙"))
    dossiers.merge(loser, survivor, dossiers.staff())
    return loser, survivor


def found(owner, loser):
    kind = kinds.get("product")
    by_code = queries.by_code(owner, kind, [loser.code])
    by_title = queries.by_title(owner, kind, [loser.title])
    return by_code[loser.code].code, [row.code for row in by_title[loser.title]]


@pytest.mark.parametrize("survivor", ["乙", "甲"])
def test_a_row_of_its_code_or_name_is_about_that_in_which_it_goes_on(owner, survivor):
    loser, survivor = merged(owner, owner, survivor=survivor)
    assert found(owner, loser) == (survivor.code, [survivor.code])
    kind = kinds.get("product")
    assert [row.code for row in queries.records(owner, kind)] == [survivor.code]


def test_a_name_that_another_bears_now_means_the_other(owner):
    loser, survivor = merged(owner, owner)
    other = dossiers.draft_product(owner, name="甲")
    assert found(owner, loser) == (survivor.code, [other.code])


def test_of_one_that_somebody_else_goes_on_with_the_row_is_told_which(owner):
    loser, survivor = merged(owner, Actor.of(UserFactory(merchant=True)))
    assert found(owner, loser) == (loser.code, [loser.code])
    loser.refresh_from_db()
    verdict = rules.may_change(loser, owner)
    said = f"{loser.code} 已并入 {survivor.code}，您现在不能修改 {survivor.code}。"
    assert (bool(verdict), str(verdict.reason)) == (False, said)
