"""Rows like a row that stands, written many at once: for pages that must bear their number.

No rule is asked and nothing is booked: what a copy says of itself is as true as what it was copied
from, and sums over several tables no longer agree.
"""

from __future__ import annotations

import itertools
import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import Any, TypeVar

from django.db import models

from creators.models import Creator
from merchants.models import Round
from portal.accounts.models import User
from portal.desk.models import Letter, SavedView
from portal.jobs.models import Work
from portal.ledger.models import Account
from portal.moves.models import MoveLog
from portal.qualifications.models import Qualification
from portal.statements.models import ColumnMeaning, Part, RejectedRow, Source, Statement
from portal.submissions.models import Attachment, Remark, Snapshot, Submission
from products.brands.models import StandardVersion
from products.calls.models import Call, Slot
from products.models import Export, Listing, SalesDay, UnmatchedSale
from products.seasons.models import SeasonWindow
from tourism.models import RouteStop
from traffic.alerts.models import Alert
from traffic.allotting.models import AllotmentSheet
from traffic.models import (
    ComparedDay,
    Day,
    DayFate,
    DaySum,
    ExternalId,
    PlacementDay,
    UnmatchedDay,
)

Row = TypeVar("Row", bound=models.Model)
Differs = Callable[[Any, int], Any]
# So many of the rows that hang on a dossier are copied with it.
FEW = 3

_numbers = itertools.count(1)


def _longer(field: str) -> Differs:
    return lambda row, number: f"{getattr(row, field)}{number}"


def _later(field: str) -> Differs:
    return lambda row, number: getattr(row, field) + number


def _earlier(field: str) -> Differs:
    return lambda row, number: getattr(row, field) - timedelta(days=number)


# Where a constraint over several fields keeps rows apart: what differs, from the row copied and a
# number never used before. Fields that are unique by themselves need no line.
DIFFERS: dict[type[models.Model], dict[str, Differs]] = {
    Account: {"key": _longer("key")},
    Alert: {"key": _longer("key")},
    AllotmentSheet: {"digest": lambda row, number: f"{number:064}"},
    ColumnMeaning: {"key": _longer("key")},
    ComparedDay: {"date": _earlier("date")},
    Call: {"name": _longer("name")},
    Attachment: {"position": _later("position")},
    Creator: {"handle": _longer("handle")},
    Day: {"date": _earlier("date")},
    DayFate: {"date": _earlier("date")},
    DaySum: {"date": _earlier("date")},
    ExternalId: {"value": _longer("value")},
    Export: {"number": _later("number")},
    Letter: {"text": _longer("text")},
    Listing: {"shop": _longer("shop")},
    MoveLog: {"version": _later("version")},
    Part: {"sha256": lambda row, number: f"{number:064}"},
    PlacementDay: {"date": _earlier("date")},
    StandardVersion: {"version": _longer("version")},
    Qualification: {"number": _longer("number")},
    RejectedRow: {"row": _later("row")},
    Remark: {"version": _later("version")},
    Round: {"name": _longer("name")},
    RouteStop: {"position": _later("position")},
    # Before October, where the one that is copied begins; a year has no more days than numbers.
    SeasonWindow: {"starts": lambda row, number: 101 + number % 899},
    Source: {"key": _longer("key")},
    Slot: {"position": _later("position")},
    SalesDay: {"date": _earlier("date")},
    SavedView: {"name": _longer("name")},
    Snapshot: {"version": _later("version")},
    Statement: {"version": _later("version")},
    UnmatchedDay: {"external_id": _longer("external_id")},
    UnmatchedSale: {"external_id": _longer("external_id")},
    User: {"phone": lambda row, number: f"137{number:08}"},
    Work: {"key": _longer("key")},
}


def more(row: Row, number: int, **own: Any) -> list[Row]:
    """`number` further rows like `row`; `own` says what else differs, by a value or by place."""
    made = [_copy(row, place, own) for place in range(number)]
    return type(row)._default_manager.bulk_create(made)


def _copy(row: Row, place: int, own: dict[str, Any]) -> Row:
    model, unused = type(row), next(_numbers)
    values = {
        field.attname: _apart(field, getattr(row, field.attname), unused)
        for field in model._meta.concrete_fields
        if not isinstance(field, models.AutoField)
    }
    again = model(**values)
    for name, differs in DIFFERS.get(model, {}).items():
        setattr(again, name, differs(row, unused))
    for name, value in own.items():
        setattr(again, name, value(place) if callable(value) else value)
    return again


def _apart(field: models.Field[Any, Any], value: Any, unused: int) -> Any:
    """The value of a copy: another one where the field alone is unique."""
    if not field.unique or value is None or field.is_relation:
        return value
    if isinstance(field, models.UUIDField):
        return uuid.uuid4()
    end = str(unused)
    return f"{str(value)[: (field.max_length or 0) - len(end)]}{end}"


def more_dossiers(
    row: Submission, number: int, *, record: dict[str, Any] | None = None, **own: Any
) -> list[Submission]:
    """Dossiers like `row`, each with its record and the first of its files, moves and remarks."""
    made = more(row, number, **own)
    more(row.record, number, submission=made.__getitem__, **(record or {}))
    for children in (row.attachments, row.remarks, row.snapshots):
        for child in children.order_by("pk")[:FEW]:
            more(child, number, submission=made.__getitem__)
    for log in MoveLog.objects.of(row)[:FEW]:
        more(log, number, subject_id=lambda place: str(made[place].pk))
    return made
