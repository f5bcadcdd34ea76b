"""A workbook on its way in: its rows, what each would do, and what each did."""

from __future__ import annotations

from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from portal.submissions import kinds
from portal.submissions.models import Revision, Submission


class Verdict(models.TextChoices):
    """What a row would do."""

    NEW = "new", _("New")
    CHANGED = "changed", _("Changed")
    UNCHANGED = "unchanged", _("Unchanged")
    WRONG = "wrong", _("To be mended")


class Intake(models.Model):
    """One workbook that somebody brings in.

    `rows` is a list of [number in the sheet, [cells as text]]; `mapping` names the form's field of
    each column, empty for a column that is left out. `checked` has for each row `row` (its number),
    `title`, `verdict`, `code`, `errors` (field → sentences), `changes` (field → [before,
    after]) and `lacking` (fields that a submission would still ask for). `files` is path in the
    archive → id of the stored file. Its moments say where it stands.
    """

    kind = models.CharField(_("kind"), max_length=20)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    name = models.CharField(_("file"), max_length=255)
    created_at = models.DateTimeField(_("uploaded at"))
    headings = models.JSONField(_("headings"), default=list)
    mapping = models.JSONField(_("columns"), default=list)
    rows = models.JSONField(_("rows"), default=list)
    archive = models.CharField(_("files as a zip"), max_length=255, blank=True)
    files = models.JSONField(_("files"), default=dict)
    refused_files = models.JSONField(_("files that were refused"), default=dict)
    # Paths of files that a row asked for.
    given_files = models.JSONField(_("files given to a row"), default=list)
    checked = models.JSONField(_("what each row would do"), default=list)
    checked_at = models.DateTimeField(_("checked at"), null=True)
    taken_at = models.DateTimeField(_("taken in at"), null=True)
    undone_at = models.DateTimeField(_("taken back at"), null=True)

    class Meta:
        verbose_name = _("workbook")
        verbose_name_plural = _("workbooks")
        ordering: ClassVar = ["-pk"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=(Q(taken_at__isnull=True) | Q(checked_at__isnull=False))
                & (Q(undone_at__isnull=True) | Q(taken_at__isnull=False)),
                name="workbook_steps_in_order",
                violation_error_message=_("A workbook is checked, then taken in, then undone."),
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["owner", "-id"], name="workbooks_of_a_person")]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        """The page of what it would do and did."""
        return reverse("sheet", args=[self.pk])

    @property
    def kind_label(self) -> str:
        """The kind of what it brings, in words."""
        return str(kinds.get(self.kind).label)

    @property
    def is_open(self) -> bool:
        """True until it was taken in."""
        return self.taken_at is None

    def of(self, *verdicts: str) -> list[dict[str, Any]]:
        """The checked rows with one of these verdicts."""
        return [row for row in self.checked if row["verdict"] in verdicts]

    def column_of(self, field: str) -> int | None:
        """The position of the column that holds a field."""
        return self.mapping.index(field) if field in self.mapping else None


class TakenRow(models.Model):
    """What one row did: the dossier, its values before, and its version afterwards."""

    intake = models.ForeignKey(Intake, models.CASCADE, related_name="taken")
    row = models.PositiveIntegerField(_("row"))
    submission = models.ForeignKey(Submission, models.PROTECT, related_name="+")
    revision = models.ForeignKey(Revision, models.PROTECT, null=True, related_name="+")
    is_new = models.BooleanField(_("new"))
    before = models.JSONField(_("values before"), default=dict)
    version = models.PositiveIntegerField(_("version afterwards"))
    undone = models.BooleanField(_("taken back"), default=False)

    class Meta:
        verbose_name = _("row taken in")
        verbose_name_plural = _("rows taken in")
        ordering: ClassVar = ["row"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["intake", "row"],
                name="one_dossier_of_a_row",
                violation_error_message=_("This row was taken in already."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.intake_id}-{self.row}"


class KnownHeading(models.Model):
    """What a person said a heading means: it is not asked again."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    kind = models.CharField(_("kind"), max_length=20)
    heading = models.CharField(_("heading"), max_length=100)
    field = models.CharField(_("field"), max_length=40, blank=True)

    class Meta:
        verbose_name = _("heading of a person's workbooks")
        verbose_name_plural = _("headings of people's workbooks")
        ordering: ClassVar = ["pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["user", "kind", "heading"],
                name="one_meaning_of_a_heading",
                violation_error_message=_("This heading has a meaning already."),
            )
        ]

    def __str__(self) -> str:
        return self.heading
