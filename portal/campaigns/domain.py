"""The acts on the calendar."""

from __future__ import annotations

import uuid
from datetime import date

from django.db import transaction

from portal import once
from portal.accounts.actor import Actor
from portal.audit.domain import record
from portal.campaigns import rules
from portal.campaigns.models import Campaign
from portal.verdict import require


@transaction.atomic
def plan_campaign(
    *,
    code: str,
    name: str,
    action: str,
    first_day: date,
    last_day: date,
    actor: Actor,
    form_key: uuid.UUID | None = None,
) -> Campaign:
    """Put a campaign on the calendar; the same `form_key` again returns the one made first.

    Raises: RuleBroken when `actor` may not; ValidationError by field when a value is wrong or
    the code is taken.
    """
    require(rules.may_plan(actor))
    row = Campaign(code=code, name=name, action=action, first_day=first_day, last_day=last_day)
    stands = once.insert(row, form_key=form_key)
    if stands is row:
        record(actor=actor, act="campaign.plan", subject=row, name=name)
    return stands
