"""What the platform promotes: every published dossier in the campaigns of its action."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from django.db import transaction

from portal import clock
from portal.accounts.actor import Actor
from portal.campaigns.models import Campaign
from portal.demonstration import campaigns, invented, people, traffic
from portal.demonstration.dossiers import NAMESPACE
from portal.statements.domain import create_source
from portal.statements.models import IdKind, Metric, Platform, Source
from portal.submissions import kinds
from portal.submissions.models import Submission
from traffic import domain, pool
from traffic.enums import Channel
from traffic.models import ExternalId

MATERIALS = "巨量引擎素材日报"
WORKS = "抖音作品日报"
# Reports the same works as `WORKS` by the week: compared, never added.
CREATORS = "达人合作周报"
SOURCES = (
    (MATERIALS, Platform.OCEANENGINE),
    (WORKS, Platform.DOUYIN),
    (CREATORS, Platform.DOUYIN),
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
                create_source(name=name, platform=platform, id_kind=IdKind.MATERIAL, actor=office)
    sources = Source.objects.in_bulk([name for name, _platform in SOURCES], field_name="name")
    known = set(ExternalId.objects.values_list("value", flat=True))
    rows = Campaign.objects.in_bulk(field_name="code")
    for plan in campaigns.plans():
        by_county: dict[str, list[Slot]] = defaultdict(list)
        for slot in slots(plan):
            if slot.external_id not in known:
                by_county[slot.submission.county_id or ""].append(slot)
        for county in sorted(by_county):
            with clock.telling(plan.placed_at):
                _place(rows[plan.code], by_county[county], sources, office)


def slots(plan: campaigns.Plan) -> Iterator[Slot]:
    """The placements of a campaign: every dossier that fits and is ready, by round and channel."""
    for submission in traffic.promotable(plan):
        record, ready = submission.record, kinds.get(submission.kind).readiness
        for number, (first, last) in enumerate(rounds(plan)):
            for channel in Channel:
                key = f"{plan.code}/{submission.form_key}/{channel}/{number}"
                begin, end = (first, last)
                if channel == Channel.LIVE:
                    begin, end = _session(first, last, key)
                if not ready(record, max(begin, plan.placed_at.date())):
                    continue
                yield Slot(
                    submission=submission,
                    channel=channel,
                    first_day=begin,
                    last_day=end,
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
    """Make the placements of one county in one campaign, and share its impressions out to them."""
    county = missing[0].submission.county
    assert county is not None  # noqa: S101 - promotable leaves out what has none
    made = [
        domain.make_placement(
            submission=slot.submission,
            campaign=campaign,
            channel=slot.channel,
            first_day=slot.first_day,
            last_day=slot.last_day,
            source=sources[COUNTED_BY[slot.channel]],
            metric=Metric.IMPRESSIONS,
            external_ids=[slot.external_id],
            actor=office,
            form_key=uuid.uuid5(NAMESPACE, slot.external_id),
        )
        for slot in missing
    ]
    account = pool.county_account(campaign, county)
    parts = invented.split(
        account.balance * PLACED_PERCENT // 100, [slot.weight for slot in missing]
    )
    shares = {row.account: part for row, part in zip(made, parts, strict=True)}
    traffic.share_missing(account, shares, office, f"{campaign.name}投放额度")
