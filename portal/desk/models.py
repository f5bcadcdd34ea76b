"""What makes reviewing quick: kept filters and letter templates."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from portal.submissions.enums import ReasonCode


class SavedView(models.Model):
    """A person's filter of the desk, kept under a name."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    name = models.CharField(_("name"), max_length=40)
    query = models.CharField(_("filter"), max_length=500)

    class Meta:
        verbose_name = _("saved view")
        verbose_name_plural = _("saved views")
        ordering: ClassVar = ["pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["user", "name"],
                name="one_view_of_a_name",
                violation_error_message=_("You have a view of this name already."),
            )
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def url(self) -> str:
        """The desk under this filter."""
        return f"{reverse('desk')}?{self.query}"


class Letter(models.Model):
    """The words of a remark or a refusal, ready to be chosen and changed; staff keep them."""

    reason = models.CharField(_("reason"), max_length=10, choices=ReasonCode.choices)
    text = models.CharField(_("text"), max_length=500)
    is_active = models.BooleanField(_("offered"), default=True)

    class Meta:
        verbose_name = _("letter template")
        verbose_name_plural = _("letter templates")
        ordering: ClassVar = ["reason", "pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["reason", "text"],
                name="one_letter_of_a_text",
                violation_error_message=_("This template is there already."),
            )
        ]

    def __str__(self) -> str:
        return self.text
