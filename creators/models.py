"""The local creator matrix: creators, tasks on published dossiers, taken tasks."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from creators.enums import TakeState, Topic
from portal.accounts.models import MOBILE_PHONE
from portal.accounts.scope import rows_of
from portal.moves.table import Moves
from portal.submissions.models import Submission

if TYPE_CHECKING:
    from portal.accounts.models import User


class Creator(models.Model):
    """One local creator; no follower floor. State and owner stand in the dossier."""

    submission = models.OneToOneField(
        Submission, models.PROTECT, primary_key=True, related_name="creator"
    )
    name = models.CharField(
        _("name on the platform"), max_length=40, help_text=_("As viewers see it.")
    )
    handle = models.CharField(
        _("account number on the platform"),
        max_length=40,
        blank=True,
        help_text=_("The Douyin number on your own page."),
    )
    county = models.ForeignKey(
        "regions.County",
        models.PROTECT,
        null=True,
        blank=True,
        verbose_name=_("county you film in"),
    )
    topic = models.CharField(_("topic"), max_length=10, choices=Topic.choices, blank=True)
    followers = models.PositiveIntegerField(_("followers"), null=True, blank=True)
    introduction = models.TextField(_("about you"), max_length=500, blank=True)
    contact_phone = models.CharField(
        _("contact mobile number"), max_length=11, blank=True, validators=[MOBILE_PHONE]
    )
    # True while the dossier is published: the database keeps verified handles apart by it.
    verified = models.BooleanField(default=False, editable=False)

    class Meta:
        verbose_name = _("creator")
        verbose_name_plural = _("creators")
        ordering: ClassVar = ["-pk"]
        constraints: ClassVar = [
            # The platform takes large and small letters for the same account.
            models.UniqueConstraint(
                Lower("handle"),
                condition=Q(verified=True),
                name="one_verified_creator_a_handle",
                violation_error_message=_("A verified creator has this account number already."),
            )
        ]

    def __str__(self) -> str:
        return self.name


class Task(models.Model):
    """A call for works about one published dossier.

    `brief` keeps its facts as they were when the task was published: a list of [label, value].
    """

    submission = models.ForeignKey(
        Submission, models.PROTECT, related_name="tasks", verbose_name=_("about")
    )
    name = models.CharField(_("task name"), max_length=60)
    brief = models.JSONField(_("brief"), blank=True, editable=False)
    wishes = models.TextField(
        _("what the work should show"), max_length=500, help_text=_("Two or three sentences.")
    )
    due_on = models.DateField(_("hand in by"))
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, editable=False, related_name="+"
    )
    published_at = models.DateTimeField(_("published"), editable=False)
    # The form that made it, so that a double click makes one; None when no form did.
    form_key = models.UUIDField(null=True, unique=True, editable=False)

    class Meta:
        verbose_name = _("task")
        verbose_name_plural = _("tasks")
        ordering: ClassVar = ["-pk"]

    def __str__(self) -> str:
        return self.name


class TakeQuerySet(models.QuerySet["Take"]):
    """Reads of taken tasks."""

    def visible_to(self, user: User) -> TakeQuerySet:
        """Own ones; those of the own county's creators for officials; all for province roles."""
        scope = rows_of(
            user,
            county="creator__submission__county",
            city="creator__submission__city",
            personal=Q(creator__submission__owner=user),
        )
        return self.filter(scope)


class Take(models.Model):
    """One task in the hands of one creator; `state` is written by the one door alone."""

    task = models.ForeignKey(Task, models.PROTECT, related_name="takes", verbose_name=_("task"))
    creator = models.ForeignKey(
        Creator, models.PROTECT, related_name="takes", verbose_name=_("creator")
    )
    state = models.CharField(
        _("state"),
        max_length=10,
        choices=TakeState.choices,
        default=TakeState.TAKEN,
        editable=False,
    )
    version = models.PositiveIntegerField(default=1, editable=False)
    link = models.URLField(_("link to the work"), max_length=300, blank=True)
    # Always text: 19 digits do not fit a double.
    work_id = models.CharField(_("number of the work"), max_length=40, blank=True)
    taken_at = models.DateTimeField(_("taken"))

    objects = TakeQuerySet.as_manager()

    class Meta:
        verbose_name = _("taken task")
        verbose_name_plural = _("taken tasks")
        ordering: ClassVar = ["-pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["task", "creator"],
                condition=~Q(state=TakeState.CANCELLED),
                name="a_task_once_a_creator",
                violation_error_message=_("You have taken this task already."),
            ),
            models.UniqueConstraint(
                fields=["work_id"],
                condition=~Q(state=TakeState.CANCELLED) & ~Q(work_id=""),
                name="a_work_for_one_task",
                violation_error_message=_(
                    "This work was handed in already, for this or for another task."
                ),
            ),
            models.CheckConstraint(
                condition=~Q(state__in=[TakeState.HANDED_IN, TakeState.ACCEPTED])
                | (~Q(link="") & ~Q(work_id="")),
                name="handed_in_work_has_link_and_number",
                violation_error_message=_("A work that is handed in has a link and a number."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.task} · {self.creator}"

    @property
    def moves(self) -> Moves:
        """The table of moves of a taken task."""
        from creators.moves import TAKE_MOVES

        return TAKE_MOVES
