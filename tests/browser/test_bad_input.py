"""Bad input through the pages: named by its field, what was good is kept, nothing half-written."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from playwright.sync_api import expect

from portal.accounts.actor import Actor
from portal.files.models import StoredFile
from portal.organisations.models import Organisation
from portal.submissions.models import Attachment, Submission
from products.models import Product
from tests import dossiers
from tests.browser.conftest import People, sign_in
from tests.browser.look import Look
from tests.browser.steps import press
from tests.factories import RUYUAN, OrganisationFactory, UserFactory, credit_code
from tests.files.pictures import bomb_png, noise
from tests.fingerprint import fingerprint

NEW_PRODUCT = "/dossiers/new/product/"
NEW_ORGANISATION = "/organisations/new/"


def organisation(**changes: str) -> dict[str, str]:
    typed = {
        "credit_code": credit_code(41),
        "name": "必背瑶寨合作社",
        "kind": "cooperative",
        "county": RUYUAN,
        "contact_name": "盘小英",
        "contact_phone": "13700000000",
    }
    return typed | changes


@pytest.fixture
def official(db: None, client: Client) -> Actor:
    """Signed in with `client`."""
    user = UserFactory(official=RUYUAN)
    client.force_login(user)
    return Actor.of(user)


@contextmanager
def nothing_written(*, but: frozenset[str] = frozenset()) -> Iterator[None]:
    """Every row of every table is as it was; tables named in `but` are left out."""
    before = fingerprint()
    yield
    after = fingerprint()
    assert {name for name in after if after[name] != before[name]} - but == set()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("credit_code", "9144023", "统一社会信用代码应为 18 位，现在是 7 位。"),
        (
            "credit_code",
            "91440232MA4UQ2UGIR",
            "统一社会信用代码只含数字和大写字母（不含 I、O、S、V、Z），第 3 至 8 位为数字。",
        ),
        (
            "credit_code",
            credit_code(41)[:-1] + ("1" if credit_code(41)[-1] != "1" else "2"),
            "校验位不符，请对照营业执照逐位核对。",
        ),
        ("contact_phone", "1370000", "请填写 11 位手机号码，例如 13800000000。"),
        ("county", "999999", "选择一个有效的选项： 该选择不在可用的选项中。"),
        ("county", "440233", "选择一个有效的选项： 该选择不在可用的选项中。"),
    ],
)
def test_a_wrong_field_of_an_organisation_is_named_and_the_rest_kept(
    client: Client, official: Actor, field: str, value: str, message: str
) -> None:
    typed = organisation(**{field: value})
    with nothing_written():
        form = client.post(NEW_ORGANISATION, typed).context["form"]
    assert form.errors == {field: [message]}
    assert {name: form[name].value() for name in typed} == typed


def product(**changes: Any) -> dict[str, Any]:
    return {**dossiers.PRODUCT, **changes}


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("contact_phone", "02012345678", "请填写 11 位手机号码，例如 13800000000。"),
        ("season_end", "", "请同时填写上市季的起止月份。"),
        ("description", "全网第一的萝卜", "《广告法》不允许使用这些词：全网第一。"),
        ("category", "gold", "选择一个有效的选项。 gold 不在可用的选项中。"),
        ("stock", "九百", "输入整数。"),
    ],
)
def test_a_wrong_field_of_a_product_is_named_and_the_rest_kept(
    client: Client, official: Actor, field: str, value: str, message: str
) -> None:
    typed = product(**{field: value})
    with nothing_written():
        form = client.post(NEW_PRODUCT, typed).context["form"]
    assert form.errors == {field: [message]}
    assert {name: form[name].value() for name in typed} == typed


UPLOADS = {
    "too large": (
        "photos",
        lambda: SimpleUploadedFile("大图.png", noise(600)),
        "“大图.png”过大：1.0 MB，上限为 1 MB。请先压缩后再上传。",
    ),
    "no photo": (
        "photos",
        lambda: SimpleUploadedFile("表格.jpg", "价格表".encode()),
        "“表格.jpg”不是照片：请上传 JPEG、PNG 或 WebP 格式的图片。",
    ),
    "a bomb": (
        "photos",
        lambda: SimpleUploadedFile("炸弹.png", bomb_png(width=100_000, height=100_000)),
        "“炸弹.png”像素过高：最多 50 百万像素。请在相机设置中选择较小尺寸，或上传照片的截图。",
    ),
    "a photo as certificate": (
        "certificates",
        lambda: dossiers.photo_upload("证书.pdf"),
        "“证书.pdf”不是 PDF 文件：请把纸质材料扫描成 PDF 后上传。",
    ),
    "nothing in it": (
        "certificates",
        lambda: SimpleUploadedFile("空.pdf", b""),
        "“空.pdf”是空文件，请重新选择。",
    ),
}


@pytest.mark.django_db
@pytest.mark.parametrize("case", UPLOADS)
def test_a_bad_file_is_named_and_nothing_of_it_is_kept(
    client: Client, official: Actor, settings: Any, case: str
) -> None:
    field, upload, message = UPLOADS[case]
    settings.PHOTO_MAX_BYTES = 1024 * 1024
    typed = product()
    with nothing_written():
        form = client.post(NEW_PRODUCT, {**typed, f"{field}-new": upload()}).context["form"]
    assert form.errors == {field: [message]}
    assert {name: form[name].value() for name in typed} == typed


@pytest.mark.django_db
def test_a_good_file_beside_a_bad_one_is_there_for_the_next_try(
    client: Client, official: Actor
) -> None:
    good, bad = dossiers.photo_upload(), SimpleUploadedFile("坏.jpg", b"x")
    with nothing_written(but=frozenset({"files.StoredFile", "audit.Entry"})):
        page = client.post(NEW_PRODUCT, product(**{"photos-new": [good, bad]}))
    kept = StoredFile.objects.get()
    assert kept.name == "萝卜.jpg"
    assert page.context["form"]["photos"].value() == [str(kept.pk)]
    client.post(NEW_PRODUCT, product(photos=[str(kept.pk)]))
    assert Attachment.objects.get().file == kept


@pytest.mark.django_db
def test_a_file_of_somebody_else_cannot_be_attached(client: Client, official: Actor) -> None:
    stranger = dossiers.product_in("draft", owner=dossiers.official(dossiers.XINFENG))
    file = stranger.attachments.get(purpose="certificates").file
    with nothing_written():
        form = client.post(NEW_PRODUCT, product(certificates=[str(file.pk)])).context["form"]
    assert form.errors == {
        "certificates": ["有文件已不存在，或不是您上传的：请取消勾选后重新上传。"]
    }


@pytest.mark.django_db
def test_the_second_click_leads_to_the_same_dossier(client: Client, official: Actor) -> None:
    address = f"{NEW_PRODUCT}?form_key={uuid.uuid4()}"
    first = client.post(address, product())
    with nothing_written():
        second = client.post(address, product())
    row = Submission.objects.get()
    assert (first.status_code, first["Location"]) == (302, row.get_absolute_url())
    assert (second.status_code, second["Location"]) == (302, row.get_absolute_url())
    assert Product.objects.count() == 1


@pytest.mark.django_db
def test_the_key_of_another_persons_form_makes_a_dossier_of_ones_own(client: Client) -> None:
    address = f"{NEW_PRODUCT}?form_key={uuid.uuid4()}"
    for county in (dossiers.XINFENG, RUYUAN):
        client.force_login(UserFactory(official=county))
        answer = client.post(address, product())
        assert (answer.status_code, Submission.objects.count()) == (
            302,
            1 if county == dossiers.XINFENG else 2,
        )
    assert [row.county_id for row in Submission.objects.order_by("pk")] == [
        dossiers.XINFENG,
        RUYUAN,
    ]


@pytest.mark.django_db
def test_the_second_click_on_a_move_is_no_error(client: Client, official: Actor) -> None:
    row = dossiers.product_in("draft", owner=official)
    address, seen = f"/dossiers/{row.code}/move/submit/", {"seen": row.version}
    client.post(address, seen)
    with nothing_written():
        page = client.post(address, seen, follow=True)
    assert [message.level_tag for message in page.context["messages"]] == ["success"]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("state", "move", "message"),
    [
        ("submitted", "endorse", "您自己申报的材料须由本县另一位工作人员审核推荐。"),
        ("draft", "approve", "当前状态下不能进行这一步。"),
        ("endorsed", "approve", "只有项目办可以这样做。"),
    ],
)
def test_a_move_that_is_not_allowed_says_why(
    client: Client, official: Actor, state: str, move: str, message: str
) -> None:
    row = dossiers.product_in(state, owner=official)
    with nothing_written():
        page = client.post(f"/dossiers/{row.code}/move/{move}/", {"seen": row.version}, follow=True)
    assert page.redirect_chain == [(row.get_absolute_url(), 302)]
    assert [str(message) for message in page.context["messages"]] == [message]


@pytest.mark.django_db
def test_who_decides_second_is_told_who_was_first(client: Client) -> None:
    row = dossiers.product_in("endorsed")
    first, second = (UserFactory(staff=True, full_name=name) for name in ("陈雅文", "何伟"))
    dossiers.move(row, "approve", Actor.of(first))
    client.force_login(second)
    for address, words in {
        f"/dossiers/{row.code}/move/approve/": {},
        f"/dossiers/{row.code}/reason/refuse/": {"note": "照片不清楚"},
    }.items():
        with nothing_written():
            page = client.post(address, {"seen": row.version, **words}, follow=True)
        (message,) = page.context["messages"]
        assert message.level_tag == "error"
        assert "陈雅文 审核通过。请重新查看后再作决定。" in str(message)


@pytest.mark.django_db
def test_remarks_written_too_late_stay_on_the_page(client: Client) -> None:
    row = dossiers.product_in("endorsed")
    dossiers.move(row, "approve", dossiers.staff())
    client.force_login(UserFactory(staff=True))
    typed = {"reason-price": "wrong", "text-price": "与检测报告不符", "note": ""}
    with nothing_written():
        form = client.post(
            f"/dossiers/{row.code}/reason/return/?seen={row.version}", typed
        ).context["form"]
    assert "审核通过。请重新查看后再作决定。" in form.non_field_errors()[0]
    assert form["text-price"].value() == "与检测报告不符"


@pytest.mark.django_db
def test_an_organisation_on_file_is_not_written_twice(client: Client, official: Actor) -> None:
    OrganisationFactory(credit_code=credit_code(41), name="瑶山茶厂")
    with nothing_written():
        form = client.post(NEW_ORGANISATION, organisation()).context["form"]
    assert list(form.errors) == ["credit_code"]
    assert Organisation.objects.count() == 1


@pytest.mark.browser
@pytest.mark.parametrize("width", [360])
@pytest.mark.usefixtures("live_server")
def test_a_session_that_ends_in_a_long_form_costs_nothing(people: People, look: Look) -> None:
    user = UserFactory(official=RUYUAN)
    page = people.through_the_door(user)
    page.goto(NEW_PRODUCT)
    page.get_by_label("产品名称").fill("必背瑶绣香囊")
    page.get_by_label("产品特色").fill("手工刺绣，\n一针一线。")
    page.get_by_label("销售单位").select_option(label="件")
    page.get_by_label("需要冷链").check()
    page.context.clear_cookies(name="sessionid")
    press(page, "保存并检查")
    told = page.get_by_text("登录已失效，请重新登录。您填写的内容已保留。")
    expect(told).to_be_visible()
    look(page, "session-ended")
    assert Submission.objects.count() == 0

    sign_in(page, user)
    expect(page.get_by_label("产品名称")).to_have_value("必背瑶绣香囊")
    expect(page.get_by_label("产品特色")).to_have_value("手工刺绣，\n一针一线。")
    expect(page.get_by_label("销售单位")).to_have_value("piece")
    expect(page.get_by_label("需要冷链")).to_be_checked()
    assert Submission.objects.count() == 0
    press(page, "保存并检查")
    expect(page.get_by_role("heading", level=1)).to_have_text("必背瑶绣香囊")
    row = Submission.objects.get()
    assert (row.owner, row.product.unit, row.product.cold_chain) == (user, "piece", True)
