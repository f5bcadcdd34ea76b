"""Exports: what a profile chooses, what it sent, and that a dead run leaves nothing behind."""

from __future__ import annotations

import hashlib
import io
import json
import tracemalloc
from pathlib import Path
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.db import IntegrityError, transaction
from python_calamine import CalamineWorkbook

from portal import clock
from portal.accounts.actor import Actor
from portal.audit.models import Entry
from portal.jobs.models import Work
from portal.verdict import RuleBroken
from products.exports import domain, queries
from products.exports.models import Export, ExportedRow, ExportProfile
from products.models import Product
from tests import dossiers
from tests.factories import UserFactory
from tests.products import world
from tests.traffic import world as traffic

pytestmark = pytest.mark.django_db


@pytest.fixture
def office() -> Actor:
    return dossiers.staff()


@pytest.fixture
def radish(office):
    return dossiers.product_in("published", office=office)


@pytest.fixture
def tea(office):
    owner = dossiers.official(dossiers.XINFENG)
    return dossiers.product_in(
        "published",
        owner=owner,
        office=office,
        name="新丰绿茶",
        category="tea",
        season_start="",
        season_end="",
    )


def stored(export: Export, form: str) -> bytes:
    return Path(default_storage.path(export.path(form))).read_bytes()


def read(export: Export) -> dict[str, Any]:
    return json.loads(stored(export, "json"))


def sent(export: Export) -> dict[str, int]:
    rows = ExportedRow.objects.filter(export=export, removed_because="")
    return dict(rows.order_by("pk").values_list("submission__code", "version"))


def removed(export: Export) -> dict[str, str]:
    rows = ExportedRow.objects.filter(export=export).exclude(removed_because="")
    return dict(rows.order_by("pk").values_list("submission__code", "removed_because"))


def fits(profile: ExportProfile) -> list[str]:
    return list(queries.selected(profile).order_by("pk").values_list("name", flat=True))


def test_an_export_keeps_the_exact_versions_and_the_same_stands_in_both_files(radish, tea, office):
    export = world.run(world.profile(office, mode="all"), office)
    radish.refresh_from_db()
    assert sent(export) == {radish.code: radish.version, tea.code: tea.version}
    assert (export.number, export.sent, export.removed, export.made_by) == (1, 2, 0, office.user)
    plain = read(export)
    assert (plain["profile"], plain["number"], plain["removed"]) == ("平台选品", 1, [])
    assert {row["code"]: row["version"] for row in plain["products"]} == sent(export)
    book = CalamineWorkbook.from_filelike(io.BytesIO(stored(export, "xlsx")))
    assert book.sheet_names == ["商品", "撤回"]
    table = book.get_sheet_by_name("商品").to_python()
    assert [row[:4] for row in table[1:]] == [
        [radish.code, radish.version, "乳源彩石萝卜", "蔬菜"],
        [tea.code, tea.version, "新丰绿茶", "茶叶"],
    ]
    text = json.dumps(plain, ensure_ascii=False) + str(table)
    assert ("盘阿妹" in text, "13800138000" in text) == (False, False)


def test_machines_get_every_public_field_and_the_shelves(radish, office):
    listing = world.listed(radish, office)
    radish.product.variants.create(
        position=0, name="礼盒", amount="2.500", unit="kilogram", price="39.80", stock=100
    )
    Product.objects.filter(pk=radish.pk).update(season_days="10-15 ~ 11-20: 80")
    (first,) = read(world.run(world.profile(office), office))["products"]
    photo = radish.attachments.get(purpose="photos").file_id
    assert first | {"published_at": ""} == {
        "code": radish.code,
        "version": radish.version,
        "name": "乳源彩石萝卜",
        "category": "vegetable",
        "city": "440200",
        "county": dossiers.RUYUAN,
        "county_name": "乳源瑶族自治县",
        "organisation": "",
        "description": "高山冷凉菜，脆甜少渣。",
        "package": "5斤/箱",
        "unit": "box",
        "price": "39.90",
        "stock": 500,
        "variants": [
            {"name": "礼盒", "amount": "2.5", "unit": "kilogram", "price": "39.80", "stock": 100}
        ],
        "daily_capacity": 80,
        "season": [10, 2],
        "season_days": [{"first_day": "10-15", "last_day": "11-20", "daily_capacity": 80}],
        "shelf_life_days": None,
        "dispatch_area": "",
        "cold_chain": False,
        "published_at": "",
        "url": f"http://localhost:8000/products/{radish.code}/",
        "photos": [f"http://localhost:8000/files/{photo}/"],
        "listings": [
            {
                "channel": "mall",
                "shop": "乳源特产店",
                "id": world.ID,
                "url": listing.url,
                "price": "42.50",
                "stock": 30,
            }
        ],
    }


