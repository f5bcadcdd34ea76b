"""`manage.py run`: make ready, start everything, say where it is, stop everything.

For one machine: the demonstration and small offices. Larger sites start the same three programs
with their own supervisor (see `docker-compose.yml`).
"""

from __future__ import annotations

import hashlib
import os
import signal
import socket
import sys
import time
import unicodedata
import urllib.error
import urllib.request
from argparse import ArgumentParser
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from django.apps import apps
from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command, get_commands
from django.core.management.base import BaseCommand, CommandError
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.management.processes import Family

READY_SECONDS = 60
# What a shell reports of a program that Ctrl-C ended.
INTERRUPTED = 128 + signal.SIGINT


class Command(BaseCommand):
    help = "Prepare the database, then run web server, worker and beat until Ctrl-C."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--host", default=os.environ.get("HOST", "127.0.0.1"))
        parser.add_argument("--port", default=os.environ.get("PORT", "8000"))

    def handle(self, *args: Any, **options: Any) -> None:
        host, port = options["host"], port_number(options["port"])
        refuse_taken_port(host, port)
        family = Family(logs=settings.VAR_DIR / "log")
        try:
            self.prepare()
            family.listen()
        except KeyboardInterrupt:
            self.stdout.write("")  # ends the line of the step that was under way
            raise CommandError(
                _(
                    "Stopped while making ready. Nothing is half-written: "
                    "run it again and it goes on from here."
                ),
                returncode=INTERRUPTED,
            ) from None
        try:
            start_children(family, host, port)
            ended = wait_until_ready(family, host, port) or self.serve(family, host, port)
        finally:
            family.stop()
        if ended:
            name, status = ended
            self.stderr.write(family.last_lines(name))
            raise CommandError(
                _(
                    "%(name)s ended by itself (status %(status)s), so everything was stopped. "
                    "Its last lines stand above, all of them in %(log)s."
                )
                % {"name": NAMES[name], "status": status, "log": family.log(name)}
            )
        self.stdout.write(_("Everything has stopped."))

    def prepare(self) -> None:
        """Do the steps that apply here, saying how long each took.

        Each keeps what it has done in whole transactions, so that it may be broken off anywhere:
        Ctrl-C, SIGTERM and a closed terminal all raise KeyboardInterrupt here.
        """
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, signal.default_int_handler)
        steps = [step for step in STEPS if step[2]()]
        for place, (label, act, _wanted) in enumerate(steps, start=1):
            self.stdout.write(f"[{place}/{len(steps)}] {label} …", ending=" ")
            self.stdout.flush()
            started = time.monotonic()
            act()
            self.stdout.write(_("done (%(seconds).1f s)") % {"seconds": time.monotonic() - started})

    def serve(self, family: Family, host: str, port: int) -> tuple[str, int] | None:
        """Say where the portal is and who may sign in; return when somebody asks to stop."""
        if family.stop_asked.is_set():
            return None
        shown = "localhost" if host in {"127.0.0.1", "0.0.0.0"} else host  # noqa: S104
        self.stdout.write(self.style.SUCCESS(_("The portal is ready: ") + f"http://{shown}:{port}"))
        for line in table(sign_in_rows()):
            self.stdout.write("  " + line)
        self.stdout.write(_("What the programs write: %(folder)s") % {"folder": family.logs})
        self.stdout.write(_("Press Ctrl-C to stop."))
        return family.wait()


# --- Making ready ----------------------------------------------------------------------------


def port_number(text: str) -> int:
    """The port that was asked for. Raises: CommandError when there is no such port."""
    if text.isdecimal() and 0 < int(text) < 1 << 16:
        return int(text)
    raise CommandError(
        _("“%(text)s” is no port: give a number from 1 to 65535, for example: PORT=8001 make run")
        % {"text": text}
    )


