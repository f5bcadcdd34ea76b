"""Statements, their files and the rows that could not be counted."""

from __future__ import annotations

from collections import Counter
from datetime import date
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from portal.statements.models.sources import ProvinceQuerySet, Source

# The kind of work that reads a part.
READ = "statements.read"
# The number of the files that came with a statement; what is added later has the next ones.
FIRST_LANDING = 1


class StatementState(models.TextChoices):
    """Where a statement stands; derived, never stored."""

    READING = "reading", _("Not read yet")
    HELD = "held", _("Waits for confirmation")
    READ = "read", _("Read")
    REPLACED = "replaced", _("Replaced by a later version")
    SET_ASIDE = "set_aside", _("Set aside")


class Statement(models.Model):
    """One version of what a source says about a period; both days included."""

    source = models.ForeignKey(Source, models.PROTECT, verbose_name=_("source"))
    first_day = models.DateField(_("first day"))
    last_day = models.DateField(_("last day"))
    # Counted over all statements of the source: a later one replaces an earlier one by the day.
    version = models.PositiveIntegerField(_("version"))
    landed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("by")
    )
    landed_at = models.DateTimeField(_("landed at"))
    # A version that would remove everything waits here until somebody confirms it.
    held = models.BooleanField(_("waits for confirmation"), default=False)
    # Landed by mistake: kept, never counted, so that what stood before counts again.
    set_aside = models.BooleanField(_("set aside"), default=False)

    objects = ProvinceQuerySet.as_manager()

    class Meta:
        verbose_name = _("statement")
        verbose_name_plural = _("statements")
        ordering: ClassVar = ["-pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["source", "version"], name="statement_version"),
            models.CheckConstraint(
                condition=Q(last_day__gte=F("first_day")),
                name="statement_period_runs_forward",
                violation_error_message=_("The last day lies before the first."),
            ),
            models.CheckConstraint(
                condition=Q(held=False) | Q(set_aside=False),
                name="statement_waits_or_is_set_aside",
                violation_error_message=_("A report that is set aside waits for nothing."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.source} {self.first_day} – {self.last_day} v{self.version}"

    def get_absolute_url(self) -> str:
        """The statement's page."""
        return reverse("statement", args=[self.pk])

    def covers(self, day: date) -> bool:
        """True for the days the statement declares."""
        return self.first_day <= day <= self.last_day

    @property
    def is_whole(self) -> bool:
        """True when every file it came with is read; until then nothing of it counts."""
        first = [part for part in self.parts.all() if part.landing == FIRST_LANDING]
        return all(part.read_at for part in first)

    @property
    def counting_parts(self) -> list[Part]:
        """The parts whose landing is read whole, oldest first: files count as they came."""
        parts = sorted(self.parts.all(), key=lambda part: part.pk)
        waiting = {part.landing for part in parts if part.read_at is None}
        return [part for part in parts if part.landing not in waiting]

    @property
    def totals(self) -> dict[str, int]:
        """Metric → sum over the rows of every part that is read."""
        found: Counter[str] = Counter()
        for part in self.parts.all():
            found.update(part.totals)
        return dict(found)


class Part(models.Model):
    """One file of a statement and what reading it gave; the bytes lie at raw/<sha256>.

    rows_in = data rows + ignored + rejected: nothing is dropped.
    """

    statement = models.ForeignKey(Statement, models.PROTECT, related_name="parts")
    sha256 = models.CharField(max_length=64)
    name = models.CharField(_("file name"), max_length=200)
    size = models.PositiveBigIntegerField(_("bytes"))
    # The meanings of columns it is read with, as its source had them when it landed: reading it
    # again gives the same, whatever the source says by then.
    mapping = models.JSONField(_("meanings of columns"), default=dict)
    # Files that came together have one number: they count together or not at all.
    landing = models.PositiveIntegerField(default=FIRST_LANDING)
    read_at = models.DateTimeField(_("read at"), null=True)
    rows_in = models.PositiveBigIntegerField(_("rows in the file"), default=0)
    rows_data = models.PositiveBigIntegerField(_("rows with figures"), default=0)
    rows_rejected = models.PositiveBigIntegerField(_("rejected rows"), default=0)
    # Class of row (total, heading, blank, note …) → number of rows.
    ignored = models.JSONField(_("ignored rows"), default=dict)
    # Metric → sum over the data rows; and the same as the file's own total row says it.
    totals = models.JSONField(_("sums"), default=dict)
    own_totals = models.JSONField(_("the file's own sums"), null=True)
    columns = models.JSONField(_("recognised columns"), default=dict)
    has_hour = models.BooleanField(default=False)
    approximate = models.BooleanField(_("rounded figures"), default=False)

    class Meta:
        verbose_name = _("part")
        verbose_name_plural = _("parts")
        ordering: ClassVar = ["pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["statement", "sha256"], name="file_once_per_statement")
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def work_key(self) -> str:
        """The key of the work that reads this part."""
        return f"part-{self.pk}"

    @property
    def rows_ignored(self) -> int:
        """Rows that carry no figures."""
        return sum(self.ignored.values())

    @property
    def differences(self) -> list[tuple[str, int, int]]:
        """(metric, the file's own sum, our sum) where the two differ."""
        own = self.own_totals or {}
        return [
            (metric, value, self.totals[metric])
            for metric, value in own.items()
            if metric in self.totals and self.totals[metric] != value
        ]


class RejectedRow(models.Model):
    """One row that could not be counted, with its reason and its cells as they came."""

    part = models.ForeignKey(Part, models.PROTECT, related_name="rejected")
    row = models.PositiveIntegerField(_("row"))
    reason = models.CharField(_("reason"), max_length=300)
    cells = models.JSONField(_("cells"))
    # Nothing where the row has no number of impressions that could be read.
    impressions = models.BigIntegerField(_("impressions"), null=True)
    # How many rows it stands for, where a file has too many to keep each.
    rows = models.PositiveBigIntegerField(_("rows"), default=1)

    class Meta:
        verbose_name = _("rejected row")
        verbose_name_plural = _("rejected rows")
        ordering: ClassVar = ["part", "row"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["part", "row"], name="row_rejected_once")
        ]

    def __str__(self) -> str:
        return f"{self.row}: {self.reason}"


class DerivedDay(models.Model):
    """One Asia/Shanghai day of figures made of statements: `wanted` grows with every new fact,
    `closed` follows it."""

    date = models.DateField(_("day"), primary_key=True)
    wanted = models.PositiveBigIntegerField(default=0)
    closed = models.PositiveBigIntegerField(default=0)
    # Digest of everything the figures were made of: the same inputs write nothing.
    inputs = models.CharField(max_length=64, blank=True)
    closed_at = models.DateTimeField(_("closed at"), null=True)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.date.isoformat()
