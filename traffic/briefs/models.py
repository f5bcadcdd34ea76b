"""Who has which brief sent, and what was sent to whom."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from portal.accounts.models import User

# `county:440232`: the longest code of a scope has room, and a kind to come.
LONGEST_SCOPE = 40


class BriefSubscriptionQuerySet(models.QuerySet["BriefSubscription"]):
    """Reads of subscriptions."""

    def visible_to(self, user: User | AnonymousUser) -> BriefSubscriptionQuerySet:
        """One's own: what somebody reads is nobody else's business."""
        return self.filter(user=user) if user.is_authenticated else self.none()


class BriefSubscription(models.Model):
    """A person's wish to have the brief of one scope sent every Monday.

    Whether the scope may still be read is asked when a brief is sent, not here: rights change.
    """

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("user")
    )
    # `Scope.code`.
    scope = models.CharField(_("brief of"), max_length=LONGEST_SCOPE)
    since = models.DateTimeField(_("since"))

    objects = BriefSubscriptionQuerySet.as_manager()

    class Meta:
        verbose_name = _("subscription to a brief")
        verbose_name_plural = _("subscriptions to briefs")
        ordering: ClassVar = ["pk"]
        # Found by their scope, too: the order of the index serves both.
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["scope", "user"],
                name="one_subscription_a_scope",
                violation_error_message=_("This brief is sent to you already."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.user_id}: {self.scope}"


class BriefSent(models.Model):
    """That a week's brief of a scope was sent to a person; written with the notice, and kept when
    the subscription ends: who asks anew gets no week twice."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("user")
    )
    scope = models.CharField(_("brief of"), max_length=LONGEST_SCOPE)
    monday = models.DateField(_("week"))
    at = models.DateTimeField(_("sent at"))

    class Meta:
        verbose_name = _("brief that was sent")
        verbose_name_plural = _("briefs that were sent")
        ordering: ClassVar = ["pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["scope", "monday", "user"],
                name="a_brief_is_sent_once",
                violation_error_message=_("This brief was sent already."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.user_id}: {self.scope} {self.monday}"
