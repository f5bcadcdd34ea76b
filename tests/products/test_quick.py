"""Quick entry on a phone, and forms that save themselves, seen from the portal."""

from __future__ import annotations

import uuid

import pytest
from django.urls import reverse

from portal.moves.models import MoveLog
from portal.submissions.models import Submission
from products.models import Product
from tests import dossiers
from tests.submissions.test_views import posted, signed_in

pytestmark = pytest.mark.django_db
QUICK = {
    "category": "tea",
    "name": "必背瑶山茶",
    "price": "88",
    "unit": "bag",
    "contact_name": "盘阿妹",
    "contact_phone": "13800138000",
}
BY_ITSELF = {"X-Autosave": "1"}


@pytest.fixture
def owner():
    return dossiers.official()


@pytest.fixture
def client(owner):
    return signed_in(owner.user)


def address():
    return f"{reverse('product-quick')}?form_key={uuid.uuid4()}"


def history(row):
    return list(MoveLog.objects.of(row).order_by("pk").values_list("move", flat=True))


def test_five_things_make_a_draft_that_says_what_a_desk_has_to_add(client, owner):
    page = client.get(reverse("product-quick"))
    assert page.context["form"]["contact_phone"].value() == owner.user.phone
    assert [*page.context["form"].fields][:4] == ["photos", "category", "name", "price"]
    assert 'capture="environment"' in page.content.decode()
    page = client.post(address(), QUICK | {"photos-new": dossiers.photo_upload()}, follow=True)
    row = Submission.objects.get()
    assert page.redirect_chain == [(row.get_absolute_url(), 302)]
    assert [str(message) for message in page.context["messages"]] == [
        "已存为草稿。回办公室后还要补：产品特色、包装规格、库存、每日可发货量、证书。"
    ]
    product = Product.objects.get()
    assert (product.category_id, str(product.price), product.unit) == ("tea", "88.00", "bag")
    assert (row.state, row.attachments.get().purpose) == ("draft", "photos")


def test_who_files_nothing_enters_nothing(client):
    stranger = signed_in(dossiers.staff().user)
    page = stranger.get(reverse("product-quick"), follow=True)
    assert [str(message) for message in page.context["messages"]] == [
        "产品由县区工作人员或商家申报。"
    ]
    stranger.post(address(), QUICK)
    assert not Submission.objects.exists()


def test_going_on_changes_the_few_and_leaves_what_a_desk_filled_in(client, owner):
    row = dossiers.draft_product(owner)
    there = reverse("product-quick-go-on", args=[row.code])
    sent = QUICK | {"photos": [str(row.attachments.get(purpose="photos").file_id)]}
    client.post(f"{there}?seen={row.version}", sent)
    product = Product.objects.get()
    assert (product.name, product.category_id, product.description, product.stock) == (
        "必背瑶山茶",
        "tea",
        "高山冷凉菜，脆甜少渣。",
        500,
    )
    assert row.attachments.count() == 2
    stale = client.post(f"{there}?seen={row.version}", sent | {"name": "别的茶"})
    assert stale.context["form"].non_field_errors()
    assert stale.context["form"]["name"].value() == "别的茶"
    assert Product.objects.get().name == "必背瑶山茶"


@pytest.mark.parametrize("start", ["product-quick", "dossier-new"])
def test_a_new_form_that_saves_itself_makes_one_draft_and_goes_on_with_it(client, start):
    kind = {"kind": "product"} if start == "dossier-new" else {}
    new = f"{reverse(start, kwargs=kind)}?form_key={uuid.uuid4()}"
    first = client.post(new, QUICK, headers=BY_ITSELF).json()
    row = Submission.objects.get()
    name = "dossier-edit" if kind else "product-quick-go-on"
    assert first["address"] == reverse(name, args=[row.code])
    assert (first["action"], first["seen"], first["again"]) == (
        f"{first['address']}?seen=1",
        1,
        False,
    )
    second = client.post(first["action"], QUICK | {"name": "瑶山红茶"}, headers=BY_ITSELF).json()
    third = client.post(second["action"], QUICK | {"name": "瑶山绿茶"}, headers=BY_ITSELF).json()
    assert (second["seen"], third["seen"]) == (2, 3)
    row.refresh_from_db()
    assert (row.title, Submission.objects.count()) == ("瑶山绿茶", 1)
    # One sitting is one line in the history.
    assert history(row) == ["create"]


