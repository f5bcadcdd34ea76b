"""Lists, their sheets and their filters: nothing of the neighbour's stands on them."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any
from urllib.parse import quote

import pytest
from django.test import Client
from django.urls import reverse

from portal import clock
from portal.statements.models import StatementState
from tests import walk
from tests.answers import content, shown, signed_in
from tests.factories import UserFactory
from tests.traffic.world import DAY

pytestmark = pytest.mark.django_db

# Those of `walk.LISTS` that show rows of a county to its people.
LISTS_OF_ROWS = {
    "dossiers",
    "dossiers-export",
    "sheet-list",
    "home",
    "notices",
    "organisations",
    "organisations-export",
    "qualifications",
    "qualifications-export",
    "placements",
    "placements-export",
    "pacing",
    "pacing-export",
    "alerts",
    "alerts-export",
    "brief",
    "brief-export",
    "make-goods",
    "make-goods-export",
    "profile",
    "desk-away",
    "desk-hand-over",
    "my-data",
    "my-data-close",
    "my-data-name",
    "region-deliveries",
    "region-deliveries-export",
    "sales",
    "sales-export",
    "takes",
    "takes-export",
    "trainees",
    "trainees-export",
    "keys",
    "keys-export",
    "webhook-log",
    "webhook-log-export",
    "api-products",
    "api-me",
}
# Lists whose filters reach no row of a county, each with its reason.
WITHOUT_ROWS = {
    "days": "days are the whole programme's",
    "design": "specimens that are nobody's",
    "pacing-room": "a question the office asks alone",
    "pacing-what-if": "the same",
    "brief": "of another county there is none: `traffic/briefs/test_brief.py`",
    "effect": "sums of a county, without a name; by creator: `home/test_effect.py`",
    "message-log": "it shows masked addresses and no text",
    "allotments": "sums of a county, without a name",
    "product-categories": "categories are the programme's",
    "calls": "calls are the whole programme's",
    "live-sessions": "sessions are the whole programme's",
}
# A workbook beside a list's export, by the same filters.
SHEETS = {"dossiers": "sheet-list"}
# What somebody who is after a side's rows may ask each filter of each list.
FILTERS: dict[str, Callable[[walk.Side], dict[str, list[Any]]]] = {
    "dossiers": lambda side: {
        "q": [side.mark, side.draft.code],
        "county": [side.county],
        "kind": ["product", "application"],
        "state": ["draft", "published"],
        "turn": ["me", "own"],
        "only": ["under_review"],
        "action": ["products", "merchants"],
    },
    "desk": lambda side: {
        "q": [side.mark, side.submitted.code],
        "county": [side.county],
        "kind": ["product"],
        "state": ["submitted", "endorsed"],
        "turn": ["me"],
        "reviewer": ["none"],
        "clock": ["over", "soon", "fine"],
        "age": ["3"],
    },
    "takes": lambda side: {
        "q": [side.mark],
        "state": ["taken"],
        "turn": ["judge", "hand_in"],
    },
    "keys": lambda side: {"q": [side.mark, side.key.prefix], "state": ["valid"]},
    "webhook-log": lambda side: {
        "q": [side.delivery.submission.code, "hooks.example"],
        "state": ["delivered"],
        "event": ["changed"],
    },
    "trainees": lambda side: {"part": ["enrolled", "trained"]},
    "region-deliveries": lambda side: {
        "county": [side.county],
        "city": [side.county[:4] + "00"],
        "action": ["products"],
        "campaign": [side.placement.campaign.code],
        "day": [DAY],
        "since": [DAY],
        "until": [DAY],
        "only": ["clicks"],
        "creator": ["all", side.creator.code],
        "dossier": [side.placement.submission.code],
    },
    "sales": lambda side: {
        "q": [side.mark],
        "city": [side.county[:4] + "00"],
        "county": [side.county],
        "category": ["vegetable"],
        "since": [DAY],
        "until": [DAY],
    },
    "organisations": lambda side: {
        "text": [side.mark, side.organisation.credit_code],
        "county": [side.county],
        "kind": [side.organisation.kind],
    },
    "qualifications": lambda side: {
        "q": [side.mark],
        "kind": [side.paper.kind],
        "part": ["soon", "valid", "check", "unchecked", "mine"],
        "county": [side.county],
    },
    "placements": lambda side: {
        "q": [side.mark, f"id-{side.county}"],
        "campaign": [side.placement.campaign_id],
        "channel": [side.placement.channel],
        "on": [DAY],
        "only": ["stopped"],
    },
    "pacing": lambda side: {
        "q": [side.mark, f"id-{side.county}"],
        "status": ["will_miss", "behind", "ahead"],
        "action": ["products"],
        "campaign": [side.placement.campaign.code],
        "county": [side.county],
    },
    "alerts": lambda side: {
        "state": ["open"],
        "kind": ["will_miss"],
        "county": [side.county],
    },
    "make-goods": lambda side: {
        "q": [side.mark],
        "state": ["proposed"],
        "county": [side.county],
    },
    "compared": lambda side: {
        "campaign": [side.placement.campaign_id],
        "source": [side.gap.source_id],
        "since": [DAY],
        "until": [DAY],
        "only": ["open"],
    },
    "statement-days": lambda side: {"until": [DAY], "only": ["gaps", "late"]},
    "work-list": lambda side: {"state": ["waiting"]},
    "statements": lambda side: {
        "source": [side.statement.source_id],
        "day": [DAY],
        "state": list(StatementState),
    },
    "unmatched": lambda side: {"q": [side.mark], "source": [side.statement.source_id]},
    "audit-list": lambda side: {
        "who": [side.mark, side.official.username],
        "act": ["submission.submit"],
        "kind": ["submissions.submission"],
        "subject": [side.draft.pk],
        "since": [clock.today()],
        "until": [clock.today()],
    },
    "people": lambda side: {"text": [side.mark, side.official.username], "role": ["official"]},
}


def test_lists_and_exports_show_no_mark_of_the_neighbour(sides):
    here, there = sides
    seen_own = set()
    for who in there.people().values():
        client = signed_in(who)
        for name in sorted(walk.LISTS):
            answer = client.get(reverse(name))
            assert answer.status_code in {200, 404}, name
            text = content(answer)
            assert here.mark not in text, name
            if there.mark in shown(text):
                seen_own.add(name)
    # The walk would prove nothing on lists that show nothing.
    assert seen_own == LISTS_OF_ROWS


def filters_on(page: str) -> set[str]:
    """The names of the filters a page offers, without sort and page size."""
    form = re.search(r'<form class="filters".*?</form>', page, re.S)
    return set(re.findall(r' name="(\w+)"', form[0])) - {"sort", "size"} if form else set()


def test_every_filter_of_every_list_is_tried(sides):
    here, _there = sides
    client = signed_in(UserFactory(staff=True, admin=True))
    offered = {name: filters_on(content(client.get(reverse(name)))) for name in walk.LISTS}
    tried = {name: set(questions(here)) for name, questions in FILTERS.items()}
    assert {name for name, fields in offered.items() if fields} == {*tried, *WITHOUT_ROWS}
    assert {name: offered[name] for name in tried} == tried


def test_no_filter_reaches_over_the_border(sides):
    here, there = sides
    owner = signed_in(UserFactory(staff=True, admin=True, official=here.county))
    neighbours = [signed_in(user) for user in (there.official, there.merchant)]
    for name, questions in FILTERS.items():
        found = False
        for query in ({field: v} for field, values in questions(here).items() for v in values):
            for url in map(reverse, {name, f"{name}-export", SHEETS.get(name)} & walk.LISTS):
                found |= here.mark in shown(asked(owner, url, query, here.mark))
                for client in neighbours:
                    assert here.mark not in asked(client, url, query, here.mark), (url, query)
        assert found, f"{name}: nobody finds the row, so that hiding it proves nothing"


def asked(client: Client, url: str, query: dict[str, Any], mark: str) -> str:
    """What a list answers to a filter, without the reader's own word in the filter's field."""
    answer = client.get(url, query)
    assert answer.status_code in {200, 404}, (url, query)
    text = content(answer)
    for quoted in (f'value="{mark}"', quote(mark)):
        text = text.replace(quoted, "")
    return text


def test_a_county_in_the_address_opens_no_neighbours_deliveries(sides):
    here, there = sides
    client = signed_in(there.official)
    for name in ("deliveries", "deliveries-export"):
        url = reverse(name, args=[there.placement.account_id])
        assert there.mark in shown(content(client.get(url)))
        assert here.mark not in content(client.get(url, {"county": here.county}))
