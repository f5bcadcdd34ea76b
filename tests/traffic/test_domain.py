"""Only what is ready is promoted."""

from __future__ import annotations

from datetime import date

import pytest

from portal.accounts.actor import Actor
from portal.campaigns.models import Campaign
from portal.ledger.models import Account
from portal.submissions import kinds
from portal.submissions.models import Submission
from portal.verdict import RuleBroken
from tests import dossiers
from tests.tourism import world as tourism
from tests.traffic import world
from traffic import placing, pool
from traffic.models import Placement

pytestmark = [pytest.mark.django_db, pytest.mark.sqlite]


@pytest.fixture
def office() -> Actor:
    pool.open_pool(actor=Actor.system())
    return dossiers.staff()


@pytest.fixture
def spot() -> Submission:
    """A published spot that is closed until 2023-11-10."""
    owner = dossiers.official()
    row = tourism.publish(tourism.draft_spot(owner, "云门山"), owner)
    type(row.record).objects.update(closed_until=date(2023, 11, 10), closed_because="道路施工")
    return row


def year_of(action: str) -> Campaign:
    """A campaign of the action that lasts all year."""
    days = {"first_day": date(2023, 9, 23), "last_day": date(2024, 9, 22)}
    return Campaign.objects.get_or_create(
        code=f"year-{action}", defaults={"name": "全年", "action": action, **days}
    )[0]


def place(submission: Submission, office: Actor, first: date, last: date) -> Placement:
    wanted = placing.Wanted(
        submission=submission,
        campaign=year_of(kinds.get(submission.kind).action),
        channel="product",
        first_day=first,
        last_day=last,
        source=world.source(),
        metric="impressions",
    )
    return placing.make_placements([wanted], actor=office)[0]


# Today is 2023-10-23.
@pytest.mark.parametrize(
    ("first", "last"),
    [
        # From today on, from a day when it is still closed, and since a day long past.
        (date(2023, 10, 23), date(2023, 12, 31)),
        (date(2023, 11, 9), date(2023, 12, 31)),
        (date(2023, 9, 23), date(2023, 12, 31)),
    ],
)
def test_a_closed_spot_is_not_placed(spot, office, first, last):
    with pytest.raises(RuleBroken, match="暂停开放"):
        place(spot, office, first, last)
    assert not Placement.objects.exists()
    assert not Account.objects.filter(level="placement").exists()


def test_a_spot_that_opens_before_its_window_is_placed(spot, office):
    assert place(spot, office, date(2023, 11, 11), date(2023, 12, 31)).submission == spot


def test_a_product_out_of_season_is_not_placed(office):
    row = dossiers.product_in("published", office=office)
    with pytest.raises(RuleBroken, match="不在上市季"):
        place(row, office, date(2024, 6, 1), date(2024, 6, 30))
    assert place(row, office, date(2023, 11, 1), date(2023, 11, 30)).submission == row
