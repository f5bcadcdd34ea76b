"""The tree of impressions: pledge → pool → action → campaign → county → placement."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from portal.accounts.actor import Actor
from portal.campaigns.models import Action, Campaign
from portal.language import stored_words
from portal.ledger import domain as ledger
from portal.ledger.models import Account, Level, Unit
from portal.regions.models import County
from portal.verdict import require
from traffic import rules

# What the platform pledged for the year, in impressions.
PLEDGE = 10_000_000_000


def _open(parent: Account | None, level: Level, key: str, name: str, **more: object) -> Account:
    defaults = {"unit": Unit.IMPRESSIONS, "level": level, "name": name[:120], **more}
    return ledger.open_account(parent=parent, key=key, defaults=defaults)


@transaction.atomic
def open_pool(*, actor: Actor) -> Account:
    """Return the pool, opened with the platform's pledge the first time.

    Raises: RuleBroken when `actor` may not allot.
    """
    require(rules.may_allot(actor))
    pledge = _open(None, Level.PLEDGE, "pledge", stored_words(_("The platform's pledge")))
    pool = _open(pledge, Level.POOL, "pool", stored_words(_("Pool")))
    if not pool.received.exists():
        ledger.move(
            source=pledge,
            target=pool,
            amount=PLEDGE,
            actor=actor,
            reason=stored_words(_("The platform's pledge of one year")),
        )
    for action in Action:
        _open(pool, Level.ACTION, action.value, stored_words(action.label))
    pool.refresh_from_db()
    return pool


def action_account(action: str) -> Account:
    """Return the account of one action. Raises: Account.DoesNotExist before the pool is open."""
    return Account.objects.get(
        unit=Unit.IMPRESSIONS, level=Level.ACTION, key=action, parent__key="pool"
    )


def campaign_account(campaign: Campaign) -> Account:
    """Return the account of a campaign, opened when it is new."""
    return _open(action_account(campaign.action), Level.CAMPAIGN, campaign.code, campaign.name)


def county_account(campaign: Campaign, county: County) -> Account:
    """Return the account of a county in a campaign, opened when it is new."""
    return county_accounts(campaign, [county])[county]


def county_accounts(campaign: Campaign, places: Collection[County]) -> dict[County, Account]:
    """Return the accounts of counties in a campaign, read at once; new ones are opened."""
    rows = Account.objects.filter(
        unit=Unit.IMPRESSIONS,
        level=Level.COUNTY,
        key__in=[county.pk for county in places],
        parent__level=Level.CAMPAIGN,
        parent__key=campaign.code,
    )
    found = {row.key: row for row in rows}
    new = [county for county in places if county.pk not in found]
    above = campaign_account(campaign) if new else None
    for county in new:
        found[county.pk] = _open(above, Level.COUNTY, county.pk, county.name, county=county)
    return {county: found[county.pk] for county in places}


def open_placement_accounts(
    wanted: Iterable[tuple[Campaign, County, str, str]],
) -> list[Account]:
    """Open the account of each new placement, (campaign, county, key, name), in the same order."""
    rows = list(wanted)
    above = {(campaign.pk, county.pk): (campaign, county) for campaign, county, _key, _name in rows}
    parents = {pair: county_account(*of) for pair, of in sorted(above.items())}
    return Account.objects.bulk_create(
        Account(
            parent=parents[campaign.pk, county.pk],
            key=f"placement-{key}",
            unit=Unit.IMPRESSIONS,
            level=Level.PLACEMENT,
            name=name[:120],
            county=county,
        )
        for campaign, county, key, name in rows
    )
