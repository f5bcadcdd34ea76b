from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SubmissionsConfig(AppConfig):
    """The dossier room: plugs its tasks, its menu and its file gate into the house."""

    name = "portal.submissions"
    label = "submissions"
    verbose_name = _("Submissions")

    def ready(self) -> None:
        """Register with home and files, and name the moves of changes."""
        from portal import registry
        from portal.files import gates
        from portal.submissions import board, own, queries, revisions, subsets, tasklist

        revisions.name_moves()
        subsets.register_own()
        board.register()
        registry.register_links(tasklist.dossier_links)
        registry.register_tasks(tasklist.dossier_tasks)
        registry.register_menu(tasklist.dossier_menu)
        gates.register(queries.may_open_file)
        own.register()
