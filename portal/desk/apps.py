from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

ACTS = {
    "desk.assign": _("Given to a reviewer"),
    "desk.declare_interest": _("Conflict of interest declared"),
    "desk.hand_over": _("Open work handed over"),
    "desk.stand_in": _("Stand-in named"),
    "desk.end_stand_in": _("Stand-in ended"),
    "desk.letter": _("Letter template changed"),
}


class DeskConfig(AppConfig):
    """The review desk: plugs its menu, its tasks and its acts into the house."""

    name = "portal.desk"
    label = "desk"
    verbose_name = _("Review desk")

    def ready(self) -> None:
        """Register with home and the record."""
        from portal import registry
        from portal.audit import acts
        from portal.desk import menu
        from portal.moves.table import PAST_WORDS

        acts.name(ACTS)
        PAST_WORDS.update({"hand_over": _("Handed over")})
        registry.register_menu(menu.desk_menu)
        registry.register_tasks(menu.desk_tasks)
        registry.register_links(menu.desk_links)
