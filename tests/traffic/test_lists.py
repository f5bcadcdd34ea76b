"""The rows behind a figure: filtered, sorted, paged, exported, and opened by who may see them."""

from __future__ import annotations

import io
from datetime import date, datetime
from urllib.parse import urlencode

import pytest
from django.urls import reverse
from python_calamine import CalamineWorkbook

from portal import clock
from portal.accounts.actor import Actor
from portal.ledger import domain as ledger
from portal.ledger.models import Level, Transfer
from tests import dossiers
from tests.factories import OrganisationFactory, UserFactory
from tests.statements.pages import words
from tests.traffic import world
from tests.traffic.test_board import follow
from tests.traffic.world import DAY, ID, land
from traffic import pool

pytestmark = pytest.mark.django_db
NEXT = date(2023, 10, 21)
SECOND, LOST = "7390000000000000018", "7390000000000000999"


@pytest.fixture
def office():
    return dossiers.staff()


@pytest.fixture
def page(client, office):
    client.force_login(office.user)
    return client


def rows_of_workbook(answer):
    data = b"".join(answer.streaming_content)
    return CalamineWorkbook.from_filelike(io.BytesIO(data)).get_sheet_by_index(0).to_python()[1:]


# --- Deliveries ------------------------------------------------------------------------------


@pytest.fixture
def deliveries(office):
    """Two counties, two days; the address of the rows below their campaign."""
    campaign = world.placement(office).account.parent.parent
    world.placement(office, ids=(SECOND,), county=dossiers.XINFENG)
    rows = [(DAY, ID, 100), (NEXT, ID, 20), (DAY, SECOND, 3)]
    land(office, rows, days=(DAY, NEXT))
    return reverse("deliveries", args=[campaign.pk]), reverse(
        "deliveries-export", args=[campaign.pk]
    )


@pytest.mark.parametrize(
    ("asked", "counts"),
    [
        ({}, [3, 20, 100]),
        ({"day": "2023-10-20"}, [3, 100]),
        ({"county": dossiers.XINFENG}, [3]),
        ({"day": "2023-10-21", "county": dossiers.XINFENG}, []),
        # What nobody can mean narrows nothing, and the page says so.
        ({"day": "2023-02-30"}, [3, 20, 100]),
        ({"day": "2023-10-20\x00"}, [3, 20, 100]),
        ({"county": "\x00"}, [3, 20, 100]),
        ({"county": "999999"}, [3, 20, 100]),
    ],
)
def test_deliveries_are_narrowed_and_so_is_their_export(page, deliveries, asked, counts):
    listed, export = (f"{url}?{urlencode(asked)}" for url in deliveries)
    answer = page.get(listed)
    assert sorted(row.count for row in answer.context["page_obj"]) == counts
    assert answer.context["total"] == sum(counts)
    assert sorted(row[4] for row in rows_of_workbook(page.get(export))) == counts


def test_delivered_sums_say_as_of_which_day(page, deliveries):
    for url in (deliveries[0], reverse("region-deliveries")):
        assert "截至2023年10月21日" in words(page.get(url))
        assert "截至2023年10月20日" in words(page.get(f"{url}?day=2023-10-20"))
        # Where nothing was delivered there is nothing to date.
        assert "截至2023年10月1" not in words(page.get(f"{url}?day=2023-10-19"))


def test_boards_say_as_of_which_day_they_were_delivered(page, office):
    placement = world.placement(office)
    account = placement.account
    boards = [placement.get_absolute_url()]
    boards += [
        reverse("account", args=[row.pk])
        for row in (account.parent, account.parent.parent, account.parent.parent.parent)
    ]
    for url in boards:
        assert "截至2023年10月20日" not in words(page.get(url))
    land(office, [(DAY, ID, 100)])
    for url in boards:
        assert "截至2023年10月20日" in words(page.get(url))


