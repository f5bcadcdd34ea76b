"""Columns of the exported roster, and of the list of trainees."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from portal.templatetags.figures import date_text

ROSTER_COLUMNS = (
    (_("Full name"), lambda row: str(row.trainee)),
    (_("County"), lambda row: row.county.name),
    (_("State"), lambda row: row.get_state_display()),
    (_("Signed up"), lambda row: row.created_at),
)
# Each person once, with the classes the reader may see, in their order.
TRAINEE_COLUMNS = (
    (_("Full name"), str),
    (_("County"), lambda person: person.classes[0].county.name),
    (_("Classes"), lambda person: "\n".join(_class_words(row) for row in person.classes)),
)


def _class_words(row: Any) -> str:
    return f"{row.session.course.name} {date_text(row.session.starts_at)}"
