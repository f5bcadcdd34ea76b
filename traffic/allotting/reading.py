"""What the lines of a workbook of allotments mean: accounts, amounts, and what is wrong with a
cell. Pure of effects."""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.ledger.many import Movement, Step, rehearse
from portal.ledger.models import Account, Level, Unit
from portal.sheets.headings import LANGUAGES, LOST, Found, find_by, plain_heading
from traffic import readiness
from traffic.allotting.amounts import NoAmount, amount_of
from traffic.models import Placement

if TYPE_CHECKING:
    from portal.statements.reading.tables import Table

MOST_LINES = 300
LONGEST_REASON = 200
LABELS = {
    "code": gettext_lazy("Account no."),
    "county": gettext_lazy("County"),
    "amount": gettext_lazy("Impressions"),
    "reason": gettext_lazy("Reason"),
    "source": gettext_lazy("From account no."),
}
# Other words for a column.
HEADINGS = {
    "code": ("账户编号", "账号", "编号", "投放编号", "account", "code"),
    "county": ("区县", "县区", "县", "县域"),
    "amount": ("划转量", "数量", "曝光量", "流量", "次数", "amount"),
    "reason": ("事由", "原因", "理由", "备注", "说明"),
    "source": ("转出账户编号", "来源账户", "调出账户", "from"),
}
ABOVE = "parent__parent__parent__parent__parent"


@dataclass
class Line:
    """One line on its way: its cells, what they mean, and what is wrong, by column."""

    row: int
    cells: dict[str, str]
    source: Account | None = None
    target: Account | None = None
    amount: int = 0
    errors: dict[str, str] = field(default_factory=dict)
    step: Step | None = None

    @property
    def wrong(self) -> list[tuple[str, str, str]]:
        """(heading, what the cell says, why not) of each wrong cell."""
        return [
            (str(LABELS[name]), self.cells[name].removeprefix(LOST), why)
            for name, why in self.errors.items()
        ]


def code_of(account: Account) -> str:
    """What a workbook calls an account."""
    return f"A{account.pk}"


def find(tables: Sequence[Table]) -> Found | None:
    """The table with the known headings, or None."""
    words = {plain_heading(word): name for name, others in HEADINGS.items() for word in others}
    for language in LANGUAGES:
        with translation.override(language):
            words |= {plain_heading(str(label)): name for name, label in LABELS.items()}
    return find_by(tables, words, "")


def lines_of(found: Found) -> list[dict[str, Any]]:
    """The lines that ask for something; those without amount and reason are the template's own."""
    lines = []
    for row, cells in found.rows:
        said = dict.fromkeys(LABELS, "")
        said |= {name: cells[place].strip() for place, name in enumerate(found.mapping) if name}
        if said["amount"] or said["reason"]:
            lines.append({"row": row, **said})
    return lines


def digest_of(lines: Iterable[dict[str, Any]]) -> str:
    """A digest of what lines say, wherever in the file they stand."""
    said = [[line[name] for name in LABELS] for line in lines]
    return hashlib.sha256(json.dumps(said, ensure_ascii=False).encode()).hexdigest()


def read(account: Account, lines: Iterable[dict[str, Any]]) -> list[Line]:
    """Return what each line means for `account` and what stands there after it.

    Queries are as many for one line as for hundreds, but for accounts something is taken from.
    """
    found = [Line(line["row"], {name: line[name] for name in LABELS}) for line in lines]
    accounts = _Accounts(account, found)
    for line in found:
        accounts.fill(line)
        _fill_amount(line)
    _refuse_unready(found)
    whole = [line for line in found if not line.errors]
    for line, step in zip(whole, rehearse([movement(line) for line in whole]), strict=True):
        line.step = step
        if step.error:
            line.errors["amount"] = step.error
    return found


def movement(line: Line) -> Movement:
    """What a line without an error asks for."""
    assert line.source is not None  # noqa: S101 - it has no error
    assert line.target is not None  # noqa: S101 - it has no error
    return Movement(line.source, line.target, line.amount, line.cells["reason"])


