"""Days ahead on which placements may not run, as far as their kinds know: plans and forecasts leave
them out, and a season that opens later is planned for."""

from __future__ import annotations

from datetime import date

import numpy as np

from portal.submissions import kinds
from traffic.models import Placement
from traffic.pacing import facts
from traffic.pacing.facts import Facts
from traffic.pacing.standing import Bools


def runs(of: Facts) -> dict[int, Bools]:
    """The days from the first, true where it may run, of placements that may not on one or more to
    come, or of the last seven that nobody reported yet; days before are true. Queries as the kinds
    take, however many placements."""
    ahead = of.last >= of.today
    if not ahead.any():
        return {}
    today, since = date.fromordinal(of.today), of.today - facts.LATELY.days
    days = [date.fromordinal(day) for day in range(since, int(of.last.max()) + 1)]
    rows = Placement.objects.filter(facts.current(today))
    among = rows.order_by().values("submission")
    known = {
        dossier: np.array(each)
        for kind in kinds.every()
        for dossier, each in kind.open_on(days, among).items()
    }
    shut = np.isin(of.submission, np.array(sorted(known), dtype=np.int64)) & ahead
    found = {}
    for place in np.flatnonzero(shut):
        first, last = int(of.first[place]), int(of.last[place])
        own = np.ones(last - first + 1, dtype=bool)
        begin = max(first, since)
        own[begin - first :] = known[int(of.submission[place])][begin - since : last - since + 1]
        if not own.all():
            found[int(of.key[place])] = own
    return found
