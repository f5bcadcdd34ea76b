"""`manage.py messages`: keep the Chinese catalogue in step with the source."""

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any, ClassVar

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError


class Command(BaseCommand):
    """Extract messages, merge translations, compile."""

    help = "Find the messages of the source, merge them into the Chinese catalogue and compile it."
    requires_system_checks: ClassVar[list[str]] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the options."""
        parser.add_argument(
            "--add", metavar="FILE", help='a JSON object {"English message": "中文"} to merge'
        )
        parser.add_argument(
            "--missing", action="store_true", help="print untranslated messages as JSON"
        )
        parser.add_argument(
            "--prune", action="store_true", help="remove messages the source no longer has"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Run; the catalogue is locked from reading to writing."""
        try:
            from portal.management import catalogue
        except ImportError as error:
            raise CommandError(
                "polib is not installed: pip install -r requirements-dev.txt"
            ) from error
        root = Path(settings.BASE_DIR)
        path = root / "locale/zh_Hans/LC_MESSAGES/django.po"
        added = self.read(options["add"]) if options["add"] else {}
        found = catalogue.find_messages(root)
        for problem in found.problems:
            self.stderr.write(self.style.WARNING(problem))
        with catalogue.locked(path):
            entries = catalogue.load(path)
            catalogue.merge(entries, found.messages)
            catalogue.translate(entries, added)
            if options["prune"]:
                if found.problems:
                    raise CommandError("Not pruned: some files could not be read, see above.")
                known = {message.key for message in found.messages}
                entries = {key: entry for key, entry in entries.items() if key in known}
            catalogue.save(entries, path)
        missing = [key for key in sorted(entries) if not catalogue.translation(entries[key])]
        if options["missing"]:
            self.stdout.write(json.dumps(dict.fromkeys(missing, ""), ensure_ascii=False, indent=1))
        else:
            self.stdout.write(
                f"{len(entries)} messages, {len(added)} merged, {len(missing)} untranslated"
            )

    def read(self, name: str) -> dict[str, str]:
        """Read an `--add` file, refusing anything but texts by text."""
        try:
            words = json.loads(Path(name).read_text(encoding="utf-8"))
        except (OSError, ValueError) as error:
            raise CommandError(f"{name} cannot be read as JSON: {error}") from error
        if not isinstance(words, dict) or not all(
            isinstance(chinese, str) and chinese.strip() for chinese in words.values()
        ):
            raise CommandError(
                f'{name} must be a JSON object of texts, {{"English": "中文"}}, none of them empty.'
            )
        return words
