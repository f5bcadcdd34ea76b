"""External ids: always text, one form, never a damaged one."""

from __future__ import annotations

import re
import unicodedata

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from portal.statements.reading import words
from portal.statements.reading.figures import Reject, shown
from portal.statements.reading.tables import Cell, as_text

# The longest id or name that is kept; works have titles of 100 characters at most.
LONGEST_ID = 200
# Beyond this no blanks are looked for that would make it shorter.
LONGEST_WRITTEN = 10_000
# A cell's number has 15 digits that are true.
LARGEST_EXACT = 10**15
# What Excel, Java and pandas make of a long id; ids in hexadecimal have no point and no plus.
EXPONENT = re.compile(r"\d(?:\.\d+)?e\+\d+|\d\.\d+e\d+", re.IGNORECASE)
WITH_FRACTION = re.compile(r"(\d+)\.0+")
# ="7390" is how some exports keep Excel from counting.
QUOTED_FORMULA = re.compile(r'="([^"]*)"')
# And how a person does.
APOSTROPHE = re.compile(r"'(\d+)")


def normalise_external_id(text: str) -> str:
    """Give the one form in which an id or a name is compared.

    Width, blanks around, line breaks inside and characters nobody sees make no difference; case and
    everything else does. Text that looks like a formula stays the text it is.
    """
    plain = " ".join(unicodedata.normalize("NFC", words.narrow(text)).split())
    for wrapping in (QUOTED_FORMULA, APOSTROPHE):
        if wrapped := wrapping.fullmatch(plain):
            plain = wrapped[1].strip()
    return plain


def parse_id(cell: Cell, *, is_code: bool) -> str | Reject:
    """Read the id of a row; `is_code` for ids proper, which a spreadsheet may have damaged."""
    if isinstance(cell, int | float) and abs(cell) >= LARGEST_EXACT:
        return _damaged(cell)
    text = as_text(cell)
    if len(text) > LONGEST_WRITTEN:
        return _too_long(len(text))
    plain = normalise_external_id(text)
    if words.mark(plain) == "missing":
        return Reject(_("the id or name is missing, so nobody knows what the figures belong to"))
    if is_code:
        if EXPONENT.fullmatch(plain):
            return _damaged(cell)
        if whole := WITH_FRACTION.fullmatch(plain):
            return whole[1] if len(whole[1]) < 16 else _damaged(cell)
    return _too_long(len(plain)) if len(plain) > LONGEST_ID else plain


def _too_long(length: int) -> Reject:
    return Reject(
        format_lazy(
            _("the id or name has {length} characters; {limit} can be kept"),
            length=length,
            limit=LONGEST_ID,
        )
    )


def _damaged(cell: Cell) -> Reject:
    return Reject(
        format_lazy(
            _(
                "“{value}” has lost digits: a spreadsheet took the id for a number. Export the "
                "report again and upload the file without opening it, or set the column to text "
                "before pasting the ids"
            ),
            value=shown(cell),
        )
    )
