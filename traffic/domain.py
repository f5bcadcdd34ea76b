"""The acts on placements."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from datetime import date

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from portal import once
from portal.accounts.actor import Actor
from portal.audit.domain import record
from portal.campaigns.models import Campaign
from portal.ledger import domain as ledger
from portal.ledger.models import Account, Level, Transfer
from portal.statements import domain as statements
from portal.statements.models import Source
from portal.statements.reading import LONGEST_ID, normalise_external_id
from portal.submissions.models import Submission
from portal.verdict import RuleBroken, require
from traffic import days, pool, readiness, rules
from traffic.models import ExternalId, Placement, UnmatchedDay


@transaction.atomic
def make_placement(
    *,
    submission: Submission,
    campaign: Campaign,
    channel: str,
    first_day: date,
    last_day: date,
    source: Source,
    metric: str,
    external_ids: list[str],
    actor: Actor,
    form_key: uuid.UUID | None = None,
) -> Placement:
    """Make a placement of a published dossier, with its account and its ids.

    Locks the dossier and the sources that use such ids, so that no report is counted beside it.
    The same `form_key` again returns the placement made first.
    Raises: RuleBroken when the dossier is not published, does not fit the campaign or is not ready
    to be promoted, or an id belongs to another placement.
    """
    submission = Submission.objects.select_for_update().get(pk=submission.pk)
    require(rules.may_place(submission, actor))
    if last_day < first_day:
        raise RuleBroken(_("The last day lies before the first."))
    window = {"first_day": first_day, "last_day": last_day}
    require(rules.fits_campaign(submission=submission, campaign=campaign, **window))
    require(rules.is_ready(submission, **window))
    placement = Placement(
        submission=submission,
        campaign=campaign,
        county=submission.county,
        channel=channel,
        name=f"{submission.title} · {campaign.name}"[:120],
        source=source,
        metric=metric,
        **window,
    )
    if first := once.first_of(placement, form_key=form_key):
        return first
    statements.hold_sources(platform=source.platform, id_kind=source.id_kind)
    _open(placement, form_key)
    named = [_name(placement, source, value) for value in external_ids]
    record(actor=actor, act="placement.create", subject=placement, ids=external_ids)
    days.want_closed([*days.reported(placement), *_days_seen(named)])
    return placement


def _open(placement: Placement, form_key: uuid.UUID | None) -> None:
    """Write the placement with an account of its own."""
    key = form_key or uuid.uuid4()
    placement.form_key = form_key
    placement.account = pool.placement_account(
        placement.campaign, placement.county, key=f"placement-{key.hex}", name=placement.name
    )
    placement.save(force_insert=True)


def _name(placement: Placement, source: Source, value: str) -> ExternalId:
    value = normalise_external_id(value)
    if not value:
        raise RuleBroken(_("An id is empty."))
    if len(value) > LONGEST_ID:
        raise RuleBroken(
            _("The id “%(id)s…” is too long: %(limit)d characters can be kept.")
            % {"id": value[:20], "limit": LONGEST_ID}
        )
    try:
        with transaction.atomic():
            return ExternalId.objects.create(
                placement=placement, platform=source.platform, kind=source.id_kind, value=value
            )
    except IntegrityError:
        raise RuleBroken(
            _("The id %(id)s belongs to another placement already.") % {"id": value}
        ) from None


def _days_seen(ids: list[ExternalId]) -> list[date]:
    """The days on which some report named one of these ids while nobody knew it.

    A day that is being closed at this moment may be about to say so: every day behind is one.
    """
    found = set(days.behind())
    for row in ids:
        seen = UnmatchedDay.objects.filter(
            source__platform=row.platform, source__id_kind=row.kind, external_id=row.value
        )
        found |= set(seen.order_by("date").values_list("date", flat=True))
    return sorted(found)


@transaction.atomic
def match_id(*, source: Source, external_id: str, placement: Placement, actor: Actor) -> ExternalId:
    """Give an unmatched id to a placement; the days it was seen on are closed again.

    Locks the sources that use such ids, so that no report is counted beside it.
    Raises: RuleBroken when it belongs to another placement already.
    """
    require(rules.may_allot(actor))
    statements.hold_sources(platform=source.platform, id_kind=source.id_kind)
    row = _name(placement, source, external_id)
    days.want_closed(_days_seen([row]))
    record(actor=actor, act="placement.match", subject=placement, external_id=row.value)
    return row


def _refuse_unready(targets: Iterable[Account]) -> None:
    """Refuse impressions for what may not be promoted; what was given may always be taken back.

    Locks the dossiers, so that none is withdrawn meanwhile.
    """
    accounts = [row.pk for row in targets if row.level == Level.PLACEMENT]
    if not accounts:
        return
    rows = list(Placement.objects.filter(account__in=accounts).order_by("pk"))
    locked = Submission.objects.select_for_update().order_by("pk")
    dossiers = {row.pk: row for row in locked.filter(pk__in={row.submission_id for row in rows})}
    for row in rows:
        row.submission = dossiers[row.submission_id]
    for verdict in readiness.of_placements(rows, also_over=True).values():
        require(verdict)


@transaction.atomic
def move_between(
    *,
    source: Account,
    target: Account,
    amount: int,
    actor: Actor,
    reason: str,
    form_key: uuid.UUID | None = None,
) -> list[Transfer]:
    """Move impressions between any two accounts of the pool, once for one `form_key`.

    Raises: RuleBroken, also when they would go to a placement that is not ready.
    """
    require(rules.may_allot(actor))
    _refuse_unready([target])
    return ledger.move(
        source=source,
        target=target,
        amount=amount,
        actor=actor,
        reason=reason,
        form_key=form_key,
    )


@transaction.atomic
def reverse_transfer(
    *, transfer: Transfer, actor: Actor, reason: str, form_key: uuid.UUID | None = None
) -> Transfer:
    """Undo a transfer by another, once for one `form_key`.

    Raises: RuleBroken, also when a placement that is not ready would get back what was taken.
    """
    require(rules.may_allot(actor))
    _refuse_unready([transfer.source])
    return ledger.reverse(transfer=transfer, actor=actor, reason=reason, form_key=form_key)


@transaction.atomic
def share_out(
    *, source: Account, shares: Mapping[Account, int], actor: Actor, reason: str
) -> list[Transfer]:
    """Share impressions out to accounts right below, all or none of them.

    Raises: RuleBroken, also when one is a placement that is not ready.
    """
    require(rules.may_allot(actor))
    _refuse_unready(shares)
    return ledger.share_out(source=source, shares=shares, actor=actor, reason=reason)


def follow_merge(loser: Submission, survivor: Submission, actor: Actor) -> None:
    """Let the placements of a dossier that was merged go on with the other one; called by the
    merge, under the lock of both.

    Their county, figures and ids stay: what was delivered was delivered there.
    """
    for row in Placement.objects.select_for_update().filter(submission=loser).order_by("pk"):
        row.submission = survivor
        row.save(update_fields=["submission"])
        record(actor=actor, act="placement.follow", subject=row, loser=loser.code)
