"""Invented papers of the demonstration's organisations and of some products: valid, lapsing within
the month, lapsed, and brand numbers whose yearly check is near."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from portal import clock
from portal.demonstration import dossiers, people, pictures
from portal.files.domain import store_upload
from portal.organisations.models import Organisation
from portal.qualifications import domain
from portal.qualifications.models import Qualification
from portal.submissions.models import Submission

ENTERED = datetime(2023, 9, 4, 10, 0, tzinfo=clock.SHANGHAI)
# Kind, number, valid from, valid until, next yearly check; by the merchant who holds it.
OF_MERCHANTS: dict[str, tuple[tuple[str, str, date, date | None, date | None], ...]] = {
    "merchant1": (
        ("licence", "演示执照001", date(2019, 5, 20), None, None),
        ("food_production", "演示食产001", date(2018, 11, 13), date(2023, 11, 12), None),
    ),
    "merchant2": (
        ("licence", "演示执照002", date(2020, 3, 2), None, None),
        ("food_trade", "演示食营002", date(2018, 10, 16), date(2023, 10, 15), None),
    ),
    "merchant3": (("licence", "演示执照003", date(2016, 7, 8), date(2036, 7, 7), None),),
}
# The same of products, by their names; the county that filed each enters it.
OF_PRODUCTS: dict[str, tuple[tuple[str, str, date, date | None, date | None], ...]] = {
    "清远鸡": (
        ("gi", "演示地标001", date(2015, 6, 1), None, date(2023, 11, 6)),
        ("test_report", "演示检字2022-118", date(2022, 11, 1), date(2023, 10, 31), None),
    ),
    "连州菜心": (
        ("test_report", "演示检字2022-097", date(2022, 10, 20), date(2023, 10, 19), None),
    ),
    "连州水晶梨": (
        ("famous", "演示名特优新017", date(2021, 4, 1), date(2026, 3, 31), date(2024, 4, 1)),
        ("test_report", "演示检字2023-022", date(2023, 8, 1), date(2024, 7, 31), None),
    ),
}


def build() -> None:
    """Enter the papers that are not there yet."""
    known = set(Qualification.objects.values_list("number", flat=True))
    for username, papers in OF_MERCHANTS.items():
        actor = people.actor(username)
        organisation = Organisation.objects.get(memberships__user=actor.person)
        for paper in papers:
            _enter(organisation, organisation.name, actor, paper, known)
    for name, papers in OF_PRODUCTS.items():
        product = Submission.objects.get(form_key=dossiers.form_key("product", name))
        actor = people.actor(people.county_person(str(product.county_id), 1))
        for paper in papers:
            _enter(product, name, actor, paper, known)


def _enter(holder: Any, name: str, actor: Any, paper: tuple[Any, ...], known: set[str]) -> None:
    """Put one paper on file and let the county's second official check it the day after."""
    kind, number, first, last, check = paper
    if number in known:
        return
    file = store_upload(upload=pictures.certificate(f"{name}-{number}"), kind="pdf", actor=actor)
    with clock.telling(ENTERED):
        row = domain.enter(
            holder=holder,
            actor=actor,
            kind=kind,
            number=number,
            issuer="演示发证机关",
            valid_from=first,
            valid_until=last,
            check_due_on=check,
            file=file,
        )
    # What merchants entered lately waits for the county: the second official has something to do.
    if isinstance(holder, Submission):
        with clock.telling(ENTERED + timedelta(days=1)):
            second = people.actor(people.county_person(str(holder.county_id), 2))
            domain.verify(qualification=row, actor=second)
