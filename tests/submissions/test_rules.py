"""Who has a conflict of interest, and who counts as the applicant."""

import pytest

from portal.accounts.actor import Actor
from portal.submissions import rules
from tests import dossiers
from tests.factories import MembershipFactory, OrganisationFactory, UserFactory
from tests.merchants import world as subsidies

pytestmark = pytest.mark.django_db


@pytest.fixture
def organisation():
    return OrganisationFactory(county_id=dossiers.RUYUAN)


def both(organisation, **names):
    """An official of 乳源 who acts for an organisation as well."""
    user = UserFactory(official=dossiers.RUYUAN, **names)
    MembershipFactory(user=user, role="merchant", organisation=organisation)
    return user


def test_an_official_who_acts_for_the_organisation_does_not_endorse_its_application(organisation):
    merchant = Actor.of(UserFactory(merchant=organisation))
    open_round = subsidies.subsidy_round(dossiers.staff())
    row = dossiers.move(subsidies.application(merchant, open_round), "submit", merchant)
    verdict = rules.may_endorse(row, Actor.of(both(organisation)))
    assert not verdict
    assert str(verdict.reason) == "您代表该经营主体：请由本县同事审核推荐。"
    assert rules.may_endorse(row, dossiers.official())


def test_what_an_organisation_filed_is_not_the_county_offices(organisation):
    merchant = Actor.of(both(organisation))
    row = subsidies.application(merchant, subsidies.subsidy_round(dossiers.staff()))
    assert rules.is_applicant(row, merchant)
    assert not rules.is_applicant(row, dossiers.official())
