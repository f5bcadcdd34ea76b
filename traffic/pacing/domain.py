"""The acts on plans."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TypeVar

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from portal import clock
from portal.accounts.actor import Actor
from portal.audit.domain import record
from portal.campaigns.models import Campaign
from portal.verdict import RuleBroken, require
from traffic import queries
from traffic.models import Placement
from traffic.pacing import rules as plans
from traffic.pacing.enums import Shape
from traffic.pacing.models import ONE_DAY, CampaignPacing, Plan
from traffic.rules import may_allot

SEEN_TOO_OLD = "seen_too_old"
Set = TypeVar("Set", Plan, CampaignPacing)


@transaction.atomic
def set_plan(
    *,
    placement: Placement,
    shape: str = "",
    points: Sequence[tuple[date, int]] = (),
    daily_cap: int | None = None,
    seen: int,
    actor: Actor,
) -> bool:
    """Set how a placement's impressions are spread; True when that changes anything.

    `seen` is the version that was changed, 0 where nothing was set; without a shape it goes as its
    campaign does. Locks the placement, not its days: a day that closes meanwhile is no part of it.
    Raises: RuleBroken, also when somebody else changed the plan since it was seen.
    """
    require(may_allot(actor))
    placement = Placement.objects.select_for_update().get(pk=placement.pk)
    if shape == Shape.CUSTOM:
        window = (placement.first_day, placement.last_day)
        require(plans.reaches_its_sum(points, *window))
    if daily_cap is not None:
        require(has_room(placement, daily_cap))
    wanted = Plan(
        placement=placement,
        shape=shape,
        points=[[str(day), share] for day, share in points] if shape == Shape.CUSTOM else [],
        daily_cap=daily_cap,
    )
    before = Plan.objects.filter(pk=placement.pk).first()
    names = ("shape", "points", "daily_cap")
    changed = _put(wanted, before, names, seen, keeps=bool(shape) or daily_cap is not None)
    if changed:
        values = {name: getattr(wanted, name) for name in names}
        record(actor=actor, act="placement.plan", subject=placement, **values)
    return changed


def has_room(placement: Placement, daily_cap: int) -> plans.Verdict:
    """Whether a daily cap leaves room for what is still due; two queries."""
    left = queries.board_row(placement.account).remaining
    begins = max(placement.first_day, clock.today())
    return plans.leaves_room(daily_cap, left, (placement.last_day - begins) // ONE_DAY + 1)


@transaction.atomic
def set_festivals(
    *,
    campaign: Campaign,
    windows: Sequence[tuple[date, date, int]],
    county_cap: int | None,
    seen: int,
    actor: Actor,
) -> bool:
    """Set a campaign's festival curve and its county cap; True when that changes anything.

    Locks the campaign. Raises: RuleBroken, as `set_plan`.
    """
    require(may_allot(actor))
    campaign = Campaign.objects.select_for_update().get(pk=campaign.pk)
    require(plans.may_weigh(windows, campaign.first_day, campaign.last_day))
    wanted = CampaignPacing(
        campaign=campaign,
        windows=[[str(first), str(last), weight] for first, last, weight in sorted(windows)],
        county_cap=county_cap,
    )
    before = CampaignPacing.objects.filter(pk=campaign.pk).first()
    names = ("windows", "county_cap")
    changed = _put(wanted, before, names, seen, keeps=bool(windows) or county_cap is not None)
    if changed:
        values = {name: getattr(wanted, name) for name in names}
        record(actor=actor, act="campaign.pacing", subject=campaign, **values)
    return changed


def _put(wanted: Set, before: Set | None, names: Sequence[str], seen: int, *, keeps: bool) -> bool:
    """Write what is wanted, or nothing where it stands so already; no row where it keeps nothing.

    The caller holds the row's owner.
    """
    if before is None and not keeps:
        return False
    if (
        before is not None
        and keeps
        and all(getattr(before, name) == getattr(wanted, name) for name in names)
    ):
        return False
    if seen != (before.version if before is not None else 0):
        raise RuleBroken(
            _("Somebody changed this since you opened it: look at it again."), code=SEEN_TOO_OLD
        )
    if not keeps and before is not None:
        before.delete()
        return True
    wanted.version = seen + 1
    wanted.save(force_insert=before is None, force_update=before is not None)
    return True
