"""Who keeps listings, and when."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from portal.accounts.enums import Role
from portal.submissions.enums import State
from portal.verdict import YES, Verdict, no, yes_as

if TYPE_CHECKING:
    from portal.accounts.actor import Actor
    from portal.submissions.models import Submission
    from products.listings.models import Listing


def keeps_listings(actor: Actor) -> Verdict:
    """The programme office alone: it knows what the platform put on its shelves."""
    if actor.is_staff:
        return yes_as(Role.STAFF)
    return no(_("The programme office keeps the listings."))


def may_list(submission: Submission, actor: Actor) -> Verdict:
    """The office, while the product is published."""
    verdict = keeps_listings(actor)
    if verdict and submission.state != State.PUBLISHED:
        return no(_("Only a published product is put on sale."))
    return verdict


def may_read_changes(actor: Actor) -> Verdict:
    """The office and auditors: the history names who changed what."""
    if actor.sees_province:
        return YES
    return no(_("The programme office keeps the listings."))


def may_change(listing: Listing, actor: Actor) -> Verdict:
    """The office, until it is withdrawn, whatever became of the product meanwhile: price, stock,
    and taking it off sale."""
    verdict = keeps_listings(actor)
    if verdict and listing.withdrawn_on is not None:
        return no(_("This listing was withdrawn already."))
    return verdict
