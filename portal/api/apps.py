from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

ACTS = {
    "api.issue_key": _("API key issued"),
    "api.revoke_key": _("API key revoked"),
    "api.subscribe": _("Webhook subscribed"),
    "api.end_subscription": _("Webhook ended"),
    "api.replay": _("Webhook message sent again"),
}


class ApiConfig(AppConfig):
    """Machines: their keys, what they file and read, and what they are told."""

    name = "portal.api"
    label = "api"
    verbose_name = _("Interface for machines")

    def ready(self) -> None:
        """Listen to moves; register with home, the record and the privacy room."""
        from portal import registry
        from portal.api import changes, menu, own
        from portal.audit import acts
        from portal.moves.domain import listen

        acts.name(ACTS)
        acts.detail("key", _("API key"))
        listen(changes.note_change)
        registry.register_menu(menu.key_menu)
        registry.register_links(menu.key_links)
        own.register()
