"""Which placement an unmatched id probably belongs to, and why: composed reads.

Everything is looked up by an index: ids by the spellings they may have had, names by the keys of
the names that stand within them. Placements are never gone through one by one.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import reduce
from math import ulp
from operator import or_

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from portal import search
from portal.statements.models import IdKind, Source
from traffic.models import ExternalId, Placement, PlacementDay

NAMES = {IdKind.MATERIAL_NAME, IdKind.CAMPAIGN_NAME}
# Spreadsheets keep so many digits of a number and write zeros behind them; an id of its own seldom
# ends in so many.
EXACT_DIGITS, FEWEST_ZEROS = 15, 3
# A shorter beginning would fit too many ids.
SHORTEST_BEGINNING = 12
# From this weight on a candidate may be taken with one press.
STRONG = 60
SHOWN, LOOKED_AT = 5, 30
# Of two names that have less in common nobody would say that they are alike.
LEAST_ALIKE = 0.5


@dataclass
class Likely:
    """A candidate, how much speaks for it, and what, the weightiest reason first."""

    placement: Placement
    weight: float = 0
    reasons: list[str | Promise] = field(default_factory=list)

    def add(self, weight: float, reason: str | Promise) -> None:
        """Let a reason speak for it."""
        self.weight += weight
        self.reasons.append(reason)

    @property
    def is_strong(self) -> bool:
        """Whether it may be taken with one press."""
        return self.weight >= STRONG


@dataclass(frozen=True)
class Unknown:
    """An id that waits, and the days it was seen on."""

    source: Source
    value: str
    first: date
    last: date

    @property
    def key(self) -> tuple[int, str]:
        """What tells it apart."""
        return self.source.pk, self.value

    @property
    def is_name(self) -> bool:
        """Whether the report names things by words."""
        return self.source.id_kind in NAMES


Found = dict[tuple[int, str], list[Likely]]


def likely(rows: Collection[Unknown], placements: QuerySet[Placement]) -> Found:
    """The candidates of each id, the likeliest first; four queries at most, however many ids."""
    found: dict[tuple[int, str], dict[int, Likely]] = {row.key: {} for row in rows}
    _by_spelling([row for row in rows if not row.is_name], placements, found)
    _by_name([row for row in rows if row.is_name], placements, found)
    return _ranked(rows, found)


def alike(row: Unknown, placements: QuerySet[Placement]) -> list[Likely]:
    """The candidates of one id, weak ones too: names that are like it, and for an id that tells
    nothing what its source counts on these days and has not delivered yet. At most five queries.
    """
    found: dict[tuple[int, str], dict[int, Likely]] = {row.key: {}}
    if row.is_name:
        _by_name([row], placements, found)
        _by_words(row, placements, found)
    else:
        _by_spelling([row], placements, found)
    if not found[row.key]:
        running = placements.filter(
            source=row.source, first_day__lte=row.last, last_day__gte=row.first
        ).filter(~Exists(PlacementDay.objects.filter(placement=OuterRef("pk"))))
        for placement in running.order_by("-pk")[:SHOWN]:
            found[row.key][placement.pk] = Likely(placement)
    return _ranked([row], found)[row.key]


# What an id may be to the one that is known: how much that says, and in words.
SAME, LOST_DIGITS, ONE_DIGIT = "same", "lost digits", "one digit"
SPELLINGS: dict[str, tuple[float, str | Promise]] = {
    SAME: (100, _("the same id is known on another platform or as another kind of id")),
    LOST_DIGITS: (
        80,
        _("the id is that of this placement, its last digits lost by a spreadsheet"),
    ),
    ONE_DIGIT: (70, _("the id differs from its id by one digit")),
}


def _candidate(found: dict[int, Likely], placement: Placement) -> Likely:
    return found.setdefault(placement.pk, Likely(placement))


# --- Ids -------------------------------------------------------------------------------------


def _by_spelling(
    rows: Collection[Unknown],
    placements: QuerySet[Placement],
    found: dict[tuple[int, str], dict[int, Likely]],
) -> None:
    """The same id elsewhere, one that lost its last digits, one with another digit; two queries.

    What would be true of many placements says nothing of any.
    """
    spellings: dict[str, list[Unknown]] = defaultdict(list)
    ranges: list[tuple[str, str, Unknown]] = []
    for row in rows:
        for value in {row.value, *_misspelt(row.value)}:
            spellings[value].append(row)
        ranges += [(low, high, row) for low, high in _beginnings(row.value)]
    if not spellings:
        return
    within = [Q(value__gte=low, value__lte=high) for low, high, _row in ranges]
    known = ExternalId.objects.filter(reduce(or_, within, Q(value__in=spellings))).order_by("pk")
    told: dict[tuple[Unknown, str], set[int]] = defaultdict(set)
    for value, pk in known.values_list("value", "placement"):
        for row in spellings.get(value, ()):
            told[row, SAME if value == row.value else ONE_DIGIT].add(pk)
        for low, high, row in ranges:
            if low <= value <= high and row not in spellings.get(value, ()):
                told[row, LOST_DIGITS].add(pk)
    few = {key: several for key, several in told.items() if len(several) <= SHOWN}
    owners = placements.in_bulk({pk for several in few.values() for pk in several})
    for (row, why), several in few.items():
        for pk in several & owners.keys():
            _candidate(found[row.key], owners[pk]).add(*SPELLINGS[why])


def _misspelt(value: str) -> set[str]:
    """Ids of digits that differ by one digit, or by two neighbours that changed places."""
    if not value.isdecimal() or not value.isascii() or len(value) < SHORTEST_BEGINNING:
        return set()
    found = {
        value[:place] + digit + value[place + 1 :]
        for place in range(len(value))
        for digit in "0123456789"
    }
    found |= {
        value[:place] + value[place + 1] + value[place] + value[place + 2 :]
        for place in range(len(value) - 1)
    }
    return found - {value}


def _beginnings(value: str) -> list[tuple[str, str]]:
    """From what to what ids reach of which the value may be what is left."""
    if not value.isdecimal() or not value.isascii():
        return []
    begin, number = value.rstrip("0"), int(value)
    lost = len(value) - len(begin)
    if lost >= FEWEST_ZEROS and len(begin) >= SHORTEST_BEGINNING:
        return [(begin + "0" * lost, begin + "9" * lost)]
    if len(value) > EXACT_DIGITS + 1 and int(float(number)) == number:
        # What is left of an id that a program took for a floating point number.
        half = int(ulp(float(number))) // 2
        return [(str(number - half), str(number + half))]
    if SHORTEST_BEGINNING <= len(value) < 20:
        return [(value + "0", value + "9" * (20 - len(value)))]
    return []


# --- Names -----------------------------------------------------------------------------------


def _by_name(
    rows: Collection[Unknown],
    placements: QuerySet[Placement],
    found: dict[tuple[int, str], dict[int, Likely]],
) -> None:
    """Placements whose dossier's name is the name, or stands within it."""
    keys = {row.key: search.keys_within(row.value) for row in rows}
    wanted = {key for several in keys.values() for key in several if key}
    if not wanted:
        return
    known = placements.filter(submission__name_key__in=wanted).order_by("-pk")
    for placement in known[: LOOKED_AT * len(rows)]:
        own = placement.submission.name_key
        for row in rows:
            if own == search.key_of(row.value):
                _candidate(found[row.key], placement).add(90, _("its dossier has the same name"))
            elif own in keys[row.key]:
                _candidate(found[row.key], placement).add(
                    60, _("the name of its dossier stands within this name")
                )


