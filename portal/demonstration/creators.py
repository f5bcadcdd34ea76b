"""Invented local creators verified by their counties, three tasks, and what became of them."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.db import transaction

from creators import domain
from creators.models import Take, Task
from portal import clock
from portal.accounts.actor import Actor
from portal.accounts.enums import Role
from portal.demonstration import dossiers, invented, people
from portal.moves.domain import transition
from portal.submissions.models import Submission

# A Monday, so that no step falls on a weekend.
OPENING = datetime(2023, 9, 11, 14, 0, tzinfo=clock.SHANGHAI)
PUBLISHED = datetime(2023, 10, 9, 11, 0, tzinfo=clock.SHANGHAI)
# Each step of a taken task comes a day after the one before.
TAKEN = datetime(2023, 10, 16, 9, 30, tzinfo=clock.SHANGHAI)
WAY = (("submit", "owner", 1), ("verify", "second", 24))
# Name on the platform, county, topic, followers.
CREATORS = (
    ("瑶山阿妹日记", "440232", "food", 12_600),
    ("英德茶园小罗", "441881", "farm", 8_300),
    ("徐闻菠萝哥", "440825", "farm", 45_200),
    ("丹霞脚下的家", "440224", "travel", 5_100),
    ("客家阿嫂灶头", "441422", "food", 23_900),
    ("从化山里人", "440117", "travel", 9_700),
    ("台山老街记", "440781", "craft", 3_400),
    ("高州荔乡阿强", "440981", "farm", 16_800),
    ("雷州海边人家", "440882", "travel", 2_200),
    ("珠玑巷里", "440282", "craft", 760),
)
NAMES = tuple(f"creator{number}" for number in range(1, len(CREATORS) + 1))
# About which dossier: kind and key; name, what to show, until when.
TASKS = (
    (
        "product",
        "清远鸡",
        "拍一条清远鸡短视频",
        "到养殖户家里拍，说清楚散养的过程和本地做法。画面真实，不夸大。",
        date(2023, 11, 15),
    ),
    (
        "route",
        "韶关古村与丹霞",
        "走一遍韶关古村与丹霞",
        "按线路顺序走三站，每站说一个最值得停下来的理由，提醒怎么去、开放时间。",
        date(2023, 11, 20),
    ),
    (
        "spot",
        "广州市从化区吕田镇莲麻村",
        "带大家逛莲麻村",
        "拍清晨的村道和村民的一天，结尾说明怎么到达。",
        date(2023, 11, 30),
    ),
)
HANDED_IN = ("hand_in",)
ACCEPTED = ("hand_in", "accept")
RETURNED = ("hand_in", "return")
# Task, creator, and what was done after taking it.
TAKES: tuple[tuple[int, int, tuple[str, ...]], ...] = (
    (0, 1, ACCEPTED),
    (0, 2, ACCEPTED),
    (0, 5, HANDED_IN),
    (1, 4, ACCEPTED),
    (1, 10, RETURNED),
    (1, 1, ()),
    (2, 6, HANDED_IN),
    (2, 7, ()),
    (2, 9, ("give_back",)),
)
RETURN_NOTE = "第二站的开放时间说错了，请按任务说明改正后重新提交。"


def build() -> None:
    """Register the creators, publish the tasks and tell what was taken, where still to do."""
    people.sign_up(names=NAMES, role=Role.CREATOR, first=101)
    for number, username in enumerate(NAMES):
        if not dossiers.is_told("creator", CREATORS[number][0]):
            _register(number, username)
    tasks = [_publish(*task) for task in TASKS]
    for number, (task, creator, moves) in enumerate(TAKES):
        _take(number, tasks[task], people.actor(NAMES[creator - 1]), moves)


def _register(number: int, username: str) -> None:
    name, county, topic, followers = CREATORS[number]
    owner = people.actor(username)
    dossiers.tell(
        kind="creator",
        key=name,
        values={
            "name": name,
            "handle": f"yanshi{invented.seed(name) % 10**8:08d}",
            "county": county,
            "topic": topic,
            "followers": followers,
            "introduction": "用镜头记录家乡。账号为演示数据，并不存在。",
            "contact_phone": owner.person.phone or "",
        },
        files={},
        people={"owner": owner, "second": people.actor(people.county_person(county, 1))},
        start=OPENING + timedelta(minutes=12 * number),
        way=WAY,
    )


def _publish(kind: str, key: str, name: str, wishes: str, due_on: date) -> Task:
    known = Task.objects.filter(name=name).first()
    if known is not None:
        return known
    about = Submission.objects.get(form_key=dossiers.form_key(kind, key))
    with clock.telling(PUBLISHED):
        return domain.publish_task(
            submission=about,
            name=name,
            wishes=wishes,
            due_on=due_on,
            actor=people.actor("staff1"),
        )


@transaction.atomic
def _take(number: int, task: Task, creator: Actor, moves: tuple[str, ...]) -> None:
    """Tell one taken task from its beginning; once taken it is left alone."""
    if Take.objects.filter(task=task, creator__submission__owner=creator.person).exists():
        return
    moment = TAKEN + timedelta(minutes=10 * number)
    with clock.telling(moment):
        row = domain.take_task(task=task, actor=creator)
    for move in moves:
        moment += timedelta(days=1)
        with clock.telling(moment):
            row = _move(row, move, creator)


def _move(row: Take, move: str, creator: Actor) -> Take:
    if move == "hand_in":
        work = invented.work_id(f"take/{row.task.name}/{creator.person.username}")
        link = f"https://www.douyin.com/video/{work}"
        return domain.hand_in(take=row, link=link, work_id=work, actor=creator, seen=row.version)
    if move == "give_back":
        return transition(row, move, actor=creator, seen=row.version)
    note = RETURN_NOTE if move == "return" else ""
    return transition(row, move, actor=people.actor("staff2"), seen=row.version, note=note)
