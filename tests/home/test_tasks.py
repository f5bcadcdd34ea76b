"""“My tasks” of every role: what, how many, by when; and what else each may do."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from creators.domain import take_task
from portal import clock
from portal.accounts.actor import Actor
from portal.registry import Task, links_of, tasks_of
from portal.submissions.models import Submission
from portal.verdict import RuleBroken
from tests import dossiers
from tests.creators import world as creators
from tests.factories import UserFactory
from tests.home import world
from tests.merchants import world as subsidies
from tests.training import test_domain as training

pytestmark = pytest.mark.django_db
FRIDAY = datetime(2023, 10, 20, 10, 0, tzinfo=clock.SHANGHAI)


def told(actor: Actor) -> dict[str, Task]:
    return {str(task.label): task for task in tasks_of(Actor.of(actor.person))}


def home(actor: Actor) -> str:
    client = Client()
    client.force_login(actor.person)
    return client.get("/").content.decode()


def refused(owner: Actor, at: datetime) -> Submission:
    with clock.telling(at):
        return dossiers.product_in("refused", owner=owner)


def test_a_merchant_hears_of_a_return_and_of_the_days_to_appeal() -> None:
    merchant = subsidies.merchant()
    dossiers.product_in("returned", owner=merchant)
    refused(merchant, FRIDAY)
    tasks = told(merchant)
    assert tasks["补正后重新提交"].count == 1
    appeal = tasks["未通过的申请可以申诉"]
    # Ten working days after Friday the 20th.
    assert (appeal.count, appeal.due, appeal.late) == (1, date(2023, 11, 3), False)
    client = Client()
    client.force_login(merchant.person)
    rows = client.get(appeal.url).context["page_obj"]
    assert [row.state for row in rows] == ["refused"]


def test_the_appeal_ends_with_its_last_day() -> None:
    owner = dossiers.official()
    row = refused(owner, FRIDAY)
    with clock.telling(datetime(2023, 11, 3, 23, 59, tzinfo=clock.SHANGHAI)):
        assert "未通过的申请可以申诉" in told(owner)
        assert row.moves.judge(row, "appeal", owner)
    with clock.telling(datetime(2023, 11, 4, 0, 0, tzinfo=clock.SHANGHAI)):
        assert "未通过的申请可以申诉" not in told(owner)
        with pytest.raises(RuleBroken, match="申诉期限已于2023年11月3日届满"):
            dossiers.move(row, "appeal", owner, note="补了报告")
    row.refresh_from_db()
    assert (row.state, row.appealed_at) == ("refused", None)


def test_a_creator_sees_by_when_each_taken_task_is_due() -> None:
    maker = creators.person()
    creators.verified(maker)
    take_task(task=creators.task(dossiers.staff()), actor=maker)
    task = told(maker)["提交作品"]
    assert (task.hint, task.due) == ("拍一条萝卜短视频", date(2023, 11, 30))
    page = home(maker)
    assert "未到期" in page
    assert "请于2023年11月30日前办理" in page


def test_a_trainee_sees_the_offered_seat_and_the_next_class() -> None:
    full, person = training.planned(seats=1), training.trainee()
    holder = training.enrol(full)
    training.enrol(full, person)
    training.enrol(training.planned(seats=5), person)
    training.move(holder, "cancel", Actor.of(holder.trainee))
    tasks = told(person)
    offer = tasks["确认为您保留的名额"]
    assert offer.due - clock.now() < timedelta(hours=24)
    assert offer.soon
    following = tasks["您的下一次培训"]
    assert (following.due, following.begins, following.hint) == (None, training.START, "短视频入门")
    assert "2023年11月6日 09:00开始" in home(person)


def test_official_and_staff_see_by_when_the_first_is_to_be_reviewed() -> None:
    with clock.telling(FRIDAY):
        row = dossiers.product_in("submitted")
        dossiers.product_in("endorsed")
    colleague = dossiers.official(row.county_id)
    assert told(colleague)["审核推荐"].due == Submission.objects.get(pk=row.pk).due_on
    waiting = Submission.objects.get(state="endorsed")
    for line in ("审核决定", "分派无人办理的材料"):
        assert told(dossiers.staff())[line].due == waiting.due_on
    Submission.objects.filter(pk=waiting.pk).update(due_on=date(2023, 10, 19))
    overdue = told(dossiers.staff())["县区和项目办超期未办"]
    assert (overdue.count, overdue.due, overdue.late) == (1, date(2023, 10, 19), True)


def test_an_administrator_sees_parked_work_alone() -> None:
    world.park("停下的")
    admin = Actor.of(UserFactory(admin=True))
    task = told(admin)["停下待处理的后台工作"]
    assert (task.count, task.oldest, task.url) == (1, world.LONG_AGO, "/work/?state=parked")


LINKS = {
    "staff": {"工程总览", "审核台", "报表入库", "新建投放", "新建活动", "发布任务"},
    "auditor": {"工程总览", "审计记录", "平台报表", "流量看板", "学员"},
    "admin": {"工程总览", "审计记录", "人员管理", "后台工作"},
    "merchant": {"申报特色商品", "申报打卡地", "申报补贴申请", "经营主体", "查找培训课程"},
    "creator": {"申报创作者", "创作任务", "查找培训课程"},
    "trainee": {"查找培训课程"},
}


@pytest.mark.parametrize("role", LINKS)
def test_home_offers_what_the_role_may_do(role: str) -> None:
    actor = Actor.of(UserFactory(**{role: True}))
    links = links_of(actor)
    assert LINKS[role] <= {str(link.label) for link in links}
    client = Client()
    client.force_login(actor.person)
    page = client.get("/").content.decode()
    for link in links:
        assert f'href="{link.url}"' in page
        assert client.get(str(link.url)).status_code == 200


def test_nothing_of_the_office_is_offered_to_others() -> None:
    for role in ("merchant", "creator", "trainee"):
        offered = {str(link.label) for link in links_of(Actor.of(UserFactory(**{role: True})))}
        assert offered.isdisjoint(LINKS["staff"] - LINKS["creator"])
    assert links_of(Actor.of(UserFactory())) == []


NOW = datetime(2023, 10, 23, 12, 0, tzinfo=clock.SHANGHAI)


@pytest.mark.parametrize(
    ("due", "late", "soon"),
    [
        (None, False, False),
        (date(2023, 10, 22), True, False),
        (date(2023, 10, 23), False, True),
        (date(2023, 10, 25), False, True),
        (date(2023, 10, 26), False, False),
        (NOW - timedelta(seconds=1), True, False),
        (NOW + timedelta(seconds=1), False, True),
        (NOW + timedelta(days=3), False, False),
        # 16:30 in UTC is half past midnight of the next day here.
        (datetime.fromisoformat("2023-10-25T16:30+00:00"), False, False),
    ],
)
def test_what_is_late_and_what_is_due_soon(due: Any, late: bool, soon: bool) -> None:
    with clock.telling(NOW):
        task = Task("事", 1, "/", due=due)
        assert (task.late, task.soon) == (late, soon)
