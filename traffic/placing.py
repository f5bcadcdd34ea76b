"""The acts on placements: they are made, and what the platform calls them is told."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import reduce
from operator import or_

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from portal import once
from portal.accounts.actor import Actor
from portal.audit.domain import record, record_each
from portal.campaigns.models import Campaign
from portal.statements import domain as statements
from portal.statements.models import Source
from portal.statements.reading import LONGEST_ID, normalise_external_id
from portal.submissions.models import Submission
from portal.verdict import RuleBroken, require
from traffic import days, pool, readiness, rules
from traffic.models import ExternalId, Placement, UnmatchedDay


@dataclass(frozen=True)
class Wanted:
    """A placement to be made; the same `form_key` again is the placement made first."""

    submission: Submission
    campaign: Campaign
    channel: str
    first_day: date
    last_day: date
    source: Source
    metric: str
    external_ids: Sequence[str] = ()
    form_key: uuid.UUID | None = None


@transaction.atomic
def make_placements(wanted: Sequence[Wanted], *, actor: Actor) -> list[Placement]:
    """Make placements of published dossiers, each with its account and its ids: all, or none.

    Locks the dossiers and the sources that use such ids, so that no report is counted beside it.
    Queries are as many for a thousand as for one, but for the counties' accounts.
    Raises: RuleBroken when a dossier is not published, does not fit its campaign or is not ready
    to be promoted, or an id belongs to another placement.
    """
    dossiers = held(each.submission.pk for each in wanted)
    rows = [_checked(each, dossiers[each.submission.pk], actor) for each in wanted]
    refuse_unready((row.submission, row.first_day, row.last_day) for row in rows)
    before = once.made_before(rows)
    new = [
        (row, each) for row, each in zip(rows, wanted, strict=True) if row.form_key not in before
    ]
    _hold_sources(each.source for _row, each in new)
    _open([row for row, _each in new])
    named = _name([(row, each.source, value) for row, each in new for value in each.external_ids])
    record_each(
        actor=actor,
        act="placement.create",
        subjects=[(row, {"ids": list(each.external_ids)}) for row, each in new],
    )
    days.want_closed([*days.reported(row for row, _each in new), *_days_seen(named)])
    return [before.get(row.form_key, row) for row in rows]


def held(submissions: Iterable[int]) -> dict[int, Submission]:
    """Dossiers with their counties, by number, read under their locks; whoever withdraws one
    waits."""
    rows = Submission.objects.select_for_update(of=("self",)).select_related("county")
    return {row.pk: row for row in rows.filter(pk__in=set(submissions)).order_by("pk")}


def _hold_sources(sources: Iterable[Source]) -> None:
    """Hold whatever names things as these sources do."""
    named = sorted({(source.platform, source.id_kind) for source in sources})
    if named:
        which = reduce(or_, (Q(platform=platform, id_kind=kind) for platform, kind in named))
        statements.hold_sources(which)


def refuse_unready(windows: Iterable[tuple[Submission, date, date]]) -> None:
    """Raise RuleBroken where a dossier may not be promoted when its window begins."""
    judged = [(row, rules.judged_on(first, last)) for row, first, last in windows]
    for verdict in readiness.of_days(judged):
        require(verdict)


def _checked(wanted: Wanted, submission: Submission, actor: Actor) -> Placement:
    """The placement as it will stand, not written yet."""
    require(rules.may_place(submission, actor))
    if wanted.last_day < wanted.first_day:
        raise RuleBroken(_("The last day lies before the first."))
    window = {"first_day": wanted.first_day, "last_day": wanted.last_day}
    require(rules.fits_campaign(submission=submission, campaign=wanted.campaign, **window))
    return Placement(
        submission=submission,
        campaign=wanted.campaign,
        county=submission.county,
        channel=wanted.channel,
        name=f"{submission.title} · {wanted.campaign.name}"[:120],
        source=wanted.source,
        metric=wanted.metric,
        form_key=wanted.form_key,
        **window,
    )


def _open(rows: list[Placement]) -> None:
    """Write placements, each with an account of its own."""
    accounts = pool.open_placement_accounts(
        (row.campaign, row.county, (row.form_key or uuid.uuid4()).hex, row.name) for row in rows
    )
    for row, account in zip(rows, accounts, strict=True):
        row.account = account
    Placement.objects.bulk_create(rows)


def _name(asked: Sequence[tuple[Placement, Source, str]]) -> list[ExternalId]:
    """Give ids to placements; the caller holds the sources, so that nobody else gives the same."""
    rows = [
        ExternalId(
            placement=placement,
            platform=source.platform,
            kind=source.id_kind,
            value=_readable(value),
        )
        for placement, source, value in asked
    ]
    seen = {
        (row.platform, row.kind, row.value)
        for row in ExternalId.objects.filter(value__in={row.value for row in rows})
    }
    for row in rows:
        key = (row.platform, row.kind, row.value)
        if key in seen:
            raise RuleBroken(
                _("The id %(id)s belongs to another placement already.") % {"id": row.value}
            )
        seen.add(key)
    return ExternalId.objects.bulk_create(rows)


def _readable(value: str) -> str:
    value = normalise_external_id(value)
    if not value:
        raise RuleBroken(_("An id is empty."))
    if len(value) > LONGEST_ID:
        raise RuleBroken(
            _("The id “%(id)s…” is too long: %(limit)d characters can be kept.")
            % {"id": value[:20], "limit": LONGEST_ID}
        )
    return value


def _days_seen(ids: list[ExternalId]) -> list[date]:
    """The days on which some report named one of these ids while nobody knew it.

    A day that is being closed at this moment may be about to say so: every day behind is one.
    """
    named: dict[tuple[str, str], list[str]] = defaultdict(list)
    for row in ids:
        named[row.platform, row.kind].append(row.value)
    found = set(days.behind()) if ids else set()
    for (platform, kind), values in sorted(named.items()):
        seen = UnmatchedDay.objects.filter(
            source__platform=platform, source__id_kind=kind, external_id__in=values
        )
        found |= set(seen.order_by("date").values_list("date", flat=True))
    return sorted(found)


def match_id(*, source: Source, external_id: str, placement: Placement, actor: Actor) -> ExternalId:
    """Give one unmatched id to a placement; see `match_ids`."""
    return match_ids([(source, external_id, placement)], actor=actor)[0]


@transaction.atomic
def match_ids(
    matches: Sequence[tuple[Source, str, Placement]], *, actor: Actor
) -> list[ExternalId]:
    """Give unmatched ids to placements, all or none; the days they were seen on are closed again.

    Locks the sources that use such ids, so that no report is counted beside it. Queries are as
    many for a hundred as for one, but for one for each platform and kind of id.
    Raises: RuleBroken when one belongs to another placement already.
    """
    require(rules.may_allot(actor))
    _hold_sources(source for source, _id, _placement in matches)
    named = _name([(placement, source, value) for source, value, placement in matches])
    days.want_closed(_days_seen(named))
    record_each(
        actor=actor,
        act="placement.match",
        subjects=[(row.placement, {"external_id": row.value}) for row in named],
    )
    return named


def follow_merge(loser: Submission, survivor: Submission, actor: Actor) -> None:
    """Let the placements of a dossier that was merged go on with the other one; called by the
    merge, under the lock of both.

    Their county, figures and ids stay: what was delivered was delivered there.
    """
    for row in Placement.objects.select_for_update().filter(submission=loser).order_by("pk"):
        row.submission = survivor
        row.save(update_fields=["submission"])
        record(actor=actor, act="placement.follow", subject=row, loser=loser.code)
