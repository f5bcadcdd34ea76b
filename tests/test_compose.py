"""docker-compose.yml: what it starts, in which order, and how each part says that it lives."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).resolve().parent.parent
# Programs of ours that run all the time; `prepare` runs once before them.
PROGRAMS = ("web", "worker", "beat")


@pytest.fixture(scope="module")
def services() -> dict[str, Any]:
    return yaml.safe_load((ROOT / "docker-compose.yml").read_text(encoding="utf-8"))["services"]


def test_these_services_and_no_others(services):
    assert set(services) == {"database", "redis", "prepare", *PROGRAMS}


def test_all_that_runs_on_says_whether_it_lives(services):
    probes = {
        name: " ".join(service["healthcheck"]["test"])
        for name, service in services.items()
        if "healthcheck" in service
    }
    assert set(probes) == set(services) - {"prepare"}
    assert "/readyz" in probes["web"]
    assert "celery --app portal inspect ping" in probes["worker"]
    assert "$$HOSTNAME" in probes["worker"]
    assert "beat-schedule" in probes["beat"]
    assert "--schedule /var/lib/portal/beat-schedule" in services["beat"]["command"]
    # A worker's answer may take its ten seconds and the start of a program.
    assert services["worker"]["healthcheck"]["timeout"] == "45s"


def test_tables_come_before_programs_and_the_database_before_the_tables(services):
    for name in PROGRAMS:
        assert services[name]["depends_on"] == {
            "prepare": {"condition": "service_completed_successfully"}
        }
    assert services["prepare"]["depends_on"] == {
        "database": {"condition": "service_healthy"},
        "redis": {"condition": "service_healthy"},
    }
    assert services["prepare"]["restart"] == "no"
    steps = re.findall(r"manage\.py (\S+)", services["prepare"]["command"])
    assert steps == ["migrate", "check"]
    assert "--deploy --database default" in services["prepare"]["command"]


def test_every_program_has_the_same_image_settings_and_folder(services):
    for name in (*PROGRAMS, "prepare"):
        service = services[name]
        assert (service["image"], service["env_file"]) == ("portal", ".env")
        assert service["volumes"] == ["portal:/var/lib/portal"]
        assert set(service["environment"]) == {"DATABASE_URL", "REDIS_URL"}
    # Nobody but the own proxy reaches the web server, and nobody the database.
    assert services["web"]["ports"] == ["127.0.0.1:8000:8000"]
    assert [name for name in services if "ports" in services[name]] == ["web"]


def test_names_taken_from_the_environment_stand_in_the_example():
    text = (ROOT / "docker-compose.yml").read_text(encoding="utf-8")
    example = (ROOT / ".env.example").read_text(encoding="utf-8")
    names = set(re.findall(r"\$\{([A-Z_]+)", text))
    assert names == {"POSTGRES_PASSWORD"}
    assert re.search(r"^POSTGRES_PASSWORD=$", example, re.M)


@pytest.mark.parametrize(("name", "title"), [("README.md", "Upgrade"), ("README.zh-CN.md", "升级")])
def test_both_readmes_upgrade_in_the_same_order(name, title):
    text = (ROOT / name).read_text(encoding="utf-8")
    section = text.partition(f"## {title}\n")[2].partition("\n## ")[0]
    steps = re.findall(r"^\d\. (.*)$", section, re.M)
    wanted = (
        "manage.py backup",
        "docker compose build",
        "stop web worker beat",
        "run --rm prepare",
        "up -d",
        "reconcile",
    )
    assert len(steps) == len(wanted)
    for step, words in zip(steps, wanted, strict=True):
        assert words in step
