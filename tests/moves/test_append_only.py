"""The log of moves is only ever added to: the database refuses everything else."""

from __future__ import annotations

from importlib import import_module

import pytest
from django.apps import apps
from django.db import IntegrityError, connection, transaction
from django.db.models import UniqueConstraint

from portal.audit.append_only import AppendOnly, unprotected
from portal.moves.models import MoveLog
from tests import dossiers

pytestmark = [pytest.mark.django_db, pytest.mark.sqlite]
TABLE = "moves_movelog"


@pytest.fixture
def moved():
    """A dossier with two moves; the log as it stands."""
    dossiers.product_in("endorsed")
    return everything()


def everything():
    return list(MoveLog.objects.order_by("pk").values())


def refused(act) -> str:
    with pytest.raises(IntegrityError) as error, transaction.atomic():
        act()
    return str(error.value)


def test_moves_are_never_changed(moved):
    assert [row["move"] for row in moved] == ["create", "submit", "endorse"]
    sentence = f"Rows of {TABLE} are only ever added; UPDATE is refused."
    attacks = [
        lambda: MoveLog.objects.update(note="x"),
        lambda: MoveLog.objects.filter(move="submit").update(user=None),
        lambda: MoveLog.objects.bulk_update([MoveLog(pk=moved[0]["id"], note="x")], ["note"]),
        lambda: connection.cursor().execute(f"UPDATE {TABLE} SET to_state = 'published'"),
    ]
    for attack in attacks:
        assert refused(attack).startswith(sentence)
    with pytest.raises(TypeError):
        MoveLog.objects.earliest("pk").save()
    assert everything() == moved


def test_moves_are_never_taken_out(moved):
    for rows in (MoveLog.objects.all(), MoveLog.objects.filter(move="submit")):
        assert "DELETE is refused" in refused(lambda rows=rows: rows.delete())
        assert "DELETE is refused" in refused(lambda rows=rows: rows._raw_delete("default"))
    assert "DELETE is refused" in refused(MoveLog.objects.earliest("pk").delete)
    assert everything() == moved


@pytest.mark.parametrize("key", ["id", "version"])
def test_no_new_row_takes_the_place_of_a_move(moved, key):
    """By its number, or by its subject and version."""
    there = moved[0]
    row = MoveLog(**{**there, "note": "x", "id": there["id"] if key == "id" else None})
    unique = ["id"] if key == "id" else ["subject_type", "subject_id", "version"]

    def replace():
        MoveLog.objects.bulk_create(
            [row], update_conflicts=True, unique_fields=unique, update_fields=["note"]
        )

    assert "is refused" in refused(replace)
    assert everything() == moved


@pytest.mark.parametrize("verb", ["INSERT OR REPLACE", "REPLACE", "INSERT OR IGNORE"])
@pytest.mark.parametrize("key", ["id", "version"])
def test_sqlite_replaces_no_move_by_any_key(moved, verb, key):
    if connection.vendor != "sqlite":
        verb = "INSERT"
    there = moved[0]
    values = {**there, "at": "2023-10-23", "user_id": None, "note": "x"}
    if key == "version":
        values["id"] = there["id"] + 1000
    names = ", ".join(f'"{name}"' for name in values)
    marks = ", ".join(["%s"] * len(values))
    statement = f"{verb} INTO {TABLE} ({names}) VALUES ({marks})"
    refused(lambda: connection.cursor().execute(statement, list(values.values())))
    assert everything() == moved


@pytest.mark.postgres
def test_postgresql_empties_no_log(moved):
    connection.cursor().execute("SET CONSTRAINTS ALL IMMEDIATE")
    assert "TRUNCATE is refused" in refused(
        lambda: connection.cursor().execute(f"TRUNCATE {TABLE} CASCADE")
    )
    assert everything() == moved


def test_the_log_is_protected_by_each_of_its_keys():
    """What the migration names is what the model calls unique: SQLite's trigger asks for these."""
    migration = import_module("portal.moves.migrations.0002_append_only").Migration
    (operation,) = migration.operations
    assert isinstance(operation, AppendOnly)
    assert operation.table == MoveLog._meta.db_table == TABLE
    unique = [
        list(each.fields)
        for each in MoveLog._meta.constraints
        if isinstance(each, UniqueConstraint)
    ]
    assert operation.keys == [["id"], *unique]
    assert unprotected(connection, [TABLE]) == []


def test_every_protected_table_is_protected_by_each_of_its_keys():
    from django.db.migrations.loader import MigrationLoader

    models = {model._meta.db_table: model for model in apps.get_models()}
    # The last word of an app's migrations counts: a key may have come later.
    last = {}
    for _name, migration in sorted(MigrationLoader(None).disk_migrations.items()):
        for operation in migration.operations:
            if isinstance(operation, AppendOnly):
                last[operation.table] = operation.keys
    assert {TABLE, "audit_entry", "audit_seal", "ledger_transfer"} <= set(last)
    for table, keys in last.items():
        assert sorted(keys) == sorted(keys_of(models[table])), table


def keys_of(model):
    """Every column, or columns together, of which no two rows of a table have the same."""
    columns = {field.name: field.column for field in model._meta.concrete_fields}
    alone = [[field.column] for field in model._meta.concrete_fields if field.unique]
    together = [
        [columns[name] for name in each.fields]
        for each in model._meta.constraints
        if isinstance(each, UniqueConstraint)
    ]
    return alone + together
