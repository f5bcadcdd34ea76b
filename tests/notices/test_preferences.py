"""What a person chooses, and the way to a confirmed address."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.core import mail
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from portal.accounts.actor import Actor
from portal.accounts.models import User
from portal.audit.models import Entry
from portal.jobs.domain import run_due
from portal.notices import preferences
from portal.notices.models import Message, Preferences
from portal.verdict import RuleBroken
from tests.factories import RUYUAN, UserFactory

pytestmark = pytest.mark.django_db
PAGE, EMAIL = "/notices/preferences/", "/notices/email/"
ADDRESS = "pan.zhiming@ruyuan.gov.cn"


@pytest.fixture(autouse=True)
def _fresh_limits() -> None:
    cache.clear()


@pytest.fixture
def official(client: Client) -> User:
    user = UserFactory(official=RUYUAN, full_name="盘志明", phone="13700000001")
    client.force_login(user)
    return user


def link() -> str:
    """The path of the link in the last mail."""
    run_due()
    found = re.search(r"http://localhost:8000(/notices/email/\S+)", mail.outbox[-1].body)
    assert found is not None
    return found.group(1)


def choices(client: Client, label: str) -> list[str]:
    form = client.get(PAGE).context["form"]
    (field,) = [field for field in form if field.label == label]
    return [value for value, _label in field.field.choices]


def test_the_page_offers_what_leads_somewhere_and_nothing_that_is_urgent(
    client: Client, official: User
) -> None:
    page = client.get(PAGE)
    form = page.context["form"]
    assert [str(field.label) for field in form] == [
        "每个工作日早上",
        "县区已推荐您的申报",
        "您的申报已通过",
        "您的申报已发布",
        "有另一份申报并入您的申报",
        "您发布的内容已恢复上线",
        "您的修改已通过",
        "有申报等您办理",
        "证照30天内到期",
        "证照恢复有效",
        "品牌年检30天内到期",
        "同事向您移交了工作",
        "您代同事办理工作",
        "活动征集产品",
        "征集的产品已遴选",
        "出现新的预警",
        "您订阅的每周简报已形成",
        "投放缺口已有审批结果",
    ]
    assert choices(client, "有申报等您办理") == ["app", "sms", "quiet"]
    assert choices(client, "每个工作日早上") == ["off", "daily", "only"]
    assert form["way_submission_publish"].value() == "sms"
    text = page.content.decode()
    assert "137****0001" in text
    assert "13700000001" not in text
    assert {str(event.label) for event in page.context["urgent"]} >= {
        "您的申报已并入另一份",
        "您的申报未通过审核",
        "您发布的内容已下线",
        "您的修改未通过审核",
        "证照已到期",
        "品牌年检已逾期",
        "证照已被移除",
        "有你县区产品的直播已取消",
    }


def test_who_does_not_work_here_is_not_offered_the_digest_alone(client: Client) -> None:
    client.force_login(UserFactory(trainee=True))
    assert choices(client, "每个工作日早上") == ["off", "daily"]
    assert choices(client, "为您保留的名额已过期") == ["app", "sms", "quiet"]


def test_who_cannot_be_reached_is_offered_no_channel(client: Client) -> None:
    client.force_login(UserFactory(phone="", phone_verified=False))
    assert choices(client, "每个工作日早上") == ["off"]
    assert choices(client, "您的申报已发布") == ["app", "quiet"]
    answer = client.post(PAGE, chosen(client, digest="daily"))
    assert "digest" in answer.context["form"].errors
    assert not Preferences.objects.exists()


def chosen(client: Client, **changes: str) -> dict[str, str]:
    """The form as it stands, with some choices changed."""
    form = client.get(PAGE).context["form"]
    return {field.html_name: field.value() for field in form} | changes


def test_a_choice_is_kept_shown_and_recorded(client: Client, official: User) -> None:
    data = chosen(client, digest="only", way_submission_waits="quiet")
    page = client.post(PAGE, data, follow=True)
    assert "设置已保存。" in page.content.decode()
    row = Preferences.objects.get()
    assert (row.user, row.digest) == (official, "only")
    assert row.ways == {
        "submission.endorse": "app",
        "submission.approve": "app",
        "submission.publish": "sms",
        "submission.absorb": "app",
        "submission.resume": "app",
        "revision.approve": "app",
        "submission.waits": "quiet",
        "qualification.soon": "sms",
        "qualification.back": "app",
        "qualification.check_soon": "sms",
        "desk.hand_over": "sms",
        "desk.stand_in": "sms",
        "call.opened": "app",
        "call.decided": "sms",
        "alert.raised": "app",
        "brief.made": "app",
        "make_good.decided": "app",
    }
    assert chosen(client) == data
    entry = Entry.objects.get(act="notices.choose")
    assert (entry.user, entry.data["digest"]) == (official, "only")


@pytest.mark.parametrize(
    "wrong",
    [
        {"way_submission_publish": "email"},
        {"way_submission_publish": "pigeon"},
        {"digest": "hourly"},
        {"digest": ""},
    ],
)
def test_what_is_not_offered_is_refused_beside_its_field(
    client: Client, official: User, wrong: dict[str, str]
) -> None:
    answer = client.post(PAGE, chosen(client, **wrong))
    assert set(answer.context["form"].errors) == set(wrong)
    assert not Preferences.objects.exists()


@pytest.mark.parametrize(
    ("wanted", "why"),
    [
        ({"ways": {"submission.return": "quiet"}}, "紧急消息始终即时送达"),
        ({"ways": {"class.lapsed": "quiet"}}, "紧急消息始终即时送达"),
        ({"ways": {"submission.publish": "email"}}, "请先验证邮箱或手机号"),
    ],
)
def test_the_act_itself_refuses_too(wanted: dict[str, Any], why: str) -> None:
    actor = Actor.of(UserFactory(official=RUYUAN))
    with pytest.raises(RuleBroken, match=why):
        preferences.choose(digest_wanted="off", actor=actor, **wanted)
    assert not Preferences.objects.exists()


@pytest.mark.parametrize(
    ("trait", "digest", "why"),
    [
        ({"trainee": True}, "only", "只有县区工作人员和项目办工作人员"),
        ({"staff": True, "phone": "", "phone_verified": False}, "daily", "每日汇总需要"),
    ],
)
def test_a_digest_that_is_not_offered_is_refused(
    trait: dict[str, Any], digest: str, why: str
) -> None:
    with pytest.raises(RuleBroken, match=why):
        preferences.choose(ways={}, digest_wanted=digest, actor=Actor.of(UserFactory(**trait)))


# --- The address -----------------------------------------------------------------------------


def test_an_address_counts_once_its_owner_has_followed_the_link(
    client: Client, official: User
) -> None:
    page = client.post(EMAIL, {"email": ADDRESS}, follow=True)
    text = page.content.decode()
    assert "p***@ruyuan.gov.cn（尚未验证）" in text
    assert ADDRESS not in text
    assert choices(client, "您的申报已发布") == ["app", "sms", "quiet"]
    path = link()
    assert ADDRESS not in path
    assert mail.outbox[0].to == [ADDRESS]
    # The mailbox may be a stranger's: what a person could write into a name does not go there.
    assert mail.outbox[0].body.startswith("盘**，您好！您填写了此邮箱，用于接收平台消息。\n\n")
    assert "志明" not in mail.outbox[0].body
    # A program that checks the mail opens the link; that confirms nothing.
    assert "p***@ruyuan.gov.cn" in client.get(path).content.decode()
    assert Preferences.objects.get().email_confirmed_at is None
    page = client.post(path, follow=True)
    assert "邮箱已验证，请选择要发到邮箱的消息。" in page.content.decode()
    assert Preferences.objects.get().confirmed_email == ADDRESS
    assert choices(client, "您的申报已发布") == ["app", "email", "sms", "quiet"]
    acts = Entry.objects.filter(act__startswith="notices.").order_by("pk")
    assert [entry.act for entry in acts] == ["notices.ask_email", "notices.confirm_email"]
    assert ADDRESS not in str([entry.data for entry in acts])


def test_a_link_is_its_owners_alone(client: Client, official: User) -> None:
    client.post(EMAIL, {"email": ADDRESS})
    path = link()
    stranger = Client()
    stranger.force_login(UserFactory())
    for method in ("get", "post"):
        assert getattr(stranger, method)(path).status_code == 404
    visitor = Client().get(path)
    assert visitor["Location"].startswith("/account/login/")
    assert client.get(f"{path[:-2]}x/").status_code == 404
    assert Preferences.objects.get().email_confirmed_at is None


def test_a_link_holds_for_a_day(client: Client, official: User) -> None:
    client.post(EMAIL, {"email": ADDRESS})
    path = link()
    with time_machine.travel(timezone.now() + timedelta(hours=24, minutes=1)):
        client.force_login(official)
        for method in ("get", "post"):
            page = getattr(client, method)(path, follow=True)
            assert "此链接已失效，请在此重新获取。" in page.content.decode()
            assert page.redirect_chain == [(EMAIL, 302)]
    assert Preferences.objects.get().email_confirmed_at is None


def test_a_link_to_an_address_that_was_changed_confirms_nothing(
    client: Client, official: User
) -> None:
    client.post(EMAIL, {"email": ADDRESS})
    old = link()
    client.post(EMAIL, {"email": "other@163.com"})
    assert "此链接已失效" in client.post(old, follow=True).content.decode()
    row = Preferences.objects.get()
    assert (row.email, row.email_confirmed_at) == ("other@163.com", None)


def test_a_new_address_must_be_confirmed_anew(client: Client, official: User) -> None:
    client.post(EMAIL, {"email": ADDRESS})
    client.post(link())
    client.post(EMAIL, {"email": "other@163.com"})
    assert Preferences.objects.get().confirmed_email == ""


def test_a_wrong_address_is_named_and_nothing_is_sent(client: Client, official: User) -> None:
    answer = client.post(EMAIL, {"email": "盘@"})
    assert answer.context["form"].errors["email"] == ["请按示例填写完整的邮箱地址。"]
    assert (Message.objects.count(), Preferences.objects.count()) == (0, 0)


def test_five_links_a_day_go_to_one_address(client: Client, official: User) -> None:
    answers = [client.post(EMAIL, {"email": ADDRESS}).status_code for _n in range(6)]
    assert answers == [302, 302, 302, 302, 302, 200]
    assert "请明天再试" in client.post(EMAIL, {"email": ADDRESS.upper()}).content.decode()
    assert Message.objects.count() == 5


def test_without_an_address_choices_fall_back_to_the_portal(client: Client) -> None:
    user = UserFactory(phone="", phone_verified=False)
    client.force_login(user)
    Preferences.objects.create(
        user=user,
        email=ADDRESS,
        email_confirmed_at=timezone.now(),
        digest="daily",
        ways={"submission.publish": "email", "submission.approve": "quiet"},
    )
    page = client.post("/notices/email/drop/", follow=True)
    assert "邮箱已移除。" in page.content.decode()
    row = Preferences.objects.get()
    assert (row.email, row.email_confirmed_at, row.digest) == ("", None, "off")
    assert row.ways == {"submission.publish": "app", "submission.approve": "quiet"}


def test_a_portal_without_a_mail_server_offers_no_e_mail(
    client: Client, official: User, settings: Any
) -> None:
    settings.EMAIL_OFFERED = False
    assert client.get(EMAIL).status_code == 404
    assert "电子邮箱" not in client.get(PAGE).content.decode()
