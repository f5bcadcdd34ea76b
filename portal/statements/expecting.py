"""Until when a source's reports are expected."""

from __future__ import annotations

from datetime import date

from django.db import transaction

from portal.accounts.actor import Actor
from portal.audit.domain import record
from portal.statements import rules
from portal.statements.models import Source
from portal.verdict import require


@transaction.atomic
def expect(*, source: Source, until: date | None, reason: str, actor: Actor) -> Source:
    """Say the last day of which a report is expected and why, or with neither that they go on.

    Locks the source. Raises: RuleBroken when `actor` may not land reports.
    """
    require(rules.may_land(actor))
    row = Source.objects.select_for_update(no_key=True).get(pk=source.pk)
    before = row.expected_until, row.ended_because
    row.expected_until, row.ended_because = until, reason
    if before != (until, reason):
        row.save(update_fields=["expected_until", "ended_because"])
        record(
            actor=actor,
            act="source.expect",
            subject=row,
            until=until.isoformat() if until else "",
            reason=reason,
        )
    return row
