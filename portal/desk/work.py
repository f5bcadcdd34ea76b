"""The work of this room."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from portal.desk import bulk
from portal.jobs.domain import Progress
from portal.jobs.handlers import handles
from portal.jobs.models import Work


@handles(bulk.BULK, label=_("Decide many dossiers"))
def decide_many(work: Work, progress: Progress) -> dict[str, Any]:
    """One act on every dossier the payload names."""
    return bulk.run(work=work, progress=progress)
