"""The two addresses a load balancer asks."""

import pytest
from django.db import connection

pytestmark = [pytest.mark.django_db, pytest.mark.sqlite]


def test_healthz_answers_anyone_without_asking_the_database(client, django_assert_num_queries):
    with django_assert_num_queries(0):
        answer = client.get("/healthz")
    assert (answer.status_code, answer.json()) == (200, {"status": "ok"})
    assert "no-store" in answer["Cache-Control"]


def test_readyz_names_the_parts_that_answer(client):
    answer = client.get("/readyz")
    assert answer.status_code == 200
    assert answer.json() == {
        "status": "ok",
        "parts": {"databases": True, "cache": True, "folder": True},
    }


def test_readyz_turns_503_when_the_folder_is_gone_and_tells_no_more(client, settings, tmp_path):
    settings.VAR_DIR = tmp_path / "gone"
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json() == {
        "status": "unavailable",
        "parts": {"databases": True, "cache": True, "folder": False},
    }


def test_readyz_turns_503_when_the_database_refuses(client):
    def refuse(execute, sql, params, many, context):
        raise connection.Database.OperationalError("server closed the connection: secret-host")

    with connection.execute_wrapper(refuse):
        answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json()["parts"]["databases"] is False
    assert "secret-host" not in answer.content.decode()


def test_only_reading_is_allowed(client):
    assert client.post("/healthz").status_code == 405
    assert client.post("/readyz").status_code == 405