def test_a_day_that_is_none_is_said_beside_its_field(page, deliveries):
    text = page.get(f"{deliveries[0]}?day=2023-02-30").content.decode()
    assert "输入一个有效的日期" in text
    assert 'value="2023-02-30"' in text


def test_below_a_county_only_days_are_asked_for(page, office):
    account = world.placement(office).account.parent
    answer = page.get(reverse("deliveries", args=[account.pk]))
    assert list(answer.context["filter"].fields) == ["day"]


# --- Addresses with characters no text has -----------------------------------------------------


def test_a_null_character_in_the_address_is_refused_with_a_word(page, office):
    world.placement(office)
    land(office, [(DAY, LOST, 40)])
    source = world.source().pk
    match = reverse("unmatched-match")
    assert page.get(f"{match}?source={source}&id=%00").status_code == 404
    assert page.get(f"{match}?source=%00&id={LOST}").status_code == 404
    # Looked for, it is no word: all that may be chosen is shown.
    answer = page.post(f"{match}?source={source}&id={LOST}", {"placement-words": "\0"})
    assert "请选择这个 ID 所属的投放" in answer.content.decode()
    assert 'type="radio" name="placement"' in answer.content.decode()
    assert page.get(f"{reverse('unmatched')}?q=%00").context["page_obj"].paginator.count == 1
    assert page.get(f"{reverse('placements')}?q=%00").context["page_obj"].paginator.count == 1
    answer = page.get(f"{reverse('placement-new')}?dossier=%00&channel=live")
    assert answer.context["form"].initial == {
        "channel": "live",
        "external_ids": "",
        "submission": None,
    }


# --- Transfers -------------------------------------------------------------------------------


@pytest.fixture
def action(office):
    """An action that was given 25 amounts, gave one on, and gave one back."""
    world.placement(office)
    account = pool.action_account("products")
    words = {"actor": office}
    for number in range(25):
        amount = 1000 + number * 7 % 25
        ledger.move(
            source=account.parent, target=account, amount=amount, reason=f"第{number}批", **words
        )
    below = account.children.get(level=Level.CAMPAIGN)
    ledger.move(source=account, target=below, amount=300, reason="丰收节", **words)
    ledger.reverse(transfer=Transfer.objects.get(reason="第3批"), reason="填错了", **words)
    return account


def test_transfers_are_paged_and_their_sum_is_that_of_all_pages(page, action):
    url = reverse("transfers", args=[action.pk])
    first, second = page.get(url), page.get(f"{url}?page=2")
    listed = [[row.signed for row in answer.context["page_obj"]] for answer in (first, second)]
    assert [len(rows) for rows in listed] == [20, 6]
    total = sum(sum(rows) for rows in listed)
    assert first.context["total"] == second.context["total"] == total == 25 * 1012 - 1021
    assert listed[0][0] == -1021
    assert listed[1][-1] == 1000


def test_transfers_are_sorted_and_filtered_and_the_side_stays(page, action):
    url = reverse("transfers", args=[action.pk])
    assert [row.signed for row in page.get(f"{url}?sort=oldest").context["page_obj"]][:2] == [
        1000,
        1007,
    ]
    amounts = [row.signed for row in page.get(f"{url}?sort=amount&size=50").context["page_obj"]]
    assert amounts == sorted(amounts, reverse=True)
    assert [row.reason for row in page.get(f"{url}?q=填错").context["page_obj"]] == ["填错了"]
    answer = page.get(f"{url}?side=given&q=丰收")
    assert ([row.signed for row in answer.context["page_obj"]], answer.context["total"]) == (
        [300],
        300,
    )
    text = answer.content.decode()
    assert '<input type="hidden" name="side" value="given"' in text
    assert f'href="{url}?side=given">显示全部' in text
    # Without a filter nothing is there to be taken away.
    assert "显示全部" not in page.get(f"{url}?side=given").content.decode()