def refuse_taken_port(host: str, port: int) -> None:
    """Stop before any work when somebody else listens there."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise CommandError(
                _(
                    "Cannot listen on %(host)s:%(port)s (%(why)s). "
                    "Choose another port, for example: PORT=8001 make run"
                )
                % {"host": host, "port": port, "why": error.strerror}
            ) from error


def prepare_databases() -> None:
    """Bring the tables of every database up to date."""
    for alias in settings.DATABASES:
        call_command("migrate", database=alias, verbosity=0, interactive=False)
        call_command("createcachetable", database=alias, verbosity=0)


def prepare_static_files() -> None:
    """Collect and compress static files, unless nothing changed since the last time."""
    stamp = Path(settings.STATIC_ROOT) / ".collected"
    present = static_fingerprint()
    if stamp.exists() and stamp.read_text() == present:
        return
    call_command("collectstatic", verbosity=0, interactive=False, clear=True)
    stamp.write_text(present)


def static_fingerprint() -> str:
    """A digest of name, size and time of every static file that is collected."""
    ignored = apps.get_app_config("staticfiles").ignore_patterns
    facts = []
    for finder in get_finders():
        for name, storage in finder.list(ignored):
            stat = Path(storage.path(name)).stat()
            facts.append(f"{name} {stat.st_size} {stat.st_mtime_ns}")
    return hashlib.sha256("\n".join(sorted(facts)).encode()).hexdigest()


def load_demonstration() -> None:
    """Fill the demonstration's rows; safe to repeat. Its own steps begin on a line of theirs."""
    sys.stdout.write("\n")
    call_command("demonstration")


def has_demonstration() -> bool:
    """True where there is a demonstration to load and this is not production."""
    return settings.DEMONSTRATION and "demonstration" in get_commands()


Step = tuple[str | Promise, Callable[[], None], Callable[[], bool]]
# What is done before the start: what the terminal says, the act, whether it applies here.
STEPS: list[Step] = [
    (gettext_lazy("Preparing the database"), prepare_databases, lambda: True),
    (gettext_lazy("Preparing styles and scripts"), prepare_static_files, lambda: True),
    (gettext_lazy("Loading the demonstration"), load_demonstration, has_demonstration),
]


# --- Running ---------------------------------------------------------------------------------

# What a reader calls the programs.
NAMES: dict[str, str | Promise] = {
    "web": gettext_lazy("Web server"),
    "worker": gettext_lazy("Worker"),
    "beat": gettext_lazy("Beat"),
}


def start_children(family: Family, host: str, port: int) -> None:
    """Start web server, worker and beat with the interpreter that runs this."""
    environment = dict(os.environ)
    python = [sys.executable, "-m"]
    family.start(
        "web",
        [
            *[*python, "gunicorn", "portal.wsgi:application", "--no-control-socket"],
            *["--bind", f"{host}:{port}", "--log-level", "warning"],
            *["--workers", os.environ.get("WEB_CONCURRENCY", "2"), "--threads", "4"],
        ],
        environment,
    )
    celery = [*python, "celery", "--app", "portal", "--quiet"]
    family.start("worker", [*celery, "worker", "--loglevel", "WARNING"], environment)
    family.start("beat", [*celery, "beat", "--loglevel", "WARNING", "--pidfile="], environment)


def wait_until_ready(family: Family, host: str, port: int) -> tuple[str, int] | None:
    """Wait for the web server's first answer; return the child that ended instead, if one did."""
    address = f"http://{'127.0.0.1' if host == '0.0.0.0' else host}:{port}/healthz"  # noqa: S104
    # Production redirects to HTTPS except here, and knows its own host name only.
    request = urllib.request.Request(address, headers={"Host": _own_name()})
    deadline = time.monotonic() + READY_SECONDS
    while time.monotonic() < deadline and not family.stop_asked.wait(0.2):
        if ended := family.dead():
            return ended
        try:
            with urllib.request.urlopen(request, timeout=5):  # noqa: S310
                return None
        except urllib.error.HTTPError:
            return None  # it answers; what it answers is for the reader to see
        except OSError:
            continue
    if family.stop_asked.is_set():
        return None
    raise CommandError(
        _("The web server did not answer within %(seconds)s seconds; see %(log)s.")
        % {"seconds": READY_SECONDS, "log": family.log("web")}
    )


def _own_name() -> str:
    name = settings.ALLOWED_HOSTS[0] if settings.ALLOWED_HOSTS else "localhost"
    return "localhost" if name.startswith(("*", ".")) else name


def sign_in_rows() -> list[tuple[str, ...]]:
    """Role, user name and password of the demonstration's people; nothing in production."""
    if not settings.DEMONSTRATION or find_spec("portal.demonstration") is None:
        return []
    from portal import demonstration

    heading = (_("Role"), _("User name"), _("Password"))
    return [heading, *demonstration.sign_in_rows()]


def table(rows: list[tuple[str, ...]]) -> list[str]:
    """Lines with even columns in a terminal, where a Chinese character takes two places."""
    widths = [max(map(_places, column)) for column in zip(*rows, strict=True)]
    return [
        "  ".join(
            cell + " " * (width - _places(cell)) for cell, width in zip(row, widths, strict=True)
        ).rstrip()
        for row in rows
    ]


def _places(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in text)
