"""Who may see what: every address, walked by its owner, by a neighbour and by a stranger."""

from __future__ import annotations

import io

import pytest
from django.test import Client
from django.urls import reverse
from python_calamine import CalamineWorkbook

from tests import dossiers, walk

pytestmark = pytest.mark.django_db


@pytest.fixture
def sides() -> tuple[walk.Side, walk.Side]:
    """乳源 and its neighbour 新丰, each with a row of every kind."""
    return walk.Side(dossiers.RUYUAN), walk.Side(dossiers.XINFENG)


def signed_in(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


def status(response) -> int:
    """The answer's status; a served file is read to its end, which closes it."""
    if response.streaming:
        content(response)
    return response.status_code


def content(response) -> str:
    """What a reader could find in an answer, inside a workbook too."""
    data = b"".join(response.streaming_content) if response.streaming else response.content
    if data[:2] == b"PK":
        sheets = CalamineWorkbook.from_filelike(io.BytesIO(data))
        return str([sheets.get_sheet_by_name(name).to_python() for name in sheets.sheet_names])
    return data.decode("utf-8", "replace")


def test_every_address_is_walked():
    known = {*walk.ROWS, *walk.ADMIN_ROWS, *walk.LISTS, *walk.OWN_ACTS, *walk.FORMS, *walk.PUBLIC}
    known |= {*walk.SHARED, *walk.OPEN}
    unknown = {name for name, _args in walk.own_routes()} - known
    assert not unknown, "Say in tests/walk.py who sees these addresses"
    with_ids = {name for name, args in walk.own_routes() if args}
    assert with_ids <= {
        *walk.ROWS,
        *walk.ADMIN_ROWS,
        *walk.FORMS,
        *walk.PUBLIC,
        *walk.SHARED,
        *walk.OPEN,
    }


def test_the_owner_sees_every_page(sides):
    here, _there = sides
    answers = {
        name: status(signed_in(getattr(here, stop.who)).get(walk.address(name, stop, here)))
        for name, stop in walk.ROWS.items()
    }
    assert answers == {name: stop.answer for name, stop in walk.ROWS.items()}


@pytest.mark.parametrize("method", ["get", "post"])
def test_the_neighbour_gets_404_and_changes_nothing(sides, method):
    here, there = sides
    clients = {"official": signed_in(there.official), "merchant": signed_in(there.merchant)}
    before = walk.fingerprint()
    answers = {}
    for name, stop in {**walk.ROWS, **walk.ADMIN_ROWS}.items():
        url = walk.address(name, stop, here)
        for who, client in clients.items():
            answer = getattr(client, method)(url, {"name": "夺", "seen": "1", "note": "夺"})
            answers[f"{name} {who}"] = status(answer)
    # 405 says only that the address takes the other method; that one is walked too.
    assert {k: v for k, v in answers.items() if v not in {404, 405}} == {}
    assert len([v for v in answers.values() if v == 404]) > len(answers) / 3
    after = walk.fingerprint()
    assert [label for label in after if after[label] != before[label]] == []


def test_post_only_addresses_give_the_neighbour_404(sides):
    here, there = sides
    post_only = {n: s for n, s in {**walk.ROWS, **walk.ADMIN_ROWS}.items() if s.answer == 405}
    answers = {
        name: signed_in(there.official).post(walk.address(name, stop, here)).status_code
        for name, stop in post_only.items()
    }
    assert answers == dict.fromkeys(post_only, 404)


def test_lists_and_exports_show_no_mark_of_the_neighbour(sides):
    here, there = sides
    seen_own = []
    for name in sorted(walk.LISTS):
        for who in (there.official, there.merchant):
            answer = signed_in(who).get(reverse(name))
            if answer.status_code != 200:
                assert answer.status_code in {302, 403, 404}
                continue
            text = content(answer)
            assert here.mark not in text, name
            if there.mark in text:
                seen_own.append(name)
    # The walk would prove nothing on lists that show nothing.
    assert {"dossiers", "dossiers-export", "organisations", "organisations-export"} <= {*seen_own}


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
    for name, stop in walk.SHARED.items():
        for who in (there.official, there.merchant):
            answer = signed_in(who).get(walk.address(name, stop, here))
            assert answer.status_code in {200, 404}
            assert here.mark not in content(answer), name


def test_open_pages_name_what_is_public_and_no_person(sides):
    here, there = sides
    for name, stop in walk.OPEN.items():
        for who in (there.official, there.merchant):
            answer = signed_in(who).get(walk.address(name, stop, here))
            assert answer.status_code == 200
            for person in (here.official, here.maker.user, here.merchant):
                assert person.full_name not in content(answer), name


def test_filters_do_not_reach_over_the_border(sides):
    here, there = sides
    client = signed_in(there.official)
    for query in ({"q": here.mark}, {"q": here.draft.code}, {"county": here.county}):
        for name in ("dossiers", "dossiers-export"):
            text = content(client.get(reverse(name), query)).replace(f'value="{here.mark}"', "")
            assert here.mark not in text, (name, query)


def test_a_neighbours_file_cannot_be_attached(sides):
    here, there = sides
    client = signed_in(there.official)
    stolen = str(here.file.pk)
    answer = client.post(
        reverse("dossier-edit", kwargs={"code": there.draft.code}) + "?seen=1",
        {"name": "借来的", "certificates": stolen},
    )
    assert answer.status_code == 200
    assert "A file is no longer there" not in content(answer)
    assert not there.draft.attachments.filter(file=here.file).exists()
    assert there.draft.__class__.objects.get(pk=there.draft.pk).title == there.draft.title


def test_without_signing_in_only_public_pages_answer(sides):
    here, _there = sides
    client = Client()
    wrong = {}
    for name, _args in walk.own_routes():
        if name in walk.PUBLIC:
            answer = client.get(reverse(name, kwargs=walk.PUBLIC[name](here)))
            allowed = {200, 302, 405}
        else:
            stops = {**walk.ROWS, **walk.ADMIN_ROWS, **walk.SHARED, **walk.OPEN}
            kwargs = stops[name].fill(here) if name in stops else walk.FORMS.get(name, {})
            answer = client.get(reverse(name, kwargs=kwargs))
            allowed = {302}
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
