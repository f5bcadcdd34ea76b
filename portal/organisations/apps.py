from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

ACTS = {
    "organisation.register": _("Organisation registered"),
    "organisation.edit": _("Organisation's file changed"),
}


class OrganisationsConfig(AppConfig):
    """The room of organisations: names its acts, adds its menu entry."""

    name = "portal.organisations"
    label = "organisations"
    verbose_name = _("Organisations")

    def ready(self) -> None:
        """Register with the record and the menu."""
        from portal import registry
        from portal.audit import acts
        from portal.organisations import menu, own

        acts.name(ACTS)
        registry.register_menu(menu.organisations_menu)
        own.register()
        registry.register_links(menu.organisation_links)
