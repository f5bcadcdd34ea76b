"""The work of this room."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from portal.jobs.domain import Progress
from portal.jobs.handlers import STATEMENTS, handles
from portal.jobs.models import Work
from portal.statements import domain, inbox
from portal.statements.models import READ, SCAN, Part


@handles(READ, label=_("Read a platform report"), queue=STATEMENTS)
def read_part(work: Work, progress: Progress) -> dict[str, Any]:
    """Read one landed file."""
    part = domain.read_part(
        part=Part.objects.select_related("statement__source").get(pk=work.payload["part"])
    )
    return {
        "rows": part.rows_in,
        "rejected": part.rows_rejected,
        "url": part.statement.get_absolute_url(),
    }


@handles(SCAN, label=_("Take in reports from the inbox"))
def scan_inbox(work: Work, progress: Progress) -> None:
    """Take in what lies in the folder of one source."""
    inbox.scan(key=work.key, progress=progress)
