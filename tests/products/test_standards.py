"""Product standards: versions that follow each other, and the products that keep them."""

from __future__ import annotations

from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.test import Client

from portal.accounts.actor import Actor
from portal.audit.models import Entry
from portal.verdict import RuleBroken
from products.brands import domain
from products.brands.models import Standard, StandardVersion
from tests import dossiers
from tests.answers import content, signed_in, status
from tests.factories import UserFactory
from tests.products.branding import standard
from tests.qualifications.world import at, scan

pytestmark = pytest.mark.django_db


@pytest.fixture
def office() -> Actor:
    return dossiers.staff()


def version(actor: Actor, row: Standard, first: date, name: str, last: date | None = None):
    return domain.add_version(
        standard=row,
        actor=actor,
        version=name,
        file=scan(actor),
        in_force_from=first,
        in_force_to=last,
    )


def test_a_newer_version_ends_the_one_before_and_the_older_stay(office):
    row = standard(office)
    version(office, row, date(2023, 11, 1), "2023")
    versions = [(v.version, v.in_force_from, v.in_force_to) for v in row.versions.all()]
    assert versions == [
        ("2023", date(2023, 11, 1), None),
        ("2022", date(2022, 1, 1), date(2023, 10, 31)),
    ]
    for day, current in ((date(2023, 10, 31), "2022"), (date(2023, 11, 1), "2023")):
        with at(day):
            assert Standard.objects.get(pk=row.pk).in_force.version == current
    with pytest.raises(ValidationError) as refused:
        version(office, row, date(2023, 11, 1), "旧")
    assert refused.value.message_dict == {"in_force_from": ["新版本的实施日须晚于2023年11月1日。"]}
    with pytest.raises(ValidationError, match="该版本已登记"):
        version(office, row, date(2024, 1, 1), "2023")
    assert StandardVersion.objects.count() == 2


def test_staff_put_a_standard_on_file_and_everybody_signed_in_reads_it(office):
    client = signed_in(office.user)
    values = {
        "code": "DB44/T 100",
        "title": "清远鸡养殖规范",
        "version": "2023",
        "in_force_from": "2023-01-01",
        "document-new": dossiers.pdf_upload("规范.pdf"),
    }
    wrong = client.post("/standards/new/", values | {"in_force_to": "2022-01-01"})
    assert wrong.context["form"].errors["in_force_to"] == ["截止日不能早于起始日。"]
    kept = wrong.context["form"]["document"].value()
    del values["document-new"]
    answer = client.post("/standards/new/", values | {"document": kept})
    row = Standard.objects.get()
    assert answer["Location"] == f"/standards/{row.pk}/"
    file = row.versions.get().file
    merchant = signed_in(UserFactory(merchant=True))
    assert "清远鸡养殖规范" in content(merchant.get("/standards/"))
    assert "规范" in content(merchant.get(f"/standards/{row.pk}/"))
    assert status(merchant.get(f"/files/{file.pk}/")) == 200
    assert status(Client().get(f"/files/{file.pk}/")) == 404
    assert "DB44/T 100" in content(merchant.get("/standards/export/"))
    assert merchant.get("/standards/", {"q": "db44"}).context["page_obj"].paginator.count == 1
    assert merchant.get("/standards/", {"q": "茶"}).context["page_obj"].paginator.count == 0
    again = client.post("/standards/new/", values | {"document": kept})
    assert "code" in again.context["form"].errors
    assert Standard.objects.count() == 1


def test_a_county_keeps_its_own_standards_and_no_others(office):
    official = dossiers.official()
    row = standard(office)
    client = signed_in(official.user)
    assert client.get(f"/standards/{row.pk}/versions/new/").status_code == 404
    with pytest.raises(RuleBroken):
        version(official, row, date(2024, 1, 1), "2024")
    form = client.get("/standards/new/").context["form"]
    assert [county.pk for county in form.fields["county"].queryset] == [dossiers.RUYUAN]
    own = standard(
        official,
        code="T/RY 1",
        city=form.fields["city"].queryset.get(),
        county=form.fields["county"].queryset.get(),
    )
    values = {
        "version": "2024",
        "in_force_from": "2024-01-01",
        "document-new": dossiers.pdf_upload(),
    }
    answer = client.post(f"/standards/{own.pk}/versions/new/", values)
    assert answer["Location"] == f"/standards/{own.pk}/"
    assert own.versions.count() == 2
    there = signed_in(UserFactory(official=dossiers.XINFENG))
    assert there.get(f"/standards/{own.pk}/versions/new/").status_code == 404


def test_a_product_names_the_standards_it_keeps(office):
    owner = dossiers.official()
    row, product = standard(office), dossiers.product_in("published", owner=owner)
    page, client = f"/products/{product.code}/standards/", signed_in(owner.user)
    assert f'href="{page}"' in content(client.get(f"/dossiers/{product.code}/"))
    looked = client.post(page, {"row-words": "没有的", "row-find": "1"})
    assert "没有找到与“没有的”相符的结果" in content(looked)
    # The number alone will do.
    assert client.post(page, {"row-words": row.code})["Location"] == page
    assert str(row) in content(client.get(f"/dossiers/{product.code}/"))
    assert client.post(page, {"row": row.pk}).status_code == 200
    with pytest.raises(RuleBroken, match="已登记执行此标准"):
        domain.follow(submission=product, standard=row, actor=owner)
    (line,) = client.get("/standards/").context["page_obj"]
    assert line.kept == 1
    followed = product.product.standards.get()
    for stranger in (UserFactory(official=dossiers.XINFENG), UserFactory()):
        assert signed_in(stranger).get(page).status_code == 404
        assert signed_in(stranger).post(f"{page}{followed.pk}/end/").status_code == 404
    assert client.post(f"{page}{followed.pk}/end/")["Location"] == page
    assert not product.product.standards.now().exists()
    # It may be kept again; the days it was kept before stay.
    assert client.post(page, {"row": row.pk})["Location"] == page
    assert product.product.standards.count() == 2
    acts = Entry.objects.filter(act__in=["standard.follow", "standard.unfollow"])
    assert list(acts.order_by("pk").values_list("act", flat=True)) == [
        "standard.follow",
        "standard.unfollow",
        "standard.follow",
    ]


@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("standard_version_ends_after_its_beginning", {"in_force_to": date(2021, 1, 1)}),
        (r"one_standard_version_of_a_name|\.version", {"version": "2022"}),
        (r"one_open_standard_version|\.standard_id", {"in_force_to": None}),
    ],
)
def test_the_database_refuses(name, change, office):
    row = standard(office)
    version(office, row, date(2023, 1, 1), "2023", date(2023, 12, 31))
    newest = version(office, row, date(2024, 1, 1), "2024")
    target = row.versions.get(version="2023") if "in_force_to" in change else newest
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        StandardVersion.objects.filter(pk=target.pk).update(**change)
    with pytest.raises(IntegrityError, match="standard_county_has_city"), transaction.atomic():
        Standard.objects.filter(pk=row.pk).update(county=dossiers.RUYUAN)