def test_the_lost_answer_to_a_first_saving_loses_nothing_that_was_typed_since(client):
    new = address()
    client.post(new, QUICK, headers=BY_ITSELF)
    page = client.post(new, QUICK | {"name": "瑶山红茶"}, follow=True)
    row = Submission.objects.get()
    assert page.redirect_chain == [(row.get_absolute_url(), 302)]
    assert row.title == "瑶山红茶"
    # But never over what somebody else wrote there.
    told = client.post(new, QUICK, headers=BY_ITSELF).json()
    row.refresh_from_db()
    assert (told["again"], row.title) == (True, "瑶山红茶")


def test_a_saving_that_arrives_after_the_button_takes_no_file_away(client, owner):
    new = address()
    client.post(new, QUICK | {"photos-new": dossiers.photo_upload()})
    row = Submission.objects.get()
    late = client.post(new, QUICK, headers=BY_ITSELF).json()
    assert (late["again"], late["seen"]) == (False, 1)
    client.post(new, QUICK | {"name": "瑶山红茶"}, headers=BY_ITSELF)
    there = reverse("product-quick-go-on", args=[row.code])
    client.post(f"{there}?seen=2", QUICK | {"name": "瑶山绿茶"}, headers=BY_ITSELF)
    edit = reverse("dossier-edit", args=[row.code])
    client.post(f"{edit}?seen=3", QUICK | {"name": "瑶山白茶"}, headers=BY_ITSELF)
    row.refresh_from_db()
    assert (row.title, row.version, row.attachments.count()) == ("瑶山白茶", 4, 1)
    # The button takes off what was unticked.
    client.post(f"{there}?seen=4", QUICK)
    assert row.attachments.count() == 0


def test_what_does_not_fit_is_told_and_not_written(client, owner):
    new = address()
    told = client.post(new, QUICK | {"name": "", "price": "0"}, headers=BY_ITSELF)
    assert (told.status_code, told.json()) == (422, {"why": "有 2 处需要修改"})
    row = dossiers.draft_product(owner)
    edit = reverse("dossier-edit", args=[row.code])
    told = client.post(f"{edit}?seen={row.version}", QUICK | {"price": "x"}, headers=BY_ITSELF)
    assert told.status_code == 422
    told = client.post(f"{edit}?seen=0", QUICK, headers=BY_ITSELF)
    assert told.status_code == 409
    assert Product.objects.get().name == "乳源彩石萝卜"


@pytest.mark.parametrize("state", ["published", "submitted"])
def test_a_form_saves_itself_into_drafts_alone(client, owner, state):
    row = dossiers.product_in(state, owner=owner)
    there = reverse("product-quick-go-on", args=[row.code])
    assert client.post(f"{there}?seen={row.version}", QUICK, headers=BY_ITSELF).status_code == 409
    edit = reverse("dossier-edit", args=[row.code])
    answer = client.post(f"{edit}?seen={row.version}", QUICK, headers=BY_ITSELF)
    assert answer.status_code == (409 if state == "published" else 302)
    assert Product.objects.get().name == "乳源彩石萝卜"
    assert not row.revisions.exists()


def test_for_whom_a_cadre_files_may_be_written_until_it_is_submitted(client, owner):
    first = client.post(
        f"{reverse('dossier-new', args=['product'])}?form_key={uuid.uuid4()}",
        QUICK,
        headers=BY_ITSELF,
    ).json()
    page = client.get(first["address"])
    client.post(first["action"], posted(page) | {"filed_for": "邓阿婆"})
    row = Submission.objects.get()
    assert row.filed_for == "邓阿婆"
    page = client.get(first["address"])
    assert page.context["form"]["filed_for"].value() == "邓阿婆"
    # A sheet or a quick entry that says nothing of it leaves it.
    there = reverse("product-quick-go-on", args=[row.code])
    client.post(f"{there}?seen={row.version}", QUICK | {"name": "瑶山红茶"})
    row.refresh_from_db()
    assert (row.title, row.filed_for) == ("瑶山红茶", "邓阿婆")
    other = dossiers.product_in("returned", owner=owner)
    page = client.get(reverse("dossier-edit", args=[other.code]))
    assert "filed_for" not in page.context["form"].fields


def test_the_session_that_ended_is_told_apart_from_a_saving():
    from django.test import Client

    answer = Client().post(address(), QUICK, headers=BY_ITSELF)
    assert answer.status_code == 302
    assert not Submission.objects.exists()
