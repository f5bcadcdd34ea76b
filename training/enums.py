"""Choices of training."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Field(models.TextChoices):
    """The three fields of the talent plan."""

    BUSINESS = "business", _("Business management")
    MEDIA = "media", _("Digital new media")
    INDUSTRY = "industry", _("Industry digitisation")


class EnrolmentState(models.TextChoices):
    """Where an enrolment stands."""

    WAITING = "waiting", _("On the waiting list")
    OFFERED = "offered", _("A seat is offered")
    ENROLLED = "enrolled", _("Enrolled")
    CANCELLED = "cancelled", _("Cancelled")
    EXPIRED = "expired", _("Offer expired")


# These hold a seat; an offered seat is kept until its time limit.
SEATED = (EnrolmentState.OFFERED, EnrolmentState.ENROLLED)
OPEN = (*SEATED, EnrolmentState.WAITING)
