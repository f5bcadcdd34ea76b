"""Papers through their pages: entering, renewing, checking, the list, its sheet, the scan."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.test import Client

from portal.accounts.actor import Actor
from portal.qualifications.models import Qualification
from tests import dossiers
from tests.answers import content, signed_in, status
from tests.factories import OrganisationFactory, UserFactory
from tests.qualifications.world import FIRST, LAST, at, paper, renewal, scan

pytestmark = pytest.mark.django_db
NEXT_DAY = LAST + timedelta(days=1)


@pytest.fixture
def organisation():
    return OrganisationFactory(name="必背瑶寨合作社")


@pytest.fixture
def merchant(organisation):
    return UserFactory(merchant=organisation)


@pytest.fixture
def client(merchant) -> Client:
    return signed_in(merchant)


def typed(**change: object) -> dict[str, object]:
    words = {
        "kind": "food_production",
        "number": "10144023200012",
        "issuer": "乳源县市场监督管理局",
        "valid_from": "2023-01-01",
        "valid_until": "2023-10-31",
    }
    return words | change


def errors(answer) -> dict[str, list[str]]:
    assert answer.status_code == 200
    return dict(answer.context["form"].errors)


def test_a_merchant_enters_a_licence_and_the_county_checks_it(client, organisation, merchant):
    page = f"/organisations/{organisation.pk}/"
    new = f"{page}qualifications/new/"
    assert f'href="{new}"' in content(client.get(page))
    answer = client.post(new, typed(**{"scan-new": dossiers.pdf_upload("许可证.pdf")}))
    assert answer["Location"] == page
    row = Qualification.objects.get()
    assert (row.organisation, row.kind, row.valid_until) == (organisation, "food_production", LAST)
    assert (row.entered_by, row.file.name, row.title) == (merchant, "许可证.pdf", "")
    shown = content(client.get(page))
    assert "证照已登记，将由另一人核对。" in shown
    assert "食品生产许可证 10144023200012" in shown
    assert "有效期至2023年10月31日 · 尚未由第二人核对" in shown

    verify = f"/qualifications/{row.pk}/verify/"
    assert "您登记的证照" not in content(client.get(f"/qualifications/{row.pk}/"))
    assert client.post(verify)["Location"] == f"/qualifications/{row.pk}/"
    row.refresh_from_db()
    assert row.verified_at is None
    official = signed_in(UserFactory(official=dossiers.RUYUAN))
    assert "与扫描件一致" in content(official.get(f"/qualifications/{row.pk}/"))
    official.post(verify)
    row.refresh_from_db()
    assert row.verified_at is not None
    for reader in (client, official):
        assert status(reader.get(f"/files/{row.file.pk}/")) == 200
    for stranger in (Client(), signed_in(UserFactory(official=dossiers.XINFENG))):
        assert status(stranger.get(f"/files/{row.file.pk}/")) == 404


@pytest.mark.parametrize(
    ("change", "field", "sentence"),
    [
        ({}, "scan", "请上传证照扫描件。"),
        ({"valid_until": ""}, "valid_until", "这种证照须填写有效期截止日。"),
        ({"valid_until": "2022-12-31"}, "valid_until", "截止日不能早于起始日。"),
        ({"valid_until": "明年"}, "valid_until", "输入一个有效的日期。"),
        ({"kind": "other"}, "title", "请填写证照名称。"),
        ({"kind": "yue"}, "check_due_on", "请填写下次年检日期。"),
        ({"check_due_on": "2024-01-01"}, "check_due_on", "只有品牌编号有年检。"),
        ({"kind": "gi"}, "kind", "选择一个有效的选项。 gi 不在可用的选项中。"),
        ({"number": ""}, "number", "这个字段是必填项。"),
    ],
)
def test_what_is_wrong_is_said_beside_its_field_and_nothing_is_written(
    client, organisation, change, field, sentence
):
    answer = client.post(f"/organisations/{organisation.pk}/qualifications/new/", typed(**change))
    assert errors(answer)[field] == [sentence]
    assert sentence in content(answer)
    assert 'value="乳源县市场监督管理局"' in content(answer)
    assert not Qualification.objects.exists()


def test_a_second_paper_of_a_kind_is_asked_about_and_only_then(client, organisation, merchant):
    paper(organisation, Actor.of(merchant), kind="food_production", number="甲1")
    page = f"/organisations/{organisation.pk}/qualifications/new/"
    question = "这是已登记同种证照之外的另一份证照"
    assert question not in content(client.get(page))
    values = typed(scan=str(scan(Actor.of(merchant)).pk))
    answer = client.post(page, values)
    assert errors(answer)["beside"][0].startswith("“食品生产许可证”（编号甲1，")
    assert question in content(answer)
    assert client.post(page, values | {"beside": "on"}).status_code == 302
    assert organisation.qualifications.count() == 2


def test_a_double_click_on_a_renewal_makes_one(client, organisation, merchant):
    row = paper(organisation, Actor.of(merchant), kind="licence", number="甲1", issuer="县局")
    page = f"/qualifications/{row.pk}/renew/"
    form = client.get(page)
    assert 'value="2023-11-01"' in content(form)
    assert 'value="甲1"' in content(form)
    action = f"{page}{form.context['action']}"
    values = {
        "number": "甲2",
        "issuer": "县局",
        "valid_from": "2023-11-01",
        "valid_until": "2024-10-31",
        "scan": str(scan(Actor.of(merchant)).pk),
    }
    first, second = (client.post(action, values) for _time in range(2))
    new = row.renewals.get()
    assert first["Location"] == second["Location"] == f"/qualifications/{new.pk}/"
    chain = content(client.get(first["Location"]))
    assert "历次有效期" in chain
    assert f'href="/qualifications/{row.pk}/"' in chain
    # Another form of the same paper comes too late and says so.
    late = client.post(page, values)
    assert errors(late)["__all__"] == ["这份证照已有续期。"]
    assert client.get(page).status_code == 404


def test_the_dossier_says_why_it_is_left_out_and_the_public_page_pauses(client, merchant):
    row = dossiers.product_in("published", owner=Actor.of(merchant))
    own = paper(row, Actor.of(merchant))
    visitor, why = Client(), f"“检测报告”（编号{own.number}）有效期至2023年10月31日，请登记续期。"
    with at(LAST):
        assert why not in content(client.get(f"/dossiers/{row.code}/"))
        assert "39.90" in content(visitor.get(f"/products/{row.code}/"))
    with at(NEXT_DAY):
        told = signed_in(merchant)
        assert f"目前不进入产品目录、导出和流量投放。{why}" in content(
            told.get(f"/dossiers/{row.code}/")
        )
        assert row.title not in content(visitor.get("/products/"))
        paused = content(visitor.get(f"/products/{row.code}/"))
        assert "该产品暂停展示，待证照续期后恢复。" in paused
        assert "39.90" not in paused
        renewal(own, Actor.of(merchant))
        assert why not in content(told.get(f"/dossiers/{row.code}/"))
        assert row.title in content(visitor.get("/products/"))
        assert "39.90" in content(visitor.get(f"/products/{row.code}/"))


def test_a_paper_of_the_organisation_stands_on_its_dossiers(client, organisation, merchant):
    row = dossiers.product_in("published", owner=Actor.of(merchant))
    paper(organisation, Actor.of(merchant), kind="licence", number="粤照1")
    text = content(client.get(f"/dossiers/{row.code}/"))
    assert "营业执照 粤照1" in text
    assert '<span class="soft">必背瑶寨合作社</span>' in text
    answer = client.post(
        f"/dossiers/{row.code}/qualifications/new/",
        typed(kind="gi", valid_until="", check_due_on="2024-01-01"),
    )
    assert answer["Location"] == f"/dossiers/{row.code}/"
    assert row.qualifications.get().kind == "gi"


def numbers(client: Client, **query: str) -> list[str]:
    return [row.number for row in client.get("/qualifications/", query).context["page_obj"]]


def test_the_list_is_narrowed_sorted_and_exported(organisation):
    official = Actor.of(UserFactory(official=dossiers.RUYUAN))
    elsewhere = OrganisationFactory(county_id=dossiers.XINFENG, name="新丰云髻茶场")
    soon = LAST + timedelta(days=5)
    paper(organisation, official, kind="licence", number="A")
    paper(organisation, official, kind="hygiene", number="B", valid_until=soon)
    check = date(2023, 11, 20)
    paper(organisation, official, kind="yue", number="C", valid_until=None, check_due_on=check)
    later = paper(organisation, official, kind="food_trade", number="D")
    with at(FIRST):
        renewal(later, official, number="E")
    paper(elsewhere, dossiers.staff(), kind="licence", number="F", valid_until=date(2025, 1, 1))
    with at(NEXT_DAY):
        staff = signed_in(UserFactory(staff=True))
        assert numbers(staff) == ["A", "B", "E", "F", "C"]
        assert {
            part: numbers(staff, part=part) for part in ("soon", "lapsed", "valid", "check")
        } == {"soon": ["B"], "lapsed": ["A"], "valid": ["B", "E", "F", "C"], "check": ["C"]}
        assert numbers(staff, county=dossiers.XINFENG) == ["F"]
        assert numbers(staff, kind="licence", sort="newest") == ["F", "A"]
        assert numbers(staff, q="云髻") == numbers(staff, q="f") == ["F"]
        assert numbers(signed_in(official.user), sort="check")[0] == "C"
        sheet = content(staff.get("/qualifications/export/", {"part": "lapsed"}))
        for cell in ("必背瑶寨合作社", "营业执照", "'A'", "已到期", "韶关市", "乳源瑶族自治县"):
            assert cell in sheet
        assert "'B'" not in sheet
        assert (
            signed_in(UserFactory(official=dossiers.XINFENG))
            .get("/qualifications/", {"county": dossiers.RUYUAN})
            .context["page_obj"]
            .paginator.count
            == 1
        )
        assert numbers(signed_in(UserFactory())) == []


def test_a_yearly_check_and_taking_off_through_their_pages(client, organisation, merchant):
    due = date(2023, 10, 20)
    row = paper(organisation, Actor.of(merchant), kind="yue", valid_until=None, check_due_on=due)
    page = f"/qualifications/{row.pk}/"
    assert 'value="2024-10-19"' in content(client.get(f"{page}check/"))
    wrong = client.post(f"{page}check/", {"done_on": "2023-12-01", "next_on": "2024-12-01"})
    assert errors(wrong)["done_on"] == ["年检日期不能晚于今天。"]
    answer = client.post(f"{page}check/", {"done_on": "2023-10-19", "next_on": "2024-10-20"})
    assert answer["Location"] == page
    assert "上次通过：2023年10月19日" in content(client.get(page))
    assert errors(client.post(f"{page}off/", {"reason": ""}))["reason"] == ["这个字段是必填项。"]
    assert client.post(f"{page}off/", {"reason": "填错编号"})["Location"] == page
    assert "原因：填错编号" in content(client.get(page))
    assert client.get(f"{page}off/").status_code == client.get(f"{page}check/").status_code == 404
    assert numbers(client) == []
