"""`manage.py verify_audit`: was anything in the audit record changed, taken out or put in?"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils.translation import gettext as _

from portal.audit.queries import ChainReport, verify_chain


def known_hash(text: str) -> tuple[int, str]:
    """Read `NUMBER:HASH`."""
    number, _colon, digest = text.partition(":")
    if not number.isdigit() or len(digest) != 64:
        raise argparse.ArgumentTypeError(
            "write NUMBER:HASH, as an earlier run of verify_audit printed it"
        )
    return int(number), digest.lower()


class Command(BaseCommand):
    """Walk the chain; exit 1 when it does not hold."""

    help = "Checks the hash chain of the audit record; exits with 1 when it does not hold."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take a hash that was noted outside of the database."""
        parser.add_argument(
            "--known",
            type=known_hash,
            metavar="NUMBER:HASH",
            help="a head kept since an earlier run; shows a chain that was cut short",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Print what was found."""
        report = verify_chain(known=options["known"])
        self.stdout.write(_("Sealed entries that hold: %(n)d") % {"n": report.sealed})
        self.stdout.write(
            _("Head of the chain: %(head)s") % {"head": f"{report.sealed}:{report.head}"}
        )
        self.stdout.write(_("Entries not sealed yet: %(n)d") % {"n": report.unsealed})
        for warning in _warnings(report):
            self.stderr.write(self.style.WARNING(warning))
        for failure in _failures(report):
            self.stderr.write(self.style.ERROR(failure))
        if not report.holds:
            raise SystemExit(1)
        self.stdout.write(self.style.SUCCESS(_("The chain holds.")))


def _warnings(report: ChainReport) -> Iterator[str]:
    if report.late:
        yield _(
            "Warning: %(n)d of them are older than an hour. See that worker and beat run, then "
            "look at these entries: they may have been dated back."
        ) % {"n": report.late}


def _failures(report: ChainReport) -> Iterator[str]:
    for table in report.unprotected:
        yield _(
            "The triggers of %(table)s are missing or switched off, so its rows can be changed. "
            "Find out who did it, then run: manage.py migrate audit 0001 and manage.py migrate."
        ) % {"table": table}
    if report.broken_at is not None:
        yield _("The chain breaks at number %(number)d: %(reason)s.") % {
            "number": report.broken_at,
            "reason": report.reason,
        }
