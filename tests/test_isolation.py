"""Who may see what: every address, walked by its owner, by a neighbour and by a stranger."""

from __future__ import annotations

import pytest
from django.contrib import admin
from django.test import Client
from django.urls import include, path, reverse

from portal.accounts.views.people import ACCOUNT_ACTS
from tests import walk
from tests.answers import Browsers, content, shown, signed_in, status
from tests.fingerprint import fingerprint
from tests.routes import own_routes

pytestmark = pytest.mark.django_db


def own_page(request):
    """A view of ours, for an address that is called like a library's."""


def test_every_address_is_walked():
    known = {*walk.ROWS, *walk.ADMIN_ROWS, *walk.LISTS, *walk.OWN_ACTS, *walk.FORMS, *walk.PUBLIC}
    known |= {*walk.SHARED, *walk.OPEN, *walk.NOWHERE}
    unknown = {name for name, _args in own_routes()} - known
    assert not unknown, "Say in tests/walk.py who sees these addresses"
    with_ids = {name for name, args in own_routes() if args}
    assert with_ids <= {
        *walk.ROWS,
        *walk.ADMIN_ROWS,
        *walk.FORMS,
        *walk.PUBLIC,
        *walk.SHARED,
        *walk.OPEN,
    }


def test_an_address_is_left_out_by_where_its_view_is_written_not_by_its_name():
    names = {name for name, _args in own_routes()}
    assert {"account_reset_password", "account_reset_password_done", "set_language"} <= names
    assert not {"account_login", "mfa_index", "usersessions_list", "admin:index"} & names
    ours = [path("x/", own_page, name=name) for name in ("account_x", "mfa_x", "adminx")]
    theirs = [path("admin/", admin.site.urls), path("2fa/", include("allauth.mfa.urls"))]
    assert own_routes([*ours, *theirs]) == [("account_x", ()), ("mfa_x", ()), ("adminx", ())]


def test_the_owner_sees_every_page_with_the_own_mark_on_it(sides):
    here, _there = sides
    stops = {**walk.ROWS, **walk.ADMIN_ROWS}
    answers, unmarked, browsers = {}, {}, Browsers()
    for name, stop in stops.items():
        answer = browsers(getattr(here, stop.who)).get(walk.address(name, stop, here))
        text = content(answer)
        answers[name] = answer.status_code
        if answer.status_code == 200 and here.mark not in shown(text):
            unmarked[name] = stop.unmarked
    assert answers == {name: stop.answer for name, stop in stops.items()}
    assert unmarked == {name: stop.unmarked for name, stop in stops.items() if stop.unmarked}


def taken(client: Client, url: str) -> set[str]:
    """The methods an address takes, as it says itself to one that none takes."""
    answer = client.options(url)
    return set((answer.get("Allow") or "GET, HEAD, POST").split(", "))


@pytest.mark.urls("tests.pages.plain_urls")
def test_neighbours_get_404_and_change_nothing(sides):
    here, there = sides
    clients = {who: signed_in(user) for who, user in there.people().items()}
    before = fingerprint()
    expected, answers = {}, {}
    for name, stop in {**walk.ROWS, **walk.ADMIN_ROWS}.items():
        url = walk.address(name, stop, here)
        takes = taken(clients["official"], url)
        # What the owner's GET gives 405 takes POST alone; everything else is a page.
        assert takes & {"GET", "POST"} == {"POST"} if stop.answer == 405 else "GET" in takes, name
        for who, client in clients.items():
            for method in ("GET", "POST"):
                send = getattr(client, method.lower())
                answer = send(url, {"name": "夺", "seen": "1", "note": "夺"})
                answers[f"{name} {who} {method}"] = status(answer)
                expected[f"{name} {who} {method}"] = 404 if method in takes else 405
    assert answers == expected
    after = fingerprint()
    assert [label for label in after if after[label] != before[label]] == []


