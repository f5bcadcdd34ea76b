"""What each row of a workbook would do: pure of effects, whatever it finds."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from portal.sheets import queries
from portal.sheets.archive import Files, folded
from portal.sheets.cells import Take, WrongCell, taker
from portal.sheets.headings import CODE, LOST, columns_of
from portal.sheets.models import Intake, Verdict
from portal.submissions import kinds, rules, values
from portal.submissions.filling import Filling

if TYPE_CHECKING:
    from portal.accounts.actor import Actor
    from portal.submissions.forms import DossierForm
    from portal.submissions.models import Submission

# Rows that are read with their dossiers, checked and written at once.
CHUNK = 500


@dataclass
class Row:
    """One row on its way through the check: what it says, what it is about, what is wrong."""

    number: int
    cells: list[str]
    given: dict[str, Any] = field(default_factory=dict)
    title: str = ""
    code: str = ""
    existing: Submission | None = None
    by_code: bool = False
    errors: dict[str, list[str]] = field(default_factory=dict)
    form: DossierForm | None = None
    changes: dict[str, list[Any]] = field(default_factory=dict)

    @property
    def verdict(self) -> Verdict:
        """What the row would do."""
        if self.errors:
            return Verdict.WRONG
        if self.existing is None:
            return Verdict.NEW
        return Verdict.CHANGED if self.changes else Verdict.UNCHANGED


class Check:
    """The check of one workbook by who brought it in.

    Rows are the dossier whose code they carry, else the one of the same name that the person may
    change, else new. An empty cell clears a field of a row with a code, and says nothing in a row
    that was found by its name, unless it stands among cells that say one thing between them.
    """

    def __init__(self, intake: Intake, actor: Actor) -> None:
        self.intake = intake
        self.actor = actor
        self.kind = kinds.get(intake.kind)
        self.title_field = self.kind.form.title_field
        columns = {column.name: column for column in columns_of(self.kind, actor)}
        self._columns = {
            name: position
            for position, name in enumerate(intake.mapping)
            if name and name in columns and not columns[name].files
        }
        self._files = {
            name: Files(intake.files, kind=column.files)
            for name, column in columns.items()
            if column.files
        }
        self._takers: dict[str, Take] = {
            name: taker(columns[name].field)  # type: ignore[arg-type]  # only the code has none
            for name in self._columns
            if name != CODE
        }
        self._filling = Filling(self.kind, actor)
        # Names and dossiers that stood in the file already.
        self._names: set[str] = set()
        self._met: set[int] = set()

    def chunks(self, rows: list[Any]) -> Iterator[list[Row]]:
        """Check `rows` as the intake keeps them, a chunk at a time: a form is large, and whoever is
        done with a chunk lets its forms go."""
        for start in range(0, len(rows), CHUNK):
            read = [self._read(number, cells) for number, cells in rows[start : start + CHUNK]]
            self._find(read)
            for row in read:
                self._judge(row)
            yield read

    def _read(self, number: int, cells: list[str]) -> Row:
        row = Row(number, cells)
        for name, position in self._columns.items():
            text = cells[position] if position < len(cells) else ""
            if name == CODE:
                row.code = text.strip().upper()
                continue
            try:
                row.given[name] = self._takers[name](text)
            except WrongCell as error:
                row.errors.setdefault(name, []).append(str(error))
        row.title = str(row.given.get(self.title_field, "")).removeprefix(LOST)
        return row

    def _find(self, rows: list[Row]) -> None:
        """Find what each row is about; two queries, whatever their number."""
        by_code = queries.by_code(self.actor, self.kind, [row.code for row in rows if row.code])
        by_title = queries.by_title(
            self.actor, self.kind, [row.title for row in rows if not row.code]
        )
        for row in rows:
            if row.code:
                row.existing, row.by_code = by_code.get(row.code), True
                if row.existing is None:
                    self._wrong(row, CODE, _("No dossier of yours has this code."))
            else:
                self._find_by_title(row, by_title.get(row.title, []))
            self._refuse_twice(row)

    def _find_by_title(self, row: Row, same: list[Submission]) -> None:
        if len(same) > 1:
            codes = "、".join(other.code for other in same)
            self._wrong(
                row,
                self.title_field,
                _("Several of this name are there (%(codes)s): add a column with the code.")
                % {"codes": codes},
            )
        elif same:
            row.existing = same[0]
        name = folded(row.title)
        if name and name in self._names:
            self._wrong(row, self.title_field, _("This name stands in the file before."))
        self._names.add(name)

    def _refuse_twice(self, row: Row) -> None:
        """Of two rows about one dossier the first counts, unless its name said so already."""
        if row.existing is None or self.title_field in row.errors:
            return
        if row.existing.pk in self._met:
            place = CODE if row.by_code else self.title_field
            self._wrong(row, place, _("This dossier stands in the file before."))
        self._met.add(row.existing.pk)

    def _wrong(self, row: Row, name: str, sentence: str) -> None:
        row.errors.setdefault(name, []).append(sentence)

    def _judge(self, row: Row) -> None:
        """Put the row through the kind's own form."""
        existing = row.existing
        if CODE in row.errors:
            return
        before = self._filling.before(existing)
        found_by_name = existing is not None and not row.by_code
        given = self._said(row.given) if found_by_name else dict(row.given)
        self._add_files(row, given, before)
        row.form = form = self._filling.form(existing, given, before)
        form.leave_to_database()
        if not form.is_valid():
            for name, sentences in form.errors.items():
                row.errors.setdefault(name, []).extend(str(each) for each in sentences)
            return
        if existing is not None:
            row.changes = values.changes(before, values.cleaned(form))
            # What is under review comes in unchanged as long as nothing is to change.
            if row.changes and not (verdict := rules.may_change(existing, self.actor)):
                self._wrong(row, self.title_field, str(verdict.reason))

    def _said(self, given: dict[str, Any]) -> dict[str, Any]:
        """What a row says that was found by its name."""
        as_one = self.kind.form.as_one
        whole = as_one if any(given.get(name) for name in as_one) else ()
        return {name: value for name, value in given.items() if value != "" or name in whole}

    @property
    def given_files(self) -> list[str]:
        """Paths of the files that some row asked for."""
        return sorted(set().union(*(files.given for files in self._files.values())))

    def _add_files(self, row: Row, given: dict[str, Any], before: dict[str, Any]) -> None:
        """Add to what is there: the files a cell names, else those named like the thing."""
        if not self.intake.files:
            return
        for name, files in self._files.items():
            position = self.intake.column_of(name)
            text = row.cells[position] if position is not None else ""
            ids, missing = files.of_cell(text) if text else ([], [])
            if missing:
                names = "、".join(missing)
                self._wrong(row, name, _("Not in the zip: %(names)s.") % {"names": names})
            ids = ids or files.of_title(row.title)
            there = [str(key) for key in before.get(name) or []]
            if new := [key for key in ids if key not in there]:
                given[name] = there + new

    def outcome(self, row: Row) -> dict[str, Any]:
        """What the intake keeps of a checked row."""
        return {
            "row": row.number,
            "title": row.title,
            "verdict": row.verdict,
            "code": row.existing.code if row.existing else "",
            "errors": row.errors,
            "changes": row.changes if row.verdict == Verdict.CHANGED else {},
            "lacking": self._lacking(row),
        }

    def _lacking(self, row: Row) -> list[str]:
        """What a submission would still ask for."""
        if row.form is None or row.errors:
            return []
        return row.form.lacking()
