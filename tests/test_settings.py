"""No hidden settings: what is really in force, said literally."""

from __future__ import annotations

import json
import os
import secrets
import subprocess
import sys
from pathlib import Path

import pytest
from celery.schedules import crontab
from csp.constants import NONCE
from django.conf import settings

from portal.celery import app

ROOT = Path(__file__).resolve().parent.parent


def production(folder: Path, **changes: str) -> dict[str, str]:
    """The environment of a production that lacks nothing, with `changes`."""
    return {
        "PATH": os.environ["PATH"],
        "PORTAL_VAR": str(folder),
        "DJANGO_SETTINGS_MODULE": "portal.settings",
        "PORTAL_MODE": "production",
        "SECRET_KEY": secrets.token_urlsafe(64),
        "AUDIT_KEY": secrets.token_urlsafe(64),
        "ALLOWED_HOSTS": "portal.example.gov.cn",
        "DATABASE_URL": f"sqlite:///{folder}/portal.sqlite3",
        "SITE_HOST_UNIT": "某单位",
        "SITE_CONTACT": "某处",
        "SITE_HOTLINE": "12345",
        "SITE_ICP": "粤ICP备00000000号",
        "SITE_POLICE_RECORD": "粤公网安备00000000000000号",
        "SITE_CODE": "4400000000",
    } | changes


def manage(environment: dict[str, str], *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "manage.py", *words],
        check=False,
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
    )


