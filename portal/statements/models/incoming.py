"""Files on their way in."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from portal.statements.models.reports import Statement
from portal.statements.models.sources import Source

# The kind of work that takes in what lies in a source's folder of the inbox.
SCAN = "statements.scan"


class How(models.TextChoices):
    """What files are where the period has figures already."""

    REPLACE = "replace", _("The whole report anew: it replaces what counts now")
    ADD = "add", _("A further part: it is added to what counts now")


class Upload(models.Model):
    """Files a machine sends piece by piece until they land or a day is over.

    `files` are objects with sha256, name and size in bytes; what has come of them lies at
    incoming/<id>/. `caller` is who alone may go on with it. `started_at` is real time.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    source = models.ForeignKey(Source, models.PROTECT, verbose_name=_("source"))
    # Nothing where the files' own headings say it.
    first_day = models.DateField(_("first day"), null=True)
    last_day = models.DateField(_("last day"), null=True)
    how = models.CharField(max_length=8, choices=How.choices, default=How.REPLACE)
    files = models.JSONField(_("files"))
    caller = models.CharField(max_length=40)
    started_at = models.DateTimeField(_("started at"))
    # What landing them made, and what was answered.
    statement = models.ForeignKey(Statement, models.PROTECT, null=True, related_name="+")
    answer = models.JSONField(null=True)

    class Meta:
        verbose_name = _("upload")
        verbose_name_plural = _("uploads")
        ordering: ClassVar = ["started_at", "pk"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(first_day__isnull=True, last_day__isnull=True)
                | Q(
                    first_day__isnull=False,
                    last_day__isnull=False,
                    last_day__gte=F("first_day"),
                ),
                name="upload_names_both_days_or_none",
                violation_error_message=_("Give both days, or neither."),
            ),
            models.CheckConstraint(
                condition=Q(statement__isnull=True, answer__isnull=True)
                | Q(statement__isnull=False, answer__isnull=False),
                name="upload_that_landed_has_its_answer",
                violation_error_message=_("What has landed has its answer."),
            ),
        ]

    def __str__(self) -> str:
        return str(self.pk)
