"""Entries of a product that was merged go on with the other one."""

from __future__ import annotations

from portal.accounts.actor import Actor
from portal.audit.domain import record
from portal.moves.domain import transition
from portal.submissions.models import Submission
from products.calls.enums import EntryState
from products.calls.models import Entry


def follow_merge(loser: Submission, survivor: Submission, actor: Actor) -> None:
    """Let every entry of the product that ends be the other one's, in its county; called by the
    merge, under the lock of both dossiers.

    Where both stand in one call one entry goes on: a selected one before any other, else the
    survivor's own. Places in running orders go along, and so do the units reserved there; a
    quota that was kept is not asked again.
    """
    if loser.kind != "product":
        return
    rows = Entry.objects.select_for_update(of=("self",)).filter(product=loser.pk).counted()
    for row in rows.order_by("pk"):
        there = Entry.objects.select_for_update(of=("self",)).filter(
            call=row.call_id, product=survivor.pk
        )
        standing = there.counted().first()
        if standing is None:
            _hand_over(row, survivor, actor)
        elif EntryState.SELECTED in {row.state} - {standing.state}:
            transition(standing, "fold", actor=Actor.system(), seen=standing.version)
            _hand_over(row, survivor, actor)
        else:
            _join_slots(row, standing)
            transition(row, "fold", actor=Actor.system(), seen=row.version)
    # What was taken back long ago is history and stays with the product it was about.


def _hand_over(row: Entry, survivor: Submission, actor: Actor) -> None:
    row.product_id = survivor.pk
    row.county_id = survivor.county_id  # type: ignore[assignment]  # products have a county
    row.version += 1
    row.save(update_fields=["product", "county", "version"])
    record(actor=actor, act="call.follow", subject=row, survivor=survivor.code)


def _join_slots(row: Entry, standing: Entry) -> None:
    """Let `standing` have the places of `row` in running orders; where it has one already, that
    one gets the units too."""
    for slot in row.slots.select_for_update().order_by("pk"):
        own = standing.slots.filter(session=slot.session_id).first()
        if own is None:
            slot.entry = standing
            slot.save(update_fields=["entry"])
        else:
            own.units += slot.units
            own.save(update_fields=["units"])
            slot.delete()
