"""What other pages show of pacing: a placement's plan, an account's need, what will miss."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from itertools import accumulate
from typing import TYPE_CHECKING, Any

import numpy as np
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal import clock, registry
from portal.accounts.scope import counties_of
from portal.templatetags.figures import date_text, wan_text
from portal.verdict import Verdict
from traffic import rules
from traffic.pacing import curves, facts, standing
from traffic.pacing import queries as pacing
from traffic.pacing.enums import Status
from traffic.pacing.told import told

if TYPE_CHECKING:
    from portal.accounts.actor import Actor
    from traffic.models import Placement, PlacementDay

# A report that is so many days old says little about today.
OLD = 3


def standing_of(row: Placement, ready: Verdict | None) -> dict[str, Any]:
    """Where a placement stands and why; it takes what `everything` takes."""
    line = pacing.of_placements([row])[row.pk]
    return {"line": line, "why": reasons(line, ready)}


def curve_of(row: Placement, days: Iterable[PlacementDay], given: int) -> list[dict[str, Any]]:
    """Delivered and planned by the end of each day; nothing to plan where nothing is promised."""
    if not given:
        return []
    of = facts.read(type(row).objects.filter(pk=row.pk), clock.today())
    plan = curves.by_day(given, standing.curve_of(of, 0))
    cap = int(of.cap[0])
    if cap < curves.UNCAPPED:
        plan, _over = curves.capped(plan, cap)
    counts = {day.date.toordinal(): day.count for day in days}
    first, seen = int(of.first[0]), int(of.seen[0])
    done = accumulate(counts.get(first + n, 0) for n in range(len(plan)))
    return [
        {
            "label": f"{date.fromordinal(first + n):%m-%d}",
            "value": total if first + n <= seen else None,
            "plan": int(due),
        }
        for n, (total, due) in enumerate(zip(done, np.cumsum(plan), strict=True))
    ]


def reasons(line: pacing.Line, ready: Verdict | None) -> list[str]:
    """Why a placement stands as it does, in sentences."""
    said = []
    if ready is not None and not ready:
        said.append(str(ready.reason))
    if line.status in (Status.WILL_MISS, Status.BEHIND) and line.seen:
        said.append(
            _("By %(day)s %(done)s of %(due)s due were delivered.")
            % {
                "day": date_text(line.seen),
                "done": wan_text(line.done),
                "due": wan_text(line.due),
            }
        )
    if line.status == Status.WILL_MISS:
        said.append(
            _("At its pace it ends at %(middle)s, %(lacks)s short.")
            % {"middle": wan_text(line.middle), "lacks": wan_text(line.lacks)}
        )
    if line.seen and line.need and (clock.today() - line.seen).days > OLD:
        said.append(_("No report was counted after %(day)s.") % {"day": date_text(line.seen)})
    if line.short:
        said.append(_("Its daily cap leaves no room for %(n)s.") % {"n": wan_text(line.short)})
    if line.held:
        said.append(
            _("Its county has its full share of the campaign's day: %(n)s must wait.")
            % {"n": wan_text(line.held)}
        )
    return said


def attention(actor: Actor) -> Iterable[registry.Task]:
    """Placements that will miss what was promised to them; for officials those of their counties,
    by a query beside what is `told`."""
    if not rules.may_read_board(actor):
        return
    counties = None
    if not actor.sees_province:
        counties = counties_of(actor.person).values_list("pk", flat=True)
    yield registry.Task(
        gettext_lazy("Placements that will miss what was promised to them"),
        told().levels.count(Status.WILL_MISS, counties),
        f"{reverse('pacing')}?status={Status.WILL_MISS}",
    )
