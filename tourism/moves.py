"""The moves of spots and routes: those of every dossier that a county endorses first."""

from portal.submissions.moves import dossier_moves

SPOT_MOVES = dossier_moves(endorsed=True)
ROUTE_MOVES = dossier_moves(endorsed=True)
