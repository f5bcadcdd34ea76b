"""What the traffic room adds to the menu and to “my tasks”."""

from collections.abc import Iterable

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from portal.accounts.actor import Actor
from portal.registry import Link, MenuGroup, MenuItem, Panel, Task
from portal.statements.models import Statement
from portal.submissions import kinds
from portal.submissions.models import Submission
from traffic import compared, queries, readiness, rules
from traffic.enums import GapState
from traffic.reconciling import keeping


def traffic_menu(actor: Actor) -> Iterable[MenuItem]:
    """The board for who sees the province or a county, and the checks for the province."""
    if rules.may_read_board(actor):
        yield MenuItem(
            _("Traffic board"),
            reverse("board"),
            reverse("board"),
            more=(
                "/transfers/",
                "/unmatched/",
                "/deliveries/",
                "/allotments/",
                "/days/",
                "/compared/",
            ),
            group=MenuGroup.TRAFFIC,
        )
        url = reverse("placements")
        yield MenuItem(_("Placements"), url, url, group=MenuGroup.TRAFFIC)
        url = reverse("pacing")
        yield MenuItem(_("Pacing"), url, url, group=MenuGroup.TRAFFIC)
        url = reverse("brief")
        yield MenuItem(_("Weekly brief"), url, url, group=MenuGroup.TRAFFIC)
    if actor.sees_province:
        url = reverse("reconciliation")
        yield MenuItem(_("Checks of all figures"), url, url, group=MenuGroup.TRAFFIC)


def traffic_tasks(actor: Actor) -> Iterable[Task]:
    """Gaps that are theirs, and ids that wait to be matched."""
    if actor.user is None or not rules.may_allot(actor):
        return
    mine = compared.gaps(actor.user).filter(owner=actor.user, state=GapState.OPEN)
    yield Task(
        _("Gaps between reports that you look into"),
        mine.count(),
        f"{reverse('compared')}?only=mine",
    )
    waiting = queries.unmatched(actor.user)
    yield Task(_("Match ids of reports to placements"), waiting.count(), reverse("unmatched"))


def dossier_panel(actor: Actor, submission: Submission) -> Panel | None:
    """Where a dossier is promoted, now and later, and why it may not be; one query, and those of
    its readiness where it is placed."""
    if submission.published_at is None or kinds.get(submission.kind).personal:
        return None
    rows = readiness.of_dossier(submission, actor.person)
    if not rows:
        return None
    ready = readiness.of_placements(rows)
    reasons = {str(verdict.reason) for verdict in ready.values()}
    context = {
        "lines": [(row, ready[row.pk]) for row in rows],
        # Said once where it is the same for all of them.
        "waits": reasons.pop() if len(reasons) == 1 else "",
    }
    return Panel("traffic/_panel.html", context)


def traffic_links(actor: Actor) -> Iterable[Link]:
    """See what was delivered, or promote something."""
    if rules.may_allot(actor):
        yield Link(_("New placement"), reverse("placement-new"), _("Promote what is published."))
    if rules.may_read_board(actor):
        yield Link(
            _("Traffic board"), reverse("board"), _("What was promised and what was delivered.")
        )


def statement_panel(actor: Actor, statement: Statement) -> Panel | None:
    """What the newest check of all figures found wrong with a report; one query."""
    found = keeping.found_wrong(statement)
    if not found:
        return None
    return Panel("traffic/_found_wrong.html", {"differences": found})


def attention(actor: Actor) -> Iterable[Task]:
    """What the newest check of all figures found, or that none ran; at most two queries."""
    if not actor.sees_province:
        return
    latest = keeping.newest()
    url = reverse("reconciliation")
    yield Task(
        _("Differences that the newest check of all figures found"),
        latest.found if latest else 0,
        latest.get_absolute_url() if latest else url,
    )
    yield Task(_("Days without a check of all figures"), keeping.days_without(latest), url)
