"""`manage.py demonstration`: build the demonstration programme, or what is missing of it."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _


class Command(BaseCommand):
    help = "Build the demonstration programme; safe to repeat, refused in production."

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEMONSTRATION:
            raise CommandError(_("The demonstration is not loaded in production."))
        from portal import demonstration

        for label, build in demonstration.steps():
            self.stdout.write(f"  {label} …")
            self.stdout.flush()
            build()
