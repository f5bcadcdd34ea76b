"""Writing records as machines send them: one, or a thousand at once.

The rules are those of the page: each item goes through its kind's form and through the same acts.
What is new is written together; where the database refuses one of them, each is written by itself,
so that the good ones stay and the bad one says why.
"""

from __future__ import annotations

import uuid
from collections import Counter
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from portal.api import queries
from portal.api.models import Reference
from portal.submissions import domain as dossiers
from portal.submissions import rules, values
from portal.submissions.enums import STARTS_ANEW, State
from portal.submissions.filling import Filling
from portal.verdict import RuleBroken

if TYPE_CHECKING:
    from collections.abc import Sequence

    from portal.accounts.actor import Actor
    from portal.accounts.models import User
    from portal.api.models import Key
    from portal.submissions.forms import DossierForm
    from portal.submissions.kinds import Kind
    from portal.submissions.models import Submission

Errors = dict[str, list[str]]


class Wrong(Exception):
    """Values that the form does not take, by field."""

    def __init__(self, errors: Errors) -> None:
        super().__init__("wrong values")
        self.errors = errors


@dataclass
class Item:
    """One item of a request on its way: what it says, and what became of it."""

    index: int
    reference: str
    given: dict[str, Any]
    result: str = ""
    row: Submission | None = None
    form: DossierForm | None = None
    errors: Errors = field(default_factory=dict)

    def wrong(self, errors: Errors) -> None:
        """End as an error."""
        self.result, self.errors = "error", errors

    def done(self, result: str, row: Submission) -> None:
        """End well."""
        self.result, self.row, self.form = result, row, None


@dataclass(frozen=True)
class Writer:
    """Who writes which kind of record, with which key."""

    kind: Kind
    actor: Actor
    key: Key | None

    @cached_property
    def _filling(self) -> Filling:
        return Filling(self.kind, self.actor)

    @property
    def owner(self) -> User:
        """Whose references these are."""
        return self.actor.person

    # --- One -----------------------------------------------------------------------------

    def create(self, *, given: dict[str, Any], reference: str | None) -> Submission:
        """File a new draft. Raises: Wrong, RuleBroken."""
        form = self._new_form(given)
        if not form.is_valid():
            raise Wrong(errors_of(form))
        with transaction.atomic():
            row = dossiers.file_draft(
                kind=self.kind, form=form, actor=self.actor, form_key=uuid.uuid4()
            )
            if reference:
                self._name(row, reference)
        return row

    def change(
        self, row: Submission, given: dict[str, Any], *, seen: int
    ) -> tuple[list[str], list[str]]:
        """Change a record; return the fields changed at once, and those that wait for review.

        Raises: Wrong, RuleBroken.
        """
        before = self._filling.before(row)
        form = self._filling.form(row, given, before)
        if not form.is_valid():
            raise Wrong(errors_of(form))
        return self._write(row, form, values.changes(before, values.cleaned(form)), seen=seen)

    def _new_form(self, given: dict[str, Any]) -> DossierForm:
        return self._filling.form(None, given, self._filling.before(None))

    def _write(
        self, row: Submission, form: DossierForm, changed: dict[str, list[Any]], *, seen: int
    ) -> tuple[list[str], list[str]]:
        if row.state != State.PUBLISHED:
            dossiers.save_draft(submission=row, form=form, actor=self.actor, seen=seen)
            return list(changed), []
        live, revision = dossiers.change_published(
            submission=row, form=form, actor=self.actor, seen=seen
        )
        return live, list(revision.changes) if revision else []

    def _name(self, row: Submission, reference: str) -> None:
        """Let the reference mean this dossier; one that came to an end lets it go."""
        try:
            with transaction.atomic():
                Reference.objects.filter(
                    owner=self.owner,
                    kind=self.kind.code,
                    text=reference,
                    submission__state__in=STARTS_ANEW,
                ).delete()
                Reference.objects.create(
                    owner=self.owner, kind=self.kind.code, text=reference, submission=row
                )
        except IntegrityError:
            raise Wrong({"reference": [_("This reference is taken already.")]}) from None

    # --- Many ----------------------------------------------------------------------------

    def upsert(self, items: Sequence[Item]) -> None:
        """Write every item that is not wrong yet; what became of it stands in it."""
        _refuse_twice(items)
        found = queries.by_reference(
            self.owner, self.key, self.kind, [item.reference for item in items if not item.result]
        )
        new = []
        for item in items:
            if item.result:
                continue
            row = found.get(item.reference)
            if item.reference in found and row is None:
                item.wrong({"reference": [_("This reference means a record you cannot see.")]})
            elif row is None or row.state in STARTS_ANEW:
                new.append(item)
            else:
                self._update(item, row)
        self._create_all([item for item in new if self._ready(item)])

    def _update(self, item: Item, row: Submission) -> None:
        if not (verdict := rules.may_change(row, self.actor)):
            return item.wrong({"record": [str(verdict.reason)]})
        before = self._filling.before(row)
        form = self._filling.form(row, item.given, before)
        if not form.is_valid():
            return item.wrong(errors_of(form))
        changed = values.changes(before, values.cleaned(form))
        if not changed:
            return item.done("unchanged", row)
        try:
            self._write(row, form, changed, seen=row.version)
        except RuleBroken as error:
            return item.wrong({"record": [str(error)]})
        row.refresh_from_db(fields=["version"])
        return item.done("updated", row)

    def _ready(self, item: Item) -> bool:
        """Check a new item; what the database says by itself is not asked for each one."""
        form = self._new_form(item.given)
        form.leave_to_database()
        if form.is_valid():
            item.form = form
            return True
        item.wrong(errors_of(form))
        return False

    def _create_all(self, items: list[Item]) -> None:
        if not items:
            return
        try:
            with transaction.atomic():
                rows = dossiers.file_drafts(
                    kind=self.kind,
                    forms=[item.form for item in items if item.form],
                    actor=self.actor,
                )
                self._name_all(items, rows)
        except IntegrityError:
            self._create_each(items)
        else:
            for item, row in zip(items, rows, strict=True):
                item.done("created", row)

    def _name_all(self, items: list[Item], rows: list[Submission]) -> None:
        Reference.objects.filter(
            owner=self.owner,
            kind=self.kind.code,
            text__in=[item.reference for item in items],
            submission__state__in=STARTS_ANEW,
        ).delete()
        Reference.objects.bulk_create(
            Reference(owner=self.owner, kind=self.kind.code, text=item.reference, submission=row)
            for item, row in zip(items, rows, strict=True)
        )

    def _create_each(self, items: list[Item]) -> None:
        """One by one, each in a transaction of its own, under the whole check."""
        for item in items:
            try:
                item.done("created", self.create(given=item.given, reference=item.reference))
            except Wrong as error:
                item.wrong(error.errors)
            except RuleBroken as error:
                item.wrong({"record": [str(error)]})


def _refuse_twice(items: Sequence[Item]) -> None:
    """Of two items about the same record neither is taken: who knows which is right."""
    times = Counter(item.reference for item in items if not item.result)
    for item in items:
        if not item.result and times[item.reference] > 1:
            item.wrong({"reference": [_("This reference stands in the request twice.")]})


def errors_of(form: DossierForm) -> Errors:
    """Field → sentences, in the reader's language; what concerns no single field under `record`."""
    return {
        "record" if name == "__all__" else name: [str(sentence) for sentence in sentences]
        for name, sentences in form.errors.items()
    }
