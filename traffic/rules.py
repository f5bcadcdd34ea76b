"""Who may do what with traffic, and what fits what."""

from datetime import date

from django.utils.translation import gettext_lazy as _

from portal import clock
from portal.accounts.actor import Actor
from portal.accounts.enums import OWN_ROLES, Role
from portal.campaigns.models import Action, Campaign
from portal.submissions import kinds
from portal.submissions.enums import State
from portal.submissions.models import Submission
from portal.templatetags.figures import date_text
from portal.verdict import YES, Verdict, no


def may_read_board(actor: Actor) -> Verdict:
    """Who sees the province, and officials their own counties."""
    if actor.sees_province or actor.has(Role.OFFICIAL):
        return YES
    return no(_("The traffic board is for the office, auditors and officials."))


def may_read_deliveries(actor: Actor) -> Verdict:
    """The same, and who has something of the own that is promoted."""
    if may_read_board(actor) or actor.has(*OWN_ROLES):
        return YES
    return no(_("What was delivered is for the office, officials, merchants and creators."))


def may_allot(actor: Actor) -> Verdict:
    """Programme staff, and the portal itself."""
    if actor.is_staff or actor.is_system:
        return YES
    return no(_("Only the programme office allots impressions."))


def may_reconcile(actor: Actor) -> Verdict:
    """Programme staff, and the portal itself; auditors read what was found."""
    if actor.is_staff or actor.is_system:
        return YES
    return no(_("Only the programme office has all figures checked."))


def may_place(submission: Submission, actor: Actor) -> Verdict:
    """Programme staff, and only what is published in a county."""
    if not actor.is_staff:
        return no(_("Only the programme office makes placements."))
    if submission.state != State.PUBLISHED:
        return no(_("Only what is published can be promoted."))
    if submission.county_id is None:
        return no(_("A placement needs a county; this dossier has none."))
    return YES


def is_of_its_action(submission: Submission, campaign: Campaign) -> Verdict:
    """A campaign promotes what its own action runs: its impressions are that action's."""
    own = kinds.get(submission.kind).action
    if own == campaign.action:
        return YES
    return no(
        _("“%(campaign)s” belongs to %(action)s, this dossier to %(own)s.")
        % {
            "campaign": campaign.name,
            "action": Action(campaign.action).label,
            "own": Action(own).label,
        }
    )


def is_within(campaign: Campaign, first_day: date, last_day: date) -> Verdict:
    """A placement runs while its campaign does."""
    if campaign.first_day <= first_day and last_day <= campaign.last_day:
        return YES
    return no(
        _("“%(campaign)s” runs from %(first)s to %(last)s: choose days within it.")
        % {
            "campaign": campaign.name,
            "first": date_text(campaign.first_day),
            "last": date_text(campaign.last_day),
        }
    )


def fits_campaign(
    *, submission: Submission, campaign: Campaign, first_day: date, last_day: date
) -> Verdict:
    """What is placed in a campaign is of its action, and on its days."""
    return is_of_its_action(submission, campaign) & is_within(campaign, first_day, last_day)


def judged_on(first_day: date, last_day: date) -> date:
    """The day on which a window is judged: its first that is not over yet."""
    return min(max(first_day, clock.today()), last_day)
