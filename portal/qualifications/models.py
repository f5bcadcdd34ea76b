"""Papers with a validity: of an organisation for all it offers, or of one dossier."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Exists, F, OuterRef, Q, Subquery
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from portal import clock
from portal.organisations.models import Organisation
from portal.qualifications.enums import BRANDS, MAY_HAVE_NO_END, PaperKind, Standing, Told
from portal.submissions.models import Submission

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from portal.accounts.models import User
    from portal.regions.models import County

# Everyone concerned is told so long before the last day.
WARNING = timedelta(days=30)


class QualificationQuerySet(models.QuerySet["Qualification"]):
    """Reads of papers; a day is always a day in Shanghai, the last valid day included."""

    def visible_to(self, user: User | AnonymousUser) -> QualificationQuerySet:
        """Papers of the organisations and of the dossiers `user` may see."""
        return self.filter(
            Q(organisation__in=Organisation.objects.visible_to(user))
            | Q(submission__in=Submission.objects.visible_to(user))
        )

    def on_file(self) -> QualificationQuerySet:
        """Without those that were taken off the file."""
        return self.filter(removed_at__isnull=True)

    def current_on(self, day: date) -> QualificationQuerySet:
        """On file, and no renewal has begun by that day."""
        begun = self._renewals().filter(valid_from__lte=day)
        return self.on_file().filter(~Exists(begun))

    def lapsed_on(self, day: date) -> QualificationQuerySet:
        """Papers that were over before that day and whose renewal has not begun by then."""
        return self.current_on(day).filter(valid_until__lt=day)

    def lapsing(self, day: date) -> QualificationQuerySet:
        """Papers whose last day is at most 30 days after `day`, without any renewal."""
        return self.on_file().filter(
            ~Exists(self._renewals()), valid_until__range=(day, day + WARNING)
        )

    def valid_on(self, day: date) -> QualificationQuerySet:
        """Papers on file that hold on that day."""
        return self.on_file().filter(
            Q(valid_until__isnull=True) | Q(valid_until__gte=day), valid_from__lte=day
        )

    def check_due(self, day: date) -> QualificationQuerySet:
        """Brand numbers whose yearly check is due at most 30 days after `day`, or overdue."""
        return self.current_on(day).filter(check_due_on__lte=day + WARNING)

    def for_submission(self, submission: Submission) -> QualificationQuerySet:
        """Papers of a dossier itself, and of its organisation."""
        own = Q(submission=submission.pk)
        if submission.organisation_id is not None:
            own |= Q(organisation=submission.organisation_id)
        return self.filter(own)

    def with_renewal(self) -> QualificationQuerySet:
        """Each with `renewed_from`: the first day of its renewal, None without one."""
        return self.annotate(renewed_from=Subquery(self._renewals().values("valid_from")[:1]))

    @staticmethod
    def _renewals() -> QualificationQuerySet:
        return Qualification.objects.on_file().filter(renews=OuterRef("pk")).order_by()


class Qualification(models.Model):
    """One paper for one period; its renewal is a row of its own that names it.

    `valid_until` is the last valid day, None for one without an end. Whether it has lapsed is
    worked out from the days and stored nowhere.
    """

    organisation = models.ForeignKey(
        Organisation,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="qualifications",
        verbose_name=_("organisation"),
    )
    submission = models.ForeignKey(
        Submission,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="qualifications",
        verbose_name=_("dossier"),
    )
    kind = models.CharField(_("kind"), max_length=16, choices=PaperKind.choices)
    title = models.CharField(_("name of the paper"), max_length=40, blank=True)
    number = models.CharField(_("number"), max_length=60)
    issuer = models.CharField(_("issuing authority"), max_length=80, blank=True)
    valid_from = models.DateField(_("valid from"))
    valid_until = models.DateField(_("valid until"), null=True, blank=True)
    check_due_on = models.DateField(_("next yearly check"), null=True, blank=True)
    checked_on = models.DateField(_("last yearly check"), null=True, editable=False)
    file = models.ForeignKey(
        "files.StoredFile",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("scan"),
    )
    renews = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="renewals",
        verbose_name=_("renews"),
    )
    # One value per opened form: a double click finds the first row.
    form_key = models.UUIDField(null=True, unique=True, editable=False)
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="+",
        editable=False,
        verbose_name=_("entered by"),
    )
    entered_at = models.DateTimeField(_("entered"), editable=False)
    verified_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="+",
        editable=False,
        verbose_name=_("checked by"),
    )
    verified_at = models.DateTimeField(_("checked"), null=True, editable=False)
    removed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", editable=False
    )
    removed_at = models.DateTimeField(_("taken off the file"), null=True, editable=False)
    removed_because = models.CharField(_("reason"), max_length=200, blank=True, editable=False)

    objects = QualificationQuerySet.as_manager()

    class Meta:
        verbose_name = _("paper")
        verbose_name_plural = _("papers")
        ordering: ClassVar = ["valid_until", "pk"]
        indexes: ClassVar = [
            # What has lapsed by a day is found here, whoever holds it.
            models.Index(
                fields=["valid_until", "submission", "organisation"],
                condition=Q(removed_at__isnull=True, valid_until__isnull=False),
                name="qualification_lapse",
            ),
            # Who bears a brand number is found here.
            models.Index(
                fields=["kind", "submission", "organisation"],
                condition=Q(removed_at__isnull=True),
                name="qualification_of_kind",
            ),
            models.Index(
                fields=["check_due_on"],
                condition=Q(removed_at__isnull=True, check_due_on__isnull=False),
                name="qualification_check",
            ),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(organisation__isnull=False, submission__isnull=True)
                | Q(organisation__isnull=True, submission__isnull=False),
                name="qualification_has_one_holder",
                violation_error_message=_("A paper belongs to one organisation or one dossier."),
            ),
            models.CheckConstraint(
                condition=Q(valid_until__isnull=True) | Q(valid_until__gte=F("valid_from")),
                name="qualification_ends_after_its_beginning",
                violation_error_message=_("The last valid day is not before the first."),
            ),
            models.CheckConstraint(
                condition=Q(valid_until__isnull=False) | Q(kind__in=MAY_HAVE_NO_END),
                name="qualification_has_an_end",
                violation_error_message=_("A paper of this kind has a last valid day."),
            ),
            models.CheckConstraint(
                condition=Q(check_due_on__isnull=True) | Q(kind__in=BRANDS),
                name="qualification_check_is_of_brands",
                violation_error_message=_("Only brand numbers have a yearly check."),
            ),
            models.CheckConstraint(
                condition=~Q(kind=PaperKind.OTHER) | ~Q(title=""),
                name="qualification_other_has_a_name",
                violation_error_message=_("Say what paper it is."),
            ),
            models.CheckConstraint(
                condition=Q(verified_at__isnull=True, verified_by__isnull=True)
                | Q(verified_at__isnull=False, verified_by__isnull=False),
                name="qualification_check_has_person_and_day",
                violation_error_message=_("A check has a person and a day."),
            ),
            models.CheckConstraint(
                condition=Q(verified_by__isnull=True) | ~Q(verified_by=F("entered_by")),
                name="qualification_is_checked_by_a_second_person",
                violation_error_message=_("A second person checks what you have entered."),
            ),
            models.CheckConstraint(
                condition=Q(removed_at__isnull=True, removed_by__isnull=True, removed_because="")
                | Q(~Q(removed_because=""), removed_at__isnull=False, removed_by__isnull=False),
                name="qualification_removal_has_a_reason",
                violation_error_message=_("What is taken off the file has a person and a reason."),
            ),
            models.CheckConstraint(
                condition=Q(renews__isnull=True) | ~Q(renews=F("id")),
                name="qualification_renews_another",
                violation_error_message=_("A paper does not renew itself."),
            ),
            models.UniqueConstraint(
                fields=["renews"],
                condition=Q(removed_at__isnull=True),
                name="one_renewal_of_a_qualification",
                violation_error_message=_("This paper has a renewal already."),
            ),
            *(
                models.UniqueConstraint(
                    fields=[holder, "kind", "number"],
                    condition=Q(removed_at__isnull=True, renews__isnull=True),
                    name=f"one_qualification_of_a_number_{holder}",
                    violation_error_message=_("A paper of this kind and number is on file."),
                )
                for holder in ("organisation", "submission")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.label} {self.number}"

    def get_absolute_url(self) -> str:
        """The paper's page for those who may see it."""
        return reverse("qualification", args=[self.pk])

    @property
    def label(self) -> str:
        """What the paper is called: its kind, or its own name."""
        return self.title if self.kind == PaperKind.OTHER else str(PaperKind(self.kind).label)

    @property
    def holder(self) -> Organisation | Submission:
        """Whose paper it is."""
        return self.organisation or self.submission  # type: ignore[return-value]

    @property
    def holder_name(self) -> str:
        """Whose paper it is, by name."""
        return self.organisation.name if self.organisation else self.submission.title  # type: ignore[union-attr]

    @property
    def holder_url(self) -> str:
        """The page of whose paper it is."""
        if self.organisation_id is not None:
            return reverse("organisation-record", args=[self.organisation_id])
        return self.submission.get_absolute_url()  # type: ignore[union-attr]

    @property
    def county(self) -> County | None:
        """Where its holder is."""
        return self.holder.county

    @property
    def organisation_behind(self) -> int | None:
        """The organisation that holds it, itself or by its dossier."""
        if self.organisation_id is not None:
            return self.organisation_id
        return self.submission.organisation_id  # type: ignore[union-attr]

    @property
    def blocks(self) -> bool:
        """Whether its lapse stops what it belongs to."""
        return self.kind not in BRANDS

    @property
    def standing(self) -> Standing:
        """How it stands today; the row was read `with_renewal`."""
        return self.standing_on(clock.today())

    def standing_on(self, day: date) -> Standing:
        """How it stands on a day; the row was read `with_renewal`."""
        renewed: date | None = self.renewed_from  # type: ignore[attr-defined]
        end = self.valid_until
        if self.removed_at is not None:
            return Standing.REMOVED
        if renewed is not None and renewed <= day:
            return Standing.RENEWED
        if end is not None and end < day:
            return Standing.LAPSED
        if self.valid_from > day:
            return Standing.COMING
        soon = end is not None and end <= day + WARNING and renewed is None
        return Standing.SOON if soon else Standing.VALID

    @property
    def check_is_near(self) -> bool:
        """Whether the yearly check of a brand number is due within 30 days, or overdue."""
        due = self.check_due_on
        return due is not None and due <= clock.today() + WARNING


class Reminder(models.Model):
    """Who was told what about which paper: once each, whoever asks and how often.

    `day` is the day it was about: the last valid day, or the day of the yearly check.
    """

    qualification = models.ForeignKey(Qualification, models.CASCADE, related_name="reminders")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    told = models.CharField(_("what"), max_length=12, choices=Told.choices)
    day = models.DateField(_("day"))
    at = models.DateTimeField(_("when"))

    class Meta:
        verbose_name = _("reminder")
        verbose_name_plural = _("reminders")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["qualification", "person", "told", "day"],
                name="one_reminder_a_person",
                violation_error_message=_("This person has been told already."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.qualification_id} {self.told} {self.person_id}"
