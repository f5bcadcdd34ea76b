"""The messages of the history that was told: sent in their day, so that nobody waits for them."""

from __future__ import annotations

import io
from contextlib import redirect_stdout
from datetime import datetime, time

from portal import clock
from portal.jobs import domain as jobs
from portal.jobs.models import WorkState
from portal.notices.models import Message


def build() -> None:
    """Send what the history left unsent, each message at its own moment.

    The demonstration's gateway prints texts; these are read on the page of texts instead.
    Messages of the present day are left to the workers.
    """
    midnight = datetime.combine(clock.today(), time(), clock.SHANGHAI)
    told = Message.objects.filter(
        created_at__lt=midnight, sent_at__isnull=True, work__state=WorkState.WAITING
    )
    with redirect_stdout(io.StringIO()):
        for message in told.order_by("pk"):
            with clock.telling(message.created_at):
                jobs.run(work_id=message.work_id)
