"""What is read about a dossier."""

from __future__ import annotations

import pytest
from django.test import Client

from portal.submissions import queries
from tests import dossiers
from tests.creators import world as creators
from tests.merchants import world as subsidies

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("state", "ahead"),
    [
        ("draft", ["提交审核", "同意推荐", "审核通过", "发布"]),
        ("returned", ["提交审核", "同意推荐", "审核通过", "发布"]),
        ("submitted", ["同意推荐", "审核通过", "发布"]),
        ("endorsed", ["审核通过", "发布"]),
        ("approved", ["发布"]),
        ("published", []),
        ("refused", []),
        ("suspended", []),
        ("withdrawn", []),
    ],
)
def test_the_way_ahead_ends_where_the_dossier_does(state: str, ahead: list[str]) -> None:
    assert queries.ahead(dossiers.product_in(state)) == ahead


def test_a_kind_has_only_its_own_steps_ahead() -> None:
    creator = creators.draft(creators.person())
    row = subsidies.subsidy_round(dossiers.staff())
    application = subsidies.application(subsidies.merchant(), row)
    assert queries.ahead(creator) == ["提交审核", "核实通过"]
    assert queries.ahead(application) == ["提交审核", "同意推荐", "审核通过"]


def test_the_record_shows_what_is_ahead_without_saying_it_is_done() -> None:
    owner = dossiers.official()
    row = dossiers.product_in("submitted", owner=owner)
    client = Client()
    client.force_login(owner.person)
    page = client.get(row.get_absolute_url()).content.decode()
    assert page.count('<li class="ahead">') == 3
    assert page.count('aria-current="step"') == 1
    assert '<span class="what">发布</span><span class="small">（尚未到达）</span>' in page
