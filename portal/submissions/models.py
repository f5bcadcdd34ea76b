"""The dossier (卷宗): what anyone files and the office decides on."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from portal import clock, workdays
from portal.accounts.scope import rows_of
from portal.moves.table import Moves
from portal.search import KeyField, SearchField
from portal.submissions import kinds
from portal.submissions.enums import (
    APPLICANT_WORDS,
    DECIDED,
    ENDED,
    IN_REVIEW,
    NEVER,
    Purpose,
    ReasonCode,
    RevisionState,
    State,
)

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from portal.accounts.models import User

# The order of the review queue, and what stands in it.
URGENCY = (Coalesce("due_on", NEVER), "id")
REVIEWED = Q(state__in=IN_REVIEW)


class SubmissionQuerySet(models.QuerySet["Submission"]):
    """Reads of dossiers; `visible_to` is the one place that says who sees what."""

    def visible_to(self, user: User | AnonymousUser) -> SubmissionQuerySet:
        """Rows `user` may see: of own organisation, of own region, and those of personal kinds one
        filed; province roles see all that was ever submitted.

        Who leaves an office or an organisation leaves its dossiers there.
        """
        personal = Q(owner=user.pk, kind__in=kinds.personal())
        province = ~Q(state=State.DRAFT)
        scope = rows_of(
            user, city="city", organisation="organisation", personal=personal, province=province
        )
        return self.filter(scope)

    def matching(self, words: str) -> SubmissionQuerySet:
        """Rows found by their title, its pinyin or its initials, or by their code."""
        return self.filter(words__search=words)

    def published(self) -> SubmissionQuerySet:
        """Rows the public may see."""
        return self.filter(state=State.PUBLISHED)


class Submission(models.Model):
    """One dossier; its kind's record hangs on it one to one.

    `state` is written by `portal.moves.domain.transition` alone. `version` grows with every move
    and every saved change: an act names the version its reader saw.
    """

    code = models.CharField(_("code"), max_length=32, unique=True)
    kind = models.CharField(_("kind"), max_length=20)
    title = models.CharField(_("title"), max_length=100)
    city = models.ForeignKey(
        "regions.City", models.PROTECT, null=True, blank=True, verbose_name=_("city")
    )
    county = models.ForeignKey(
        "regions.County", models.PROTECT, null=True, blank=True, verbose_name=_("county-level unit")
    )
    organisation = models.ForeignKey(
        "organisations.Organisation",
        models.PROTECT,
        null=True,
        blank=True,
        verbose_name=_("organisation"),
    )
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="submissions",
        verbose_name=_("filed by"),
    )
    filed_for = models.CharField(_("filed on behalf of"), max_length=40, blank=True)
    # One value per opened form: a double click finds the first row instead of making a second.
    form_key = models.UUIDField(unique=True, editable=False)
    state = models.CharField(
        _("state"), max_length=12, choices=State.choices, default=State.DRAFT, editable=False
    )
    version = models.PositiveIntegerField(default=1, editable=False)
    created_at = models.DateTimeField(_("created"), editable=False)
    submitted_at = models.DateTimeField(_("submitted"), null=True, editable=False)
    endorsed_at = models.DateTimeField(_("endorsed"), null=True, editable=False)
    decided_at = models.DateTimeField(_("decided"), null=True, editable=False)
    decider = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        editable=False,
        related_name="+",
        verbose_name=_("decided by"),
    )
    # The last person to submit: the endorser must be somebody else.
    last_submitter = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, editable=False, related_name="+"
    )
    # Who refused before an appeal: the appeal is decided by somebody else.
    first_decider = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, editable=False, related_name="+"
    )
    published_at = models.DateTimeField(_("published"), null=True, editable=False)
    closed_at = models.DateTimeField(_("closed"), null=True, editable=False)
    appealed_at = models.DateTimeField(_("appealed"), null=True, editable=False)
    # Who of the office has it on the desk; nobody until it is assigned.
    reviewer = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        editable=False,
        related_name="+",
        verbose_name=_("reviewer"),
    )
    # The last working day promised for the present step; none while the applicant has it.
    due_on = models.DateField(_("due"), null=True, editable=False)
    # The step whose clock stands still, and the working days it has left.
    clock_state = models.CharField(max_length=12, blank=True, editable=False)
    clock_days = models.PositiveSmallIntegerField(null=True, editable=False)
    returns = models.PositiveSmallIntegerField(_("times returned"), default=0, editable=False)
    words = SearchField(of=("title", "code"))
    # What two dossiers of one thing have in common: the title's pinyin without blanks and marks.
    name_key = KeyField(of="title")
    # The dossier that goes on in this one's place.
    merged_into = models.ForeignKey(
        "self", models.PROTECT, null=True, editable=False, related_name="merged"
    )

    objects = SubmissionQuerySet.as_manager()

    class Meta:
        verbose_name = _("dossier")
        verbose_name_plural = _("dossiers")
        ordering: ClassVar = ["-pk"]
        indexes: ClassVar = [
            models.Index(fields=["state", "submitted_at"], name="submission_queue"),
            models.Index(fields=["county", "id"], name="submission_of_county"),
            models.Index(fields=["county", "state"], name="submission_at_county"),
            models.Index(fields=["kind", "state", "id"], name="submission_of_kind"),
            models.Index(fields=["state", "due_on"], name="submission_clock"),
            models.Index(fields=["name_key", "kind"], name="submission_same_name"),
            models.Index(fields=["reviewer", "state", "kind"], name="submission_on_desk"),
            models.Index(*URGENCY, condition=REVIEWED, include=["kind", "state"], name="urgent"),
            models.Index("county", *URGENCY, condition=REVIEWED, name="urgent_of_county"),
            models.Index(
                fields=["kind", "published_at", "id", "owner"],
                condition=Q(state=State.PUBLISHED),
                name="submission_catalogue",
            ),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(state__in=[State.DRAFT, State.WITHDRAWN])
                | Q(submitted_at__isnull=False),
                name="submission_beyond_draft_was_submitted",
                violation_error_message=_("A dossier in this state has a day of submission."),
            ),
            models.CheckConstraint(
                condition=~Q(state__in=[State.DRAFT, State.SUBMITTED, State.RETURNED])
                | Q(endorsed_at__isnull=True),
                name="submission_before_endorsement_has_none",
                violation_error_message=_("An endorsement does not outlive a return."),
            ),
            models.CheckConstraint(
                condition=Q(state__in=DECIDED, decided_at__isnull=False, decider__isnull=False)
                | Q(state__in=ENDED)
                | Q(
                    ~Q(state__in=[*DECIDED, *ENDED]),
                    decided_at__isnull=True,
                    decider__isnull=True,
                ),
                name="submission_decided_has_decider",
                violation_error_message=_(
                    "A decision has a day and a decider, and only a decision."
                ),
            ),
            models.CheckConstraint(
                condition=~Q(state__in=[State.PUBLISHED, State.SUSPENDED])
                | Q(published_at__isnull=False),
                name="submission_published_has_day",
                violation_error_message=_("A published dossier has a day of publication."),
            ),
            models.CheckConstraint(
                condition=Q(state__in=ENDED, closed_at__isnull=False)
                | Q(~Q(state__in=ENDED), closed_at__isnull=True),
                name="submission_closed_has_day",
                violation_error_message=_("A withdrawn dossier has a day of closing."),
            ),
            models.CheckConstraint(
                condition=~Q(state=State.MERGED) | Q(merged_into__isnull=False),
                name="submission_merged_points_at_one",
                violation_error_message=_("A merged dossier points at the one that goes on."),
            ),
            models.CheckConstraint(
                condition=Q(state__in=[State.SUBMITTED, State.ENDORSED]) | Q(due_on__isnull=True),
                name="submission_clock_runs_in_review",
                violation_error_message=_("A day is promised only while it is under review."),
            ),
            models.CheckConstraint(
                condition=Q(clock_state="", clock_days__isnull=True)
                | Q(~Q(clock_state=""), clock_days__gt=0),
                name="submission_stopped_clock_has_days_left",
                violation_error_message=_("A clock that stands still has days left."),
            ),
            models.CheckConstraint(
                condition=Q(city__isnull=True, county__isnull=True)
                | Q(city__isnull=False, county__isnull=False),
                name="submission_county_has_city",
                violation_error_message=_("A county stands with its city."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.title}"

    def get_absolute_url(self) -> str:
        """The dossier's page for those who may see it."""
        return reverse("dossier", args=[self.code])

    @property
    def moves(self) -> Moves:
        """The table of moves of this kind."""
        return kinds.get(self.kind).moves

    @property
    def record(self) -> models.Model:
        """The kind's own row, read anew: a form may change it at will. It knows its dossier."""
        row = kinds.get(self.kind).model._default_manager.get(pk=self.pk)
        row._meta.get_field("submission").set_cached_value(row, self)  # type: ignore[union-attr]
        return row

    @property
    def kind_label(self) -> str:
        """The kind in the reader's language."""
        return str(kinds.get(self.kind).label)

    @property
    def days_left(self) -> int | None:
        """Working days left for the present step; below zero when overdue, None without clock."""
        return None if self.due_on is None else workdays.until(clock.today(), self.due_on)

    @property
    def applicant_word(self) -> str:
        """The state in the applicant's words."""
        own = kinds.get(self.kind).words
        return str(own.get(self.state, APPLICANT_WORDS[State(self.state)]))


