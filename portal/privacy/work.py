"""The work of this room: copies of one's own data, and clearing what is over."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from portal.jobs.domain import Progress
from portal.jobs.handlers import handles
from portal.jobs.models import Work
from portal.privacy import domain


@handles(domain.EXPORT_KIND, label=_("Putting your data together"))
def export_data(work: Work, progress: Progress) -> None:
    """Make the copy that `payload` names."""
    domain.make_export(
        export_id=work.payload["export"], language=work.payload["language"], progress=progress
    )


@handles(domain.CLEAR_KIND, label=_("Clearing what is over"))
def clear(work: Work, progress: Progress) -> dict[str, Any]:
    """Delete or blank what is over of the kind that is the key."""
    return {"rows": domain.clear_period(code=work.key)}
