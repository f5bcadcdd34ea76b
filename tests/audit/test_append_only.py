import pytest
from django.db import IntegrityError, connection, transaction

from portal.audit.append_only import LONGEST_TABLE, AppendOnly, unprotected
from portal.audit.domain import record, seal_committed_entries
from portal.audit.models import Entry, Seal

# As the migration of the moves' log has them.
MOVE_KEYS = ["id", ["subject_type", "subject_id", "version"]]
pytestmark = [pytest.mark.django_db, pytest.mark.sqlite]


@pytest.fixture
def everything(official, official_actor):
    """Two entries, one of them sealed."""
    record(actor=official_actor, act="test.one", subject=official)
    seal_committed_entries()
    record(actor=official_actor, act="test.two", subject=official)
    return list(Entry.objects.order_by("pk").values()), list(Seal.objects.values())


def refused(act) -> str:
    with pytest.raises(IntegrityError) as error, transaction.atomic():
        act()
    return str(error.value)


def now() -> tuple[list, list]:
    return list(Entry.objects.order_by("pk").values()), list(Seal.objects.values())


def test_entries_and_seals_are_never_changed(everything):
    assert refused(lambda: Entry.objects.update(act="x")).startswith(
        "Rows of audit_entry are only ever added; UPDATE is refused."
    )
    assert refused(lambda: Seal.objects.update(hash="x")).startswith(
        "Rows of audit_seal are only ever added; UPDATE is refused."
    )
    entry = Entry.objects.order_by("pk").first()
    entry.act = "x"
    assert "UPDATE is refused" in refused(entry.save)
    assert now() == everything


def test_entries_and_seals_are_never_taken_out(everything):
    for rows in (Seal.objects.all(), Entry.objects.filter(act="test.two")):
        assert "DELETE is refused" in refused(lambda rows=rows: rows.delete())
        assert "DELETE is refused" in refused(lambda rows=rows: rows._raw_delete("default"))
    assert now() == everything


def test_a_new_row_never_takes_the_place_of_one_that_is_there(everything):
    entry, seal = Entry.objects.order_by("pk").first(), Seal.objects.get()
    again = Entry(pk=entry.pk, at=entry.at, act="x", subject_type="x", subject_id="1", data={})

    def replace_entry():
        Entry.objects.bulk_create(
            [again], update_conflicts=True, unique_fields=["id"], update_fields=["act"]
        )

    def replace_seal():
        Seal.objects.bulk_create(
            [Seal(number=9, entry=seal.entry, hash="x")],
            update_conflicts=True,
            unique_fields=["entry"],
            update_fields=["hash"],
        )

    assert "is refused" in refused(replace_entry)
    assert "is refused" in refused(replace_seal)
    assert now() == everything


@pytest.mark.parametrize("verb", ["INSERT OR REPLACE", "REPLACE", "INSERT OR IGNORE"])
def test_sqlite_replaces_nothing_by_any_key(verb, everything):
    if connection.vendor != "sqlite":
        verb = "INSERT"
    entry, seal = everything[0][0]["id"], everything[1][0]["number"]
    columns = "id, at, role, on_behalf_of, act, subject_type, subject_id, data"
    values = f"{entry}, '2023-10-23', '', '', 'x', 'x', 'x', '{{}}'"
    statements = [
        f"{verb} INTO audit_seal (number, entry_id, hash) VALUES ({seal}, {entry + 1}, 'x')",
        f"{verb} INTO audit_seal (number, entry_id, hash) VALUES (99, {entry}, 'x')",
        f"{verb} INTO audit_entry ({columns}) VALUES ({values})",
    ]
    for statement in statements:
        refused(lambda statement=statement: connection.cursor().execute(statement))
    assert now() == everything


@pytest.mark.postgres
def test_postgresql_empties_no_table(everything):
    # A foreign key that waits for the end of the transaction would be refused before the trigger.
    connection.cursor().execute("SET CONSTRAINTS ALL IMMEDIATE")
    for table in ("audit_seal", "audit_entry"):
        assert "TRUNCATE is refused" in refused(
            lambda table=table: connection.cursor().execute(f"TRUNCATE {table} CASCADE")
        )
    assert now() == everything


def test_only_lifted_triggers_let_a_change_through(everything, lift_append_only):
    tables = ["audit_entry", "audit_seal"]
    assert unprotected(connection, tables) == []
    with lift_append_only():
        assert unprotected(connection, tables) == tables
        assert Entry.objects.filter(act="test.two").update(act="changed") == 1
    assert unprotected(connection, tables) == []
    assert "UPDATE is refused" in refused(lambda: Entry.objects.update(act="x"))


@pytest.mark.parametrize("round_", [1, 2])
@pytest.mark.django_db(transaction=True)
def test_a_transactional_test_leaves_an_empty_and_protected_record(round_, official_actor):
    assert Entry.objects.count() == 0
    record(actor=official_actor, act="test.one", subject=official_actor.user)
    seal_committed_entries()
    assert unprotected(connection, ["audit_entry", "audit_seal"]) == []


@pytest.mark.django_db(transaction=True)
def test_the_operation_can_be_taken_back_and_repeated():
    operation = AppendOnly("regions_town", keys=["code"])
    with connection.schema_editor() as editor:
        operation.database_forwards("regions", editor, None, None)
        operation.database_forwards("regions", editor, None, None)
    assert unprotected(connection, ["regions_town"]) == []
    with connection.schema_editor() as editor:
        operation.database_backwards("regions", editor, None, None)
    assert unprotected(connection, ["regions_town"]) == ["regions_town"]


def test_the_operation_writes_itself_down_and_refuses_a_name_that_would_be_cut_off():
    operation = AppendOnly("moves_movelog", keys=MOVE_KEYS)

    name, args, kwargs = operation.deconstruct()

    assert (name, args, kwargs) == (
        "AppendOnly",
        ["moves_movelog"],
        {"keys": [["id"], ["subject_type", "subject_id", "version"]]},
    )
    assert AppendOnly(*args, **kwargs).keys == operation.keys
    final = ("state", ["paid"])
    assert AppendOnly("shop_order", final=final).deconstruct()[2] == {
        "keys": [["id"]],
        "final": final,
    }
    with pytest.raises(ValueError, match="at most"):
        AppendOnly("t" * (LONGEST_TABLE + 1))
