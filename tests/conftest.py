"""What every test has: strictness, the services it needs, an environment for child processes."""

from __future__ import annotations

import gc
import os
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import hypothesis
import pytest
import pytest_django
from _pytest import runner

from portal.depth import with_room
from tests import databases, services, strictness

if TYPE_CHECKING:
    from tests import walk

# How long an example takes says how busy the machine is.
hypothesis.settings.register_profile(
    "portal", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow]
)
hypothesis.settings.load_profile("portal")

pytest_plugins = ["tests.append_only", "tests.races"]

ROOT = Path(__file__).resolve().parent.parent
_run_with_room = with_room(runner.pytest_runtest_protocol)
# A run of a few files is not asked where its time went.
WORTH_SAYING = 300  # seconds
# Each of these takes a minute or so, in tests that cannot be parted: they begin first, so that no
# process is left alone with one at the end.
LONGEST = (
    "management/test_backup.py",
    "management/test_run.py",
    "test_migrations.py",
    "faults/test_kills.py",
    "demonstration/test_build.py",
    "browser/test_desk_story.py",
    "browser/test_print.py",
    "pages/test_queries.py",
    "pages/test_every_page.py",
    "pages/test_exports.py",
    "home/test_board.py",
)


def pytest_configure(config: pytest.Config) -> None:
    """Stop at once when the run must have every service and one is missing."""
    if os.environ.get("REQUIRE_SERVICES") == "1":
        missing = services.missing()
        if services.sqlite_is_asked():
            missing.pop("postgres", None)
        if missing:
            raise pytest.UsageError("REQUIRE_SERVICES=1, but " + "; ".join(missing.values()))


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what cannot run here; open every database to tests that use one."""
    missing = set(services.missing())
    left_out = [item for item in items if missing & {mark.name for mark in item.iter_markers()}]
    if left_out:
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if item not in set(left_out)]
    items.sort(key=lambda item: not item.nodeid.partition("::")[0].endswith(LONGEST))
    for item in items:
        marker = item.get_closest_marker("django_db")
        if marker or {"db", "transactional_db", "live_server"} & set(
            getattr(item, "fixturenames", ())
        ):
            words = dict(marker.kwargs) if marker else {}
            # On SQLite sessions and cache live in a second database.
            words["databases"] = "__all__"
            item.add_marker(pytest.mark.django_db(**words), append=False)


def pytest_collection_finish() -> None:
    """What is loaded by now stays: looking through it for garbage takes a tenth of the time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 100)


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_protocol(item: pytest.Item, nextitem: pytest.Item | None) -> bool:
    """Run a test as pytest does, with room: pytest alone stands half of a piece deep."""
    return _run_with_room(item, nextitem)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say which tests were left out, and why."""
    for marker, why in services.missing().items():
        terminalreporter.write_line(f"Left out: tests marked `{marker}`: {why}.", yellow=True)
    if not services.can_part_hosts():
        why = "making network namespaces needs root and `ip`"
        terminalreporter.write_line(f"Hosts of tests/scale share one network: {why}.", yellow=True)
    spent = seconds_by_room(terminalreporter)
    if sum(spent.values()) > WORTH_SAYING:
        said = ", ".join(f"{room} {seconds:.0f}" for room, seconds in spent.most_common(12))
        terminalreporter.write_line(f"Seconds of test processes by room: {said}.")


def seconds_by_room(terminalreporter: pytest.TerminalReporter) -> Counter[str]:
    """How long the tests of each folder took, with what they set up, over all processes."""
    spent: Counter[str] = Counter()
    for reports in terminalreporter.stats.values():
        for report in reports:
            if isinstance(report, pytest.TestReport):
                room = Path(report.nodeid.partition("::")[0]).parent
                spent[room.as_posix().removeprefix("tests/")] += report.duration
    return spent


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Clean up behind all processes of the run."""
    # What libraries still hold is given back before they look for it at the end.
    gc.unfreeze()
    if not databases.WORKER:
        databases.drop_copied()


@pytest.fixture(scope="session")
def django_db_setup(
    django_test_environment: None, django_db_blocker: pytest_django.DjangoDbBlocker
) -> Iterator[None]:
    """As pytest-django's own, but a run is migrated once, not once for each process."""
    with django_db_blocker.unblock(), databases.set_up():
        yield


@pytest.fixture(scope="session", autouse=True)
def _forgotten_order_shows() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        strictness.reverse_unordered_querysets(patch)
        yield


@pytest.fixture(autouse=True)
def _language_of_the_portal() -> None:
    """Begin in Chinese: a request in English leaves its language to whatever runs next."""
    from django.conf import settings
    from django.utils import translation

    translation.activate(settings.LANGUAGE_CODE)


@pytest.fixture
def django_assert_num_queries() -> Callable[[int], AbstractContextManager[None]]:
    """Count queries over all databases: on SQLite the session is read from a second one."""
    from django.db import connections
    from django.test.utils import CaptureQueriesContext

    @contextmanager
    def expect(number: int) -> Iterator[None]:
        with ExitStack() as stack:
            contexts = [
                stack.enter_context(CaptureQueriesContext(connection))
                for connection in connections.all()
            ]
            yield
        done = [query["sql"] for context in contexts for query in context.captured_queries]
        if len(done) != number:
            pytest.fail(f"Expected {number} queries, {len(done)} were done:\n" + "\n".join(done))

    return expect


@pytest.fixture
def child_environment(db: None) -> dict[str, str]:
    """The environment of a child process that works on the test's database and folder.

    Give the test `django_db(transaction=True)`: a child sees only committed rows.
    """
    from django.db import connection

    database = connection.settings_dict
    if connection.vendor == "sqlite":
        url = f"sqlite:///{database['NAME']}"
    else:
        url = "postgres://{USER}:{PASSWORD}@{HOST}:{PORT}/{NAME}".format(**database)
    return os.environ | {
        "DJANGO_SETTINGS_MODULE": "portal.settings",
        "DATABASE_URL": url,
        "PYTHONPATH": str(ROOT),
    }


@pytest.fixture(scope="module")
def sides(
    django_db_setup: None, django_db_blocker: pytest_django.DjangoDbBlocker
) -> Iterator[tuple[walk.Side, walk.Side]]:
    """乳源 and its neighbour 新丰, each with a row of every kind.

    They take seconds to make, so a module has them once; what a test does to them is undone.
    """
    from tests import dossiers, walk

    with databases.made_once(django_db_blocker):
        both = walk.Side(dossiers.RUYUAN), walk.Side(dossiers.XINFENG)
        for side in both:
            side.reopen_alert()
        yield both


@pytest.fixture
def redis_environment(child_environment: dict[str, str]) -> dict[str, str]:
    """As `child_environment`, with Redis as broker and cache; for tests marked `celery`."""
    return child_environment | {"REDIS_URL": services.redis_url()}


@pytest.fixture(scope="session")
def chromium() -> str:
    """The browser's program; for tests marked `browser`."""
    program = services.chromium()
    assert program is not None
    return program
