"""What a move of a dossier does besides changing its state: dates, and telling people."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext_noop

from portal import clock, workdays
from portal.accounts.enums import Role
from portal.accounts.models import Membership, User
from portal.moves.table import Moved
from portal.notices.domain import notify
from portal.submissions.enums import State

if TYPE_CHECKING:
    from portal.submissions.models import Submission

# What the applicant is told, by the move; internal steps are not among them.
TO_APPLICANT = {
    "endorse": gettext_noop("“%(title)s” was endorsed by the county and is with the office now."),
    "verify": gettext_noop("“%(title)s” was verified by the county."),
    "return": gettext_noop("“%(title)s” was returned: please correct the marked fields."),
    "approve": gettext_noop("“%(title)s” was approved."),
    "refuse": gettext_noop("“%(title)s” was not approved. Reason: %(note)s"),
    "publish": gettext_noop("“%(title)s” is published."),
    "suspend": gettext_noop("“%(title)s” was taken offline. Reason: %(note)s"),
    "resume": gettext_noop("“%(title)s” is online again."),
}
MERGED = gettext_noop("“%(title)s” was merged into “%(survivor)s”. Reason: %(note)s")
TO_COUNTY = gettext_noop("“%(title)s” waits for the county's endorsement.")
TO_OFFICE = gettext_noop("“%(title)s” waits for your review.")


def run_clock(row: Submission, moved: Moved) -> None:
    """Set the day by which the step that begins now is promised, in working days.

    While the applicant mends what was returned the clock of that step stands still: it goes on
    with the days that were left, at least one.
    """
    today = moved.at.astimezone(clock.SHANGHAI).date()
    days = moved.move.days
    if row.state == State.RETURNED and row.due_on is not None:
        row.clock_state = moved.from_state
        row.clock_days = max(1, workdays.until(today, row.due_on))
    elif days is not None and row.clock_state == row.state and row.clock_days:
        days, row.clock_state, row.clock_days = row.clock_days, "", None
    row.due_on = None if days is None else workdays.after(today, days)


def mark_submitted(row: Submission, moved: Moved) -> None:
    """Set the day, answer the open remarks and keep what was submitted."""
    from portal.submissions.domain import keep_snapshot

    row.submitted_at = moved.at
    row.last_submitter = moved.actor.user
    row.remarks.filter(answered_at__isnull=True).update(answered_at=moved.at)
    keep_snapshot(submission=row, at=moved.at)


def mark_endorsed(row: Submission, moved: Moved) -> None:
    """Set the day of the county's endorsement."""
    row.endorsed_at = moved.at


def clear_review(row: Submission, moved: Moved) -> None:
    """Forget the endorsement: what comes back is looked at afresh, by the same reviewer."""
    row.endorsed_at = None
    row.returns += 1


def mark_decided(row: Submission, moved: Moved) -> None:
    """Set day and person of the decision."""
    row.decided_at = moved.at
    row.decider = moved.actor.user


def mark_appealed(row: Submission, moved: Moved) -> None:
    """Reopen the decision and remember who made it."""
    row.appealed_at = moved.at
    row.first_decider = row.decider
    row.decided_at = row.decider = None


def mark_published(row: Submission, moved: Moved) -> None:
    """Set the day of publication."""
    row.published_at = moved.at


def mark_closed(row: Submission, moved: Moved) -> None:
    """Set the day it came to its end."""
    row.closed_at = moved.at


def tell_merged(row: Submission, moved: Moved) -> None:
    """Tell the owner where it goes on."""
    assert row.merged_into is not None  # noqa: S101 - the rule asked for it
    notify(
        recipients=[row.owner],
        event="submission.merge",
        msgid=MERGED,
        params={"title": row.title, "survivor": row.merged_into.title, "note": moved.note},
        url=row.get_absolute_url(),
        actor=moved.actor,
    )


def tell_applicant(row: Submission, moved: Moved) -> None:
    """Tell the owner, unless the owner did it."""
    granted = moved.move.name == "approve" and _is_last_step(row)
    notify(
        recipients=[row.owner],
        event=f"submission.{'granted' if granted else moved.move.name}",
        msgid=TO_APPLICANT[moved.move.name],
        params={"title": row.title, "note": moved.note},
        url=row.get_absolute_url(),
        actor=moved.actor,
    )


def _is_last_step(row: Submission) -> bool:
    """Whether nothing is published after the approval: the applicant waits for no other word."""
    return all(move.name != "publish" for move in row.moves)


def tell_next_reviewers(row: Submission, moved: Moved) -> None:
    """Tell those whose turn it is: the county's other officials, or the office."""
    from portal.submissions.moves import county_acts

    at_county = row.state == State.SUBMITTED and county_acts(row.moves)
    hat = {"role": Role.STAFF}
    if at_county:
        hat = {"role": Role.OFFICIAL, "county_id": row.county_id}
    # One subquery: the role that counts must be one that still holds.
    holders = Membership.objects.active().filter(**hat).values("user")
    notify(
        recipients=User.objects.filter(is_active=True, pk__in=holders).order_by("pk"),
        event="submission.waits",
        msgid=TO_COUNTY if at_county else TO_OFFICE,
        params={"title": row.title},
        url=row.get_absolute_url(),
        actor=moved.actor,
    )
