"""Putting products on shelves and taking them off; every named constraint attacked."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from portal.accounts.actor import Actor
from portal.audit.models import Entry
from portal.moves.domain import SeenTooOld
from portal.verdict import RuleBroken
from products.listings import domain
from products.listings.models import Item, Listing, ListingChange
from tests import dossiers
from tests.factories import UserFactory
from tests.products import world

pytestmark = pytest.mark.django_db


@pytest.fixture
def office() -> Actor:
    return dossiers.staff()


@pytest.fixture
def row(office: Actor):
    return dossiers.product_in("published", office=office)


def acts() -> list[tuple[str, dict[str, object]]]:
    rows = Entry.objects.filter(subject_type="products.listing").order_by("pk")
    return list(rows.values_list("act", "data"))


def test_a_listing_is_added_and_withdrawn_and_both_are_on_record(row, office):
    listing = world.listed(row, office)
    assert (listing.item.value, listing.item.product_id) == (world.ID, row.pk)
    withdrawn = domain.withdraw_listing(listing=listing, reason=" 采摘结束 ", actor=office)
    assert (withdrawn.withdrawn_on, withdrawn.withdrawn_because) == (
        date(2023, 10, 23),
        "采摘结束",
    )
    assert [act for act, _data in acts()] == ["listing.add", "listing.withdraw"]
    assert acts()[0][1] == {
        "code": row.code,
        "channel": "mall",
        "price": "42.50",
        "stock": 30,
        "external_id": world.ID,
    }
    assert acts()[1][1] == {"channel": "mall", "reason": "采摘结束"}
    with pytest.raises(RuleBroken, match="已经下架"):
        domain.withdraw_listing(listing=listing, reason="再来", actor=office)
    assert len(acts()) == 2


def test_a_change_keeps_what_was_who_and_when_and_is_on_record(row, office):
    listing = world.listed(row, office)
    colleague = dossiers.staff()
    changed = domain.change_listing(
        listing=listing, price=Decimal("39.90"), stock=30, seen=1, actor=office
    )
    assert (changed.price, changed.stock, changed.version) == (Decimal("39.90"), 30, 2)
    domain.change_listing(listing=listing, price=Decimal("39.90"), stock=0, seen=2, actor=colleague)
    kept = ListingChange.objects.order_by("pk").values_list(
        "changed_by", "old_price", "price", "old_stock", "stock"
    )
    assert list(kept) == [
        (office.person.pk, Decimal("42.50"), Decimal("39.90"), 30, 30),
        (colleague.person.pk, Decimal("39.90"), Decimal("39.90"), 30, 0),
    ]
    assert acts()[1] == ("listing.change", {"price": ["42.50", "39.90"], "stock": [30, 30]})
    # The same again changes nothing, whatever version was seen: a double click is no mistake.
    domain.change_listing(listing=listing, price=Decimal("39.90"), stock=0, seen=1, actor=office)
    assert (ListingChange.objects.count(), len(acts())) == (2, 3)


def test_a_change_of_what_moved_on_is_refused_and_writes_nothing(row, office):
    listing = world.listed(row, office)
    domain.change_listing(listing=listing, price=Decimal(40), stock=30, seen=1, actor=office)
    with pytest.raises(SeenTooOld):
        domain.change_listing(listing=listing, price=Decimal(50), stock=30, seen=1, actor=office)
    for values, wrong in (({"price": Decimal(0)}, "price"), ({"stock": -1}, "stock")):
        with pytest.raises(ValidationError) as error:
            domain.change_listing(
                listing=listing,
                **{"price": Decimal(50), "stock": 1, **values},
                seen=2,
                actor=office,
            )
        assert [*error.value.message_dict] == [wrong]
    domain.withdraw_listing(listing=listing, reason="采摘结束", actor=office)
    with pytest.raises(RuleBroken, match="已经下架"):
        domain.change_listing(listing=listing, price=Decimal(50), stock=30, seen=2, actor=office)
    listing.refresh_from_db()
    assert (listing.price, listing.version, ListingChange.objects.count()) == (Decimal(40), 2, 1)


@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("listing_change_price_is_positive", {"old_price": Decimal(0)}),
        ("listing_change_changes_something", {"price": Decimal("42.50")}),
    ],
)
def test_the_database_refuses_a_change_that_is_none(row, office, name, change):
    listing = world.listed(row, office)
    domain.change_listing(listing=listing, price=Decimal(40), stock=30, seen=1, actor=office)
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        ListingChange.objects.update(**change)


@pytest.mark.parametrize("who", ["official", "merchant", "auditor", "admin", "creator"])
def test_nobody_but_the_office_keeps_listings(row, office, who):
    listing = world.listed(row, office)
    bound = {"official": dossiers.RUYUAN}.get(who, True)
    actor = Actor.of(UserFactory(**{who: bound}))
    with pytest.raises(RuleBroken, match="由项目办维护"):
        world.listed(row, actor, external_id="", channel="live")
    with pytest.raises(RuleBroken, match="由项目办维护"):
        domain.withdraw_listing(listing=listing, reason="换", actor=actor)
    with pytest.raises(RuleBroken, match="由项目办维护"):
        domain.change_listing(listing=listing, price=Decimal(1), stock=1, seen=1, actor=actor)
    assert not ListingChange.objects.exists()
    assert list(Listing.objects.on_sale()) == [listing]


@pytest.mark.parametrize("state", ["approved", "suspended"])
def test_only_a_published_product_is_put_on_sale(office, state):
    with pytest.raises(RuleBroken, match="已发布的产品"):
        world.listed(dossiers.product_in(state, office=office), office)
    assert (Listing.objects.count(), Item.objects.count()) == (0, 0)


def test_a_product_that_went_offline_can_still_be_taken_off_its_shelf(row, office):
    listing = world.listed(row, office)
    dossiers.move(row, "suspend", dossiers.staff(), note="证照")
    domain.withdraw_listing(listing=listing, reason="产品下线", actor=office)
    assert not Listing.objects.on_sale().exists()


def test_an_id_stands_on_several_shelves_but_is_one_products_for_ever(row, office):
    listing = world.listed(row, office)
    world.listed(row, office, channel="live")
    with pytest.raises(ValidationError) as same:
        world.listed(row, office)
    assert same.value.messages == ["这个编号在该渠道已经上架。"]
    domain.withdraw_listing(listing=listing, reason="换包装", actor=office)
    world.listed(row, office)
    other = dossiers.product_in("published", office=office, name="瑶山茶")
    with pytest.raises(ValidationError) as error:
        world.listed(other, office, channel="showcase")
    assert error.value.message_dict == {"external_id": ["这个编号已属于另一个产品。"]}
    assert Item.objects.get().product_id == row.pk
    assert not other.product.listings.exists()


def test_an_id_is_kept_as_reports_spell_it(row, office):
    assert world.listed(row, office, external_id=' ="365１" ').item.value == "3651"


def test_the_same_form_sent_twice_makes_one_listing(row, office):
    import uuid

    key = uuid.uuid4()
    first = world.listed(row, office, form_key=key)
    assert world.listed(row, office, form_key=key) == first
    assert (Listing.objects.count(), len(acts())) == (1, 1)


def test_a_day_in_the_future_is_refused_beside_its_field(row, office):
    with pytest.raises(ValidationError) as error:
        world.listed(row, office, listed_on=date(2023, 10, 24))
    assert error.value.message_dict == {"listed_on": ["日期在今天之后。"]}


@pytest.mark.parametrize("url", ["javascript:alert(1)", "ftp://a.cn/x", "haohuo.cn"])
def test_a_link_is_a_web_address(row, office, url):
    with pytest.raises(ValidationError) as error:
        world.listed(row, office, url=url)
    assert [*error.value.message_dict] == ["url"]


@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("listing_price_is_positive", {"price": Decimal(0)}),
        ("listing_withdrawn_has_reason", {"withdrawn_on": date(2023, 10, 23)}),
        ("listing_withdrawn_has_reason", {"withdrawn_because": "换"}),
        (
            "listing_ends_after_it_begins",
            {"withdrawn_on": date(2023, 9, 1), "withdrawn_because": "换"},
        ),
    ],
)
def test_the_database_refuses(row, office, name, change):
    listing = world.listed(row, office)
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        Listing.objects.filter(pk=listing.pk).update(**change)


@pytest.mark.parametrize(
    ("name", "external_id"),
    [("one_listing_per_item_and_channel", world.ID), ("one_listing_per_shop_and_channel", "")],
)
def test_the_database_refuses_the_same_shelf_twice(row, office, name, external_id):
    listing = world.listed(row, office, external_id=external_id)
    listing.pk = listing.form_key = None
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        listing.save(force_insert=True)
