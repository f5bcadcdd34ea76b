from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

ACTS = {
    "qualification.enter": _("Paper entered"),
    "qualification.renew": _("Paper renewed"),
    "qualification.verify": _("Paper checked by a second person"),
    "qualification.check": _("Yearly check noted"),
    "qualification.take_off": _("Paper taken off the file"),
}


class QualificationsConfig(AppConfig):
    """The room of papers: plugs its tasks, panels and acts into the house."""

    name = "portal.qualifications"
    label = "qualifications"
    verbose_name = _("Papers")

    def ready(self) -> None:
        """Register with home, the pages of holders, files and the record."""
        from portal import registry
        from portal.audit import acts
        from portal.files import gates
        from portal.qualifications import menu, queries, rules
        from portal.submissions import duplicates, subsets

        acts.name(ACTS)
        gates.register(queries.may_open_file)
        duplicates.register_mark(duplicates.Why.NUMBER, rules.with_same_number)
        subsets.register(
            subsets.Subset(menu.STOPPED, _("Published, but a paper has lapsed"), menu.stopped_now)
        )
        registry.register_menu(menu.menu)
        registry.register_links(menu.links)
        registry.register_tasks(menu.tasks)
        registry.register_attention(menu.attention)
        registry.register_panel("organisations.organisation", menu.organisation_panel)
        registry.register_panel("submissions.submission", menu.dossier_panel)
