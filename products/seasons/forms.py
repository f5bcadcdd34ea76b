"""Season windows typed as lines of text, so that a workbook's cell holds them too."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import combinations
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.submissions.forms import DossierForm
from products.seasons import domain

Window = tuple[int, int, int]
MOST = 12
LONGEST_YEAR = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
DAY = r"(\d{1,2})\s*[-./月]\s*(\d{1,2})\s*[日号]?"
LINE = re.compile(rf"^{DAY}\s*(?:至|到|~|～|–|—|-|\s)\s*{DAY}\s*[:：,，\s]\s*(\d{{1,9}})$")


def text_of(windows: list[Window]) -> str:
    """The lines of windows, the earliest first: `10-15 ~ 11-20: 80`."""
    return "\n".join(
        f"{starts // 100:02d}-{starts % 100:02d} ~ {ends // 100:02d}-{ends % 100:02d}: {units}"
        for starts, ends, units in sorted(windows)
    )


def windows_in(text: str) -> list[Window]:
    """Read the lines. Raises: ValidationError that names every wrong line."""
    lines = [line.strip() for line in re.split(r"[\n;；]", text) if line.strip()]
    found: list[Window] = []
    wrong: list[str] = []
    for line in lines:
        window = _window(line)
        if window is None:
            wrong.append(_("“%(line)s” is not two days and a number of units.") % {"line": line})
        else:
            found.append(window)
    if len(lines) > MOST:
        wrong.append(_("At most %(n)d windows.") % {"n": MOST})
    if not wrong and any(_overlap(one, other) for one, other in combinations(found, 2)):
        wrong.append(_("Two windows share a day: give each day one capacity."))
    if wrong:
        raise forms.ValidationError(wrong)
    return found


def _window(line: str) -> Window | None:
    match = LINE.match(line)
    if match is None:
        return None
    first_month, first, last_month, last, units = (int(part) for part in match.groups())
    if not (_is_day(first_month, first) and _is_day(last_month, last) and units):
        return None
    return first_month * 100 + first, last_month * 100 + last, units


def _is_day(month: int, day: int) -> bool:
    return 1 <= month <= 12 and 1 <= day <= LONGEST_YEAR[month - 1]


def _overlap(one: Window, other: Window) -> bool:
    return any(a <= d and c <= b for a, b in _runs(one) for c, d in _runs(other))


def _runs(window: Window) -> list[tuple[int, int]]:
    """A window over the new year is two runs of days."""
    starts, ends, _units = window
    return [(starts, ends)] if starts <= ends else [(starts, 1231), (101, ends)]


class WindowsField(forms.CharField):
    """Lines of windows; cleans to the same lines in one spelling."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            label=gettext_lazy("season to the day"),
            required=False,
            max_length=600,
            widget=forms.Textarea(attrs={"rows": 3}),
            help_text=gettext_lazy(
                "Where months are too coarse: one window a line, first day, last day, units that "
                "leave per day. It then counts instead of the months."
            ),
            **kwargs,
        )
        self.example = "10-15 ~ 11-20: 80"

    def clean(self, value: Any) -> str:
        """Return the lines in order."""
        return text_of(windows_in(super().clean(value)))


class WindowsForm(DossierForm):
    """A product's form with its windows."""

    season_days = WindowsField()

    @classmethod
    def write_parts(cls, forms: Sequence[Any]) -> None:
        """Write the windows after the lines the records hold, where those changed."""
        domain.write_windows(
            {
                form.instance: windows_in(form.cleaned_data["season_days"])
                for form in forms
                if form.is_new("season_days")
            }
        )
