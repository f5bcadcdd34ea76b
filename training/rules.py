"""Who may plan classes and who may take a seat."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from portal import clock
from portal.accounts.actor import Actor
from portal.accounts.enums import Role
from portal.verdict import YES, Verdict, no

if TYPE_CHECKING:
    from training.models import ClassSession, Enrolment


def may_plan(actor: Actor) -> Verdict:
    """Programme staff."""
    return YES if actor.is_staff else no(_("Only the programme office plans classes."))


def may_enrol(session: ClassSession, actor: Actor) -> Verdict:
    """Everyone signed in, until the class begins."""
    if actor.user is None:
        return no(_("Sign in first."))
    if session.starts_at <= clock.now():
        return no(_("This class has begun already."))
    return YES


def is_trainee(row: Enrolment, actor: Actor) -> Verdict:
    """The person who signed up."""
    if actor.user is not None and actor.user.pk == row.trainee_id:
        return YES
    return no(_("Only the trainee can do this."))


def is_office(row: Enrolment, actor: Actor) -> Verdict:
    """The office that runs the class."""
    return YES if actor.is_staff else no(_("Only the programme office can do this."))


def offer_holds(row: Enrolment, actor: Actor) -> Verdict:
    """The class has not begun and the time limit has not passed."""
    if row.session.starts_at <= clock.now():
        return no(_("This class has begun already."))
    if row.offer_until is not None and clock.now() <= row.offer_until:
        return YES
    return no(_("The time to take this seat is over; it was offered to the next."))


def is_system(row: Enrolment, actor: Actor) -> Verdict:
    """The portal itself."""
    return YES if actor.is_system else no(_("The portal does this by itself."))


def may_read_roster(actor: Actor) -> Verdict:
    """The office, auditors, and officials for their own people."""
    if actor.sees_province or actor.has(Role.OFFICIAL):
        return YES
    return no(_("Only the office and the counties read rosters."))
