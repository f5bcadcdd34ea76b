"""Who may do what with a dossier, and why not."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from portal import clock
from portal.accounts.actor import Actor
from portal.accounts.enums import Role
from portal.submissions import appeals, kinds
from portal.templatetags.figures import date_text
from portal.verdict import YES, Verdict, no, yes_as

if TYPE_CHECKING:
    from portal.accounts.models import User
    from portal.submissions.models import Submission


CONFLICT = _("You have declared an interest in this: a colleague decides.")


def has_conflict(row: Submission, actor: Actor) -> bool:
    """True for who declared a personal interest in this dossier."""
    return has_declared(row, actor.user)


def has_declared(row: Submission, user: User | None) -> bool:
    """The same of a person who does not act now; reads what was read with the dossier."""
    return user is not None and any(mark.user_id == user.pk for mark in row.conflicts.all())


def is_applicant(row: Submission, actor: Actor) -> Verdict:
    """The person who filed a personal kind, the organisation that filed, or the county office when
    the county itself filed it: who left those is no applicant any more."""
    if actor.user is not None and kinds.get(row.kind).personal:
        if row.owner_id == actor.user.pk:
            return YES
    elif actor.represents(row.organisation_id):
        return yes_as(Role.MERCHANT)
    elif row.organisation_id is None and row.county and actor.is_official_of(row.county):
        return yes_as(Role.OFFICIAL)
    return no(_("Only the applicant can do this."))


def may_endorse(row: Submission, actor: Actor) -> Verdict:
    """An official of the county who neither owns nor submitted it, nor acts for the organisation:
    a second pair of eyes."""
    if actor.user is None or row.county is None or not actor.is_official_of(row.county):
        return no(_("Only an official of the county can endorse this."))
    if actor.user.pk in {row.owner_id, row.last_submitter_id}:
        return no(_("A second person of the county endorses what you have filed yourself."))
    if actor.represents(row.organisation_id):
        return no(_("You act for this organisation: a colleague of the county endorses this."))
    if has_conflict(row, actor):
        return no(CONFLICT)
    return yes_as(Role.OFFICIAL)


def is_office(row: Submission, actor: Actor) -> Verdict:
    """Programme staff who have nothing to do with the dossier."""
    if not actor.is_staff or actor.user is None:
        return no(_("Only the programme office can do this."))
    if row.owner_id == actor.user.pk or actor.represents(row.organisation_id):
        return no(_("You have filed this yourself: a colleague decides."))
    if has_conflict(row, actor):
        return no(CONFLICT)
    return yes_as(Role.STAFF)


def may_return(row: Submission, actor: Actor) -> Verdict:
    """The office at any time; the county while it waits for the county."""
    county = may_endorse(row, actor)
    return county if row.state == "submitted" and county else is_office(row, actor)


def may_decide(row: Submission, actor: Actor) -> Verdict:
    """The office; an appeal goes to somebody other than the first decider."""
    verdict = is_office(row, actor)
    if verdict and row.appealed_at and actor.user and row.first_decider_id == actor.user.pk:
        return no(_("You refused this before: a colleague decides the appeal."))
    return verdict


def may_appeal(row: Submission, actor: Actor) -> Verdict:
    """The applicant, once, within ten working days of the refusal."""
    if row.appealed_at:
        return no(_("One appeal has been decided already."))
    verdict = is_applicant(row, actor)
    if verdict and row.decided_at:
        until = appeals.until(row.decided_at)
        if until < clock.today():
            return no(str(_("The time to appeal was over on %(day)s.")) % {"day": date_text(until)})
    return verdict


def may_merge(row: Submission, actor: Actor) -> Verdict:
    """The office, once the dossier that goes on is named: a button alone merges nothing."""
    if row.merged_into_id is None:
        return no(_("Compare it with the dossier that goes on first."))
    return is_office(row, actor)


def is_complete(row: Submission, actor: Actor) -> Verdict:
    """Every field the kind asks for is there and correct."""
    from portal.submissions.completeness import missing_fields

    lacking = missing_fields(row)
    if not lacking:
        return YES
    names = "、".join(str(label) for _name, label, _message in lacking)
    return no(str(_("Not complete yet: %(fields)s.")) % {"fields": names})


def may_edit(row: Submission, actor: Actor) -> Verdict:
    """The applicant, while it is a draft or was returned."""
    if row.state not in {"draft", "returned"}:
        return no(_("It cannot be changed while it is under review."))
    return is_applicant(row, actor)


def may_revise(row: Submission, actor: Actor) -> Verdict:
    """The applicant, once it is published."""
    if row.state != "published":
        return no(_("Only a published record can be changed this way."))
    return is_applicant(row, actor)


def may_change(row: Submission, actor: Actor) -> Verdict:
    """The applicant, while it can be edited or revised; says which dossier cannot, and why."""
    verdict = may_edit(row, actor) or may_revise(row, actor)
    if verdict:
        return verdict
    if row.merged_into is not None:
        words = {"code": row.code, "survivor": row.merged_into.code}
        return no(_("%(code)s was merged into %(survivor)s, which you cannot change now.") % words)
    words = {"code": row.code, "state": row.get_state_display()}
    return no(_("%(code)s is “%(state)s” and cannot be changed now.") % words)
