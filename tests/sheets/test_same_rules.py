"""The page, a machine and a workbook take the same and refuse the same, in the same words."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from portal.accounts.models import User
from portal.jobs.domain import run_due
from portal.regions.models import County
from portal.sheets.domain import WORK
from portal.sheets.models import Intake
from portal.submissions import values
from portal.submissions.models import Submission
from products.forms import ProductForm
from products.models import Category
from tests import dossiers
from tests.api.world import PRODUCTS, Machine, issue
from tests.factories import UserFactory
from tests.sheets.books import workbook

pytestmark = pytest.mark.django_db
WHOLE = {"stock", "daily_capacity", "season_start", "season_end", "shelf_life_days"}
CASES: list[dict[str, str]] = [
    {},
    {"category": ""},
    {"name": "极品红薯"},
    {"category": "tea", "description": "喝了降血压。"},
    {"category": "craft", "unit": "jin"},
    {"category": "craft", "season_start": "", "season_end": ""},
    {"price": "0"},
    {"stock": "99999999999"},
    {"season_end": ""},
    {"season_start": ""},
    {"shelf_life_days": "0"},
    {"contact_phone": "1380013"},
    {"price": "-3", "package": "顶级包装", "contact_phone": "1"},
]


def by_page(owner: User, row: dict[str, str]) -> Any:
    browser = Client()
    browser.force_login(owner)
    answer = browser.post(reverse("dossier-new", args=["product"]), row)
    if answer.status_code == 302:
        return {}
    return {name: list(texts) for name, texts in answer.context["form"].errors.items()}


def as_machine(row: dict[str, str]) -> dict[str, Any]:
    """The values in a machine's types: a number is no text, and nothing is null."""
    whole = {name: int(row[name]) if row[name] else None for name in WHOLE & {*row}}
    return {"reference": "A", "fields": row | whole}


def machine_of(owner: User) -> Machine:
    return Machine(issue(owner, county=owner.hats_worn()[0].county)[1])


def by_machine(owner: User, row: dict[str, str]) -> Any:
    answer = machine_of(owner).post(PRODUCTS, as_machine(row))
    return {} if answer.status_code == 201 else answer.json()["errors"]["fields"]


def by_machine_with_others(owner: User, row: dict[str, str]) -> Any:
    answer = machine_of(owner).post(f"{PRODUCTS}bulk/", {"items": [as_machine(row)]})
    [result] = answer.json()["results"]
    return result.get("errors") or {}


def by_workbook(owner: User, row: dict[str, str]) -> Any:
    browser = Client()
    browser.force_login(owner)
    book = workbook([list(row.values())], headings=list(row), title="", units=None)
    # The headings say the fields; what people call them is another matter.
    browser.post(reverse("sheet-new", args=["product"]), {"file": book})
    intake = Intake.objects.get()
    columns = {f"column-{place}": name for place, name in enumerate(intake.headings)}
    browser.post(reverse("sheet-columns", args=[intake.pk]), columns)
    run_due(kinds=[WORK])
    intake.refresh_from_db()
    browser.post(reverse("sheet-act", args=[intake.pk, "take_in"]))
    run_due(kinds=[WORK])
    return intake.checked[0]["errors"]


# What fits no column: a machine hears of it before the form does, in its own words.
SIZES = [{"name": ""}, {"name": "长" * 41}, {"price": "12.345"}, {"stock": "-1"}]
SIZES += [{"price": "123456789.00"}]
# What is none of the choices is refused on every way in, each with what may be chosen there.
UNKNOWN = [
    {"category": "crystal"},
    {"category": "herb"},
    {"unit": "parsec"},
    {"season_start": "13"},
]
WAYS = (by_page, by_machine, by_machine_with_others, by_workbook)


def everywhere(changes: dict[str, str]) -> list[Any]:
    """What each way in says of a row, and what it filed."""
    Category.objects.filter(pk="herb").update(is_active=False)
    counties = County.objects.order_by("pk")[: len(WAYS)]
    found = []
    # A county each, so that none finds what another has filed.
    for way, county in zip(WAYS, counties, strict=True):
        told = way(UserFactory(official=county.pk), {**dossiers.PRODUCT, **changes})
        rows = Submission.objects.filter(county=county)
        filed = [values.of_form(ProductForm(instance=row.record)) for row in rows]
        assert bool(told) != bool(filed)
        found.append((told, filed))
    return found


@pytest.mark.parametrize("changes", CASES, ids=str)
def test_the_same_row_is_taken_or_refused_alike_on_every_way_in(changes):
    first, *others = everywhere(changes)
    assert others == [first] * 3


@pytest.mark.parametrize("changes", [*UNKNOWN, *SIZES], ids=str)
def test_what_cannot_be_chosen_or_kept_is_refused_on_every_way_in(changes):
    assert [list(told) for told, _filed in everywhere(changes)] == [list(changes)] * 4
