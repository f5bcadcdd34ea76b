import io
from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone, translation

from portal.audit.domain import record, seal_committed_entries
from portal.audit.models import Entry, Seal
from portal.audit.queries import verify_chain

pytestmark = [pytest.mark.django_db, pytest.mark.sqlite]


@pytest.fixture
def chain(official, official_actor) -> list[Entry]:
    """Five sealed entries."""
    entries = [
        record(actor=official_actor, act=f"act.{n}", subject=official, amount=n) for n in range(5)
    ]
    seal_committed_entries()
    return entries


def verify(*args: str) -> tuple[int, str, str]:
    """Exit code, output and complaints of the command."""
    out, err = io.StringIO(), io.StringIO()
    code = 0
    with translation.override("en"):
        try:
            call_command("verify_audit", *args, stdout=out, stderr=err, no_color=True)
        except SystemExit as left:
            code = left.code
    return code, out.getvalue(), err.getvalue()


def test_an_untouched_chain_holds(chain):
    head = Seal.objects.get(number=5).hash

    code, out, err = verify()

    assert (code, err) == (0, "")
    assert out.splitlines() == [
        "Sealed entries that hold: 5",
        f"Head of the chain: 5:{head}",
        "Entries not sealed yet: 0",
        "The chain holds.",
    ]


def test_an_empty_record_holds():
    code, out, err = verify()

    assert (code, err) == (0, "")
    assert "Sealed entries that hold: 0\n" in out


@pytest.mark.parametrize(
    "change",
    [
        {"act": "act.x"},
        {"data": {"amount": 200}},
        {"address": "10.9.9.9"},
        {"role": "staff"},
        {"user_id": None},
        {"subject_id": "1000001"},
        {"subject_type": "x.y"},
        {"on_behalf_of": "x"},
        {"at": timezone.now() - timedelta(days=1)},
    ],
)
def test_a_changed_entry_is_found_at_its_number(chain, change, lift_append_only):
    with lift_append_only():
        Entry.objects.filter(pk=chain[2].pk).update(**change)

    code, out, err = verify()

    assert code == 1
    assert "Sealed entries that hold: 2\n" in out
    assert err == (
        f"The chain breaks at number 3: the entry {chain[2].pk} was changed, "
        "or an entry was put in before it.\n"
    )


def test_an_entry_taken_out_with_its_seal_is_found(chain, lift_append_only):
    with lift_append_only():
        Seal.objects.filter(number=3).delete()
        Entry.objects.filter(pk=chain[2].pk).delete()

    code, _out, err = verify()

    assert (code, err) == (1, "The chain breaks at number 3: the seal is missing.\n")


def test_taking_one_out_and_closing_the_gap_is_found(chain, lift_append_only):
    with lift_append_only():
        Seal.objects.filter(number=3).delete()
        Entry.objects.filter(pk=chain[2].pk).delete()
        for number in (4, 5):
            Seal.objects.filter(number=number).update(number=number - 1)

    code, _out, err = verify()

    assert code == 1
    assert err.startswith(f"The chain breaks at number 3: the entry {chain[3].pk} was changed, or")


def test_an_entry_taken_out_from_under_its_seal_is_found(chain, lift_append_only):
    with lift_append_only():
        taken = Entry.objects.get(pk=chain[3].pk)
        Entry.objects.filter(pk=taken.pk)._raw_delete("default")
        report = verify_chain()
        taken.save(force_insert=True)
        Entry.objects.filter(pk=taken.pk).update(at=chain[3].at)

    assert report.broken_at == 4
    assert (report.sealed, report.holds) == (3, False)
    assert verify()[0] == 0


def test_an_entry_put_in_between_is_found(chain, official, official_actor, lift_append_only):
    with lift_append_only():
        for number in (5, 4, 3):
            Seal.objects.filter(number=number).update(number=number + 1)
        Seal.objects.create(
            number=3,
            entry=record(actor=official_actor, act="put.in", subject=official),
            hash="f" * 64,
        )

    code, _out, err = verify()

    assert code == 1
    assert err.startswith("The chain breaks at number 3: ")


def test_a_seal_before_the_beginning_is_found(chain, official, official_actor):
    Seal.objects.create(
        number=0, entry=record(actor=official_actor, act="x", subject=official), hash="0" * 64
    )

    assert verify()[2] == (
        "The chain breaks at number 1: a seal was put in before the beginning.\n"
    )


def test_a_chain_cut_short_or_written_anew_is_found_by_a_noted_head(
    chain, official, official_actor, lift_append_only
):
    noted = f"5:{Seal.objects.get(number=5).hash}"
    assert verify("--known", noted)[0] == 0

    with lift_append_only():
        Seal.objects.filter(number=5).delete()
        Entry.objects.filter(pk=chain[4].pk).delete()
    assert verify()[0] == 0
    assert verify("--known", noted)[::2] == (
        1,
        "The chain breaks at number 5: the seal is missing: the chain once was longer.\n",
    )

    record(actor=official_actor, act="another", subject=official)
    seal_committed_entries()
    assert verify()[0] == 0
    assert verify("--known", noted)[::2] == (
        1,
        "The chain breaks at number 5: its hash is not the one that was noted.\n",
    )


def test_a_head_that_is_none_is_refused_with_its_form():
    with pytest.raises(CommandError, match="write NUMBER:HASH"):
        call_command("verify_audit", "--known", "five")


def test_an_entry_that_waits_for_more_than_an_hour_is_warned_of(
    chain, official, official_actor, lift_append_only
):
    entry = record(actor=official_actor, act="late", subject=official)
    assert "Entries not sealed yet: 1\n" in verify()[1]
    assert verify()[2] == ""

    with lift_append_only():
        Entry.objects.filter(pk=entry.pk).update(at=timezone.now() - timedelta(minutes=61))
    code, _out, err = verify()

    assert code == 0
    assert err.startswith("Warning: 1 of them are older than an hour.")


def test_missing_triggers_are_found(chain, lift_append_only):
    with lift_append_only():
        code, _out, err = verify()

    assert code == 1
    assert [line.split(" are ")[0] for line in err.splitlines()] == [
        "The triggers of audit_entry",
        "The triggers of audit_seal",
    ]


def test_the_walk_is_the_same_over_several_chunks(chain, monkeypatch):
    monkeypatch.setattr("portal.audit.queries.CHUNK", 2)

    report = verify_chain()

    assert (report.holds, report.sealed) == (True, 5)