def _by_words(
    row: Unknown,
    placements: QuerySet[Placement],
    found: dict[tuple[int, str], dict[int, Likely]],
) -> None:
    """Placements whose dossier's name has most of its pairs of characters in common."""
    own = search.pairs_of(row.value)
    known = placements.filter(submission__words__any=row.value).annotate(
        overlap=search.Overlap("submission__words", row.value)
    )
    for placement in known.order_by("-overlap", "-pk")[:LOOKED_AT]:
        theirs = search.pairs_of(placement.submission.title)
        common = len(own & theirs) / max(len(theirs), 1)
        if common >= LEAST_ALIKE and placement.pk not in found[row.key]:
            reason = _("its dossier's name is like it: “%(title)s”")
            _candidate(found[row.key], placement).add(
                50 * common, str(reason) % {"title": placement.submission.title}
            )


# --- What speaks for a candidate besides -----------------------------------------------------


def _ranked(rows: Iterable[Unknown], found: Mapping[tuple[int, str], dict[int, Likely]]) -> Found:
    """Add what else speaks for each, and put the likeliest first; one query."""
    everyone = {pk for several in found.values() for pk in several}
    delivered = set(
        PlacementDay.objects.filter(placement__in=everyone)
        .order_by()
        .values_list("placement", flat=True)
        .distinct()
    )
    for row in rows:
        for candidate in found[row.key].values():
            _add_circumstances(row, candidate, is_new=candidate.placement.pk not in delivered)
    return {
        key: sorted(several.values(), key=lambda each: (-each.weight, -each.placement.pk))[:SHOWN]
        for key, several in found.items()
    }


def _add_circumstances(row: Unknown, candidate: Likely, *, is_new: bool) -> None:
    placement = candidate.placement
    if placement.source_id == row.source.pk:
        candidate.add(5, _("this source counts for it"))
    if placement.first_day <= row.last and row.first <= placement.last_day:
        candidate.add(5, _("it runs on these days"))
    if is_new:
        candidate.add(3, _("nothing was delivered for it yet"))
    if row.is_name:
        if _short(placement.county.name) in row.value:
            candidate.add(4, _("its county is named"))
        if placement.campaign.name in row.value:
            candidate.add(4, _("its campaign is named"))


def _short(county: str) -> str:
    """A county as people call it."""
    for ending in ("壮族瑶族自治县", "瑶族自治县", "县", "区", "市"):
        if county.endswith(ending) and len(county) > len(ending) + 1:
            return county.removesuffix(ending)
    return county
