"""How good a complete dossier is: points line by line, each with what would bring more, and how
they grew.

A kind says how its values are scored. The way of the score is worked out anew from what was
submitted and approved, so that every point of it is measured alike: a changed rule moves the whole
line, not its last step. Nothing is kept for it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from portal import clock
from portal.submissions import kinds, queries, values
from portal.submissions.enums import RevisionState

if TYPE_CHECKING:
    from portal.files.models import StoredFile
    from portal.submissions.forms import DossierForm
    from portal.submissions.models import Submission

Files = Mapping[str, "StoredFile"]
# The lines of what counts beside the values, as it stood at a moment.
Beside = Callable[[datetime], list["Line"]]
# So many submissions back the way of the score is shown.
SHOWN = 12


@dataclass(frozen=True)
class Line:
    """One thing that counts: points out of how many, where they stand in words, what to do next.

    `field` is the form's field that would be changed, `url` the page where it is done outside the
    form; `advice` is empty when nothing is missing.
    """

    field: str
    label: str
    points: int
    of: int
    found: str
    advice: str = ""
    url: str = ""


@dataclass(frozen=True)
class Step:
    """The score at one moment; `change` against the step before, None at the first."""

    at: datetime | None
    label: str
    points: int
    change: int | None


@dataclass(frozen=True)
class Quality:
    """The score of a dossier as it stands, and the way there."""

    lines: Sequence[Line]
    steps: Sequence[Step]

    @property
    def points(self) -> int:
        """The points of all lines."""
        return sum(line.points for line in self.lines)

    @property
    def of(self) -> int:
        """The most there is."""
        return sum(line.of for line in self.lines)

    @property
    def trend(self) -> list[int]:
        """The points of every step."""
        return [step.points for step in self.steps]


def of(row: Submission, form: DossierForm) -> Quality | None:
    """Return the quality of a dossier, or None where its kind has no measure.

    Three queries, and those of what counts beside its values.

    `form` is the unbound form of its record.
    """
    kind = kinds.get(row.kind)
    if kind.score is None:
        return None
    beside = kind.score_beside(row) if kind.score_beside is not None else _nothing
    now = values.of_form(form)
    moments = _moments(row)
    keys = {str(key) for _at, _label, then in moments for key in then.get("photos") or []}
    files = queries.files_by_id(keys | {str(key) for key in now.get("photos") or []})
    lines = [*kind.score(now, files, form), *beside(clock.now())]
    steps: list[Step] = []
    for at, label, then in [*moments, (None, _("Now"), now)]:
        counted = [*kind.score(then, files, form), *beside(at or clock.now())]
        points = sum(line.points for line in counted)
        change = points - steps[-1].points if steps else None
        if at is not None or change != 0:
            steps.append(Step(at, label, points, change))
    return Quality(lines, steps)


def _nothing(at: datetime) -> list[Line]:
    """What counts beside the values of a kind that has no such thing."""
    return []


def _moments(row: Submission) -> list[tuple[datetime, str, dict[str, Any]]]:
    """When the content was fixed, by which act, and what it was then: each submission, and each
    change of the published record that was approved."""
    submitted = queries.snapshots(row)[:SHOWN]
    approved = [each for each in row.revisions.all() if each.state == RevisionState.APPROVED]
    events: list[tuple[datetime, str, dict[str, Any], bool]] = [
        *((snapshot.at, _("Submitted"), snapshot.values, True) for snapshot in submitted),
        *(
            (
                revision.decided_at,
                _("Change approved"),
                {name: pair[1] for name, pair in revision.changes.items()},
                False,
            )
            for revision in approved
            if revision.decided_at is not None
        ),
    ]
    found: list[tuple[datetime, str, dict[str, Any]]] = []
    content: dict[str, Any] = {}
    for at, label, given, is_whole in sorted(events, key=lambda event: event[0]):
        content = given if is_whole else content | given
        found.append((at, label, content))
    return found[-SHOWN:]