class Remark(models.Model):
    """One defect the office found in one field, in one round of review."""

    submission = models.ForeignKey(Submission, models.PROTECT, related_name="remarks")
    version = models.PositiveIntegerField(_("version"))
    field = models.CharField(_("field"), max_length=40)
    reason = models.CharField(_("reason"), max_length=10, choices=ReasonCode.choices)
    text = models.CharField(_("remark"), max_length=500)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    created_at = models.DateTimeField()
    # Set when the applicant submits again.
    answered_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("remark")
        verbose_name_plural = _("remarks")
        ordering: ClassVar = ["pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["submission", "version", "field"], name="one_remark_per_field_and_round"
            )
        ]

    def __str__(self) -> str:
        return f"{self.field}: {self.text}"


class Attachment(models.Model):
    """A file of a dossier and what it is for."""

    submission = models.ForeignKey(Submission, models.CASCADE, related_name="attachments")
    file = models.ForeignKey("files.StoredFile", models.PROTECT, related_name="+")
    purpose = models.CharField(_("purpose"), max_length=12, choices=Purpose.choices)
    position = models.PositiveSmallIntegerField(_("position"))

    class Meta:
        verbose_name = _("attachment")
        verbose_name_plural = _("attachments")
        ordering: ClassVar = ["submission", "purpose", "position"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["submission", "purpose", "position"], name="one_attachment_per_position"
            )
        ]

    def __str__(self) -> str:
        return f"{self.purpose} {self.position}"


