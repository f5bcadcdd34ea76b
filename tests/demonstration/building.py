"""Building the demonstration in tests: breaking it off, and telling whether anything changed."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.apps import apps
from django.conf import settings
from django.db import connection, transaction
from django.test import override_settings

from portal import demonstration


def build() -> None:
    for _label, step in demonstration.steps():
        step()


@contextmanager
def broken_off_at(table: str, number: int) -> Iterator[None]:
    """Press Ctrl-C at the `number`-th insertion into a table."""
    seen = 0

    def press(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        nonlocal seen
        if sql.startswith(f'INSERT INTO "{table}"'):
            seen += 1
            if seen == number:
                raise KeyboardInterrupt
        return execute(sql, params, many, context)

    with connection.execute_wrapper(press), pytest.raises(KeyboardInterrupt):
        yield


def fingerprint() -> dict[str, str]:
    """A digest of every row of every table."""
    found = {}
    for model in apps.get_models():
        if model._meta.managed and not model._meta.proxy and model._meta.app_label != "sessions":
            rows = model._default_manager.order_by("pk").values_list()
            plain = (
                tuple(bytes(cell) if isinstance(cell, memoryview) else cell for cell in row)
                for row in rows.iterator(chunk_size=2000)
            )
            text = "\n".join(map(repr, plain))
            found[model._meta.label] = hashlib.sha256(text.encode()).hexdigest()
    return found


@pytest.fixture(scope="module", autouse=True)
def programme(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """One demonstration for all tests of a module, built with interruptions."""
    watched = override_settings(STATEMENT_INBOX=str(settings.VAR_DIR / "inbox"))
    with watched, django_db_blocker.unblock(), transaction.atomic():
        for table, number in (
            ("submissions_submission", 23),
            ("ledger_account", 250),
            ("traffic_placement", 9),
            ("statements_statement", 30),
        ):
            with broken_off_at(table, number):
                build()
        build()
        yield
        transaction.set_rollback(True)
