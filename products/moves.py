"""The moves of a product: those of every dossier that a county endorses first."""

from portal.submissions.moves import dossier_moves

PRODUCT_MOVES = dossier_moves(endorsed=True, merged=True)
