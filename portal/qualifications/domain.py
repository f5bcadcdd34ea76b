"""The acts on papers: enter, renew, check, note the yearly check, take off the file."""

from __future__ import annotations

import uuid
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from portal import clock, once
from portal.accounts.actor import Actor
from portal.audit.domain import record
from portal.organisations.models import Organisation
from portal.qualifications import queries, reminding, rules
from portal.qualifications.models import Qualification
from portal.submissions.models import Submission
from portal.templatetags.figures import date_text
from portal.verdict import RuleBroken, require


@transaction.atomic
def enter(
    *,
    holder: Organisation | Submission,
    actor: Actor,
    form_key: uuid.UUID | None = None,
    beside: bool = False,
    **fields: Any,
) -> Qualification:
    """Put a paper of an organisation or of a dossier on file.

    `fields` are those of the model. Where a paper of the same kind with an end is on file already
    it has to be renewed, unless this one stands `beside` it: else the old one would lapse and
    stop what has a valid paper. The same `form_key` again returns the first row.
    Raises: RuleBroken when `actor` may not; ValidationError by field.
    """
    require(rules.may_enter(holder, actor))
    own = {"organisation" if isinstance(holder, Organisation) else "submission": holder}
    row = Qualification(**own, **fields, entered_by=actor.person, entered_at=clock.now())
    known = once.first_of(row, form_key=form_key)
    if known is not None:
        return known
    # Locks the holder, so that two people do not enter the same paper side by side.
    type(holder).objects.select_for_update().get(pk=holder.pk)
    there = None if beside else queries.same_kind(holder, str(row.kind))
    if there is not None:
        words = {"paper": there.label, "number": there.number, "day": date_text(there.valid_until)}
        raise ValidationError(
            {
                "beside": _(
                    "“%(paper)s” (No. %(number)s), valid until %(day)s, is on file: renew that "
                    "one, or tick that this is another one beside it."
                )
                % words
            }
        )
    return _insert(row, actor=actor, act="qualification.enter", form_key=form_key)


@transaction.atomic
def renew(
    *,
    qualification: Qualification,
    actor: Actor,
    form_key: uuid.UUID | None = None,
    **fields: Any,
) -> Qualification:
    """Put the paper's next period on file; the former one stays as history.

    Locks the former row. What had lapsed is usable again from the new first day on, and who was
    told of the lapse is told so. The same `form_key` again returns the first renewal.
    Raises: RuleBroken when `actor` may not or it was renewed; ValidationError by field.
    """
    old = _locked(qualification)
    row = Qualification(
        organisation=old.organisation,
        submission=old.submission,
        kind=old.kind,
        title=old.title,
        renews=old,
        entered_by=actor.person,
        entered_at=clock.now(),
        **fields,
    )
    known = once.first_of(row, form_key=form_key)
    if known is not None:
        return known
    require(rules.may_renew(old, actor))
    _refuse_going_back(old, row)
    row = _insert(row, actor=actor, act="qualification.renew", form_key=form_key)
    reminding.tell_due(row=row, day=clock.today(), actor=actor)
    return row


def _refuse_going_back(old: Qualification, row: Qualification) -> None:
    """A renewal begins later and ends later than what it renews."""
    if row.valid_from is not None and row.valid_from <= old.valid_from:
        words = {"day": date_text(old.valid_from)}
        raise ValidationError(
            {"valid_from": _("A renewal begins later than %(day)s, as the former one.") % words}
        )
    ends = old.valid_until
    if ends is not None and row.valid_until is not None and row.valid_until <= ends:
        words = {"day": date_text(ends)}
        raise ValidationError(
            {"valid_until": _("A renewal ends later than %(day)s, as the former one.") % words}
        )


def _insert(
    row: Qualification, *, actor: Actor, act: str, form_key: uuid.UUID | None
) -> Qualification:
    made = once.insert(row, form_key=form_key)
    if made is row:
        record(
            actor=actor,
            act=act,
            subject=row,
            kind=row.kind,
            number=row.number,
            until=_noted(row.valid_until),
        )
    return made


def _locked(row: Qualification) -> Qualification:
    return Qualification.objects.select_for_update().get(pk=row.pk)


def _noted(day: date | None) -> str:
    return "" if day is None else day.isoformat()


@transaction.atomic
def verify(*, qualification: Qualification, actor: Actor) -> Qualification:
    """Note that a second person has compared the entry with the scan. Locks the row.

    Raises: RuleBroken when `actor` entered it or is no office.
    """
    row = _locked(qualification)
    require(rules.may_verify(row, actor))
    row.verified_by, row.verified_at = actor.person, clock.now()
    row.save(update_fields=["verified_by", "verified_at"])
    record(actor=actor, act="qualification.verify", subject=row)
    return row


@transaction.atomic
def take_off(*, qualification: Qualification, reason: str, actor: Actor) -> Qualification:
    """Take a paper off the file, with a reason that who entered it is told. Locks the row.

    The row stays; what it renewed counts again as if it had not been entered.
    Raises: RuleBroken when `actor` may not, or no reason is given.
    """
    row = _locked(qualification)
    require(rules.may_take_off(row, actor))
    if not reason.strip():
        raise RuleBroken(_("Give a reason."))
    row.removed_by, row.removed_at, row.removed_because = actor.person, clock.now(), reason.strip()
    row.save(update_fields=["removed_by", "removed_at", "removed_because"])
    record(actor=actor, act="qualification.take_off", subject=row)
    reminding.tell_taken_off(row=row, actor=actor)
    return row


@transaction.atomic
def note_check(
    *, qualification: Qualification, done_on: date, next_on: date, actor: Actor
) -> Qualification:
    """Note that the yearly check of a brand number was passed, and when the next is due.

    Locks the row. Raises: RuleBroken; ValidationError by field.
    """
    row = _locked(qualification)
    require(rules.may_note_check(row, actor))
    if done_on > clock.today():
        raise ValidationError({"done_on": _("The check lies in the future.")})
    if row.checked_on is not None and done_on < row.checked_on:
        words = {"day": date_text(row.checked_on)}
        raise ValidationError({"done_on": _("A later check is noted already: %(day)s.") % words})
    if next_on <= done_on:
        raise ValidationError({"next_on": _("The next check comes after this one.")})
    before, row.check_due_on, row.checked_on = row.check_due_on, next_on, done_on
    row.save(update_fields=["check_due_on", "checked_on"])
    record(
        actor=actor,
        act="qualification.check",
        subject=row,
        done_on=done_on.isoformat(),
        due=[_noted(before), next_on.isoformat()],
    )
    return row
