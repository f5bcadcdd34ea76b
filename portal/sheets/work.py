"""The work of this room."""

from __future__ import annotations

from typing import Any

from django.utils import translation
from django.utils.translation import gettext_lazy as _

from portal.accounts.actor import Actor
from portal.jobs.domain import Progress
from portal.jobs.handlers import handles
from portal.jobs.models import Work
from portal.sheets import domain
from portal.sheets.models import Intake


@handles(domain.WORK, label=_("Work on a workbook"))
def act_on_workbook(work: Work, progress: Progress) -> dict[str, Any]:
    """One act on the workbook the payload names, in the language of who asked; rights are asked
    as they stand now."""
    assert work.asked_by is not None  # noqa: S101 - `ask` names who asked
    intake = Intake.objects.get(pk=work.payload["intake"])
    with translation.override(work.payload["language"]):
        return domain.run(
            intake=intake,
            act=work.payload["act"],
            actor=Actor.of(work.asked_by),
            progress=progress,
        )
