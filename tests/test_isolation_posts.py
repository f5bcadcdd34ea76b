"""What a neighbour posts: ids of rows that are not one's own, and to pages that all may read."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from portal.accounts.enums import Role
from portal.regions.models import Town
from portal.submissions.models import Submission
from tests import walk
from tests.answers import content, signed_in
from tests.factories import MembershipFactory, OrganisationFactory, UserFactory
from tests.fingerprint import fingerprint
from traffic.models import Placement

pytestmark = pytest.mark.django_db
# What a form says beside a choice that it does not offer.
NOT_OFFERED = "选择一个有效的选项"


def refused(client: Client, url: str, field: str, values: dict[str, Any]) -> None:
    """Post, and find the form again with that field's choice refused and nothing written."""
    before = fingerprint()
    answer = client.post(url, values)
    assert answer.status_code == 200
    form = answer.context["form"]
    assert NOT_OFFERED in " ".join(form.errors.get(field, [])), form.errors
    assert NOT_OFFERED in content(answer)
    assert fingerprint() == before


def filing(kind: str) -> str:
    return reverse("dossier-new", args=[kind])


def editing(row: Submission) -> str:
    row.refresh_from_db()
    return f"{reverse('dossier-edit', args=[row.code])}?seen={row.version}"


def test_a_round_of_another_county_takes_no_application(sides):
    here, there = sides
    merchant = signed_in(there.merchant)
    values = {"name": "借来的", "round": here.round.pk}
    refused(merchant, filing("application"), "round", values)
    refused(merchant, editing(there.application), "round", values)
    there.application.refresh_from_db()
    assert there.application.record.round == there.round


def test_nobody_applies_for_an_organisation_of_somebody_else(sides):
    here, there = sides
    second = OrganisationFactory(county_id=there.county)
    MembershipFactory(user=there.merchant, role=Role.MERCHANT, organisation=second)
    values = {"name": "借来的", "organisation": here.organisation.pk}
    refused(signed_in(there.merchant), filing("application"), "organisation", values)


def test_a_spot_lies_in_no_town_of_another_county(sides):
    here, there = sides
    town = Town.objects.filter(county=here.county).order_by("code").first()
    values = {"name": "借来的", "town": town.pk}
    for who in (there.official, there.merchant):
        refused(signed_in(who), filing("spot"), "town", values)
    refused(signed_in(there.official), editing(there.dossiers[1]), "town", values)


def test_a_route_leads_to_no_spot_that_is_not_published(sides):
    here, there = sides
    draft = here.dossiers[1]
    assert (draft.kind, draft.state) == ("spot", "draft")
    values = {"name": "借来的", "stop1": draft.pk}
    refused(signed_in(there.official), filing("route"), "stop1", values)


@pytest.mark.parametrize("state", ["draft", "submitted", "endorsed"])
def test_a_dossier_that_is_not_published_gets_no_placement(sides, state):
    here, _there = sides
    office = signed_in(here.office)
    values = {
        "submission": getattr(here, state).pk,
        "campaign": here.placement.campaign_id,
        "channel": "product",
        "first_day": "2023-10-01",
        "last_day": "2023-10-31",
        "source": here.placement.source_id,
        "metric": "impressions",
    }
    refused(office, reverse("placement-new"), "submission", values)


def test_officials_and_merchants_make_no_placement_not_even_of_their_own(sides):
    _here, there = sides
    before = Placement.objects.count()
    values = {"submission": there.published.pk, "campaign": there.placement.campaign_id}
    for who in (there.official, there.merchant):
        assert signed_in(who).post(reverse("placement-new"), values).status_code == 404
    assert Placement.objects.count() == before


def every_row() -> dict[str, set[str]]:
    """Each row of each table as text."""
    return {
        label: {json.dumps(row, sort_keys=True) for row in json.loads(text)}
        for label, text in fingerprint().items()
    }


def test_posts_to_pages_that_all_may_read_change_nothing_of_the_neighbours(sides):
    here, there = sides
    posts = {
        "subsidy-round": {"county": there.county, "fen": "100", "reason": "夺"},
        "subsidy-round-export": {},
        "class": {"county": here.county},
        "class-roster": {"county": here.county},
        "call": {"quota": "0"},
        "call-entries": {"row": f"{here.put_entry.pk}-{here.put_entry.version}", "move": "select"},
        "call-entries-export": {"state": "put"},
        "call-put-forward": {"product": here.published.pk},
        "live-session": {"host": "夺"},
    }
    assert set(posts) == set(walk.SHARED)
    people = {"official": there.official, "merchant": there.merchant, "stranger": UserFactory()}
    clients = {who: signed_in(user) for who, user in people.items()}
    before = every_row()
    answers = {
        f"{name} {who}": client.post(
            walk.address(name, walk.SHARED[name], here), values
        ).status_code
        for name, values in posts.items()
        for who, client in clients.items()
    }
    assert answers == {
        **{f"subsidy-round {who}": 404 for who in people},
        **{f"class {who}": 302 for who in people},
        **{f"class-roster {who}": 405 for who in people},
        **{
            f"{name} {who}": 405
            for name in ("call", "call-entries-export", "live-session", "subsidy-round-export")
            for who in people
        },
        **{f"call-entries {who}": 404 for who in people},
        # The neighbour's product is not among those an official may choose.
        "call-put-forward official": 200,
        "call-put-forward merchant": 404,
        "call-put-forward stranger": 404,
    }
    # Who posts may take a seat of one's own; no row that stood there changes.
    after = every_row()
    assert [label for label, rows in before.items() if not rows <= after[label]] == []


def test_a_trainee_who_signs_up_touches_nobody_elses_seat(sides):
    here, there = sides
    enrolled = here.enrolment
    client = signed_in(there.trainee)
    client.post(walk.address("class", walk.SHARED["class"], here), {"county": there.county})
    version = enrolled.version
    enrolled.refresh_from_db()
    assert (enrolled.state, enrolled.version) == ("enrolled", version)
    assert here.session.enrolments.count() == 2
