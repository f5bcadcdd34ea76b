"""Columns of the exported queue, and of how reviewing goes."""

from django.utils.translation import gettext_lazy as _

from portal.submissions.columns import DOSSIER_COLUMNS

QUEUE_COLUMNS = (
    *DOSSIER_COLUMNS,
    (_("Reviewer"), lambda row: str(row.reviewer or "")),
    (_("Due"), lambda row: row.due_on),
    (_("Working days left"), lambda row: row.days_left),
    (_("Times returned"), lambda row: row.returns),
)
PASS_COLUMNS = (
    (_("County"), lambda row: row.name),
    (_("Decided"), lambda row: row.decided),
    (_("At the first try"), lambda row: row.first),
    (_("Rate in per cent"), lambda row: row.rate),
)
