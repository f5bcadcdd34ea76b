"""The texts of the history that was told: sent in their day, so that nobody waits for them."""

from __future__ import annotations

import io
from contextlib import redirect_stdout
from datetime import datetime, time

from portal import clock
from portal.jobs import domain as jobs
from portal.jobs.models import Work, WorkState
from portal.notices.domain import SMS_KIND
from portal.notices.models import Message


def build() -> None:
    """Send what the history left unsent, each text at its own moment.

    The demonstration's gateway prints texts; these are read on the page of texts instead. Texts of
    the present day are left to the workers.
    """
    midnight = datetime.combine(clock.today(), time(), clock.SHANGHAI)
    waiting = dict(
        Work.objects.filter(kind=SMS_KIND, state=WorkState.WAITING).values_list("key", "pk")
    )
    if not waiting:
        return
    told = Message.objects.filter(pk__in=waiting, created_at__lt=midnight, sent_at__isnull=True)
    with redirect_stdout(io.StringIO()):
        for message in told.order_by("pk"):
            with clock.telling(message.created_at):
                jobs.run(work_id=waiting[str(message.pk)])
