"""The work of this room: the reminders about one paper."""

from datetime import date

from django.utils.translation import gettext_lazy as _

from portal.jobs.domain import Progress
from portal.jobs.handlers import handles
from portal.jobs.models import Work
from portal.qualifications import reminding


@handles(reminding.TELL_KIND, label=_("Reminders about a paper"))
def tell(work: Work, progress: Progress) -> None:
    """Tell everyone concerned what is due about the paper that `payload` names."""
    day = date.fromisoformat(work.payload["day"])
    reminding.tell(qualification_id=work.payload["qualification"], day=day, progress=progress)
