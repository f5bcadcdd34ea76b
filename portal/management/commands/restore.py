"""`manage.py restore FILE.tar`: bring a backup back into an empty place."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from portal.management.backup import BackupError, restore_backup


class Command(BaseCommand):
    help = "Fill an empty database and an empty PORTAL_VAR from a backup."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help="a tar that `manage.py backup` wrote")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            manifest = restore_backup(options["file"])
        except BackupError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(
            _("Restored %(rows)d rows and %(files)d files of %(made_at)s.")
            % {
                "rows": sum(manifest["rows"].values()),
                "files": len(manifest["files"]),
                "made_at": manifest["made_at"],
            }
        )
        self.stdout.write(
            _("Set these keys to the values they had: %(keys)s. Then run: manage.py verify_audit")
            % {"keys": ", ".join(manifest["keys_needed"])}
        )
