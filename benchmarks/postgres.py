"""Databases of our own on a PostgreSQL server, for as long as a benchmark runs."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def database(name: str, *, template: str = "template1") -> Iterator[str]:
    """An empty database, or a copy of one, at the address that `DATABASE_URL` then holds.

    Dropped at the end. `BENCH_POSTGRES_URL` names the server and a user who may create databases.
    """
    import psycopg2

    url = os.environ.get("BENCH_POSTGRES_URL", "postgres://postgres@127.0.0.1:5432/postgres")
    try:
        server = psycopg2.connect(url)
    except psycopg2.OperationalError as error:
        raise SystemExit(f"No PostgreSQL to measure on (BENCH_POSTGRES_URL): {error}") from None
    server.autocommit = True
    drop = f"DROP DATABASE IF EXISTS {name}"
    with server.cursor() as cursor:
        cursor.execute(drop)
        cursor.execute(f"CREATE DATABASE {name} TEMPLATE {template}")
    before = os.environ.get("DATABASE_URL")
    os.environ["DATABASE_URL"] = own = url.rsplit("/", 1)[0] + f"/{name}"
    try:
        yield own
    finally:
        if before is not None:
            os.environ["DATABASE_URL"] = before
        with server.cursor() as cursor:
            cursor.execute(f"{drop} WITH (FORCE)")
        server.close()
