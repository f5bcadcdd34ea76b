"""How long each kind of row is kept: one table, shown in the privacy text and obeyed every day.

`days` counts from what `since` says. Where no day is set, another act or another law ends the
keeping, and `since` says which. `clear(days)` deletes or blanks what is over and returns how many
rows it touched.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from portal import clock, personal
from portal.accounts.actor import Actor
from portal.accounts.models import User
from portal.audit.models import Entry
from portal.jobs.models import Work, WorkState
from portal.notices.models import Message, Notice
from portal.privacy.erasing import erase, never_erased
from portal.privacy.models import DataExport

EXPORT_DAYS = 7
# Rows of one transaction: SQLite lets nobody else write meanwhile.
CHUNK = 1000


@dataclass(frozen=True)
class Period:
    """One line of the table."""

    code: str
    label: str | Promise
    since: str | Promise
    days: int | None = None
    clear: Callable[[int], int] | None = None

    def clear_what_is_over(self) -> int:
        """Delete or blank what is over now; return how many rows."""
        return self.clear(self.days) if self.clear and self.days else 0


def _real(days: int) -> datetime:
    return timezone.now() - timedelta(days=days)


def _programme(days: int) -> datetime:
    """For rows whose times are the programme's."""
    return clock.now() - timedelta(days=days)


def _delete(rows: QuerySet[Any]) -> int:
    """Delete `rows` in transactions of their own; return how many."""
    deleted = 0
    while keys := list(rows.order_by("pk").values_list("pk", flat=True)[:CHUNK]):
        with transaction.atomic(using=rows.db):
            rows.model._default_manager.filter(pk__in=keys).delete()
        deleted += len(keys)
    return deleted


def _text_bodies(days: int) -> int:
    """A text that was sent lost its words at once; this is for those that never were."""
    over = Message.objects.filter(created_at__lt=_programme(days)).exclude(body="")
    return over.update(body="")


def _texts(days: int) -> int:
    return _delete(Message.objects.filter(created_at__lt=_programme(days)))


def _notices(days: int) -> int:
    """And what rooms above this one keep of sending them."""
    before = _programme(days)
    rows = [Notice.objects.filter(created_at__lt=before), *personal.rows_before("notices", before)]
    return sum(map(_delete, rows))


def _sessions(days: int) -> int:
    return _delete(Session.objects.filter(expire_date__lt=_real(days)))


def _devices(days: int) -> int:
    return _delete(UserSession.objects.filter(last_seen_at__lt=_real(days)))


def _work(days: int) -> int:
    ended = Work.objects.filter(state__in=[WorkState.DONE, WorkState.REPLACED])
    return _delete(ended.filter(finished_at__lt=_real(days)))


def _workbooks(days: int) -> int:
    """Kept in a room above this one."""
    return sum(map(_delete, personal.rows_before("workbooks", _programme(days))))


def _webhooks(days: int) -> int:
    """The same; its times are real."""
    return sum(map(_delete, personal.rows_before("webhooks", _real(days))))


def _answers(days: int) -> int:
    """The same."""
    return sum(map(_delete, personal.rows_before("answers", _real(days))))


def _exports(days: int) -> int:
    """The file goes first: a row without its file is taken again, a file without its row never."""
    made = DataExport.objects.filter(expires_at__lt=timezone.now())
    never_made = DataExport.objects.filter(ready_at__isnull=True, asked_at__lt=_real(days))
    rows = [*made.order_by("pk"), *never_made.order_by("pk")]
    for row in rows:
        default_storage.delete(row.path)
        row.delete()
    return len(rows)


def _sign_ups(days: int) -> int:
    """Nobody came back with the code: the number may be somebody else's, so nothing beside the
    account is touched."""
    over = never_erased().filter(
        phone_verified=False, last_login__isnull=True, date_joined__lt=_real(days)
    )
    return _erase(over.exclude(phone="").values_list("pk", flat=True), forget=False)


def _closed(days: int) -> int:
    """Accounts an administrator closed, once the last closing lies far enough back."""
    closings = Entry.objects.filter(
        act="account.close_account", subject_type=User._meta.label_lower
    )
    keys = closings.order_by("pk").values_list("subject_id", flat=True)
    late, fresh = {int(key) for key in keys}, keys.filter(at__gte=_real(days))
    late -= {int(key) for key in fresh}
    over = never_erased().filter(is_active=False, pk__in=late)
    return _erase(over.values_list("pk", flat=True), forget=True)


def _erase(keys: QuerySet[User, int], *, forget: bool) -> int:
    found = list(keys.order_by("pk"))
    for key in found:
        with transaction.atomic():
            user = User.objects.select_for_update().get(pk=key)
            if forget:
                personal.forget(user=user, actor=Actor.system())
            erase(user=user)
    return len(found)


CREATED = _("after it was written")
# The order is that of the page: the account, what is filed, what is sent, how one signs in.
PERIODS: tuple[Period, ...] = (
    Period(
        "account",
        _("Account: name, mobile number, user name, e-mail"),
        _("Until you close the account; then replaced by a number at once."),
    ),
    Period(
        "closed",
        _("Accounts closed by an administrator: the same values"),
        _("after the account was closed"),
        365,
        _closed,
    ),
    Period(
        "sign-ups",
        _("Sign-ups whose number was never confirmed: name and number"),
        _("after the sign-up"),
        30,
        _sign_ups,
    ),
    Period(
        "consents",
        _("Consents: version and time"),
        _("As long as the record of acts, as proof of what you agreed to."),
    ),
    Period(
        "dossiers",
        _("Filings, enrolments, decisions and their papers"),
        _("As official files, by the rules for archives; your contact is blanked when you leave."),
    ),
    Period(
        "record",
        _("Record of acts, with network addresses"),
        _("As long as the programme's official files; personal values stand in it as digests."),
    ),
    Period("text-words", _("Words of text messages not yet sent"), CREATED, 7, _text_bodies),
    Period("texts", _("Text messages: number and time"), CREATED, 90, _texts),
    Period("notices", _("Notices"), CREATED, 365, _notices),
    Period(
        "exports",
        _("Copies of your data for download"),
        _("after it was made"),
        EXPORT_DAYS,
        _exports,
    ),
    Period(
        "workbooks",
        _("Workbooks you brought in; what was taken in stays as a filing"),
        _("after it was brought in"),
        180,
        _workbooks,
    ),
    Period(
        "webhooks",
        _("Log of messages to outside systems about what is published"),
        CREATED,
        90,
        _webhooks,
    ),
    Period(
        "answers",
        _("Answers to outside systems, kept in case they ask the same again"),
        CREATED,
        1,
        _answers,
    ),
    Period("work", _("Background work you asked for"), _("after it ended"), 90, _work),
    Period("sessions", _("Sessions"), _("after it ran out"), 1, _sessions),
    Period(
        "devices",
        _("Devices signed in: network address, browser"),
        _("after the last sign-in"),
        30,
        _devices,
    ),
    Period(
        "failures", _("Count of wrong passwords"), _("Gone 30 minutes after the last wrong one.")
    ),
)
