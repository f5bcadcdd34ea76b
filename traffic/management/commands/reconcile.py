"""`manage.py reconcile`: rebuild every figure from transfers and statements, and compare."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from traffic import reconciling


class Command(BaseCommand):
    help = "Compare every figure with its transfers and statements; exit 1 on a difference."

    def handle(self, *args: Any, **options: Any) -> None:
        report = reconciling.reconcile()
        for line in report.lines:
            count = _("not summed") if line.impressions is None else f"{line.impressions:,}"
            self.stdout.write(f"{line.label:<24} {line.rows:>16,} {count:>20}")
        for sentence in report.checked:
            self.stdout.write(str(sentence))
        for difference in report.differences:
            self.stderr.write(str(difference))
        if report.found:
            raise CommandError(
                _("%(n)d differences: the figures above do not follow from their facts.")
                % {"n": report.found}
            )
        self.stdout.write(self.style.SUCCESS(_("Everything adds up.")))
