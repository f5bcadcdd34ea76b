"""Working days, counted forwards and back."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from portal import workdays


@pytest.mark.parametrize("days", [1, 3, 5, 10])
def test_the_last_start_is_the_last_from_which_the_days_are_over(days: int) -> None:
    # From before the autumn holidays, with their shifted Saturdays, to the end of the year.
    for number in range(100):
        before = date(2023, 9, 20) + timedelta(days=number)
        start = workdays.last_start(before=before, days=days)
        assert workdays.after(start, days) < before
        assert workdays.after(start + timedelta(days=1), days) >= before
