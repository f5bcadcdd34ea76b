"""The pool shared out: over actions, campaigns and counties, with two changes of mind."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, time

from django.db import transaction

from portal import clock
from portal.accounts.actor import Actor
from portal.campaigns.models import Action, Campaign
from portal.demonstration import campaigns, invented, people
from portal.ledger import domain as ledger
from portal.ledger.models import Account, Transfer
from portal.regions.models import Area, County
from portal.regions.queries import counties
from portal.submissions import kinds
from portal.submissions.enums import State
from portal.submissions.models import Submission
from traffic import domain, pool

OPENED = datetime(2023, 9, 18, 9, 0, tzinfo=clock.SHANGHAI)
CHANGED = datetime(2023, 10, 12, 15, 0, tzinfo=clock.SHANGHAI)
# Nine parts and a half go to the actions, most of it to e-commerce; the rest waits in the pool.
BUDGETS = {
    Action.PRODUCTS: 4_500_000_000,
    Action.TOURISM: 2_200_000_000,
    Action.MERCHANTS: 1_200_000_000,
    Action.CREATORS: 1_100_000_000,
    Action.TRAINING: 600_000_000,
}
# What lies far from the large cities gets more.
AREAS: dict[str, float] = {Area.PEARL: 1.0, Area.EAST: 2.0, Area.WEST: 2.2, Area.NORTH: 2.6}
# Of every hundred impressions of a campaign so many go to counties at once, the rest stays.
SHARED_PERCENT = 94
SIDEWAYS = "连州追加上架，本县额度一时用不完，调剂给徐闻菠萝"
MISTAKEN = "丰收节追加额度"
REVERSED = "追加额度填错县区，冲回"
HARVEST = "harvest-2023"


def build() -> None:
    """Open the pool and share out what is not shared out yet."""
    office = people.actor("staff1")
    with clock.telling(OPENED):
        root = pool.open_pool(actor=office)
        actions = {pool.action_account(action): amount for action, amount in BUDGETS.items()}
        share_missing(root, actions, office, "全年流量分到五大行动")
    plans = campaigns.plans()
    rows = Campaign.objects.in_bulk([plan.code for plan in plans], field_name="code")
    for plan in plans:
        share_campaign(plan, rows[plan.code], office)


@transaction.atomic
def share_campaign(plan: campaigns.Plan, campaign: Campaign, office: Actor) -> None:
    """Give a campaign its impressions, and its counties theirs."""
    account = pool.campaign_account(campaign)
    with clock.telling(plan.planned_at):
        share_missing(
            pool.action_account(plan.action), {account: plan.amount}, office, f"{plan.name}活动额度"
        )
        account.refresh_from_db()
        of_counties = county_weights(plan)
        accounts = pool.county_accounts(campaign, of_counties)
        weights = {accounts[county]: weight for county, weight in of_counties.items()}
        new = _never_given(weights)
        if new:
            free = account.balance * (SHARED_PERCENT if len(new) == len(weights) else 50) // 100
            parts = invented.split(free, [weights[row] for row in new])
            share_missing(
                account, dict(zip(new, parts, strict=True)), office, f"{plan.name}县区份额"
            )


def county_weights(plan: campaigns.Plan) -> dict[County, float]:
    """The counties that get a share of a campaign, and how much each weighs."""
    promoted: dict[str, int] = {}
    for row in promotable(plan):
        assert row.county_id is not None  # noqa: S101 - promotable leaves out the others
        promoted[row.county_id] = promoted.get(row.county_id, 0) + 1
    found = {}
    for county in counties():
        chosen = plan.spread and invented.seed(f"{plan.code}{county.pk}") % plan.spread == 0
        if chosen or county.pk in promoted:
            luck = invented.between(0.8, 1.25, f"{county.pk}{plan.code}")
            found[county] = AREAS[county.city.area] * (1 + promoted.get(county.pk, 0)) * luck
    return found


def promotable(plan: campaigns.Plan) -> list[Submission]:
    """The published dossiers of the campaign's action that fit it, whatever kinds there are.

    Only those of the told history: what visitors publish today they place themselves.
    """
    codes = [kind.code for kind in kinds.of_action(plan.action)]
    rows = Submission.objects.filter(
        kind__in=codes,
        state=State.PUBLISHED,
        county__isnull=False,
        published_at__lt=datetime.combine(clock.today(), time(), clock.SHANGHAI),
    ).order_by("pk")
    return [row for row in rows if plan.takes(row.title)]


def share_missing(
    source: Account, shares: Mapping[Account, int], office: Actor, reason: str
) -> None:
    """Pass on to those that were never given anything, in one act."""
    new = {row: shares[row] for row in _never_given(shares) if shares[row]}
    if new:
        domain.share_out(source=source, shares=new, actor=office, reason=reason)


def _never_given(accounts: Iterable[Account]) -> list[Account]:
    rows = list(accounts)
    given = set(Transfer.objects.filter(target__in=rows).values_list("target", flat=True))
    return [row for row in rows if row.pk not in given]


def change_mind() -> None:
    """Move a part of one county's share sideways to another; reverse one transfer."""
    office = people.actor("staff1")
    campaign = Campaign.objects.get(code=HARVEST)
    lianzhou, xuwen, ruyuan = (
        pool.county_account(campaign, County.objects.get(pk=code))
        for code in ("441882", "440825", "440232")
    )
    with clock.telling(CHANGED):
        if not Transfer.objects.filter(reason=SIDEWAYS).exists():
            domain.move_between(
                source=lianzhou,
                target=xuwen,
                amount=lianzhou.balance // 2,
                actor=office,
                reason=SIDEWAYS,
            )
        with transaction.atomic():
            if not Transfer.objects.filter(reason=MISTAKEN).exists():
                (mistaken,) = domain.move_between(
                    source=pool.campaign_account(campaign),
                    target=ruyuan,
                    amount=3_000_000,
                    actor=office,
                    reason=MISTAKEN,
                )
                ledger.reverse(transfer=mistaken, actor=office, reason=REVERSED)
