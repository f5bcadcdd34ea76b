"""Pages of the dossier. No rule lives here."""
