"""What the dossier room puts on the programme board."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from django.db.models import Count, Q
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from portal import registry
from portal.submissions import kinds, queries, subsets
from portal.submissions.enums import State

if TYPE_CHECKING:
    from portal.accounts.actor import Actor

# Columns of the table of actions: what is counted, and the filter that opens it.
COLUMNS: tuple[tuple[str | Promise, dict[str, str]], ...] = (
    (_("Filed"), {"only": "filed"}),
    (_("Under review"), {"only": "review"}),
    (_("Published"), {"state": State.PUBLISHED}),
)


def register() -> None:
    """Plug columns, measures and what needs attention into the board."""
    registry.register_columns(columns)
    registry.register_attention(attention)
    for rank, (code, label, filters) in enumerate(
        (
            ("published", _("Published dossiers"), {"state": State.PUBLISHED}),
            ("waiting", _("Waiting for review"), {"only": "review"}),
        ),
        start=20,
    ):
        registry.register_measure(_measure(code, label, filters, rank))


def _condition(filters: Mapping[str, str]) -> Q:
    """What a filter of the list means."""
    if "only" in filters:
        return subsets.rows(filters["only"])
    return Q(state=filters["state"])


def columns(actor: Actor) -> Iterable[registry.Column]:
    """Dossiers of each action by how far they came; two queries."""
    counted: dict[int, Counter[str]] = {n: Counter() for n in range(len(COLUMNS))}
    actions = {kind.code: kind.action for kind in kinds.every()}
    found = (
        queries.dossiers(actor.person)
        .order_by()
        .values("kind")
        .annotate(
            **{
                f"column{n}": Count("pk", filter=_condition(filters))
                for n, (_label, filters) in enumerate(COLUMNS)
            }
        )
    )
    for row in found:
        for n in counted:
            counted[n][actions[row["kind"]]] += row[f"column{n}"]
    for n, (label, filters) in enumerate(COLUMNS):
        yield registry.Column(
            label,
            {
                action: registry.Cell(counted[n][action], subsets.address(action=action, **filters))
                for action in dict.fromkeys(actions.values())
            },
            registry.Cell(counted[n].total(), subsets.address(**filters)),
        )


def _measure(
    code: str, label: str | Promise, filters: dict[str, str], rank: int
) -> registry.Measure:
    def values(actor: Actor) -> Mapping[str, int]:
        rows = queries.dossiers(actor.person).filter(_condition(filters), county__isnull=False)
        return dict(rows.order_by().values_list("county").annotate(n=Count("pk")))

    return registry.Measure(
        code, label, values, lambda county: subsets.address(county=county, **filters), rank
    )


def attention(actor: Actor) -> Iterable[registry.Task]:
    """Reviews that took longer than promised; two queries."""
    rows = queries.dossiers(actor.person).filter(subsets.rows("overdue"))
    yield registry.Task(
        _("Dossiers whose review is overdue"), rows.count(), subsets.address(only="overdue")
    )
