"""One act on many dossiers: rights, versions, what was left out, a worker that dies."""

import pytest

from portal.accounts.actor import Actor
from portal.desk import bulk
from portal.jobs.domain import run_due
from portal.jobs.models import Work
from portal.submissions.models import Submission
from portal.verdict import RuleBroken
from tests import dossiers
from tests.desk.test_domain import endorsed
from tests.factories import UserFactory

pytestmark = [pytest.mark.django_db, pytest.mark.sqlite]


@pytest.fixture
def reviewer():
    return UserFactory(staff=True)


def done(act, rows, user, **words):
    """Ask and let it be done; the work as it ended."""
    seen = [(row.pk, row.version) for row in rows]
    work = bulk.ask(act=act, rows=seen, actor=Actor.of(user), **words)
    run_due(kinds=[bulk.BULK])
    work.refresh_from_db()
    assert work.state == "done", work.reason
    return work


def states():
    return list(Submission.objects.order_by("pk").values_list("state", flat=True))


def test_many_are_approved_and_what_moved_on_is_left_out_and_said(reviewer):
    rows = endorsed(4)
    dossiers.move(rows[1], "return", dossiers.staff(), note="缺照片")
    Submission.objects.filter(pk=rows[2].pk).update(owner=reviewer)
    work = done("approve", rows, reviewer)
    assert states() == ["approved", "returned", "endorsed", "approved"]
    assert (work.done, work.total, work.result["done"]) == (4, 4, 2)
    failed = {code: why for code, _title, why in work.result["failed"]}
    assert set(failed) == {rows[1].code, rows[2].code}
    assert "退回补正" in failed[rows[1].code]
    assert failed[rows[2].code] == "这是您自己申报的，由同事决定。"


def test_what_a_killed_worker_had_done_counts_as_done(reviewer):
    rows = endorsed(3)
    seen = [(row.pk, row.version) for row in rows]
    work = bulk.ask(act="approve", rows=seen, actor=Actor.of(reviewer))
    dossiers.move(rows[0], "approve", Actor.of(reviewer))
    run_due(kinds=[bulk.BULK])
    work.refresh_from_db()
    assert (work.result["done"], work.result["failed"]) == (3, [])
    assert states() == ["approved"] * 3


def test_many_are_returned_with_one_sentence(reviewer):
    rows = endorsed(2)
    done("return", rows, reviewer, note="请补传检测报告。")
    assert states() == ["returned", "returned"]


def test_many_are_spread_over_who_is_there(reviewer):
    second = UserFactory(staff=True)
    rows = endorsed(4)
    done("spread", rows, reviewer)
    given = Submission.objects.order_by("pk").values_list("reviewer", flat=True)
    assert list(given) == [reviewer.pk, second.pk, reviewer.pk, second.pk]


def test_rights_are_asked_again_when_the_worker_comes_to_it(reviewer):
    rows = endorsed(1)
    bulk.ask(act="approve", rows=[(rows[0].pk, rows[0].version)], actor=Actor.of(reviewer))
    reviewer.memberships.update(ended_at=rows[0].created_at)
    run_due(kinds=[bulk.BULK])
    assert states() == ["endorsed"]
    assert Work.objects.get(kind=bulk.BULK).result["failed"] == [
        [str(rows[0].pk), "", "材料已不存在或不在您的权限内。"]
    ]


@pytest.mark.parametrize(
    ("act", "rows", "message"),
    [
        ("approve", [], "请至少选择一件"),
        ("suspend", [(1, 1)], "请选择要办理的事项"),
        ("approve", [(1, 1)] * 10_001, "一次最多"),
    ],
)
def test_an_ask_that_makes_no_sense_is_refused(reviewer, act, rows, message):
    with pytest.raises(RuleBroken, match=message):
        bulk.ask(act=act, rows=rows, actor=Actor.of(reviewer))
    assert not Work.objects.filter(kind=bulk.BULK).exists()


def test_officials_endorse_many_and_approve_none():
    owner, colleague = dossiers.official(), UserFactory(official=dossiers.RUYUAN)
    rows = [
        dossiers.move(dossiers.draft_product(owner), "submit", owner),
        dossiers.product_in("submitted", owner=Actor.of(colleague)),
    ]
    work = done("endorse", rows, colleague)
    assert states() == ["endorsed", "submitted"]
    assert "另一位工作人员" in work.result["failed"][0][2]
    with pytest.raises(RuleBroken):
        bulk.ask(act="approve", rows=[(rows[0].pk, 1)], actor=Actor.of(colleague))
