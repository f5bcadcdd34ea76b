"""Every event that is told is registered; who acts is always named; no internal step is told."""

from __future__ import annotations

import ast
from functools import cache
from typing import Any

import pytest

from creators.moves import TAKE_MOVES, TOLD
from portal.accounts.models import User
from portal.notices import events
from portal.notices.enums import Way
from portal.notices.models import Notice
from portal.qualifications.enums import Told
from portal.qualifications.reminding import WORDS
from portal.submissions import effects, kinds
from portal.submissions.revisions import REVISION_MOVES
from tests import dossiers
from tests.factories import UserFactory
from tests.test_consistency import source

CALLS = {"notify", "send_text", "send_email"}
# Where the calls themselves are written.
ROOM = "portal/notices/domain.py"


@cache
def calls() -> list[tuple[str, str, dict[str | None, ast.expr]]]:
    """Where, which function, and the named arguments of every call that tells somebody."""
    found = []
    for name, tree in source(tests=False):
        for node in ast.walk(tree):
            if (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Name)
                and node.func.id in CALLS
                and name != ROOM
            ):
                words = {keyword.arg: keyword.value for keyword in node.keywords}
                found.append((f"{name}:{node.lineno}", node.func.id, words))
    return found


def test_every_call_names_its_event_and_who_acts() -> None:
    found = calls()
    assert len(found) >= 10
    assert [place for place, _call, words in found if "event" not in words] == []
    assert [
        place for place, call, words in found if call == "notify" and "actor" not in words
    ] == []


def test_every_event_that_is_written_out_is_registered() -> None:
    known = {event.code for event in events.every()}
    written = {
        words["event"].value
        for _place, _call, words in calls()
        if isinstance(words["event"], ast.Constant)
    }
    prefixes = {
        words["event"].values[0].value
        for _place, _call, words in calls()
        if isinstance(words["event"], ast.JoinedStr)
    }
    assert {"submission.waits", "class.changed"} <= written <= known
    # The others are put together from a move; the next tests go through their tables.
    assert prefixes == {"submission.", "revision.", "take.", "qualification."}


def told_by(tables: Any, effect: str) -> set[str]:
    """The names of the moves of some tables that tell somebody."""
    return {
        move.name
        for table in tables
        for move in table
        if any(call.__name__ == effect for call in move.effects)
    }


def registered(prefix: str) -> set[str]:
    codes = {event.code for event in events.every()}
    return {code.removeprefix(prefix) for code in codes if code.startswith(prefix)}


def test_the_moves_that_tell_somebody_are_those_with_an_event_and_a_sentence() -> None:
    dossier_moves = told_by([kind.moves for kind in kinds.every()], "tell_applicant")
    assert dossier_moves == set(effects.TO_APPLICANT)
    # What two owners are told of a merge has words of its own.
    apart = {"waits", "granted", "merge", "absorb"}
    assert dossier_moves == registered("submission.") - apart
    assert told_by([TAKE_MOVES], "_tell") == set(TOLD) == registered("take.")
    assert told_by([REVISION_MOVES], "_tell") == registered("revision.")
    assert set(Told) == set(WORDS) == registered("qualification.") - {"taken_off"}


def test_these_are_urgent_and_all_others_may_be_quieted() -> None:
    assert {event.code for event in events.every() if event.urgent} == {
        "account.code",
        "account.invitation",
        "account.number_taken",
        "account.password",
        "class.changed",
        "class.offered",
        "class.removed",
        "live.cancelled",
        "notices.confirm_email",
        "notices.digest",
        "qualification.check_due",
        "qualification.lapsed",
        "qualification.taken_off",
        "revision.refuse",
        "submission.merge",
        "submission.refuse",
        "submission.return",
        "submission.suspend",
        "take.return",
    }


def test_every_event_of_a_notice_names_the_act_it_leads_to() -> None:
    texts_only = {"account.", "notices.confirm_email"}
    without = {event.code for event in events.every() if not event.act}
    assert all(code.startswith(tuple(texts_only)) for code in without)


def test_an_event_is_registered_once() -> None:
    with pytest.raises(ValueError, match=r"'submission\.return' is registered twice"):
        events.register("x", events.Event("submission.return", "x"))


def test_an_event_whose_room_is_gone_still_reads() -> None:
    assert events.act_of("gone.event") == "查看"
    assert events.label_of("gone.event") == "gone.event"
    assert {str(way) for way in Way} == {"app", "email", "sms", "quiet"}


# --- Internal steps, own acts, people who left -----------------------------------------------

pytestmark = pytest.mark.django_db


def told(user: User) -> list[str]:
    return list(
        Notice.objects.filter(recipient=user).order_by("pk").values_list("event", flat=True)
    )


def test_the_applicant_hears_of_decisions_and_of_no_internal_step() -> None:
    owner, office = dossiers.official(), dossiers.staff()
    row = dossiers.product_in("returned", owner=owner, office=office)
    dossiers.move(row, "submit", owner)
    dossiers.move(row, "endorse", dossiers.official())
    for name in ("approve", "publish", "suspend", "resume"):
        dossiers.move(row, name, office, note="理由")
    assert told(owner.user) == [
        "submission.return",
        "submission.endorse",
        "submission.approve",
        "submission.publish",
        "submission.suspend",
        "submission.resume",
    ]


def test_nobody_is_told_of_their_own_act() -> None:
    owner = dossiers.official()
    colleague = dossiers.official()
    row = dossiers.product_in("submitted", owner=owner)
    assert (told(owner.user), told(colleague.user)) == ([], ["submission.waits"])
    dossiers.move(row, "endorse", colleague)
    assert told(owner.user) == ["submission.endorse"]
    assert told(colleague.user) == ["submission.waits"]


def test_who_left_the_office_or_the_county_is_told_of_nothing() -> None:
    owner = dossiers.official()
    closed = UserFactory(official=dossiers.RUYUAN, is_active=False)
    # Another role that still holds is no reason to hear of the one that ended.
    moved_on = UserFactory(official=dossiers.RUYUAN, trainee=True)
    gone = UserFactory(staff=True, trainee=True)
    for user, role in ((moved_on, "official"), (gone, "staff")):
        user.memberships.filter(role=role).update(ended_at="2023-10-01T08:00:00+08:00")
    neighbour = dossiers.official(dossiers.XINFENG)
    dossiers.product_in("endorsed", owner=owner)
    for user in (closed, moved_on, gone, neighbour.user):
        assert told(user) == []
