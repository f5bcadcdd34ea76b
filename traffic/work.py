"""The work of this room."""

from datetime import date

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from portal.jobs.domain import Progress
from portal.jobs.handlers import STATEMENTS, handles
from portal.jobs.models import Work
from traffic import days
from traffic.reconciling import keeping


@handles(days.CLOSE, label=_("Close a day"), queue=STATEMENTS)
def close_day(work: Work, progress: Progress) -> None:
    """Close one day; its figures and the end of the work are one commit."""
    with transaction.atomic():
        changed = days.close_day(day=date.fromisoformat(work.payload["day"]))
        progress.finish({"changed": changed})


@handles(keeping.RECONCILE, label=_("Check all figures"))
def reconcile(work: Work, progress: Progress) -> None:
    """Check all figures; what was found and the end of the work are one commit."""
    keeping.check(work=work, progress=progress)
