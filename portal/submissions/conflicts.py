"""Interests that reviewers declare; part of the models of this room."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class Conflict(models.Model):
    """A reviewer's own word of a personal interest in this dossier; it bars from deciding."""

    submission = models.ForeignKey(
        "submissions.Submission", models.PROTECT, related_name="conflicts"
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("who")
    )
    reason = models.CharField(_("reason"), max_length=200)
    declared_at = models.DateTimeField(_("when"))

    class Meta:
        verbose_name = _("conflict of interest")
        verbose_name_plural = _("conflicts of interest")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["submission", "user"],
                name="one_conflict_a_person",
                violation_error_message=_("You have declared this already."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.submission_id} {self.user_id}"
