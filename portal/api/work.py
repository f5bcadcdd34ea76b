"""The work of this room."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from portal.api import domain, sending
from portal.jobs.domain import Progress
from portal.jobs.handlers import handles
from portal.jobs.models import Work


@handles(domain.DELIVER, label=_("Webhook to an outside system"))
def deliver(work: Work, progress: Progress) -> None:
    """Send the message whose id is the work's key."""
    sending.deliver(delivery_id=work.key, progress=progress)
