"""Telling everyone concerned: 30 days before a paper lapses, when it has, and when it is back.

Each person is told each thing once per paper and day it is about; `Reminder` holds it.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext_noop

from portal import clock
from portal.accounts.actor import Actor
from portal.accounts.models import User
from portal.jobs.domain import Progress, enqueue
from portal.notices.domain import notify
from portal.qualifications import queries
from portal.qualifications.enums import Standing, Told
from portal.qualifications.models import WARNING, Qualification, Reminder
from portal.templatetags.figures import date_text

if TYPE_CHECKING:
    from django.db.models import QuerySet

TELL_KIND = "qualifications.tell"
WORDS = {
    Told.SOON: gettext_noop(
        "“%(paper)s” of “%(holder)s” is valid until %(day)s: enter its renewal in time."
    ),
    Told.LAPSED: gettext_noop(
        "“%(paper)s” of “%(holder)s” was valid until %(day)s. Until its renewal is entered: "
        "%(count)d published dossiers are left out of catalogue, exports and traffic."
    ),
    Told.BACK: gettext_noop(
        "“%(paper)s” of “%(holder)s” is renewed, valid from %(day)s: what rests on it is back."
    ),
    Told.CHECK_SOON: gettext_noop(
        "The yearly check of “%(paper)s” of “%(holder)s” is due on %(day)s."
    ),
    Told.CHECK_DUE: gettext_noop(
        "The yearly check of “%(paper)s” of “%(holder)s” was due on %(day)s: note it when done."
    ),
}
BRAND_LAPSED = gettext_noop(
    "“%(paper)s” of “%(holder)s” was valid until %(day)s: do not print it on labels any more."
)
TAKEN_OFF = gettext_noop("“%(paper)s” of “%(holder)s” was taken off the file. Reason: %(reason)s")


def ask_reminders(*, day: date) -> int:
    """Ask for the reminders of a day; return of how many papers.

    Each paper is a row of work of its own, so that one that cannot be told stops no other.
    """
    keys = list(queries.to_be_told(day).values_list("pk", flat=True))
    for pk in keys:
        payload = {"qualification": pk, "day": day.isoformat()}
        enqueue(kind=TELL_KIND, key=f"{pk} {day.isoformat()}", payload=payload)
    return len(keys)


def tell(*, qualification_id: int, day: date, progress: Progress) -> None:
    """Tell what is due about one paper; the notices and the end of the work are one commit.

    Locks the paper.
    """
    with transaction.atomic():
        row = Qualification.objects.select_for_update().get(pk=qualification_id)
        tell_due(row=row, day=day, actor=Actor.system())
        progress.finish()


def tell_due(*, row: Qualification, day: date, actor: Actor) -> None:
    """Tell everyone concerned what is due about a paper on `day`; in the caller's transaction,
    who holds the row's lock. `actor` is not told what they just did."""
    row = Qualification.objects.with_renewal().get(pk=row.pk)
    for told, about in _due(row, day):
        people = _told_of_lapse(row) if told == Told.BACK else queries.people_concerned(row)
        _tell(row, told, about, people, actor)


def _due(row: Qualification, day: date) -> list[tuple[Told, date]]:
    """What is to be told on `day`, and the day it is about."""
    standing = row.standing_on(day)
    if standing in {Standing.REMOVED, Standing.RENEWED, Standing.COMING}:
        return []
    due: list[tuple[Told, date]] = []
    if standing == Standing.SOON and row.valid_until:
        due.append((Told.SOON, row.valid_until))
    if standing == Standing.LAPSED and row.valid_until:
        due.append((Told.LAPSED, row.valid_until))
    elif row.renews_id is not None:
        due.append((Told.BACK, row.valid_from))
    if row.check_due_on is not None and row.check_due_on < day:
        due.append((Told.CHECK_DUE, row.check_due_on))
    elif row.check_due_on is not None and row.check_due_on <= day + WARNING:
        due.append((Told.CHECK_SOON, row.check_due_on))
    return due


def _told_of_lapse(row: Qualification) -> QuerySet[User]:
    """Who heard of the lapse hears of its end."""
    heard = Reminder.objects.filter(qualification=row.renews_id, told=Told.LAPSED)
    return User.objects.filter(is_active=True, pk__in=heard.values("person")).order_by("pk")


def _tell(
    row: Qualification, told: Told, about: date, people: QuerySet[User], actor: Actor
) -> None:
    key = {"qualification": row, "told": told, "day": about}
    known = Reminder.objects.filter(**key).values("person")
    new = list(people.exclude(pk__in=known))
    if not new:
        return
    at = clock.now()
    Reminder.objects.bulk_create(Reminder(**key, person=person, at=at) for person in new)
    notify(
        recipients=new,
        event=f"qualification.{told}",
        msgid=BRAND_LAPSED if told == Told.LAPSED and not row.blocks else WORDS[told],
        params=_params(row, about, told),
        url=row.get_absolute_url(),
        actor=actor,
    )


def _params(row: Qualification, about: date, told: Told) -> dict[str, Any]:
    """The values of a sentence, as Chinese text: texts and mails go out in Chinese."""
    with translation.override(settings.LANGUAGE_CODE):
        values = {"paper": row.label, "holder": row.holder_name, "day": date_text(about)}
    if told == Told.LAPSED:
        values["count"] = queries.dossiers_behind(row).count()
    return values


def tell_taken_off(*, row: Qualification, actor: Actor) -> None:
    """Tell who entered a paper that an office took it off, and why."""
    with translation.override(settings.LANGUAGE_CODE):
        words = {"paper": row.label, "holder": row.holder_name, "reason": row.removed_because}
    notify(
        recipients=[row.entered_by],
        event="qualification.taken_off",
        msgid=TAKEN_OFF,
        params=words,
        url=row.get_absolute_url(),
        actor=actor,
    )
