"""The databases of a run: its first process migrates them, every other copies what that made."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg2
import pytest_django
from django.db import connections, transaction

from tests import services

WORKER = os.environ.get("PYTEST_XDIST_WORKER", "")
SHARED = Path(os.environ["PORTAL_TEST_SHARED"])


@contextmanager
def set_up() -> Iterator[None]:
    """Databases of this process's own; they are dropped at the end."""
    before = {each.alias: each.settings_dict["NAME"] for each in connections.all()}
    with _alone() as is_first:
        for connection in connections.all():
            creation = connection.creation
            if is_first:
                creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
            connection.settings_dict["NAME"] = connection.settings_dict["TEST"]["NAME"]
            if WORKER:
                # Nothing may be connected to what is copied.
                connection.close()
                creation.clone_test_db(WORKER, verbosity=0, autoclobber=True)
                connection.settings_dict |= creation.get_test_db_clone_settings(WORKER)
                connection.close()
    yield
    for connection in connections.all():
        connection.creation.destroy_test_db(before[connection.alias], verbosity=0)


@contextmanager
def made_once(blocker: pytest_django.DjangoDbBlocker) -> Iterator[None]:
    """Rows that the tests of a module share; what a test does to them is undone, at the end they
    are. For fixtures of a module all of whose tests want them."""
    with blocker.unblock(), transaction.atomic():
        yield
        transaction.set_rollback(True)


@contextmanager
def _alone() -> Iterator[bool]:
    """One process of the run at a time; True for the first."""
    with (SHARED / "databases.lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield os.fstat(lock.fileno()).st_size == 0
        lock.write(".")


def drop_copied() -> None:
    """Drop what all processes copied, once they have ended; on SQLite it goes with its folder."""
    if services.on_postgres() and (SHARED / "databases.lock").exists():
        connection = psycopg2.connect(services.postgres_url())
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute(f'DROP DATABASE IF EXISTS "{services.database_name()}"')
        connection.close()
