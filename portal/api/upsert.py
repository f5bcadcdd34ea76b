"""Writing records as machines send them: one, or a thousand at once.

The rules are those of the page: each item goes through its kind's form and through the same acts.
New records are written together, changed drafts are written together; where one of them cannot be,
each is written by itself, so that the good ones stay and the bad one says why. What is published
changes one by one: part of it may have to wait for review.
"""

from __future__ import annotations

import uuid
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from portal.api import queries
from portal.api.models import Reference
from portal.submissions import domain as dossiers
from portal.submissions import merging, rules, values
from portal.submissions.enums import STARTS_ANEW, State
from portal.submissions.filling import Filling
from portal.verdict import RuleBroken

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

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
    changes: dict[str, list[Any]] = field(default_factory=dict)
    errors: Errors = field(default_factory=dict)
    # Whether its record was merged, so that `row` is the one in which it goes on.
    follows: bool = False

    @property
    def state(self) -> str:
        """Where the record it is about stands; empty for a new one."""
        return self.row.state if self.row else ""

    def wrong(self, errors: Errors) -> None:
        """End as an error."""
        self.result, self.errors, self.row, self.form = "error", errors, None, None

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
        _refuse_twice(
            items, lambda item: item.reference, _("This reference stands in the request twice.")
        )
        self._find(_open(items))
        _refuse_twice(
            items,
            lambda item: item.row and item.row.pk,
            _("Two references of this request mean the same record."),
        )
        new = [item for item in _open(items) if item.row is None]
        for item in _open(items):
            if item.row is not None:
                self._judge(item, item.row)
        changed = [item for item in _open(items) if item.row is not None]
        self._create_all([item for item in new if self._ready(item)])
        self._save_all([item for item in changed if item.state != State.PUBLISHED])
        for item in _open(changed):
            self._save(item)
        self._let_follow([item for item in items if item.follows and item.row is not None])

    def _find(self, items: Sequence[Item]) -> None:
        """Find the record of each item. A reference whose record came to an end starts anew; of
        one that was merged it is that in which it goes on."""
        texts = [item.reference for item in items]
        found = queries.by_reference(self.owner, self.key, self.kind, texts)
        survivors = merging.gone_on(
            [row for row in found.values() if row is not None],
            queries.readable(self.owner, self.key, self.kind),
            self.actor,
        )
        known = queries.references_of(self.owner, survivors.values())
        for item in items:
            row = found.get(item.reference)
            if row is None:
                if item.reference in found:
                    item.wrong({"reference": [_("This reference means a record you cannot see.")]})
            elif row.state == State.MERGED:
                self._follow(item, row, survivors.get(row.pk), known)
            elif row.state not in STARTS_ANEW:
                item.row = row

    def _follow(
        self, item: Item, row: Submission, survivor: Submission | None, known: dict[int, str]
    ) -> None:
        """Let the item mean that in which its record goes on, unless a reference of its own means
        that already: two would write over each other for ever."""
        if survivor is None:
            item.wrong({"record": [str(rules.may_change(row, self.actor).reason)]})
        elif survivor.pk in known:
            sentence = _("%(code)s was merged into %(survivor)s: send that alone, as “%(text)s”.")
            words = {"code": row.code, "survivor": survivor.code, "text": known[survivor.pk]}
            item.wrong({"reference": [sentence % words]})
        else:
            item.row, item.follows = survivor, True

    def _let_follow(self, items: Sequence[Item]) -> None:
        """From now on the references mean the records in which theirs go on."""
        for item in items:
            # A reference that somebody gave the other one meanwhile is the one it has.
            with suppress(IntegrityError), transaction.atomic():
                Reference.objects.filter(
                    owner=self.owner, kind=self.kind.code, text=item.reference
                ).update(submission=item.row)

    def _judge(self, item: Item, row: Submission) -> None:
        """Check an item against its record; what is new of it waits in its form."""
        if not (verdict := rules.may_change(row, self.actor)):
            return item.wrong({"record": [str(verdict.reason)]})
        before = self._filling.before(row)
        form = self._filling.form(row, item.given, before)
        form.leave_to_database()
        if not form.is_valid():
            return item.wrong(errors_of(form))
        item.form, item.changes = form, values.changes(before, values.cleaned(form))
        return None if item.changes else item.done("unchanged", row)

    def _save_all(self, items: Sequence[Item]) -> None:
        """Write changed drafts together; when one of them cannot be, nothing is written."""
        if not items:
            return
        try:
            rows = dossiers.save_drafts(
                kind=self.kind,
                forms=[item.form for item in items if item.form],
                actor=self.actor,
                seen=[item.row.version for item in items if item.row],
            )
        except (IntegrityError, RuleBroken):
            return
        for item, row in zip(items, rows, strict=True):
            item.done("updated", row)

    def _save(self, item: Item) -> None:
        """Write one changed record by itself."""
        row, form = item.row, item.form
        assert row is not None and form is not None  # noqa: S101, PT018 - `_judge` set both
        try:
            with transaction.atomic():
                self._write(row, form, item.changes, seen=row.version)
        except RuleBroken as error:
            return item.wrong({"record": [str(error)]})
        except IntegrityError:
            sentence = form.ask_database()
            return item.wrong(errors_of(form) or {"record": [sentence]})
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


def _open(items: Sequence[Item]) -> list[Item]:
    """Those of which nothing has become yet."""
    return [item for item in items if not item.result]


def _refuse_twice(items: Sequence[Item], what: Callable[[Item], Any], sentence: str) -> None:
    """Of two items about the same record neither is taken: who knows which is right."""
    times = Counter(what(item) for item in _open(items))
    for item in _open(items):
        if what(item) is not None and times[what(item)] > 1:
            item.wrong({"reference": [sentence]})


def errors_of(form: DossierForm) -> Errors:
    """Field → sentences, in the reader's language; what concerns no single field under `record`."""
    return {
        "record" if name == "__all__" else name: [str(sentence) for sentence in sentences]
        for name, sentences in form.errors.items()
    }
