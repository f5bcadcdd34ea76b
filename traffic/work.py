"""The work of this room."""

from datetime import date

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from portal.jobs.domain import Progress
from portal.jobs.handlers import STATEMENTS, handles
from portal.jobs.models import Work
from traffic import days
from traffic.alerts import domain as alerts
from traffic.briefs import sending as briefs
from traffic.makegood import domain as make_goods
from traffic.reconciling import keeping


@handles(days.CLOSE, label=_("Close a day"), queue=STATEMENTS)
def close_day(work: Work, progress: Progress) -> None:
    """Close one day; its figures and the end of the work are one commit."""
    with transaction.atomic():
        changed = days.close_day(day=date.fromisoformat(work.payload["day"]))
        progress.finish({"changed": changed})


@handles(make_goods.WORK, label=_("Look for shortfalls"))
def judge_make_goods(work: Work, progress: Progress) -> dict[str, int]:
    """Judge the placements whose window holds a day that was closed."""
    return {"changed": make_goods.judge_of_day(date.fromisoformat(work.payload["day"]))}


@handles(keeping.RECONCILE, label=_("Check all figures"))
def reconcile(work: Work, progress: Progress) -> None:
    """Check all figures; what was found and the end of the work are one commit."""
    keeping.check(work=work, progress=progress)


@handles(alerts.WORK, label=_("Look for what stands out"))
def look_for_alerts(work: Work, progress: Progress) -> None:
    """Raise and end alerts; what was found and the end of the work are one commit."""
    with transaction.atomic():
        progress.finish(alerts.look())


@handles(briefs.WORK, label=_("Send a weekly brief"))
def send_brief(work: Work, progress: Progress) -> dict[str, int]:
    """Send a scope's brief to those who lack it; each notice is a commit of its own."""
    day = date.fromisoformat(work.payload["monday"])
    return briefs.send(code=work.payload["scope"], monday=day, progress=progress)
