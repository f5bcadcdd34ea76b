"""The work of this room: each person's digest."""

from datetime import date

from django.utils.translation import gettext_lazy as _

from portal.home.domain import DIGEST_KIND, tell_what_waits
from portal.jobs.domain import Progress
from portal.jobs.handlers import handles
from portal.jobs.models import Work


@handles(DIGEST_KIND, label=_("Daily digest"))
def digest(work: Work, progress: Progress) -> None:
    """Tell the person that `payload` names what waits on that day."""
    day = date.fromisoformat(work.payload["day"])
    tell_what_waits(user_id=work.payload["user"], day=day, progress=progress)
