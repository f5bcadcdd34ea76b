"""Numbers for the ids that events name: 0, 1, 2 … in the order in which they are met."""

from __future__ import annotations

import threading
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from portal.statements.reading.figures import Reject
from portal.statements.reading.ids import parse_id

Ints = npt.NDArray[np.int64]
# Odd factors of multiplicative hashing (Knuth, TAOCP 6.4), one for each table.
FACTORS = tuple(
    np.uint64(factor) for factor in (0x9E3779B97F4A7C15, 0xC2B2AE3D27D4EB4F, 0x165667B19E3779F9)
)
# Rows that are looked up at once.
BLOCK = 1 << 16
SMALLEST = 1 << 10
# Places of a table for each id it may have to hold.
ROOMY = 4


class Ids:
    """Ids of one file, whole numbers or text; several threads may ask at once.

    A whole number is found by hashing: three tables hold numbers by the upper bits of a product,
    and whatever is not found in one is looked for in the next. An id that finds all three places
    taken is found in a dictionary. Number 0 is the id 0, which an empty place stands for.
    """

    def __init__(self) -> None:
        self.capacity = SMALLEST
        # The ids by number and the tables that lead to them, which belong together.
        self._known = np.zeros(SMALLEST, np.int64), _tables_for(SMALLEST)
        self._numbers: dict[int, int] = {0: 0}
        self._by_text: dict[str, int] = {}
        self._said: dict[str, int] = {}
        self._lock = threading.Lock()

    def texts(self) -> list[str]:
        """The ids by number, as text. (Whole numbers become text here alone.)"""
        if self._by_text:
            return list(self._by_text)
        return [str(value) for value in self._known[0][: len(self._numbers)].tolist()]

    def of_texts(self, values: Sequence[str]) -> Ints:
        """The number of each text, -1 where it is no id; once for each that differs, please."""
        with self._lock:
            return np.array([self._of_text(value) for value in values], np.int64)

    def _of_text(self, value: str) -> int:
        number = self._said.get(value)
        if number is None:
            text = parse_id(value, is_code=True)
            if isinstance(text, Reject) or not text:
                number = -1
            else:
                number = self._by_text.setdefault(text, len(self._by_text))
            self._said[value] = number
            while len(self._by_text) > self.capacity:
                self.capacity *= 2
        return number

    def of_ints(self, values: Ints, into: Ints) -> None:
        """Write the number of each value of a batch into an array as long.

        Block by block: what lies between two steps stays in the processor's cache, and what one
        block meets first is known to the next.
        """
        for start in range(0, len(values), BLOCK):
            block = slice(start, start + BLOCK)
            self._of_block(values[block], into[block])

    def _of_block(self, values: Ints, into: Ints) -> None:
        known, tables = self._known
        into[:] = tables[0].take(_places(values, 0, len(tables[0])), mode="clip")
        missed = np.flatnonzero(known.take(into, mode="clip") != values)
        for level in range(1, len(tables)):
            if not len(missed):
                return
            rest = values.take(missed)
            found = tables[level].take(_places(rest, level, len(tables[level])))
            into[missed] = found
            missed = missed[known.take(found, mode="clip") != rest]
        if len(missed):
            rest, back = np.unique(values.take(missed), return_inverse=True)
            with self._lock:
                into[missed] = self._numbered(rest)[back]

    def _numbered(self, values: Ints) -> Ints:
        """The numbers of different values; those that nobody has met get theirs."""
        known = len(self._numbers)
        numbers = [self._numbers.setdefault(v, len(self._numbers)) for v in values.tolist()]
        found = np.array(numbers, np.int64)
        new = found[found >= known]
        if len(self._numbers) > self.capacity:
            # Who looks up meanwhile keeps the arrays that were there before.
            while len(self._numbers) > self.capacity:
                self.capacity *= 2
            grown = np.zeros(self.capacity, np.int64)
            grown[:known] = self._known[0][:known]
            new, tables = np.arange(1, len(self._numbers)), _tables_for(self.capacity)
        else:
            grown, tables = self._known
        # First what a place leads to, then the place.
        grown[found[found >= known]] = values[found >= known]
        _settle(new, grown, tables)
        self._known = grown, tables
        return found


def _tables_for(capacity: int) -> list[npt.NDArray[np.int32]]:
    return [np.zeros(capacity * ROOMY, np.int32) for _ in FACTORS]


def _settle(numbers: Ints, values: Ints, tables: list[npt.NDArray[np.int32]]) -> None:
    """Give each number the first place of its value that is free."""
    for level, table in enumerate(tables):
        places = _places(values[numbers], level, len(table))
        free = table[places] == 0
        table[places[free]] = numbers[free]
        numbers = numbers[table[places] != numbers]


def _shift(size: int) -> np.uint64:
    """How far up the bits of a product lie that say a place in a table of the size."""
    return np.uint64(65 - size.bit_length())


def _places(values: Ints, level: int, size: int) -> Ints:
    """Where values stand in the table of a level: the upper bits of their product."""
    product = values.view(np.uint64) * FACTORS[level]
    product >>= _shift(size)
    return product.view(np.int64)
