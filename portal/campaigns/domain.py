"""The acts on the calendar."""

from __future__ import annotations

from datetime import date

from django.db import transaction

from portal.accounts.actor import Actor
from portal.audit.domain import record
from portal.campaigns import rules
from portal.campaigns.models import Campaign
from portal.verdict import require


@transaction.atomic
def plan_campaign(
    *, code: str, name: str, action: str, first_day: date, last_day: date, actor: Actor
) -> Campaign:
    """Put a campaign on the calendar.

    Raises: RuleBroken when `actor` may not; ValidationError by field when a value is wrong or
    the code is taken.
    """
    require(rules.may_plan(actor))
    row = Campaign(code=code, name=name, action=action, first_day=first_day, last_day=last_day)
    row.full_clean()
    row.save(force_insert=True)
    record(actor=actor, act="campaign.plan", subject=row, name=name)
    return row