class Snapshot(models.Model):
    """The values of a dossier as they were submitted; two of them make the reviewer's diff."""

    submission = models.ForeignKey(Submission, models.PROTECT, related_name="snapshots")
    version = models.PositiveIntegerField(_("version"))
    values = models.JSONField(_("values"))
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("snapshot")
        verbose_name_plural = _("snapshots")
        ordering: ClassVar = ["submission", "version"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["submission", "version"], name="one_snapshot_a_version")
        ]

    def __str__(self) -> str:
        return f"{self.submission_id} v{self.version}"


class Revision(models.Model):
    """A proposed change of a published record: `changes` maps field → [before, after]."""

    submission = models.ForeignKey(Submission, models.PROTECT, related_name="revisions")
    changes = models.JSONField(_("changes"))
    state = models.CharField(
        _("state"),
        max_length=10,
        choices=RevisionState.choices,
        default=RevisionState.PENDING,
        editable=False,
    )
    version = models.PositiveIntegerField(default=1, editable=False)
    proposed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField()
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    decided_at = models.DateTimeField(null=True)
    reason = models.TextField(_("reason"), blank=True)

    class Meta:
        verbose_name = _("revision")
        verbose_name_plural = _("revisions")
        ordering: ClassVar = ["pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["submission"],
                condition=Q(state=RevisionState.PENDING),
                name="one_pending_revision",
                violation_error_message=_("A change is already waiting for review."),
            ),
            models.CheckConstraint(
                condition=Q(
                    state=RevisionState.PENDING, decided_at__isnull=True, decided_by__isnull=True
                )
                | Q(
                    ~Q(state=RevisionState.PENDING),
                    decided_at__isnull=False,
                    decided_by__isnull=False,
                ),
                name="revision_decided_has_decider",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.submission_id} r{self.pk}"

    @property
    def moves(self) -> Moves:
        """The table of moves of a revision."""
        from portal.submissions.revisions import REVISION_MOVES

        return REVISION_MOVES


# A table of its own room in the same drawer.
from portal.submissions.conflicts import Conflict as Conflict  # noqa: E402
