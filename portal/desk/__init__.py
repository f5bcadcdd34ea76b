"""The review desk: one queue over all kinds, and what makes deciding quick."""