@pytest.mark.parametrize(
    ("asked", "reasons"),
    [
        ("since=2023-10-02", ["午后", "早上"]),
        ("until=2023-10-01", ["前夜"]),
        ("since=2023-10-02&until=2023-10-02", ["早上"]),
        ("since=2030-01-01", []),
        # What nobody can mean narrows nothing.
        ("since=2023-02-30", ["午后", "早上", "前夜"]),
        ("until=x&q=%00&side=%00", ["午后", "早上", "前夜"]),
    ],
)
def test_transfers_are_narrowed_by_the_days_of_shanghai(page, office, asked, reasons):
    """Half past seven in the morning of 2 October is still the day before in UTC."""
    world.placement(office)
    account = pool.action_account("products")
    for day, hour, reason in ((1, 23, "前夜"), (2, 7, "早上"), (3, 15, "午后")):
        with clock.telling(datetime(2023, 10, day, hour, 30, tzinfo=clock.SHANGHAI)):
            ledger.move(
                source=account.parent, target=account, amount=5, actor=office, reason=reason
            )
    answer = page.get(f"{reverse('transfers', args=[account.pk])}?{asked}")
    assert [row.reason for row in answer.context["page_obj"]] == reasons
    assert answer.context["total"] == 5 * len(reasons)


def test_transfers_are_exported_as_they_are_filtered(page, action, office):
    url = reverse("transfers-export", args=[action.pk])
    assert len(rows_of_workbook(page.get(url))) == 26
    (row,) = rows_of_workbook(page.get(f"{url}?q=填错"))
    assert row[1:] == ["乡村电商", "流量池", -1021.0, "填错了", "否", str(office.user)]
    (row,) = rows_of_workbook(page.get(f"{url}?side=given"))
    assert row[1:5] == ["乡村电商", "丰收节", 300.0, "丰收节"]


# --- Merchants -------------------------------------------------------------------------------


@pytest.fixture
def shop():
    return OrganisationFactory(county_id=dossiers.RUYUAN)


@pytest.fixture
def promoted(office, shop):
    """A merchant's placement that was given impressions and delivered some."""
    placement = world.placement(office, owner=Actor.of(UserFactory(merchant=shop)))
    ledger.move(
        source=placement.account.parent.parent.parent.parent,
        target=placement.account,
        amount=500,
        actor=office,
        reason="丰收节首批",
    )
    land(office, [(DAY, ID, 100)])
    return placement


def test_a_merchant_opens_every_number_of_the_own_placement(client, shop, promoted, office):
    client.force_login(UserFactory(merchant=shop))
    assert follow(client, promoted.get_absolute_url()) == 3
    received = client.get(reverse("transfers", args=[promoted.account_id])).content.decode()
    assert "丰收节首批" in received
    assert str(office.user) not in received
    (row,) = rows_of_workbook(client.get(reverse("transfers-export", args=[promoted.account_id])))
    assert row[1:] == ["乳源瑶族自治县", promoted.name, 500.0, "丰收节首批", "否"]
    rows = rows_of_workbook(client.get(reverse("deliveries-export", args=[promoted.account_id])))
    assert [row[4] for row in rows] == [100]


def test_a_merchant_sees_no_account_above_and_no_other_merchants(client, shop, promoted, office):
    other = world.placement(office, ids=(SECOND,))
    client.force_login(UserFactory(merchant=shop))
    hidden = [other.account, *line_above(promoted.account)]
    assert len(hidden) == 6
    for account in hidden:
        for name in ("account", "transfers", "transfers-export", "deliveries", "deliveries-export"):
            assert client.get(reverse(name, args=[account.pk])).status_code == 404
    assert client.get(reverse("board")).status_code == 404
    client.force_login(UserFactory(merchant=OrganisationFactory(county_id=dossiers.RUYUAN)))
    assert client.get(promoted.get_absolute_url()).status_code == 404
    assert client.get(reverse("transfers", args=[promoted.account_id])).status_code == 404


def line_above(account):
    line = []
    while account.parent is not None:
        account = account.parent
        line.append(account)
    return line
