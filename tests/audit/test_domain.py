import hashlib
import json
import threading

import pytest
from django.db import connection, transaction

from portal.accounts.actor import Actor
from portal.audit.domain import digest, record, seal_committed_entries
from portal.audit.models import Entry, Seal
from portal.audit.tasks import BATCH, seal_entries

pytestmark = [pytest.mark.django_db, pytest.mark.sqlite]


def test_an_entry_says_who_did_what_to_what_and_from_where(official):
    actor = Actor.of(official, on_behalf_of="邓阿婆", address="10.1.2.3")

    entry = record(actor=actor, act="product.submit", subject=official, role="official", version=2)

    entry.refresh_from_db()
    assert entry.user == official
    assert entry.role == "official"
    assert entry.on_behalf_of == digest("邓阿婆")
    assert entry.address == "10.1.2.3"
    assert (entry.act, entry.subject_type, entry.subject_id) == (
        "product.submit",
        "accounts.user",
        str(official.pk),
    )
    assert entry.data == {"version": 2}
    assert Entry.objects.count() == 1


def test_the_system_acts_without_a_person_and_an_address(official):
    entry = record(actor=Actor.system(), act="close", subject=official)

    entry.refresh_from_db()
    assert (entry.user, entry.address, entry.on_behalf_of) == (None, None, "")


def test_a_digest_is_equal_for_equal_values_and_needs_the_key(settings):
    first = digest("13800000000")
    assert first == digest("13800000000")
    assert first != digest("13800000001")
    assert first != hashlib.sha256(b"13800000000").hexdigest()
    settings.AUDIT_KEY = "another"
    assert first != digest("13800000000")


def test_the_chain_is_what_anybody_can_compute_from_the_rows(official, official_actor):
    for number in (1, 2):
        record(actor=official_actor, act=f"act.{number}", subject=official, 字段="值", n=number)

    assert seal_committed_entries() == 2

    previous = "0" * 64
    for number, (entry, seal) in enumerate(
        zip(Entry.objects.order_by("pk"), Seal.objects.order_by("number"), strict=True), start=1
    ):
        text = json.dumps(
            {
                "act": f"act.{number}",
                "address": "10.1.2.3",
                "at": entry.at.strftime("%Y-%m-%dT%H:%M:%S.%f+00:00"),
                "data": {"n": number, "字段": "值"},
                "id": entry.pk,
                "on_behalf_of": "",
                "role": "",
                "subject_id": str(official.pk),
                "subject_type": "accounts.user",
                "user": official.pk,
            },
            ensure_ascii=False,
            separators=(",", ":"),
        )
        previous = hashlib.sha256((previous + text).encode()).hexdigest()
        assert (seal.number, seal.entry_id, seal.hash) == (number, entry.pk, previous)


def test_sealing_again_seals_only_what_is_new(official, official_actor):
    record(actor=official_actor, act="one", subject=official)
    assert seal_committed_entries() == 1
    before = list(Seal.objects.values())

    assert seal_committed_entries() == 0
    record(actor=official_actor, act="two", subject=official)
    assert seal_committed_entries() == 1

    assert list(Seal.objects.values("number")) == [{"number": 1}, {"number": 2}]
    assert list(Seal.objects.filter(number=1).values()) == before


def test_a_batch_is_limited_and_the_task_goes_on_to_the_end(official, official_actor):
    for number in range(5):
        record(actor=official_actor, act=f"act.{number}", subject=official)

    assert seal_committed_entries(limit=2) == 2
    assert list(Seal.objects.values_list("entry__act", flat=True)) == ["act.0", "act.1"]
    assert seal_entries() == 3
    assert Entry.objects.unsealed().count() == 0
    assert BATCH == 1000


def test_sealing_takes_a_fixed_number_of_queries(
    official, official_actor, django_assert_num_queries
):
    queries = 6 if connection.vendor == "postgresql" else 5
    for count in (1, 30):
        for number in range(count):
            record(actor=official_actor, act=f"act.{number}", subject=official)
        with django_assert_num_queries(queries):
            seal_committed_entries()


@pytest.mark.django_db(transaction=True)
def test_what_was_not_committed_is_not_sealed(official, official_actor):
    with transaction.atomic():
        record(actor=official_actor, act="lost", subject=official)
        transaction.set_rollback(True)
    record(actor=official_actor, act="kept", subject=official)

    assert seal_entries() == 1
    assert list(Seal.objects.values_list("number", "entry__act")) == [(1, "kept")]


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_an_entry_committed_late_is_sealed_late_and_holds_nobody_up(official, official_actor):
    begun, go_on = threading.Event(), threading.Event()

    def slow_writer():
        try:
            with transaction.atomic():
                record(actor=official_actor, act="slow", subject=official)
                begun.set()
                assert go_on.wait(20)
        finally:
            connection.close()

    writer = threading.Thread(target=slow_writer)
    writer.start()
    assert begun.wait(20)
    record(actor=official_actor, act="quick", subject=official)
    assert seal_entries() == 1
    go_on.set()
    writer.join(20)
    assert seal_entries() == 1

    assert list(Seal.objects.values_list("number", "entry__act")) == [(1, "quick"), (2, "slow")]
    slow, quick = Entry.objects.get(act="slow"), Entry.objects.get(act="quick")
    assert slow.pk < quick.pk


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_two_sealers_at_once_make_one_chain(official, official_actor):
    from portal.audit.queries import verify_chain

    for number in range(40):
        record(actor=official_actor, act=f"act.{number}", subject=official)
    counts, failures = [], []
    together = threading.Barrier(2)

    def sealer():
        try:
            together.wait(20)
            counts.extend(seal_committed_entries(limit=3) for _turn in range(10))
        except Exception as error:
            failures.append(error)
        finally:
            connection.close()

    sealers = [threading.Thread(target=sealer) for _n in range(2)]
    for thread in sealers:
        thread.start()
    for thread in sealers:
        thread.join(60)

    assert failures == []
    assert sum(counts) == 40
    report = verify_chain()
    assert (report.holds, report.sealed, report.unsealed) == (True, 40, 0)