@pytest.mark.urls("tests.pages.plain_urls")
def test_pages_about_people_are_the_administrators_alone(sides):
    here, _there = sides
    admin_client = signed_in(here.admin)
    clients = [signed_in(user) for user in (here.official, here.colleague, here.office)]
    before = fingerprint()
    acts = [
        reverse("person-act", kwargs={"pk": here.official.pk, "act": act}) for act in ACCOUNT_ACTS
    ]
    assert [admin_client.get(url).status_code for url in acts] == [200] * 4
    addresses = [walk.address(name, stop, here) for name, stop in walk.ADMIN_ROWS.items()]
    for url in {*acts, *addresses}:
        for client in clients:
            for method in taken(client, url) - {"HEAD"}:
                assert getattr(client, method.lower())(url).status_code == 404, url
    assert fingerprint() == before


def test_a_dossier_of_every_kind_stays_with_its_county(sides):
    from portal.submissions import kinds

    here, there = sides
    assert {row.kind for row in here.dossiers} == {kind.code for kind in kinds.every()}
    for row in here.dossiers:
        for name in ("dossier", "dossier-edit"):
            url = reverse(name, args=[row.code])
            for who in (there.official, there.merchant):
                client = signed_in(who)
                assert (client.get(url).status_code, client.post(url).status_code) in {
                    (404, 404),
                    (404, 405),
                }


def test_shared_pages_show_no_mark_of_the_neighbour(sides):
    here, there = sides
    browsers = Browsers()
    for name, stop in walk.SHARED.items():
        for who in (there.official, there.merchant):
            answer = browsers(who).get(walk.address(name, stop, here))
            assert answer.status_code in {200, 404}
            assert here.mark not in content(answer), name


def test_open_pages_name_what_is_public_and_no_person(sides):
    here, there = sides
    browsers = Browsers()
    for name, stop in walk.OPEN.items():
        for who in (there.official, there.merchant):
            answer = browsers(who).get(walk.address(name, stop, here))
            assert answer.status_code == 200
            for person in (here.official, here.maker.user, here.merchant):
                assert person.full_name not in content(answer), name


def test_a_neighbours_file_cannot_be_attached(sides):
    here, there = sides
    client = signed_in(there.official)
    stolen = str(here.file.pk)
    answer = client.post(
        reverse("dossier-edit", kwargs={"code": there.draft.code}) + "?seen=1",
        {"name": "借来的", "certificates": stolen},
    )
    assert answer.status_code == 200
    assert "有文件已不存在，或不是您上传的：请取消勾选后重新上传。" in content(answer)
    assert not there.draft.attachments.filter(file=here.file).exists()
    assert there.draft.__class__.objects.get(pk=there.draft.pk).title == there.draft.title


def test_without_signing_in_only_public_pages_answer(sides):
    here, _there = sides
    client = Client()
    wrong = {}
    for name, _args in own_routes():
        if name in walk.PUBLIC:
            answer = client.get(reverse(name, kwargs=walk.PUBLIC[name](here)))
            # Monitors are told that the reports of this world are late.
            allowed = {503} if name == "freshz" else {200, 302, 405}
        else:
            stops = {**walk.ROWS, **walk.ADMIN_ROWS, **walk.SHARED, **walk.OPEN}
            kwargs = stops[name].fill(here) if name in stops else walk.FORMS.get(name, {})
            answer = client.get(reverse(name, kwargs=kwargs))
            # A machine is told so; a person is led to where one signs in.
            allowed = {401} if name.startswith("api-") else {302}
            allowed = {404} if name in walk.NOWHERE else allowed
            if answer.status_code == 302 and not answer["Location"].startswith("/account/login/"):
                wrong[name] = answer["Location"]
        if status(answer) not in allowed:
            wrong[name] = answer.status_code
    assert wrong == {}


def test_files_of_drafts_stay_closed_to_strangers(sides):
    here, there = sides
    for client in (Client(), signed_in(there.official)):
        for attachment in here.draft.attachments.all():
            for name in ("file", "file-thumb"):
                url = reverse(name, kwargs={"pk": attachment.file_id})
                assert status(client.get(url)) == 404
