from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class StatementsConfig(AppConfig):
    name = "portal.statements"
    label = "statements"
    verbose_name = _("Statements")

    def ready(self) -> None:
        """Plug the room into the menu."""
        from portal import registry
        from portal.audit import acts
        from portal.notices import events
        from portal.statements import menu

        registry.register_menu(menu.statement_menu)
        registry.register_tasks(menu.statement_tasks)
        registry.register_links(menu.statement_links)
        registry.register_attention(menu.attention)
        events.register(
            _("Platform reports"),
            events.Event(
                "statement.refused",
                _("A file of the inbox could not be taken in"),
                _("See the files"),
                roles=("staff",),
            ),
        )
        acts.name(
            {
                "source.create": _("Report source added"),
                "source.expect": _("Until when reports of a source are expected was said"),
                "source.meanings": _("Columns of a report source given a meaning"),
                "statement.land": _("Platform report landed"),
                "statement.confirm_removal": _("Removal of figures confirmed"),
                "statement.set_aside": _("Platform report set aside"),
            }
        )
