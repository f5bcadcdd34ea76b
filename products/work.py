"""The work of the product pool."""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from portal.accounts.actor import Actor
from portal.jobs.domain import Progress
from portal.jobs.handlers import STATEMENTS, handles
from portal.jobs.models import Work
from products.exports import domain as exports
from products.exports.models import ExportProfile
from products.sales import days


@handles(exports.WORK, label=_("Export products"))
def export_products(work: Work, progress: Progress) -> None:
    """Run a profile in the language of who asked; rights are asked as they stand now."""
    assert work.asked_by is not None  # noqa: S101 - `ask_export` names who asked
    profile = ExportProfile.objects.get(pk=work.payload["profile"])
    with translation.override(work.payload["language"]):
        exports.run_export(profile=profile, actor=Actor.of(work.asked_by), progress=progress)


@handles(days.CLOSE, label=_("Add up a day of sales"), queue=STATEMENTS)
def close_day(work: Work, progress: Progress) -> None:
    """Add one day up; its figures and the end of the work are one commit."""
    with transaction.atomic():
        changed = days.close_day(day=date.fromisoformat(work.payload["day"]))
        progress.finish({"changed": changed})
