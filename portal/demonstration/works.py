"""The works that were accepted, promoted like anything else: each has its own placement."""

from __future__ import annotations

import uuid
from datetime import date, datetime

from django.db import transaction

from creators.enums import TakeState
from creators.models import Take
from portal import clock
from portal.demonstration import people, traffic
from portal.demonstration.dossiers import NAMESPACE
from portal.demonstration.placements import WORKS
from portal.statements.models import Metric, Source
from traffic import placing, pool
from traffic.enums import Channel
from traffic.models import ExternalId, Placement

# When the last of them was accepted, and the next day.
PLACED, FIRST = datetime(2023, 10, 18, 16, 0, tzinfo=clock.SHANGHAI), date(2023, 10, 19)


def build() -> None:
    """Place the accepted works that are not placed yet, out of what their county has left."""
    known = set(ExternalId.objects.values_list("value", flat=True))
    takes = Take.objects.filter(state=TakeState.ACCEPTED).select_related("task__submission")
    with clock.telling(PLACED):
        for take in takes.order_by("pk"):
            if take.work_id not in known:
                _place(take)


@transaction.atomic
def _place(take: Take) -> None:
    """In the campaign in which the same dossier is promoted through creators already."""
    office, about = people.actor("staff1"), take.task.submission
    running = Placement.objects.filter(
        submission=about, channel=Channel.CREATOR, first_day__lt=FIRST, last_day__gt=FIRST
    )
    beside = running.select_related("campaign").order_by("pk")[0]
    wanted = placing.Wanted(
        submission=about,
        campaign=beside.campaign,
        channel=Channel.CREATOR,
        first_day=FIRST,
        last_day=beside.last_day,
        source=Source.objects.get(name=WORKS),
        metric=Metric.IMPRESSIONS,
        external_ids=[take.work_id],
        form_key=uuid.uuid5(NAMESPACE, take.work_id),
    )
    (row,) = placing.make_placements([wanted], actor=office)
    county = pool.county_account(row.campaign, row.county)
    amount = county.balance // 3
    traffic.share_missing(county, {row.account: amount}, office, f"{take.creator}作品投放额度")