def test_the_files_are_those_that_were_sent_whatever_changes_later(radish, office):
    export = world.run(world.profile(office), office)
    before = {form: stored(export, form) for form in ("xlsx", "json")}
    Product.objects.filter(pk=radish.pk).update(name="改名")
    world.run(world.profile(office, name="另一方案"), office)
    for form, data in before.items():
        assert stored(export, form) == data
        assert getattr(export, f"{form}_sha256") == hashlib.sha256(data).hexdigest()
    acts = Entry.objects.filter(act="export.make").order_by("pk").values_list("data", flat=True)
    assert acts[0] == {
        "name": "平台选品",
        "number": 1,
        "sent": 1,
        "removed": 0,
        "xlsx_sha256": export.xlsx_sha256,
        "json_sha256": export.json_sha256,
    }


def test_later_exports_send_what_changed_and_take_back_what_dropped_out(radish, tea, office):
    profile = world.profile(office)
    first = world.run(profile, office)
    assert [*sent(first)] == [radish.code, tea.code]
    with pytest.raises(RuleBroken, match="没有可发送的内容"):
        domain.ask_export(profile=profile, actor=office)
    dossiers.move(tea, "suspend", office, note="证照")
    radish.refresh_from_db()
    radish.version += 1
    radish.save(update_fields=["version"])
    second = world.run(profile, office)
    assert (sent(second), removed(second)) == (
        {radish.code: radish.version},
        {tea.code: "suspended"},
    )
    assert read(second)["removed"] == [
        {
            "code": tea.code,
            "version": tea.version + 1,
            "removed_because": "suspended",
            "reason": "已下线",
        }
    ]
    with pytest.raises(RuleBroken):
        domain.ask_export(profile=profile, actor=office)
    dossiers.move(tea, "resume", office)
    third = world.run(profile, office)
    tea.refresh_from_db()
    assert (sent(third), removed(third)) == ({tea.code: tea.version}, {})
    assert [row.number for row in (first, second, third)] == [1, 2, 3]


def test_what_fits_the_profile_no_more_is_taken_back_with_that_reason(radish, office):
    profile = world.profile(office, category_id="vegetable")
    world.run(profile, office)
    Product.objects.filter(pk=radish.pk).update(category="fruit")
    export = world.run(profile, office)
    assert (sent(export), removed(export)) == ({}, {radish.code: "filter"})
    assert read(export)["products"] == []


def test_each_profile_remembers_its_own(radish, office):
    world.run(world.profile(office), office)
    export = world.run(world.profile(office, name="另一平台"), office)
    assert [*sent(export)] == [radish.code]


def test_filters_narrow_together(radish, tea, office):
    placement = traffic.placement(office, submission=radish)
    Product.objects.filter(pk=tea.pk).update(description="")
    cases = {
        "campaign": {"campaign": placement.campaign},
        "county": {"county_id": dossiers.XINFENG},
        "category": {"category_id": "tea"},
        "whole": {"completeness": 100},
        "all but one": {"completeness": 90},
        "both": {"category_id": "tea", "county_id": dossiers.RUYUAN},
    }
    found = {
        name: fits(world.profile(office, name=name, mode="all", **values))
        for name, values in cases.items()
    }
    assert found == {
        "campaign": ["乳源彩石萝卜"],
        "county": ["新丰绿茶"],
        "category": ["新丰绿茶"],
        "whole": ["乳源彩石萝卜"],
        "all but one": ["乳源彩石萝卜", "新丰绿茶"],
        "both": [],
    }


