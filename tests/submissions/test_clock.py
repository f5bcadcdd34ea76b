"""The promised working days of each step; they stand still while the applicant has it."""

from datetime import date, datetime

import pytest

from portal import clock, workdays
from tests import dossiers

pytestmark = [pytest.mark.django_db, pytest.mark.sqlite]


def on(day: int):
    """The programme's moment: a day of October 2023, at ten in the morning."""
    return clock.telling(datetime(2023, 10, day, 10, tzinfo=clock.SHANGHAI))


def moved(row, name, actor, day, note="理由"):
    with on(day):
        return dossiers.move(row, name, actor, note=note)


def test_each_step_has_its_own_promise():
    owner = dossiers.official()
    row = dossiers.draft_product(owner)
    # Monday the 16th: three working days for the county, five for the office.
    row = moved(row, "submit", owner, 16)
    assert row.due_on == date(2023, 10, 19)
    row = moved(row, "endorse", dossiers.official(), 20)
    assert row.due_on == date(2023, 10, 27)
    row = moved(row, "approve", dossiers.staff(), 23)
    assert (row.due_on, row.returns) == (None, 0)


def test_the_clock_stands_still_while_the_applicant_mends():
    owner, colleague, office = dossiers.official(), dossiers.official(), dossiers.staff()
    row = dossiers.draft_product(owner)
    row = moved(row, "submit", owner, 9)
    row = moved(row, "endorse", colleague, 9)
    assert row.due_on == date(2023, 10, 16)
    # Thursday: two working days are left.
    row = moved(row, "return", office, 12)
    assert (row.due_on, row.clock_state, row.clock_days, row.returns) == (None, "endorsed", 2, 1)
    row = moved(row, "submit", owner, 23)
    assert row.due_on == date(2023, 10, 26)
    row = moved(row, "endorse", colleague, 24)
    assert (row.due_on, row.clock_state, row.clock_days) == (date(2023, 10, 26), "", None)


def test_who_returns_too_late_gets_one_day_when_it_comes_back():
    owner, colleague, office = dossiers.official(), dossiers.official(), dossiers.staff()
    row = dossiers.draft_product(owner)
    for name, who, day in (("submit", owner, 9), ("endorse", colleague, 9), ("return", office, 20)):
        row = moved(row, name, who, day)
    assert row.clock_days == 1


@pytest.mark.parametrize(
    ("today", "due", "left"),
    [
        (date(2023, 10, 23), date(2023, 10, 23), 0),
        (date(2023, 10, 23), date(2023, 10, 30), 5),
        # Over the National Day holidays and the Saturday worked for them.
        (date(2023, 9, 28), date(2023, 10, 9), 3),
        (date(2023, 10, 30), date(2023, 10, 23), -5),
        (date(2023, 10, 22), date(2023, 10, 21), -1),
    ],
)
def test_working_days_left(today, due, left):
    assert workdays.until(today, due) == left
