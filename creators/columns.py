"""Columns of exported tasks and of the works that answer them."""

from django.utils.translation import gettext_lazy as _

from portal.spreadsheet import Column

TASK_COLUMNS = (
    Column(_("Task"), 30, lambda row: row.name),
    Column(_("Dossier"), 14, lambda row: row.submission.code),
    Column(_("About"), 30, lambda row: row.submission.title),
    Column(_("County"), 18, lambda row: str(row.submission.county or "")),
    Column(_("what the work should show"), 50, lambda row: row.wishes),
    Column(_("Hand in by"), 14, lambda row: row.due_on),
)
TAKE_COLUMNS = (
    Column(_("Task"), 30, lambda row: row.task.name),
    Column(_("Dossier"), 14, lambda row: row.task.submission.code),
    Column(_("Creator"), 20, lambda row: row.creator.name),
    Column(_("County"), 18, lambda row: str(row.creator.submission.county or "")),
    Column(_("Hand in by"), 14, lambda row: row.task.due_on),
    Column(_("State"), 12, lambda row: row.get_state_display()),
    Column(_("link to the work"), 40, lambda row: row.link),
    Column(_("number of the work"), 24, lambda row: row.work_id),
)
