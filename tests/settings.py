"""The portal's settings under test: a folder and a database of their own, nothing from `.env`.

PostgreSQL is used when it can be reached (`TEST_POSTGRES_URL` names another one), else SQLite;
`TEST_DATABASE=sqlite` chooses SQLite. `TEST_DATABASE_NAME` lets several runs share one server.
"""

import atexit
import os
import shutil
import tempfile

from tests import services

# Each test process (pytest-xdist's too) owns a folder; the children it starts inherit it.
_OWNER = f"{os.environ.get('PYTEST_XDIST_WORKER', 'main')}"
if os.environ.get("PORTAL_TEST_OWNER") != _OWNER:
    os.environ["PORTAL_TEST_OWNER"] = _OWNER
    os.environ["PORTAL_VAR"] = tempfile.mkdtemp(prefix="portal-test-")
    atexit.register(shutil.rmtree, os.environ["PORTAL_VAR"], ignore_errors=True)
    os.environ |= {
        "PORTAL_MODE": "demonstration",
        "SECRET_KEY": "secret-of-the-tests-0123456789abcdefghijklmnopqrstuvwxyz",
        "AUDIT_KEY": "audit-key-of-the-tests-0123456789abcdefghijklmnopqrstuvwxyz",
        "DEBUG": "false",
        "REDIS_URL": "",
        "CONN_MAX_AGE": "0",
        "DATABASE_URL": services.postgres_url()
        if services.on_postgres()
        else f"sqlite:///{os.environ['PORTAL_VAR']}/portal.sqlite3",
    }
    if _OWNER == "main":
        # What the processes of one run have in common.
        os.environ["PORTAL_TEST_SHARED"] = os.environ["PORTAL_VAR"]

from portal.settings import *  # noqa: E402, F403
from portal.settings import DATABASES, STORAGES, TEMPLATES, VAR_DIR  # noqa: E402
from tests.strictness import UndefinedVariable  # noqa: E402

if services.on_postgres():
    DATABASES["default"]["TEST"] = {"NAME": services.database_name()}
    # No test of this process loses power: neither its commits nor its files wait for the disk.
    # Tables without statistics look large to the planner, which then compiles what ends at once.
    DATABASES["default"]["OPTIONS"]["options"] += " -c synchronous_commit=off -c jit=off"
else:
    for alias, database in DATABASES.items():
        # A file, not memory: threads, live servers and children see the same rows.
        database["TEST"] = {"NAME": f"{os.environ['PORTAL_TEST_SHARED']}/test-{alias}.sqlite3"}

os.fsync = lambda descriptor: None
# Argon2 is slow on purpose; only sign-in tests care which hasher is used.
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.MD5PasswordHasher",
    "django.contrib.auth.hashers.Argon2PasswordHasher",
]
# No manifest in tests: it would need collectstatic before each run.
STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
TEMPLATES[0]["OPTIONS"]["string_if_invalid"] = UndefinedVariable("undefined: %s")
# WhiteNoise warns of a missing folder, and a warning is an error here.
STATIC_ROOT = str(VAR_DIR / "collected")
# Tests that watch a folder name theirs.
STATEMENT_INBOX = ""
(VAR_DIR / "collected").mkdir(exist_ok=True)
# Every client of a test makes the middleware anew: a file is looked for when it is asked for, not
# all of them each time.
WHITENOISE_AUTOREFRESH = True
# Tests look at the board right after an act.
BOARD_SECONDS = 0
