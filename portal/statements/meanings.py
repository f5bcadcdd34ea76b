"""What the columns of a source's reports mean, as somebody said it: remembered by heading."""

from __future__ import annotations

from collections.abc import Mapping

from django.db import transaction
from django.utils.translation import gettext as _

from portal import clock
from portal.accounts.actor import Actor
from portal.audit.domain import record
from portal.statements import rules
from portal.statements.models import LONGEST_HEADING, ColumnMeaning, Source
from portal.statements.reading import words
from portal.verdict import RuleBroken, require

# A source that has more headings with a meaning of their own is several kinds of report.
MOST = 300


def with_mended(source: Source, mended: Mapping[str, str] | None) -> dict[str, str]:
    """What the source would remember after `mended`, by heading as reading compares it."""
    said = {words.normalise_heading(heading): field for heading, field in (mended or {}).items()}
    return {key: field for key, field in (source.mapping | said).items() if field}


@transaction.atomic
def give_meanings(*, source: Source, meanings: Mapping[str, str], actor: Actor) -> bool:
    """Say what headings of the source mean from now on; True when that is anything new.

    heading → field, "derived" for a column that is not counted, "" to forget what was said.
    Locks the source. Raises: RuleBroken.
    """
    require(rules.may_land(actor))
    return remember(Source.objects.select_for_update().get(pk=source.pk), meanings, actor)


def remember(source: Source, meanings: Mapping[str, str], actor: Actor) -> bool:
    """The same for a caller who holds the source's lock already. Raises: RuleBroken."""
    said = {
        words.normalise_heading(heading): (heading, field) for heading, field in meanings.items()
    }
    known = source.mapping if said else {}
    new = {key: pair for key, pair in said.items() if known.get(key, "") != pair[1]}
    if not new:
        return False
    for key, (heading, field) in new.items():
        _check(key, heading, field)
    if len(known.keys() | new.keys()) > MOST:
        raise RuleBroken(
            _("A source can have %(limit)d headings with a meaning of their own.") % {"limit": MOST}
        )
    source.meanings.filter(key__in=new).delete()
    ColumnMeaning.objects.bulk_create(
        ColumnMeaning(
            source=source,
            heading=heading,
            key=key,
            field=field,
            set_by=actor.user,
            set_at=clock.now(),
        )
        for key, (heading, field) in new.items()
        if field
    )
    record(
        actor=actor,
        act="source.meanings",
        subject=source,
        meanings=dict(new.values()),
    )
    return True


def _check(key: str, heading: str, field: str) -> None:
    if not key or len(key) > LONGEST_HEADING or len(heading) > LONGEST_HEADING:
        raise RuleBroken(_("A heading has 1 to %(limit)d characters.") % {"limit": LONGEST_HEADING})
    if field and field not in words.canonical_fields():
        raise RuleBroken(_("“%(field)s” is no field of a report.") % {"field": field})
