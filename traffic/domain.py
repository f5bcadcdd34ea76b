"""The acts on impressions."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping

from django.db import transaction

from portal.accounts.actor import Actor
from portal.ledger import domain as ledger
from portal.ledger.models import Account, Level, Transfer
from portal.verdict import require
from traffic import placing, rules
from traffic.models import Placement


def refuse_unready(targets: Iterable[Account]) -> None:
    """Refuse impressions for what may not be promoted; what was given may always be taken back.

    Locks the dossiers, so that none is withdrawn meanwhile. Raises: RuleBroken.
    """
    accounts = [row.pk for row in targets if row.level == Level.PLACEMENT]
    if not accounts:
        return
    rows = list(Placement.objects.filter(account__in=accounts).order_by("pk"))
    dossiers = placing.held(row.submission_id for row in rows)
    placing.refuse_unready(
        (dossiers[row.submission_id], row.first_day, row.last_day) for row in rows
    )


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
    refuse_unready([target])
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
    refuse_unready([transfer.source])
    return ledger.reverse(transfer=transfer, actor=actor, reason=reason, form_key=form_key)


@transaction.atomic
def share_out(
    *, source: Account, shares: Mapping[Account, int], actor: Actor, reason: str
) -> list[Transfer]:
    """Share impressions out to accounts right below, all or none of them.

    Raises: RuleBroken, also when one is a placement that is not ready.
    """
    require(rules.may_allot(actor))
    refuse_unready(shares)
    return ledger.share_out(source=source, shares=shares, actor=actor, reason=reason)
