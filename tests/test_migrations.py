"""Every migration goes up from an empty database, back, and up again to the same tables."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import psycopg2
import pytest
from django.apps import apps
from django.conf import settings

from tests import databases, services
from tests.migrating import is_ours

ROOT = Path(__file__).resolve().parent.parent

pytestmark = pytest.mark.sqlite


@pytest.fixture
def own_database(tmp_path: Path, django_db_setup: None) -> Iterator[str]:
    """The address of a database of this test's own: what is taken back here is missed nowhere.

    Where several processes run it has been brought up from nothing for all of them; else it is
    empty.
    """
    shared = settings.DATABASES["default"]["TEST"]["NAME"]
    if not services.on_postgres():
        path = tmp_path / "own.sqlite3"
        if databases.WORKER:
            shutil.copy(shared, path)
        yield f"sqlite:///{path}"
        return
    name = f"{services.database_name()}_own_{databases.WORKER or 'alone'}"
    template = shared if databases.WORKER else "template1"
    server = psycopg2.connect(services.postgres_url())
    server.autocommit = True
    try:
        with server.cursor() as cursor:
            cursor.execute(f'DROP DATABASE IF EXISTS "{name}"')
            cursor.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
            yield urlsplit(services.postgres_url())._replace(path=f"/{name}").geturl()
            cursor.execute(f'DROP DATABASE "{name}"')
    finally:
        server.close()


def test_migrations_go_up_from_nothing_back_and_up_again(own_database, tmp_path):
    done = subprocess.run(
        [sys.executable, "-m", "tests.migrating"],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
        env=os.environ
        | {
            "DJANGO_SETTINGS_MODULE": "portal.settings",
            "DATABASE_URL": own_database,
            "PORTAL_VAR": str(tmp_path),
        },
    )
    first, nothing, again = json.loads(done.stdout.splitlines()[-1])
    models = [m for m in apps.get_models(include_auto_created=True) if m._meta.managed]
    ours = {m._meta.db_table for m in models if is_ours(apps.get_app_config(m._meta.app_label))}
    assert {"regions_county", "submissions_submission", "traffic_placement"} <= ours
    assert ours <= set(first["tables"])
    assert ours & set(nothing["tables"]) == set()
    tables = [
        "audit_entry",
        "audit_seal",
        "ledger_transfer",
        "moves_movelog",
        "privacy_consent",
        "traffic_makegood",
    ]
    kept = ["row", "truncate"] if services.on_postgres() else ["delete", "insert", "update"]
    assert first["triggers"] == sorted(f"append_only_{act}_{t}" for act in kept for t in tables)
    assert nothing["triggers"] == []
    assert again == first
