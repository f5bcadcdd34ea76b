"""What a lapse stops, from which moment on, and what brings it back."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from portal import clock
from portal.accounts.actor import Actor
from portal.accounts.enums import Role
from portal.qualifications import domain, queries, rules
from portal.qualifications.models import Qualification
from portal.submissions import kinds, subsets
from portal.submissions.models import Submission
from portal.verdict import RuleBroken
from products.models import Product
from products.queries import catalogue
from tests import dossiers
from tests.factories import OrganisationFactory, UserFactory
from tests.qualifications.world import FIRST, LAST, at, paper, renewal
from tests.tourism import world as tourism

pytestmark = pytest.mark.django_db
NEXT_DAY = LAST + timedelta(days=1)


@pytest.fixture
def owner() -> Actor:
    return dossiers.official()


@pytest.fixture
def product(owner: Actor) -> Submission:
    return dossiers.product_in("published", owner=owner)


def of_organisation(**people: Actor) -> tuple[Submission, Actor]:
    """A published product of an organisation, and its merchant."""
    merchant = Actor.of(UserFactory(merchant=True))
    return dossiers.product_in("published", owner=merchant, **people), merchant


def ready(row: Submission, day: date) -> str:
    """Why the dossier may not be promoted on a day; nothing when it may."""
    record = kinds.get(row.kind).model._default_manager.get(pk=row.pk)
    return str(kinds.get(row.kind).readiness(record, day).reason)


def listed() -> set[int]:
    return set(catalogue().values_list("pk", flat=True))


def test_a_product_lapses_at_midnight_in_shanghai_and_comes_back_when_renewed(owner, product):
    other = dossiers.product_in("published")
    row = paper(product, owner)
    # 23:59:59 in Beijing is 15:59:59 in UTC: the same day on both; a second later it is not.
    with at(LAST, "23:59:59"):
        assert ready(product, clock.today()) == ""
        assert listed() == {product.pk, other.pk}
    with at(NEXT_DAY, "00:00:00"):
        assert ready(product, clock.today()) == (
            f"“检测报告”（编号{row.number}）有效期至2023年10月31日，请登记续期。"
        )
        assert listed() == {other.pk}
        stopped = Submission.objects.filter(subsets.rows("papers-lapsed"))
        assert list(stopped) == [product]
    # 07:30 in Beijing is still the last valid day in UTC.
    with at(NEXT_DAY, "07:30:00"):
        assert listed() == {other.pk}
        before = Submission.objects.get(pk=product.pk)
        renewal(row, owner)
        assert listed() == {product.pk, other.pk}
        assert ready(product, clock.today()) == ""
        assert not Submission.objects.filter(subsets.rows("papers-lapsed")).exists()
        # Nothing of the dossier was touched to bring it back.
        assert Submission.objects.get(pk=product.pk).version == before.version


def test_what_was_usable_on_a_day_stays_so_between_two_periods(owner, product):
    first = paper(product, owner)
    with at(date(2023, 11, 20)):
        second = renewal(first, owner, valid_from=date(2023, 11, 5), valid_until=date(2023, 12, 31))
    renewal(second, owner, valid_from=date(2023, 12, 20), valid_until=date(2024, 12, 31))
    expected = {
        date(2022, 12, 31): True,
        LAST: True,
        date(2023, 11, 1): False,
        date(2023, 11, 4): False,
        date(2023, 11, 5): True,
        date(2023, 12, 25): True,
        date(2024, 1, 1): True,
        date(2024, 12, 31): True,
        date(2025, 1, 1): False,
    }
    found = {day: _usable(product, day) for day in expected}
    assert found == expected


def _usable(row: Submission, day: date) -> bool:
    """By the filter on dossiers, by that on products, and by the rule: they never differ."""
    answers = {
        Submission.objects.filter(rules.usable_on(day), pk=row.pk).exists(),
        Product.objects.filter(rules.usable_on(day, of="submission"), pk=row.pk).exists(),
        bool(rules.papers_valid([row], day)),
    }
    assert len(answers) == 1
    return answers.pop()


DAYS = st.integers(min_value=0, max_value=40)
PERIODS = st.lists(st.tuples(DAYS, DAYS), min_size=1, max_size=3)


def test_a_chain_of_periods_is_usable_exactly_on_its_days_and_before_its_first_end(owner):
    row = dossiers.draft_product(owner)

    @settings(max_examples=20)
    @given(lengths=PERIODS, asked=DAYS)
    def holds(lengths, asked):
        day, last, periods = FIRST, None, []
        with transaction.atomic():
            for gap, length in lengths:
                start = day + timedelta(days=gap + 1)
                day = start + timedelta(days=length)
                periods.append((start, day))
                fields = {"valid_from": start, "valid_until": day}
                last = renewal(last, owner, **fields) if last else paper(row, owner, **fields)
            wanted = FIRST + timedelta(days=asked * 2)
            covered = any(start <= wanted <= end for start, end in periods)
            assert _usable(row, wanted) is (covered or wanted <= periods[0][1])
            transaction.set_rollback(True)

    holds()


def test_a_paper_of_an_organisation_counts_for_all_its_products_and_no_others():
    row, merchant = of_organisation()
    second = dossiers.product_in("published", owner=merchant)
    stranger, other = of_organisation()
    paper(row.organisation, merchant, kind="food_production")
    paper(other.memberships[0].organisation, other, kind="food_production", valid_until=LAST)
    with at(LAST):
        assert listed() == {row.pk, second.pk, stranger.pk}
    Qualification.objects.filter(organisation=stranger.organisation).update(valid_until=NEXT_DAY)
    with at(NEXT_DAY):
        assert listed() == {stranger.pk}
        assert ready(second, clock.today()).startswith("“食品生产许可证”")


def test_a_brand_number_that_lapsed_takes_no_product_away(owner, product):
    paper(product, owner, kind="yue", check_due_on=date(2023, 12, 1))
    with at(NEXT_DAY):
        assert listed() == {product.pk}
        assert ready(product, clock.today()) == ""


def test_what_was_taken_off_the_file_stops_nothing_and_renews_nothing(owner, product):
    row = paper(product, owner)
    with at(NEXT_DAY):
        new = renewal(row, owner)
        assert listed() == {product.pk}
        domain.take_off(qualification=new, reason="编号不符", actor=dossiers.official())
        assert listed() == set()
        domain.take_off(qualification=row, reason="不再需要", actor=dossiers.official())
        assert listed() == {product.pk}


def test_a_route_is_not_ready_while_a_paper_of_one_of_its_stops_has_lapsed(owner):
    spots = [tourism.publish(tourism.draft_spot(owner, f"{n}景"), owner) for n in "甲乙丙"]
    route = tourism.publish(tourism.draft_route(owner, spots, "线"), owner)
    paper(spots[1], owner, kind="lodging")
    assert (ready(route, LAST), ready(spots[1], LAST)) == ("", "")
    for row in (route, spots[1]):
        assert ready(row, NEXT_DAY).startswith("“旅馆业特种行业许可证”")
    assert ready(spots[0], NEXT_DAY) == ready(spots[2], NEXT_DAY) == ""


def test_missing_names_the_kinds_without_a_valid_paper_in_one_query(django_assert_num_queries):
    row, merchant = of_organisation()
    paper(row.organisation, merchant, kind="licence", valid_until=None)
    paper(row, merchant)
    with django_assert_num_queries(1):
        assert queries.missing(row, ["licence", "test_report", "gi_use"], LAST) == ["gi_use"]
    required = ["test_report", "licence", "gi_use"]
    assert queries.missing(row, required, NEXT_DAY) == ["test_report", "gi_use"]
    assert queries.missing(row, ["licence"], FIRST - timedelta(days=1)) == ["licence"]


def test_the_filter_adds_no_query(django_assert_num_queries, owner, product):
    paper(product, owner)
    with django_assert_num_queries(1):
        assert listed() == {product.pk}


MAY_ENTER = {
    "merchant": (True, False),
    "official": (True, True),
    "official_of_city": (True, True),
    "neighbour": (False, False),
    "staff": (True, True),
    "auditor": (False, False),
    "trainee": (False, False),
}


@pytest.mark.parametrize("who", MAY_ENTER)
def test_who_enters_and_who_checks(who):
    organisation = OrganisationFactory()
    traits = {
        "merchant": {"merchant": organisation},
        "official": {"official": dossiers.RUYUAN},
        "official_of_city": {"official_of_city": "440200"},
        "neighbour": {"official": dossiers.XINFENG},
    }.get(who, {who: True})
    actor = Actor.of(UserFactory(**traits))
    row = paper(organisation, dossiers.staff(), kind="licence")
    enters, checks = MAY_ENTER[who]
    assert bool(rules.may_enter(organisation, actor)) is enters
    assert bool(rules.may_renew(row, actor)) is enters
    assert bool(rules.may_verify(row, actor)) is checks
    assert bool(rules.may_take_off(row, actor)) is checks


def test_nobody_checks_what_one_entered_or_what_is_of_the_own_organisation():
    official, organisation = dossiers.official(), OrganisationFactory()
    row = paper(organisation, official, kind="licence")
    assert str(rules.may_verify(row, official).reason) == "您登记的证照须由另一人核对。"
    both = UserFactory(official=dossiers.RUYUAN, merchant=organisation)
    assert str(rules.may_verify(row, Actor.of(both)).reason) == "您是该主体的经办人，请同事核对。"
    assert not rules.may_take_off(row, Actor.of(both))
    assert both.memberships.filter(role=Role.OFFICIAL).exists()


def test_an_own_entry_goes_while_nobody_checked_it_and_not_once_it_lapsed():
    row, merchant = of_organisation()
    entered = paper(row, merchant)
    with at(LAST):
        assert rules.may_take_off(entered, merchant)
    with at(NEXT_DAY), pytest.raises(RuleBroken, match="只有县区工作人员可移除证照"):
        domain.take_off(qualification=entered, reason="x", actor=merchant)
    with at(LAST):
        checked = domain.verify(qualification=entered, actor=dossiers.official())
        assert not rules.may_take_off(checked, merchant)


def test_an_application_for_money_takes_no_papers(owner):
    from tests.merchants import world as subsidies

    office = dossiers.staff()
    merchant = Actor.of(UserFactory(merchant=True))
    row = subsidies.application(merchant, subsidies.subsidy_round(office))
    assert str(rules.may_enter(row, merchant).reason) == "这份卷宗不登记证照。"