def effective(environment: dict[str, str], expression: str) -> str:
    program = (
        "import json; from django.conf import settings;"
        "from portal.celery import app;"
        f"print(json.dumps({expression}, default=str, ensure_ascii=False))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        check=False,
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def test_the_worker_acknowledges_late_takes_one_piece_and_speaks_json_only():
    conf = app.conf
    assert conf.broker_url == "filesystem://localhost"
    assert conf.broker_transport_options == {
        "data_folder_in": str(settings.VAR_DIR / "broker" / "queue"),
        "data_folder_out": str(settings.VAR_DIR / "broker" / "queue"),
        "control_folder": str(settings.VAR_DIR / "broker" / "control"),
        "store_processed": False,
    }
    assert conf.task_acks_late is True
    assert conf.worker_prefetch_multiplier == 1
    # Without a word of its own a worker takes from both.
    assert {queue.name: queue.routing_key for queue in conf.task_queues} == {
        "celery": "celery",
        "statements": "statements",
    }
    assert conf.task_default_queue == "celery"
    assert conf.worker_concurrency == 2
    assert conf.worker_pool == "prefork"
    assert conf.task_serializer == "json"
    assert conf.accept_content == ["json"]
    assert conf.task_ignore_result is True
    assert conf.result_backend is None
    assert conf.task_publish_retry is False
    assert conf.task_always_eager is False
    assert conf.timezone == "Asia/Shanghai"
    assert conf.enable_utc is True
    assert conf.broker_connection_retry_on_startup is True
    assert conf.beat_schedule_filename == str(settings.VAR_DIR / "beat-schedule")


def test_with_redis_the_broker_and_the_cache_are_there_and_sending_fails_fast(tmp_path):
    environment = production(tmp_path, REDIS_URL="redis://127.0.0.1:6379/15")
    assert effective(
        environment,
        "[app.conf.broker_url, app.conf.broker_transport_options, settings.CACHES]",
    ) == (
        '["redis://127.0.0.1:6379/15", {"max_retries": 0, "interval_start": 0, "interval_step": 0, '
        '"socket_connect_timeout": 2}, {"default": '
        '{"BACKEND": "django.core.cache.backends.redis.RedisCache", '
        '"LOCATION": "redis://127.0.0.1:6379/15"}}]'
    )


def test_statements_lie_in_the_folder_unless_a_store_is_named(tmp_path):
    said = "[settings.STATEMENT_STORE, settings.STATEMENT_THREADS]"
    assert effective(production(tmp_path), said) == '["", 0]'
    place = "s3://statements/portal?endpoint_override=10.0.0.4:9000&scheme=http"
    named = production(tmp_path, STATEMENT_STORE=place, STATEMENT_THREADS="2")
    assert json.loads(effective(named, said)) == [place, 2]


def test_no_text_of_the_demonstration_reaches_a_phone(tmp_path):
    adapters = [
        effective(
            production(tmp_path, PORTAL_MODE=mode, NOTICES_SMS_ADAPTER="office.sms.Gateway"),
            "settings.NOTICES_SMS_ADAPTER",
        )
        for mode in ("demonstration", "production")
    ]
    assert adapters == ['"portal.notices.adapters.ConsoleSms"', '"office.sms.Gateway"']


def test_beat_has_these_entries_and_no_others():
    assert {
        name: (entry["task"], entry["schedule"], entry.get("options", {}))
        for name, entry in app.conf.beat_schedule.items()
    } == {
        "lapse-offers": ("training.tasks.lapse_offers", 60.0, {}),
        "fold-views": ("products.tasks.fold_views", 60.0, {}),
        "sweep-days": ("traffic.tasks.sweep_days", 60.0, {}),
        "look-into-inbox": ("portal.statements.tasks.look_into_inbox", 60.0, {"expires": 60}),
        "sweep-uploads": ("portal.statements.tasks.sweep_uploads", crontab(minute="30"), {}),
        "ask-alerts": ("traffic.tasks.ask_alerts", crontab(hour=7, minute=40), {}),
        "ask-briefs": ("traffic.tasks.ask_briefs", crontab(hour="8-20", minute=30), {}),
        "renew-pacing": ("traffic.tasks.renew_pacing", 60.0, {"expires": 60}),
        "sweep-make-goods": ("traffic.tasks.sweep_make_goods", crontab(hour=7, minute=30), {}),
        "sweep-work": ("portal.jobs.tasks.sweep_work", 10.0, {"expires": 10}),
        "seal-audit": ("portal.audit.tasks.seal_entries", 60.0, {}),
        "clear-what-is-over": (
            "portal.privacy.tasks.clear_what_is_over",
            crontab(hour="3", minute="20"),
            {},
        ),
        "ask-reconciliation": (
            "traffic.tasks.ask_reconciliation",
            crontab(hour=4, minute=10),
            {},
        ),
        "ask-reminders": (
            "portal.qualifications.tasks.ask_reminders",
            crontab(hour=8, minute=0),
            {},
        ),
        "ask-digests": (
            "portal.home.tasks.ask_digests",
            crontab(hour=8, minute=30),
            {"expires": 10800},
        ),
    }


def test_every_scheduled_task_exists():
    app.loader.import_default_modules()
    scheduled = {entry["task"] for entry in app.conf.beat_schedule.values()}
    assert scheduled - set(app.tasks) == set()


def test_the_cache_is_shared_by_all_processes():
    assert settings.CACHES == {
        "default": {
            "BACKEND": "django.core.cache.backends.db.DatabaseCache",
            "LOCATION": "cache_entries",
        }
    }


def test_days_are_shanghai_days_and_pages_are_chinese():
    assert settings.TIME_ZONE == "Asia/Shanghai"
    assert settings.USE_TZ is True
    assert settings.LANGUAGE_CODE == "zh-hans"


def test_security_of_production(tmp_path):
    names = [
        "DEBUG",
        "PROGRAMME_CLOCK",
        "SESSION_COOKIE_SECURE",
        "SESSION_COOKIE_HTTPONLY",
        "SESSION_COOKIE_SAMESITE",
        "SESSION_COOKIE_AGE",
        "CSRF_COOKIE_SECURE",
        "SECURE_SSL_REDIRECT",
        "SECURE_HSTS_SECONDS",
        "SECURE_HSTS_INCLUDE_SUBDOMAINS",
        "SECURE_CONTENT_TYPE_NOSNIFF",
        "SECURE_REFERRER_POLICY",
        "X_FRAME_OPTIONS",
        "SECOND_FACTOR_REQUIRED",
        "PASSWORD_HASHERS",
    ]
    assert effective(production(tmp_path), f"[getattr(settings, n) for n in {names}]") == (
        '[false, null, true, true, "Lax", 28800, true, true, 31536000, true, true, "same-origin", '
        '"DENY", true, ["django.contrib.auth.hashers.Argon2PasswordHasher"]]'
    )


def test_only_our_own_scripts_styles_and_pictures_run():
    assert settings.CONTENT_SECURITY_POLICY == {
        "DIRECTIVES": {
            "default-src": ["'self'"],
            # Data for search engines stands in pages, each with the nonce of its answer.
            "script-src": ["'self'", NONCE],
            "img-src": ["'self'", "data:"],
            "object-src": ["'none'"],
            "base-uri": ["'self'"],
            "form-action": ["'self'"],
            "frame-ancestors": ["'none'"],
        }
    }


def test_guards_stand_in_this_order():
    guards = [
        "django.middleware.security.SecurityMiddleware",
        "csp.middleware.CSPMiddleware",
        "django.contrib.sessions.middleware.SessionMiddleware",
        "django.middleware.csrf.CsrfViewMiddleware",
        "django.contrib.auth.middleware.AuthenticationMiddleware",
        "portal.accounts.middleware.ActorMiddleware",
        "django.contrib.auth.middleware.LoginRequiredMiddleware",
        "portal.accounts.middleware.SecondFactorMiddleware",
        "portal.privacy.middleware.ConsentMiddleware",
        "django.middleware.clickjacking.XFrameOptionsMiddleware",
    ]
    assert [name for name in settings.MIDDLEWARE if name in guards] == guards


MAIL = [
    "EMAIL_OFFERED",
    "EMAIL_BACKEND",
    "EMAIL_HOST",
    "EMAIL_PORT",
    "EMAIL_HOST_USER",
    "EMAIL_HOST_PASSWORD",
    "EMAIL_USE_TLS",
    "EMAIL_USE_SSL",
    "EMAIL_TIMEOUT",
    "DEFAULT_FROM_EMAIL",
    "SERVER_EMAIL",
]


@pytest.mark.parametrize(
    ("changes", "inforce"),
    [
        (
            {},
            [False, "dummy", "localhost", 25, "", "", False, False, 20, "", ""],
        ),
        (
            {
                "EMAIL_URL": "smtp+tls://portal%40gov:geheim@mail.example.gov.cn:587",
                "EMAIL_FROM": "noreply@example.gov.cn",
            },
            [True, "smtp", "mail.example.gov.cn", 587, "portal@gov", "geheim", True, False, 20]
            + ["noreply@example.gov.cn"] * 2,
        ),
        (
            {"PORTAL_MODE": "demonstration"},
            [True, "filebased", "localhost", 25, "", "", False, False, 20]
            + ["portal@localhost"] * 2,
        ),
    ],
)
def test_mail_leaves_by_the_server_that_was_named_or_not_at_all(tmp_path, changes, inforce):
    told = effective(production(tmp_path, **changes), f"[getattr(settings, n) for n in {MAIL}]")
    inforce[1] = f"django.core.mail.backends.{inforce[1]}.EmailBackend"
    assert json.loads(told) == inforce


@pytest.mark.parametrize(
    ("changes", "sentences"),
    [
        ({"EMAIL_URL": "smtp+tls://mail.example.gov.cn:587"}, ["EMAIL_FROM is not"]),
        (
            {"EMAIL_URL": "smtp://mail.example.gov.cn", "EMAIL_FROM": "noreply@example.gov.cn"},
            ["EMAIL_URL names no safe mail server."],
        ),
        (
            {"EMAIL_URL": "consolemail://", "EMAIL_FROM": "noreply@example.gov.cn"},
            ["EMAIL_URL names no safe mail server."],
        ),
        ({"EMAIL_URL": "smtp://127.0.0.1", "EMAIL_FROM": "noreply@example.gov.cn"}, []),
    ],
)
def test_a_mail_server_that_is_not_safe_stops_the_deploy_check(tmp_path, changes, sentences):
    done = manage(production(tmp_path, **changes), "check", "--deploy", "--fail-level", "WARNING")

    assert done.returncode == bool(sentences)
    assert [words for words in sentences if words not in done.stderr] == []


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        (
            {"SECRET_KEY": ""},
            "Production needs its own SECRET_KEY: set it in the environment.",
        ),
        (
            {"SECRET_KEY": "demonstration-secret-not-for-production-0123456789abcdefghijklmnop"},
            "Production needs its own SECRET_KEY: set it in the environment.",
        ),
        ({"DEBUG": "true"}, "Production must not run with DEBUG."),
        (
            {"PORTAL_MODE": "staging"},
            "PORTAL_MODE must be demonstration or production, not 'staging'.",
        ),
    ],
)
def test_production_does_not_start_when_it_is_unsafe(tmp_path, changes, sentence):
    done = manage(production(tmp_path, **changes), "check")

    assert done.returncode == 1
    assert done.stderr.strip().splitlines()[-1] == (
        f"django.core.exceptions.ImproperlyConfigured: {sentence}"
    )


def test_a_production_that_lacks_nothing_passes_every_deploy_check(tmp_path):
    done = manage(production(tmp_path), "check", "--deploy", "--fail-level", "WARNING")

    assert (done.returncode, done.stderr) == (0, "")
