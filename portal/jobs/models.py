"""Work as rows: the queue, the progress bar and the outbox are the same row."""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

# Roles that look after all work. The rooms of people stand above this one, so by value.
OFFICE_ROLES = ("admin", "staff")


class WorkState(models.TextChoices):
    """Where a piece of work stands."""

    WAITING = "waiting", _("Waiting")
    RUNNING = "running", _("Running")
    DONE = "done", _("Done")
    PARKED = "parked", _("Parked")
    REPLACED = "replaced", _("Replaced")


# States in which nothing more happens by itself.
ENDED = (WorkState.DONE, WorkState.PARKED, WorkState.REPLACED)


class WorkQuerySet(models.QuerySet["Work"]):
    """Reads of work."""

    def due(self, at: datetime) -> WorkQuerySet:
        """Rows a worker may take at `at`: waiting and due, or running with an expired lease.

        A waiting row is not due while another row of its key runs.
        """
        running = Work.objects.filter(
            kind=OuterRef("kind"), key=OuterRef("key"), state=WorkState.RUNNING
        )
        return self.filter(
            Q(Q(state=WorkState.WAITING, run_after__lte=at), ~Exists(running))
            | Q(state=WorkState.RUNNING, lease_until__lt=at)
        )

    def held_by(self, work: Work) -> WorkQuerySet:
        """The row, while the lease with which `work` was taken still holds; else nothing."""
        return self.filter(pk=work.pk, state=WorkState.RUNNING, lease_token=work.lease_token)

    def visible_to(self, user: Any) -> WorkQuerySet:
        """All work for staff and administrators; for others what they asked for themselves."""
        if not user.is_authenticated:
            return self.none()
        if user.wears(*OFFICE_ROLES):
            return self
        return self.filter(asked_by=user)


class Work(models.Model):
    """One task, written in the transaction of the act that asks for it.

    Of one key at most one row waits and at most one runs: asking twice asks once, and what is
    asked while a run is under way gets a run of its own afterwards, with the newer facts.
    `attempts` counts how often a worker took the row, `deaths` how often that worker vanished.
    """

    kind = models.CharField(_("kind"), max_length=60)
    key = models.CharField(_("key"), max_length=120)
    payload = models.JSONField(_("input"), default=dict)
    state = models.CharField(
        _("state"), max_length=10, choices=WorkState.choices, default=WorkState.WAITING
    )
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    deaths = models.PositiveSmallIntegerField(_("lost workers"), default=0)
    run_after = models.DateTimeField(_("not before"))
    lease_until = models.DateTimeField(_("lease until"), null=True)
    # A new value for each taking: only the holder of the present lease may finish the row.
    lease_token = models.CharField(max_length=32, blank=True)
    done = models.PositiveBigIntegerField(_("done"), default=0)
    total = models.PositiveBigIntegerField(_("total"), default=0)
    result = models.JSONField(_("result"), null=True)
    # A sentence for the reader: a rule's own words, or an English message of this room.
    reason = models.TextField(_("reason"), blank=True)
    # Kind and place of the last error. Never its text, which may hold personal values.
    fault = models.CharField(_("error"), max_length=200, blank=True)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("asked by"),
    )
    asked_at = models.DateTimeField(_("asked at"), auto_now_add=True)
    finished_at = models.DateTimeField(_("finished at"), null=True)

    objects = WorkQuerySet.as_manager()

    class Meta:
        verbose_name = _("work")
        verbose_name_plural = _("work")
        ordering: ClassVar = ["-pk"]
        indexes: ClassVar = [
            models.Index(fields=["state", "run_after"], name="work_due"),
            models.Index(fields=["kind", "key"], name="work_of_key"),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["kind", "key"],
                condition=Q(state="waiting"),
                name="one_waiting_work_per_key",
                violation_error_message=_("This work is waiting already."),
            ),
            models.UniqueConstraint(
                fields=["kind", "key"],
                condition=Q(state="running"),
                name="one_running_work_per_key",
                violation_error_message=_("This work is running already."),
            ),
            models.CheckConstraint(
                condition=Q(state="running", lease_until__isnull=False)
                | (~Q(state="running") & Q(lease_until__isnull=True)),
                name="work_runs_under_a_lease",
                violation_error_message=_("Running work has a lease, other work has none."),
            ),
            models.CheckConstraint(
                condition=Q(state__in=["done", "parked", "replaced"], finished_at__isnull=False)
                | (~Q(state__in=["done", "parked", "replaced"]) & Q(finished_at__isnull=True)),
                name="work_ends_at_a_time",
                violation_error_message=_("Ended work has a time of ending, open work has none."),
            ),
            models.CheckConstraint(
                condition=~Q(state="parked") | ~Q(reason=""),
                name="parked_work_says_why",
                violation_error_message=_("Parked work needs a reason."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.key}"

    @property
    def label(self) -> str:
        """What this work is, in the reader's words."""
        from portal.jobs.handlers import label_of

        return label_of(self.kind)

    @property
    def reason_text(self) -> str:
        """The reason in the language of the present reader."""
        return gettext(self.reason) if self.reason else ""

    @property
    def result_url(self) -> str:
        """The page of the portal where the result stands; empty when the handler named none."""
        url = str((self.result or {}).get("url", ""))
        local = url.startswith("/") and url_has_allowed_host_and_scheme(url, allowed_hosts=None)
        return url if local else ""

    @property
    def is_open(self) -> bool:
        """True while something is still going to happen by itself."""
        return self.state not in ENDED
