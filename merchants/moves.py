"""The moves of an application: approving commits the money; nothing is published."""

from __future__ import annotations

from dataclasses import replace

from merchants import effects, rules
from portal.submissions.moves import dossier_moves

_base = dossier_moves(endorsed=True).without("publish", "suspend", "resume")
_approve = _base.get("approve")

APPLICATION_MOVES = _base.with_(
    replace(_base.get("submit"), check=rules.may_submit),
    replace(_approve, effects=(effects.commit_money, *_approve.effects)),
)
