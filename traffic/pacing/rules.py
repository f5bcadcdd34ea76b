"""What a plan must hold."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from itertools import pairwise

from django.utils.translation import gettext_lazy as _

from portal.templatetags.figures import date_text
from portal.verdict import YES, Verdict, no

Points = Sequence[tuple[date, int]]
Windows = Sequence[tuple[date, date, int]]
# A festival day weighs between a tenth and ten times a plain one.
LEAST, MOST = 10, 1000


def reaches_its_sum(points: Points, first_day: date, last_day: date) -> Verdict:
    """A drawn curve rises within its window and reaches 100 % on the last day."""
    for day, percent in points:
        if not first_day <= day <= last_day:
            return no(_("%(day)s lies outside the window.") % {"day": date_text(day)})
        if not 0 <= percent <= 100:
            return no(_("A share lies between 0 and 100 per cent."))
    for (before, less), (after, more) in pairwise(points):
        if after <= before:
            return no(_("%(day)s stands after a later day.") % {"day": date_text(after)})
        if more < less:
            return no(
                _("The curve falls on %(day)s: shares are of the whole, by the end of each day.")
                % {"day": date_text(after)}
            )
    return _ends(points, last_day)


def _ends(points: Points, last_day: date) -> Verdict:
    if not points:
        return no(_("A curve drawn by dates needs its dates."))
    _day, percent = points[-1]
    if percent < 100:
        return no(
            _("The curve reaches %(percent)d %%: %(lacks)d %% are lacking by %(day)s.")
            % {"percent": percent, "lacks": 100 - percent, "day": date_text(last_day)}
        )
    return YES


def leaves_room(cap: int, left: int, days: int) -> Verdict:
    """A daily cap leaves room for what is still due on the days that are left."""
    if days <= 0 or cap * days >= left:
        return YES
    return no(
        _("%(left)s are still due on %(days)d days: allow %(least)s a day at least.")
        % {"left": f"{left:,}", "days": days, "least": f"{-(-left // days):,}"}
    )


def may_weigh(windows: Windows, first_day: date, last_day: date) -> Verdict:
    """Festivals lie within their campaign, one after another."""
    for first, last, weight in windows:
        if last < first:
            return no(_("The last day lies before the first."))
        if first < first_day or last > last_day:
            return no(
                _("The campaign runs from %(first)s to %(last)s: choose days within it.")
                % {"first": date_text(first_day), "last": date_text(last_day)}
            )
        if not LEAST <= weight <= MOST:
            return no(
                _("A day weighs between %(least)d and %(most)d per cent of a plain one.")
                % {"least": LEAST, "most": MOST}
            )
    for (_first, last, _weight), (begins, _last, _more) in pairwise(sorted(windows)):
        if begins <= last:
            return no(_("Two festivals share %(day)s.") % {"day": date_text(begins)})
    return YES
