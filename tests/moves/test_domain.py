"""The one door."""

import threading

import pytest
from django.db import connection

from portal.audit.models import Entry
from portal.moves.domain import SeenTooOld, transition
from portal.moves.models import MoveLog
from portal.submissions.models import Submission
from portal.verdict import RuleBroken
from tests import dossiers

pytestmark = [pytest.mark.django_db, pytest.mark.sqlite]


def test_a_move_writes_state_version_log_and_audit_together():
    owner = dossiers.official()
    row = dossiers.draft_product(owner)
    moved = transition(row, "submit", actor=owner, seen=1)
    row.refresh_from_db()
    assert (moved.state, row.state, row.version) == ("submitted", "submitted", 2)
    log = MoveLog.objects.of(row).last()
    assert (log.move, log.from_state, log.to_state, log.version, log.user) == (
        "submit",
        "draft",
        "submitted",
        2,
        owner.user,
    )
    entry = Entry.objects.filter(act="submit").get()
    assert (entry.subject_id, entry.data["to_state"]) == (str(row.pk), "submitted")


def test_who_saw_an_older_version_is_told_what_happened_since():
    owner, office = dossiers.official(), dossiers.staff()
    row = dossiers.product_in("endorsed", owner=owner)
    opened = row.version
    dossiers.move(row, "return", dossiers.staff())
    dossiers.move(row, "submit", owner)
    with pytest.raises(SeenTooOld) as told:
        transition(row, "approve", actor=office, seen=opened)
    assert [log.move for log in told.value.since] == ["return", "submit"]
    assert "已退回补正" in str(told.value)
    assert "已提交审核" in str(told.value)
    row.refresh_from_db()
    assert (row.state, row.version) == ("submitted", opened + 2)


def test_a_move_that_asks_for_a_reason_refuses_blanks():
    row = dossiers.product_in("endorsed")
    with pytest.raises(RuleBroken, match="请填写理由"):
        dossiers.move(row, "refuse", dossiers.staff(), note="   ")
    row.refresh_from_db()
    assert row.state == "endorsed"


def test_an_unknown_move_is_refused():
    with pytest.raises(RuleBroken, match="没有这一步"):
        dossiers.move(dossiers.product_in("draft"), "explode", dossiers.staff())


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_of_two_who_decide_at_once_one_wins_and_the_other_is_told():
    row = dossiers.product_in("endorsed")
    people = [dossiers.staff(), dossiers.staff()]
    start = threading.Barrier(2)
    outcomes: list[str] = []

    def decide(actor, name):
        try:
            start.wait()
            transition(Submission(pk=row.pk), name, actor=actor, seen=row.version, note="理由")
            outcomes.append(name)
        except SeenTooOld as error:
            outcomes.append(f"told: {error.since[0].move}")
        finally:
            connection.close()

    threads = [
        threading.Thread(target=decide, args=pair)
        for pair in zip(people, ["approve", "refuse"], strict=True)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    row.refresh_from_db()
    winner = {"approved": "approve", "refused": "refuse"}[row.state]
    assert sorted(outcomes) == sorted([winner, f"told: {winner}"])
    assert row.version == MoveLog.objects.of(row).last().version