def _fill_amount(line: Line) -> None:
    text = line.cells["amount"]
    try:
        if text.startswith(LOST):
            raise NoAmount(_("A number of more than 15 digits lost some of them."))
        line.amount = amount_of(text)
    except NoAmount as error:
        line.errors["amount"] = str(error)
    if not line.cells["reason"]:
        line.errors["reason"] = _("Give the reason: it stays in the ledger.")
    elif len(line.cells["reason"]) > LONGEST_REASON:
        line.errors["reason"] = _("A reason has 200 characters at most.")


class _Accounts:
    """The accounts that lines name: all at or below one account."""

    def __init__(self, top: Account, lines: Iterable[Line]) -> None:
        codes = {
            int(code[1:])
            for line in lines
            for code in (_code(line.cells["code"]), _code(line.cells["source"]))
            if code[1:].isdecimal() and len(code) < 12
        }
        rows = Account.objects.filter(unit=Unit.IMPRESSIONS).select_related(ABOVE, "county")
        self.top = top
        self.known = {code_of(row): row for row in rows.filter(pk__in={*codes, top.pk})}
        self.by_county: dict[str, list[Account]] = defaultdict(list)
        for row in rows.filter(parent=top, county__isnull=False).order_by("pk"):
            for name in (row.county_id, row.county.name if row.county else ""):
                self.by_county[str(name)].append(row)

    def fill(self, line: Line) -> None:
        """Find the two accounts of a line, or say why not."""
        line.target = self._target(line)
        line.source = self.known[code_of(self.top)]
        if line.cells["source"]:
            line.source = self._named(line, "source")
            if line.source is not None and line.source == line.target:
                line.errors["source"] = _("Choose two different accounts.")

    def _target(self, line: Line) -> Account | None:
        county = line.cells["county"]
        if not line.cells["code"]:
            return self._of_county(line, county)
        row = self._named(line, "code")
        if row is None or not county:
            return row
        place = row.county
        if place is None or county not in (place.pk, place.name):
            line.errors["county"] = _("Account %(code)s is that of %(name)s.") % {
                "code": code_of(row),
                "name": place.name if place else row.name,
            }
        return row

    def _of_county(self, line: Line, county: str) -> Account | None:
        same = self.by_county.get(county, [])
        if len(same) == 1:
            return same[0]
        if not county:
            line.errors["code"] = _("Give the account no., or the county.")
        elif same:
            line.errors["code"] = _("%(county)s has several accounts here: give the no.") % {
                "county": county
            }
        else:
            line.errors["county"] = _("“%(county)s” has no account right below this one.") % {
                "county": county
            }
        return None

    def _named(self, line: Line, column: str) -> Account | None:
        row = self.known.get(_code(line.cells[column]))
        above = row
        while above is not None and above.pk != self.top.pk:
            above = above.parent
        if above is None:
            line.errors[column] = _("No account below this one has this no.")
            return None
        return row


def _code(text: str) -> str:
    bare = "".join(text.split()).upper()
    return f"A{bare}" if bare.isdecimal() else bare


def _refuse_unready(lines: Iterable[Line]) -> None:
    """Placements that may not be promoted get nothing; said beside the account."""
    asked = {
        line.target.pk: line.target
        for line in lines
        if line.target is not None and line.target.level == Level.PLACEMENT
    }
    rows = Placement.objects.filter(account__in=asked).select_related("submission")
    ready = readiness.of_placements(rows.order_by("pk"))
    by_account = {row.account_id: ready.get(row.pk) for row in rows.order_by("pk")}
    for line in lines:
        if line.target is None or line.target.pk not in by_account:
            continue
        verdict = by_account[line.target.pk]
        if verdict is None:
            line.errors["code"] = _("The window of this placement is over.")
        elif not verdict:
            line.errors["code"] = str(verdict.reason)
