"""States of a dossier and reasons of remarks."""

from datetime import date

from django.db import models
from django.utils.translation import gettext_lazy as _


class State(models.TextChoices):
    """Where a dossier stands, in the office's words."""

    DRAFT = "draft", _("Draft")
    SUBMITTED = "submitted", _("Submitted")
    RETURNED = "returned", _("Returned for correction")
    ENDORSED = "endorsed", _("Endorsed by the county")
    APPROVED = "approved", _("Approved")
    REFUSED = "refused", _("Refused")
    PUBLISHED = "published", _("Published")
    SUSPENDED = "suspended", _("Suspended")
    WITHDRAWN = "withdrawn", _("Withdrawn")
    MERGED = "merged", _("Merged into another")


# What the applicant reads instead of the office's word.
APPLICANT_WORDS = {
    State.DRAFT: _("Not submitted yet"),
    State.SUBMITTED: _("Waiting for the county's endorsement"),
    State.RETURNED: _("Please correct and submit again"),
    State.ENDORSED: _("Under review by the programme office"),
    State.APPROVED: _("Approved, waiting for publication"),
    State.REFUSED: _("Not approved"),
    State.PUBLISHED: _("Published"),
    State.SUSPENDED: _("Taken offline for the time being"),
    State.WITHDRAWN: _("Withdrawn"),
    State.MERGED: _("Goes on in another dossier"),
}

# States in which somebody of the office or the county owes the next step; what a kind never
# publishes has none once it is approved.
IN_REVIEW = (State.SUBMITTED, State.ENDORSED, State.APPROVED)
# Stands for the day promised where none is: such rows come last.
NEVER = date(9999, 12, 31)
BEFORE_DECISION = (State.DRAFT, State.SUBMITTED, State.RETURNED, State.ENDORSED)
# What came to an end is nobody's match: the same name, or the same reference, starts anew.
STARTS_ANEW = (State.WITHDRAWN, State.REFUSED)
# What nobody changes any more: what was merged goes on in another dossier.
OVER = (*STARTS_ANEW, State.MERGED)
# States nothing leads out of.
ENDED = (State.WITHDRAWN, State.MERGED)
# What may be one thing with another dossier, and be merged into it.
LIVING = (
    State.SUBMITTED,
    State.RETURNED,
    State.ENDORSED,
    State.APPROVED,
    State.PUBLISHED,
    State.SUSPENDED,
)
DECIDED = (State.APPROVED, State.REFUSED, State.PUBLISHED, State.SUSPENDED)


class ReasonCode(models.TextChoices):
    """Why a field was sent back."""

    MISSING = "missing", _("Missing")
    UNCLEAR = "unclear", _("Unclear")
    WRONG = "wrong", _("Not correct")
    PHOTO = "photo", _("Photo not usable")
    PAPER = "paper", _("Certificate does not match")
    WORDING = "wording", _("Wording not allowed")
    OTHER = "other", _("Other")


class Purpose(models.TextChoices):
    """What an attached file is for."""

    PHOTO = "photos", _("Photos")
    CERTIFICATE = "certificates", _("Certificates")


class RevisionState(models.TextChoices):
    """Where a proposed change of a published record stands."""

    PENDING = "pending", _("Waiting for review")
    APPROVED = "approved", _("Approved")
    REFUSED = "refused", _("Refused")
    CANCELLED = "cancelled", _("Taken back")
