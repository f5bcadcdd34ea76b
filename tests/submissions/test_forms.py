"""What a form knows before anybody types, and what the list of dossiers finds."""

from __future__ import annotations

import pytest
from django.urls import reverse

from portal.accounts.actor import Actor
from portal.submissions import kinds, values
from portal.submissions.completeness import full_form, missing_fields
from portal.submissions.forms import QueueFilter
from portal.submissions.models import Submission
from tests import dossiers
from tests.factories import OrganisationFactory, UserFactory

pytestmark = [pytest.mark.django_db, pytest.mark.sqlite]


@pytest.fixture
def owner():
    return dossiers.official()


@pytest.fixture
def rows(owner):
    """Three drafts and a submitted one of another county."""
    for name in ("乳源彩石萝卜", "必背瑶山茶", "50%糖 Yao Tea"):
        dossiers.draft_product(owner, name=name)
    neighbour = dossiers.official(dossiers.XINFENG)
    dossiers.product_in("submitted", owner=neighbour, name="新丰萝卜")
    return Submission.objects.order_by("pk")


def found(rows, actor, **query):
    return [row.title for row in QueueFilter(query).restrict(rows, actor)]


def test_two_characters_in_the_middle_of_a_title_are_found(rows, owner):
    assert found(rows, owner, q="瑶山") == ["必背瑶山茶"]
    assert found(rows, owner, q="萝卜") == ["乳源彩石萝卜", "新丰萝卜"]
    assert found(rows, owner, q="荔枝") == []


def test_letters_are_found_in_either_case_and_blanks_around_do_not_matter(rows, owner):
    assert found(rows, owner, q="  yao tea ") == ["50%糖 Yao Tea"]


def test_a_sign_is_no_wildcard_and_only_parts_words(rows, owner):
    assert found(rows, owner, q="50%糖") == ["50%糖 Yao Tea"]
    assert found(rows, owner, q="瑶%卜") == []
    assert found(rows, owner, q="_") == []


def test_a_code_is_found_by_its_beginning_and_in_either_case(rows, owner):
    code = rows[1].code
    assert found(rows, owner, q=code.lower()) == ["必背瑶山茶"]
    assert "必背瑶山茶" in found(rows, owner, q=code[:-1])
    assert found(rows, owner, q=code[1:-1]) == []


def test_filters_narrow_together_and_what_nobody_offers_is_left_out(rows, owner):
    assert found(rows, owner, q="萝卜", state="submitted") == ["新丰萝卜"]
    assert found(rows, owner, q="萝卜", county=dossiers.RUYUAN) == ["乳源彩石萝卜"]
    assert found(rows, owner, q="萝卜", turn="own") == ["乳源彩石萝卜"]
    assert found(rows, owner, q="萝卜", kind="spot") == []
    assert found(rows, owner, q="瑶山", state="nonsense") == ["必背瑶山茶"]


def known(kind, user):
    return kinds.get(kind).form.prefill(Actor.of(user))


def test_the_contact_is_the_organisations_else_that_of_the_person_who_files(client):
    organisation = OrganisationFactory(contact_name="盘小英", contact_phone="13700000001")
    silent = OrganisationFactory(contact_name="", contact_phone="")
    words = {"full_name": "邓阿婆", "phone": "13800138009"}
    of_organisation = {"contact_name": "盘小英", "contact_phone": "13700000001"}
    of_person = {"contact_name": "邓阿婆", "contact_phone": "13800138009"}
    person = UserFactory(merchant=organisation, **words)
    for kind in ("product", "spot"):
        assert known(kind, person) == of_organisation
    assert known("route", person) == {}

    client.force_login(person)
    page = client.get(reverse("dossier-new", args=["product"])).content.decode()
    assert 'value="盘小英"' in page
    assert 'value="13700000001"' in page

    person.memberships.update(organisation=silent)
    assert known("product", person) == of_person
    person.memberships.all().delete()
    assert known("spot", person) == of_person


def test_nothing_in_stock_is_a_number_and_stays_one():
    owner = dossiers.official()
    row = dossiers.product_in("published", owner=owner, stock="0")
    assert row.record.stock == 0
    form = full_form(row, {"price": "41.00"}, owner)
    assert form.is_valid(), form.errors
    assert (form.cleaned_data["stock"], missing_fields(row)) == (0, [])
    assert values.changes({"stock": None}, {"stock": 0}) == {"stock": [None, 0]}
    assert values.changes({"stock": 5}, {"stock": 0}) == {"stock": [5, 0]}
    nothing = {"a": None, "b": "", "c": False, "d": []}
    assert values.changes(nothing, dict.fromkeys(nothing)) == {}
