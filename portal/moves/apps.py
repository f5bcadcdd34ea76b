from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class MovesConfig(AppConfig):
    name = "portal.moves"
    label = "moves"
    verbose_name = _("Moves")

    def ready(self) -> None:
        """Give the audit record the words of moves."""
        from portal.audit import acts
        from portal.moves.table import PAST_WORDS

        acts.also(PAST_WORDS)