def test_a_run_that_died_counts_as_nothing_and_is_begun_anew(radish, office):
    profile = world.profile(office)
    dead = Export.objects.create(profile=profile, number=1, begun_at=clock.now())
    ExportedRow.objects.create(
        export=dead, profile=profile, submission=radish, version=radish.version
    )
    assert queries.to_send(profile).count() == 1
    export = world.run(profile, office)
    assert (Export.objects.get(), export.number, [*sent(export)]) == (export, 1, [radish.code])


@pytest.mark.parametrize("who", ["auditor", "admin", "official", "merchant"])
def test_only_the_office_exports(radish, office, who):
    profile = world.profile(office)
    actor = Actor.of(UserFactory(**{who: dossiers.RUYUAN if who == "official" else True}))
    with pytest.raises(RuleBroken, match="只有项目办可以导出产品"):
        domain.ask_export(profile=profile, actor=actor)
    with pytest.raises(RuleBroken, match="只有项目办可以导出产品"):
        world.profile(actor, name="偷")
    assert not Work.objects.filter(kind=domain.WORK).exists()


def test_rights_are_asked_again_when_the_work_is_done(radish, office):
    profile = world.profile(office)
    work = domain.ask_export(profile=profile, actor=office)
    office.user.memberships.update(ended_at=clock.now())
    from portal.jobs.domain import run_due

    run_due(kinds=[domain.WORK])
    work.refresh_from_db()
    assert (work.state, Export.objects.count()) == ("parked", 0)


def test_memory_does_not_grow_with_the_rows(radish, office, monkeypatch):
    monkeypatch.setattr(queries, "CHUNK", 200)

    def peak(name: str) -> int:
        profile = world.profile(office, name=name, mode="all")
        tracemalloc.start()
        export = world.run(profile, office)
        _now, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        assert export.sent == Product.objects.count()
        return most

    dossiers.copies(radish, 400)
    few = peak("少")
    dossiers.copies(radish, 400)
    assert peak("多") < few * 1.3


@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("export_finished_has_files", {"finished_at": None}),
        ("export_finished_has_files", {"xlsx_sha256": ""}),
    ],
)
def test_the_database_refuses_half_an_export(radish, office, name, change):
    export = world.run(world.profile(office), office)
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        Export.objects.filter(pk=export.pk).update(**change)


def test_the_database_refuses_two_runs_and_two_rows(radish, office):
    profile = world.profile(office)
    export = world.run(profile, office)
    values = {"profile": profile, "begun_at": clock.now()}
    with pytest.raises(IntegrityError, match="one_number_an_export"), transaction.atomic():
        Export.objects.create(number=1, **values)
    Export.objects.create(number=2, **values)
    with pytest.raises(IntegrityError, match="under_way"), transaction.atomic():
        Export.objects.create(number=3, **values)
    row = {"export": export, "profile": profile, "submission": radish, "version": 1}
    with pytest.raises(IntegrityError, match="dossier_once"), transaction.atomic():
        ExportedRow.objects.create(**row)
    with pytest.raises(IntegrityError, match="percentage"), transaction.atomic():
        ExportProfile.objects.filter(pk=profile.pk).update(completeness=101)


def test_names_with_formulas_and_quotes_stay_text(office):
    dossiers.product_in("published", office=office, name='=1+1","</script>')
    export = world.run(world.profile(office), office)
    assert read(export)["products"][0]["name"] == '=1+1","</script>'
    data = stored(export, "xlsx")
    table = CalamineWorkbook.from_filelike(io.BytesIO(data)).get_sheet_by_index(0).to_python()
    assert table[1][2] == '=1+1","</script>'
