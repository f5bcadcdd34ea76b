"""Each reader's first page: what waits, how many, since when; and what an empty one says."""

from __future__ import annotations

import re
from datetime import datetime

import pytest
from django.urls import reverse

from portal import clock
from portal.accounts.actor import Actor
from portal.desk.domain import declare_interest
from portal.submissions.models import Revision, Submission
from tests import dossiers
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db


def tasks(client, user):
    """Label, address, count and age of each line of “my tasks”, as the page shows them."""
    client.force_login(user)
    page = client.get(reverse("home")).content.decode()
    lines = re.findall(
        r'<li><div><a href="(.*?)">(.*?)</a>(.*?)</div>.*?figure"><data value="(.*?)">', page
    )
    return [
        (label, url.replace("&amp;", "&"), count, re.sub(r"<.*?>", "", age).strip())
        for url, label, age, count in lines
    ]


def submitted_on(day, *rows):
    at = datetime(2023, 10, day, 7, 30, tzinfo=clock.SHANGHAI)
    Submission.objects.filter(pk__in=[row.pk for row in rows]).update(submitted_at=at)


def in_state(state):
    return f"/dossiers/?turn=me&state={state}"


def on_desk(state):
    return f"/desk/?turn=me&state={state}"


@pytest.fixture
def county():
    """乳源 with two officials: drafts, returned and submitted dossiers, each with its day."""
    owner, colleague = dossiers.official(), dossiers.official()
    dossiers.product_in("draft", owner=owner)
    dossiers.product_in("draft", owner=owner)
    returned = [dossiers.product_in("returned", owner=owner) for _number in range(2)]
    submitted = [dossiers.product_in("submitted", owner=owner) for _number in range(3)]
    submitted_on(12, returned[1])
    submitted_on(9, returned[0])
    submitted_on(8, submitted[2])
    submitted_on(15, *submitted[:2])
    # Another county's work is nobody's here.
    dossiers.product_in("submitted", owner=dossiers.official(dossiers.XINFENG))
    return owner.user, colleague.user


def test_an_official_reads_what_to_correct_to_finish_and_to_endorse(client, county):
    owner, colleague = county
    assert tasks(client, owner) == [
        ("补正后重新提交", in_state("returned"), "2", "最早一件自2023年10月9日起等待办理"),
        ("完成草稿", in_state("draft"), "2", ""),
    ]
    assert tasks(client, colleague) == [
        ("审核推荐", on_desk("submitted"), "3", "未到期 请于2023年10月26日前办理"),
    ]


def test_each_line_opens_as_many_dossiers_as_it_counts(client, county):
    with clock.telling(datetime(2023, 9, 4, 10, 0, tzinfo=clock.SHANGHAI)):
        dossiers.product_in("endorsed")
    for state in ("endorsed", "endorsed", "approved"):
        dossiers.product_in(state)
    # Given to a colleague, or barred by an interest: nobody else counts or opens it.
    taken, barred = (dossiers.product_in("endorsed") for _number in range(2))
    office, absent = UserFactory(staff=True), UserFactory(staff=True)
    Submission.objects.filter(pk=taken.pk).update(reviewer=absent)
    declare_interest(submission=barred, reason="亲属的企业", actor=Actor.of(office))
    opened = {}
    for person in (*county, office):
        for label, url, count, _age in tasks(client, person):
            rows = client.get(url).context["page_obj"].paginator.count
            assert rows == int(count), url
            opened[label] = rows
    assert opened == {
        "补正后重新提交": 2,
        "完成草稿": 2,
        "审核推荐": 3,
        "审核决定": 3,
        "发布已通过的卷宗": 1,
        "县区和项目办超期未办": 1,
        "分派无人办理的材料": 4,
    }


def test_staff_read_what_to_decide_to_publish_and_which_changes_wait(client):
    owner = dossiers.official()
    endorsed = [dossiers.product_in("endorsed", owner=owner) for _number in range(2)]
    approved = dossiers.product_in("approved", owner=owner)
    live = dossiers.product_in("published", owner=owner)
    submitted_on(3, endorsed[1])
    submitted_on(6, endorsed[0], approved)
    change = Revision.objects.create(
        submission=live,
        changes={"name": ["旧", "新"]},
        proposed_by=owner.user,
        proposed_at=datetime(2023, 10, 5, 7, 30, tzinfo=clock.SHANGHAI),
    )
    assert tasks(client, UserFactory(staff=True)) == [
        ("审核决定", on_desk("endorsed"), "2", "未到期 请于2023年10月30日前办理"),
        ("发布已通过的卷宗", on_desk("approved"), "1", "最早一件自2023年10月6日起等待办理"),
        (
            "审核修改申请",
            reverse("revision", args=[change.pk]),
            "1",
            "最早一件自2023年10月5日起等待办理",
        ),
        (
            "分派无人办理的材料",
            f"{reverse('desk')}?reviewer=none&state=endorsed",
            "2",
            "未到期 请于2023年10月30日前办理",
        ),
    ]
    # Nobody of the county decides, and an auditor only reads.
    assert tasks(client, UserFactory(official=dossiers.RUYUAN)) == []
    assert tasks(client, UserFactory(auditor=True)) == []


def test_an_empty_page_says_what_to_do_next(client):
    pages = {}
    for who, traits in {"official": {"official": dossiers.RUYUAN}, "nobody": {}}.items():
        client.force_login(UserFactory(**traits))
        pages[who] = client.get(reverse("home")).content.decode()
    assert "目前没有待办事项" in pages["official"]
    assert reverse("dossier-new", args=["product"]) in pages["official"]
    assert "您目前还没有角色" in pages["nobody"]
    assert "目前没有待办事项" not in pages["nobody"]
    assert reverse("dossier-new", args=["product"]) not in pages["nobody"]


def test_a_visitor_reads_what_the_programme_is(client):
    answer = client.get(reverse("home"))
    assert [template.name for template in answer.templates][:1] == ["home/public.html"]
    page = answer.content.decode()
    assert reverse("account_login") in page
    assert "我的待办" not in page
