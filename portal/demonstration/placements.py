"""What the platform promotes: every published dossier in the campaigns of its action."""

from __future__ import annotations

import uuid
from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta

from django.db import transaction

from portal import clock
from portal.accounts.actor import Actor
from portal.campaigns.models import Campaign
from portal.demonstration import campaigns, invented, people, traffic
from portal.demonstration.dossiers import NAMESPACE
from portal.ledger.models import Account
from portal.regions.models import County
from portal.statements.domain import create_source
from portal.statements.models import IdKind, Metric, Platform, Source
from portal.submissions.models import Submission
from traffic import placing, pool, readiness
from traffic.enums import Channel
from traffic.models import ExternalId

MATERIALS = "巨量引擎素材日报"
WORKS = "抖音作品日报"
# Reports the same works as `WORKS` by the week: compared, never added.
CREATORS = "达人合作周报"
# What some of the same works have reached since their start, compared too.
TOTALS = "抖音作品累计"
SOURCES = (
    (MATERIALS, Platform.OCEANENGINE),
    (WORKS, Platform.DOUYIN),
    (CREATORS, Platform.DOUYIN),
    (TOTALS, Platform.DOUYIN),
)
COUNTED_BY = {Channel.PRODUCT: MATERIALS, Channel.LIVE: WORKS, Channel.CREATOR: WORKS}
# How a county's share is spread over the channels, and how much of it is passed on at once.
CHANNELS = {Channel.PRODUCT: 6.0, Channel.LIVE: 2.0, Channel.CREATOR: 3.0}
PLACED_PERCENT = 92


@dataclass(frozen=True)
class Slot:
    """One placement to be: where, when, under which id, and how much it weighs in its county."""

    submission: Submission
    channel: Channel
    first_day: date
    last_day: date
    external_id: str
    weight: float


def build() -> None:
    """Add the sources of reports, and make the placements that are not there yet."""
    office = people.actor("staff1")
    there = set(Source.objects.values_list("name", flat=True))
    for name, platform in SOURCES:
        if name not in there:
            with clock.telling(traffic.OPENED):
                create_source(
                    name=name,
                    platform=platform,
                    id_kind=IdKind.MATERIAL,
                    is_cumulative=name == TOTALS,
                    actor=office,
                )
    sources = Source.objects.in_bulk([name for name, _platform in SOURCES], field_name="name")
    known = set(ExternalId.objects.values_list("value", flat=True))
    rows = Campaign.objects.in_bulk(field_name="code")
    for plan in campaigns.plans():
        missing = [slot for slot in slots(plan) if slot.external_id not in known]
        with clock.telling(plan.placed_at):
            _place(rows[plan.code], missing, sources, office)


def slots(plan: campaigns.Plan) -> list[Slot]:
    """The placements of a campaign: every dossier that fits and is ready, by round and channel."""
    possible = [
        _slot(plan, submission, channel, number, window)
        for submission in traffic.promotable(plan)
        for number, window in enumerate(rounds(plan))
        for channel in Channel
    ]
    ready = readiness.of_days(
        (slot.submission, max(slot.first_day, plan.placed_at.date())) for slot in possible
    )
    return [slot for slot, is_ready in zip(possible, ready, strict=True) if is_ready]


def _slot(
    plan: campaigns.Plan,
    submission: Submission,
    channel: Channel,
    number: int,
    window: tuple[date, date],
) -> Slot:
    key = f"{plan.code}/{submission.form_key}/{channel}/{number}"
    first, last = _session(*window, key) if channel == Channel.LIVE else window
    return Slot(
        submission=submission,
        channel=channel,
        first_day=first,
        last_day=last,
        external_id=invented.work_id(key),
        weight=CHANNELS[channel] * invented.between(0.6, 1.6, f"{key}/weight"),
    )


def rounds(plan: campaigns.Plan) -> list[tuple[date, date]]:
    """The campaign's days in as many even rounds as it has."""
    days = (plan.last_day - plan.first_day).days + 1
    starts = [
        plan.first_day + timedelta(days=days * n // plan.windows) for n in range(plan.windows)
    ]
    ends = [start - timedelta(days=1) for start in starts[1:]] + [plan.last_day]
    return list(zip(starts, ends, strict=True))


def _session(first: date, last: date, key: str) -> tuple[date, date]:
    """A live session of one to three days inside a round."""
    days = (last - first).days + 1
    length = 1 + invented.seed(f"{key}/length") % 3
    begin = first + timedelta(days=invented.seed(f"{key}/begin") % max(1, days - length))
    return begin, min(last, begin + timedelta(days=length - 1))


@transaction.atomic
def _place(
    campaign: Campaign, missing: list[Slot], sources: dict[str, Source], office: Actor
) -> None:
    """Make placements of one campaign, and share each county's impressions out to its own."""
    wanted = [
        placing.Wanted(
            submission=slot.submission,
            campaign=campaign,
            channel=slot.channel,
            first_day=slot.first_day,
            last_day=slot.last_day,
            source=sources[COUNTED_BY[slot.channel]],
            metric=Metric.IMPRESSIONS,
            external_ids=[slot.external_id],
            form_key=uuid.uuid5(NAMESPACE, slot.external_id),
        )
        for slot in missing
    ]
    by_county: dict[County, list[tuple[Account, float]]] = defaultdict(list)
    for slot, row in zip(missing, placing.make_placements(wanted, actor=office), strict=True):
        by_county[row.county].append((row.account, slot.weight))
    for county, own in sorted(by_county.items(), key=lambda item: item[0].pk):
        account = pool.county_account(campaign, county)
        parts = invented.split(
            account.balance * PLACED_PERCENT // 100, [weight for _row, weight in own]
        )
        shares = {row: part for (row, _weight), part in zip(own, parts, strict=True)}
        traffic.share_missing(account, shares, office, f"{campaign.name}投放额度")
