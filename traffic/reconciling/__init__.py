"""Rebuilding everything from its facts and comparing; reads only, and a day at a time.

rows in = counted + unmatched + outside the window + compared + what counts for no day and why
(`Aside`) + ignored + rejected. Impressions in are those of the data rows and of rejected rows
whose number could be read; ignored rows repeat figures or hold none, so theirs are not summed.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db.models import Count, Max, Q, Sum

from portal.ledger.models import Transfer
from portal.statements import rebuilding
from portal.statements.models import Part, Statement
from traffic.reconciling import days, files, ledger
from traffic.reconciling.report import Line, Report, Sentence, Steps

__all__ = ["Line", "Report", "Sentence", "reconcile"]

# Reports may land while it is looked; what differs then is looked at again, so often.
MOST_LOOKS = 3


def _nobody(_done: int, _total: int) -> None:
    """Tell nobody how far it is."""


def reconcile(tell: Callable[[int, int], None] = _nobody) -> Report:
    """Compare every figure with what it is made of; `tell(done, total)` hears how far it is.

    Memory holds one day and one file's figures at a time. Differences that are found while facts
    came in are looked at again.
    """
    for _look in range(MOST_LOOKS):
        before = _facts()
        report = _compared(tell)
        if not report.found or _facts() == before:
            break
    return report


def _compared(tell: Callable[[int, int], None]) -> Report:
    report = Report()
    every = days.dates()
    total = files.read_parts().count() + Statement.objects.count()
    total += sum(len(dates) for _figures, dates in every)
    steps = Steps(tell, total)
    files.whole_files(report, steps)
    files.rows(report, steps)
    for figures, dates in every:
        days.closed_again(report, figures, dates, steps)
    files.accounted(report)
    ledger.rebuilt(report)
    return report


def _facts() -> dict[str, Any]:
    """What changes with every fact that comes in and with every close."""
    return {
        **Statement.objects.aggregate(
            last=Max("pk"), held=Count("pk", Q(held=True)), aside=Count("pk", Q(set_aside=True))
        ),
        **Part.objects.aggregate(read=Count("read_at")),
        "days": [
            figures.days._default_manager.aggregate(wanted=Sum("wanted"), closed=Sum("closed"))
            for figures in rebuilding.registered()
        ],
        **Transfer.objects.aggregate(moved=Max("pk")),
    }
