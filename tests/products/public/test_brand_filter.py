"""The public catalogue by brand: regional brands, and those who hold a brand number."""

from __future__ import annotations

from datetime import date

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.test import Client
from django.urls import reverse

from portal.accounts.actor import Actor
from products import queries
from products.brands.domain import leave_brand
from products.public.forms import BrandedFilter
from tests import dossiers
from tests.answers import content, signed_in
from tests.copies import more
from tests.factories import OrganisationFactory, UserFactory
from tests.products import branding
from tests.qualifications.world import LAST, at, paper

pytestmark = [pytest.mark.django_db, pytest.mark.sqlite]
NUMBERS = ["number.yue", "number.famous", "number.gi"]


@pytest.fixture
def office() -> Actor:
    return dossiers.staff()


def names(**asked: str) -> list[str]:
    page = Client().get(reverse("products"), asked).context["page_obj"]
    assert page.paginator.count == len(page.object_list)
    return sorted(product.name for product in page)


def test_a_regional_brand_narrows_to_its_present_members(office):
    owner = dossiers.official()
    brand = branding.brand(office)
    radish, tea, _none = (
        dossiers.product_in("published", owner=owner, name=name) for name in ("萝卜", "茶", "笋")
    )
    for row in (radish, tea):
        branding.join_brand(brand=brand, product=row.product, actor=office)
    assert names() == ["笋", "茶", "萝卜"]
    assert names(brand=brand.code) == ["茶", "萝卜"]
    assert names(brand=brand.code, q="luobo") == ["萝卜"]
    leave_brand(member=tea.product.brands.get(), actor=office)
    assert names(brand=brand.code) == ["萝卜"]
    # The address keeps it through the order and the other filters.
    text = content(Client().get(reverse("products"), {"brand": brand.code}))
    assert f'<option value="{brand.code}" selected>乳源彩石</option>' in text
    assert f'href="?brand={brand.code}&amp;sort=name"' in text


def test_a_brand_number_counts_for_its_product_or_for_all_its_holder_offers(office):
    owner, shop = dossiers.official(), Actor.of(UserFactory(merchant=OrganisationFactory()))
    radish = dossiers.product_in("published", owner=owner, name="萝卜")
    for name in ("茶", "笋"):
        dossiers.product_in("published", owner=shop, name=name)
    paper(radish, owner, kind="gi")
    paper(shop.memberships[0].organisation, shop, kind="yue")
    # A number of a draft shows nobody the draft.
    paper(dossiers.product_in("draft", owner=owner, name="稿"), owner, kind="gi")
    assert names(brand="number.gi") == ["萝卜"]
    assert names(brand="number.yue") == ["笋", "茶"]
    assert names(brand="number.famous") == []
    # The last valid day is in Shanghai; a lapsed number takes the word off, not the product away.
    with at(LAST, "23:59:59"):
        assert names(brand="number.gi") == ["萝卜"]
    with at(date(2023, 11, 1), "00:00:00"):
        assert names(brand="number.gi") == []
        assert "萝卜" in names()


def test_what_is_no_brand_narrows_nothing_and_hidden_brands_are_offered_to_their_region(office):
    dossiers.product_in("published", name="萝卜")
    hidden = branding.brand(office, name="未公开", is_public=False)
    for unknown in (hidden.code, "number.licence", "number.", "x" * 300, "'"):
        assert names(brand=unknown) == ["萝卜"]
    address = reverse("products")
    assert "未公开" not in content(Client().get(address))
    own = signed_in(UserFactory(official=dossiers.RUYUAN))
    assert "未公开" in content(own.get(address))


@pytest.mark.parametrize("asked", [*NUMBERS, "regional"])
def test_papers_and_members_are_found_by_an_index(asked, office):
    brand = branding.brand(office)
    code = brand.code if asked == "regional" else asked
    # Many papers that are no brand numbers, as there are.
    report = paper(dossiers.product_in("published"), dossiers.official())
    more(report, 2000)
    form = BrandedFilter({"brand": code}, user=AnonymousUser())
    rows = form.restrict(queries.published().order_by())
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE qualifications_qualification, products_brandmember")
    plan = rows.explain()
    assert ("products_brandmember" if asked == "regional" else "qualification_of_kind") in plan
