"""Who has a conflict of interest, and who counts as the applicant."""

import pytest

from portal import clock
from portal.accounts.actor import Actor
from portal.moves.models import MoveLog
from portal.submissions import rules
from portal.submissions.models import Submission
from tests import dossiers
from tests.creators import world as creators
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


def test_who_left_the_county_office_loses_its_dossiers():
    owner = UserFactory(official=dossiers.RUYUAN)
    row = dossiers.product_in("published", owner=Actor.of(owner))
    assert rules.may_revise(row, Actor.of(owner))
    owner.memberships.update(ended_at=clock.now())
    assert not rules.may_revise(row, Actor.of(owner))
    assert not Submission.objects.visible_to(owner).exists()


def test_who_left_the_organisation_loses_its_dossiers(organisation):
    person = UserFactory(merchant=organisation)
    row = subsidies.application(Actor.of(person), subsidies.subsidy_round(dossiers.staff()))
    person.memberships.update(ended_at=clock.now())
    assert not rules.may_edit(row, Actor.of(person))
    assert not Submission.objects.visible_to(person).exists()


def test_a_creators_own_file_stays_with_the_person():
    maker = UserFactory(creator=True)
    row = creators.verified(Actor.of(maker))
    maker.memberships.update(ended_at=clock.now())
    assert rules.may_revise(row, Actor.of(maker))
    assert list(Submission.objects.visible_to(maker)) == [row]


def test_the_record_names_the_hat_that_allowed_the_act():
    owner = dossiers.official()
    row = dossiers.product_in("submitted", owner=owner)
    colleague = UserFactory(trainee=True)
    MembershipFactory(user=colleague, role="official", county_id=dossiers.RUYUAN)
    office = UserFactory(trainee=True)
    MembershipFactory(user=office, role="staff")
    dossiers.move(row, "endorse", Actor.of(colleague))
    dossiers.move(row, "approve", Actor.of(office))
    logged = MoveLog.objects.of(row).values_list("move", "role")
    assert list(logged) == [
        ("create", "official"),
        ("submit", "official"),
        ("endorse", "official"),
        ("approve", "staff"),
    ]
