"""`manage.py backup FILE.tar`: everything that cannot be made again, in one file."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from portal.management.backup import BackupError, make_backup


class Command(BaseCommand):
    help = "Write database, uploads and raw statements into one tar; keys are named, never written."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help="the tar to write; must not exist")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            manifest = make_backup(options["file"].absolute())
        except (BackupError, OSError) as error:
            raise CommandError(str(error)) from error
        self.stdout.write(
            _("Backed up %(rows)d rows and %(files)d files to %(target)s.")
            % {
                "rows": sum(manifest["rows"].values()),
                "files": len(manifest["files"]),
                "target": options["file"],
            }
        )
        self.stdout.write(
            _("Keep these keys elsewhere; the backup does not hold them: %(keys)s")
            % {"keys": ", ".join(manifest["keys_needed"])}
        )
