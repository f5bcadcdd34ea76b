"""Season windows: how they are typed, on which days they hold, how much leaves."""

from __future__ import annotations

from datetime import date

import pytest
from django.forms import ValidationError

from portal.accounts.actor import Actor
from portal.submissions import domain, kinds, values
from products import queries
from products.models import Product
from products.seasons import rules
from products.seasons.forms import text_of, windows_in
from products.seasons.models import SeasonWindow
from tests import dossiers

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "text",
    [
        "10-15 ~ 11-20: 80",
        "10-15 至 11-20 80",
        "10月15日至11月20日：80",
        "10.15—11.20，80",
        "  10/15 11/20 80 ；",
    ],
)
def test_a_window_is_read_however_it_is_written(text):
    assert windows_in(text) == [(1015, 1120, 80)]
    assert text_of(windows_in(text)) == "10-15 ~ 11-20: 80"


def test_windows_come_back_in_the_order_of_the_year_and_read_the_same():
    text = text_of(windows_in("12-01 至 02-28 40\n06-01 至 06-30 90"))
    assert text == "06-01 ~ 06-30: 90\n12-01 ~ 02-28: 40"
    assert text_of(windows_in(text)) == text


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("十月 80", ["“十月 80”不是“首日 末日 件数”。"]),
        ("13-01 ~ 12-01: 5", ["“13-01 ~ 12-01: 5”不是“首日 末日 件数”。"]),
        ("02-30 ~ 03-01: 5", ["“02-30 ~ 03-01: 5”不是“首日 末日 件数”。"]),
        ("02-29 ~ 03-01: 0", ["“02-29 ~ 03-01: 0”不是“首日 末日 件数”。"]),
        ("01-01 ~ 02-01: 5\n02-01 ~ 03-01: 5", ["有两个时段重叠：每天只能有一个日供应量。"]),
        ("12-01 ~ 01-15: 5\n01-15 ~ 02-01: 5", ["有两个时段重叠：每天只能有一个日供应量。"]),
        (
            "\n".join(
                f"0{1 + n // 2}-{10 + n % 2} ~ 0{1 + n // 2}-{10 + n % 2}: 1" for n in range(13)
            ),
            ["最多填写 12 个时段。"],
        ),
    ],
)
def test_wrong_lines_are_named(text, said):
    with pytest.raises(ValidationError) as error:
        windows_in(text)
    assert error.value.messages == said


def product(**changes) -> Product:
    return dossiers.product_in("published", **changes).product


@pytest.mark.parametrize(
    ("day", "units"),
    [
        (date(2023, 9, 30), 0),
        (date(2023, 10, 1), 80),
        (date(2024, 2, 29), 80),
        (date(2024, 3, 1), 0),
    ],
)
def test_without_windows_the_months_and_the_one_capacity_count(day, units):
    row = product()
    assert (rules.in_season(row, day), rules.capacity_on(row, day)) == (bool(units), units)


@pytest.mark.parametrize(
    ("day", "units"),
    [
        # In the months, but in no window.
        (date(2023, 10, 14), 0),
        (date(2023, 10, 15), 80),
        (date(2023, 11, 20), 80),
        (date(2023, 11, 21), 0),
        (date(2023, 12, 25), 30),
        (date(2024, 1, 5), 30),
        (date(2024, 1, 6), 0),
    ],
)
def test_with_windows_they_alone_count_and_may_run_over_the_new_year(day, units):
    row = product(season_days="10-15 ~ 11-20: 80\n12-25 ~ 01-05: 30")
    assert (rules.in_season(row, day), rules.capacity_on(row, day)) == (bool(units), units)
    held = SeasonWindow.objects.holding(day).values_list("daily_capacity", flat=True)
    assert list(held) == ([units] if units else [])
    found = Product.objects.filter(queries.season(day, of=""))
    assert list(found) == ([row] if units else [])


def test_windows_are_part_of_the_record_and_change_at_once():
    row = dossiers.product_in("published", season_days="10-15 ~ 11-20: 80")
    snapshot = row.snapshots.get()
    assert snapshot.values["season_days"] == "10-15 ~ 11-20: 80"
    kind, owner = kinds.get("product"), Actor.of(row.owner)
    now = values.of_form(kind.form(instance=row.record))
    form = kind.form(
        values.as_post({**now, "season_days": "10月20日至11月20日 60"}),
        instance=row.record,
        actor=owner,
        complete=True,
    )
    assert form.is_valid(), form.errors
    live, revision = domain.change_published(
        submission=row, form=form, actor=owner, seen=row.version
    )
    assert (live, revision) == (["season_days"], None)
    windows = SeasonWindow.objects.values_list("starts", "ends", "daily_capacity")
    assert list(windows) == [(1020, 1120, 60)]
