"""The log of every move of everything that has a state."""

from __future__ import annotations

from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from portal.moves.table import PAST_WORDS


class MoveLogQuerySet(models.QuerySet["MoveLog"]):
    """Reads of the log."""

    def of(self, row: models.Model) -> MoveLogQuerySet:
        """The moves of one row, oldest first."""
        return self.filter(subject_type=row._meta.label_lower, subject_id=str(row.pk)).order_by(
            "pk"
        )


class MoveLog(models.Model):
    """One move of one row: from, to, who, why, and the version it made."""

    subject_type = models.CharField(max_length=60)
    subject_id = models.CharField(max_length=40)
    move = models.CharField(_("move"), max_length=30)
    from_state = models.CharField(_("from"), max_length=20, blank=True)
    to_state = models.CharField(_("to"), max_length=20)
    version = models.PositiveIntegerField(_("version"))
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("who")
    )
    role = models.CharField(_("role"), max_length=12, blank=True)
    on_behalf_of = models.CharField(_("on behalf of"), max_length=40, blank=True)
    note = models.TextField(_("reason"), blank=True)
    # Programme time: the clock of deadlines and of what the applicant reads; audit has real time.
    at = models.DateTimeField(_("when"))

    objects = MoveLogQuerySet.as_manager()

    class Meta:
        verbose_name = _("move")
        verbose_name_plural = _("moves")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["subject_type", "subject_id", "version"], name="one_move_per_version"
            )
        ]
        indexes: ClassVar = [models.Index(fields=["subject_type", "at"], name="move_in_time")]

    def __str__(self) -> str:
        return f"{self.subject_type}:{self.subject_id} {self.move}"

    @property
    def label(self) -> str:
        """What happened, in the reader's language."""
        return str(PAST_WORDS.get(self.move, self.move))

    @property
    def actor(self) -> str:
        """Who moved it, as a timeline says it."""
        return str(self.user) if self.user else gettext("the system")

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Write once."""
        if self.pk:
            raise TypeError("A move is never edited.")
        super().save(*args, **kwargs)
