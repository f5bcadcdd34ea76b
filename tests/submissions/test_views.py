"""Forms and moves through the page: what was typed is kept, what others did is not undone."""

import pytest
from django.test import Client

from portal.accounts.actor import Actor
from portal.submissions import kinds, values
from tests import dossiers
from tests.factories import PASSWORD, RUYUAN, UserFactory
from tests.fingerprint import fingerprint

pytestmark = pytest.mark.django_db


def signed_in(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


def posted(page) -> dict:
    """What the browser would send of the form on a page."""
    form = page.context["form"]
    data = {name: value for name, value in values.of_form(form).items() if value not in (None, "")}
    if form.is_bound:
        data = {key: form.data.getlist(key) for key in form.data}
    return data | dict(page.context["carried"])


def test_a_form_sent_again_changes_only_what_its_writer_touched():
    first, second = (UserFactory(official=RUYUAN) for _person in range(2))
    row = dossiers.product_in("published", owner=Actor.of(first))
    mine = signed_in(first)
    page = mine.get(f"/dossiers/{row.code}/edit/")
    sent = posted(page) | {"price": "45.00"}
    sent.pop("cold_chain", None)

    theirs = signed_in(second)
    other = theirs.get(f"/dossiers/{row.code}/edit/")
    theirs.post(
        f"/dossiers/{row.code}/edit/{other.context['action']}", posted(other) | {"stock": "7"}
    )
    row.record.refresh_from_db()
    assert row.record.stock == 7

    refused = mine.post(f"/dossiers/{row.code}/edit/{page.context['action']}", sent)
    assert "即时修改" in refused.context["form"].non_field_errors()[0]
    assert (str(row.record.price), row.record.stock) == ("39.90", 7)
    mine.post(f"/dossiers/{row.code}/edit/{refused.context['action']}", posted(refused))
    assert (str(row.record.price), row.record.stock) == ("45.00", 7)


def test_an_act_that_names_no_version_has_seen_nothing():
    row = dossiers.product_in("endorsed")
    client = signed_in(UserFactory(staff=True))
    before = fingerprint()
    page = client.post(f"/dossiers/{row.code}/move/approve/", follow=True)
    assert [message.level_tag for message in page.context["messages"]] == ["error"]
    assert fingerprint() == before


def test_the_reason_is_not_asked_of_who_may_not_decide():
    row = dossiers.product_in("endorsed")
    client = signed_in(UserFactory(official=RUYUAN))
    page = client.get(f"/dossiers/{row.code}/reason/refuse/", follow=True)
    assert page.redirect_chain == [(row.get_absolute_url(), 302)]
    assert [str(m) for m in page.context["messages"]] == ["只有项目办可以这样做。"]


@pytest.mark.parametrize(
    ("move", "typed", "field"),
    [
        ("return", {"reason-price": "wrong", "text-price": "与检测报告不符"}, "text-price"),
        ("refuse", {"note": "与检测报告不符"}, "note"),
    ],
)
def test_what_a_reviewer_typed_outlives_the_session(move, typed, field):
    row = dossiers.product_in("endorsed")
    user = UserFactory(staff=True)
    client = Client()
    login = {"login": user.username, "password": PASSWORD}
    client.post("/account/login/", login)
    del client.cookies["sessionid"]
    address = f"/dossiers/{row.code}/reason/{move}/?seen={row.version}"
    sent = client.post(address, typed)
    assert sent["Location"].startswith("/account/login/")
    page = client.post(sent["Location"], login, follow=True)
    assert page.context["form"][field].value() == "与检测报告不符"
    row.refresh_from_db()
    assert row.state == "endorsed"


@pytest.mark.parametrize("move", ["approve", "cancel"])
def test_the_second_click_on_a_change_is_no_error(move):
    owner = UserFactory(official=RUYUAN)
    row = dossiers.product_in("published", owner=Actor.of(owner))
    mine = signed_in(owner)
    page = mine.get(f"/dossiers/{row.code}/edit/")
    mine.post(
        f"/dossiers/{row.code}/edit/{page.context['action']}", posted(page) | {"name": "彩萝卜"}
    )
    revision = row.revisions.get()
    client = mine if move == "cancel" else signed_in(UserFactory(staff=True))
    address = f"/revisions/{revision.pk}/move/{move}/"
    for _click in range(2):
        page = client.post(address, {"seen": revision.version}, follow=True)
        assert "error" not in {message.level_tag for message in page.context["messages"]}
    assert kinds.get("product").model.objects.get(pk=row.pk).name == (
        "彩萝卜" if move == "approve" else "乳源彩石萝卜"
    )
