"""How good a complete dossier is: points line by line, each with what would bring more, and how
they grew.

A kind says how its values are scored. The way of the score is worked out anew from what was
submitted and approved, so that every point of it is measured alike: a changed rule moves the whole
line, not its last step. Nothing is kept for it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from portal.submissions import kinds, queries, values
from portal.submissions.enums import RevisionState

if TYPE_CHECKING:
    from portal.files.models import StoredFile
    from portal.submissions.forms import DossierForm
    from portal.submissions.models import Submission

Files = Mapping[str, "StoredFile"]
# So many submissions back the way of the score is shown.
SHOWN = 12


@dataclass(frozen=True)
class Line:
    """One thing that counts: points out of how many, where they stand in words, what to do next.

    `field` is the form's field that would be changed; `advice` is empty when nothing is missing.
    """

    field: str
    label: str
    points: int
    of: int
    found: str
    advice: str = ""


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
    """Return the quality of a dossier, or None where its kind has no measure; three queries.

    `form` is the unbound form of its record.
    """
    score = kinds.get(row.kind).score
    if score is None:
        return None
    now = values.of_form(form)
    moments = _moments(row)
    keys = {str(key) for _at, _label, then in moments for key in then.get("photos") or []}
    files = queries.files_by_id(keys | {str(key) for key in now.get("photos") or []})
    lines = score(now, files, form)
    steps: list[Step] = []
    for at, label, then in [*moments, (None, _("Now"), now)]:
        points = sum(line.points for line in score(then, files, form))
        change = points - steps[-1].points if steps else None
        if at is not None or change != 0:
            steps.append(Step(at, label, points, change))
    return Quality(lines, steps)


def _moments(row: Submission) -> list[tuple[datetime, str, dict[str, Any]]]:
    """When the content was fixed, by which act, and what it was then: each submission, and each
    change of the published record that was approved."""
    submitted = row.snapshots.order_by("-version")[:SHOWN]
    approved = row.revisions.filter(state=RevisionState.APPROVED)
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
