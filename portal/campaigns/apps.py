from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CampaignsConfig(AppConfig):
    name = "portal.campaigns"
    label = "campaigns"
    verbose_name = _("Campaigns")

    def ready(self) -> None:
        """Plug the calendar into the menu and say its acts in words."""
        from django.urls import reverse_lazy

        from portal import registry
        from portal.audit import acts
        from portal.campaigns import board

        board.register()
        entry = registry.MenuItem(
            _("Campaigns"),
            reverse_lazy("campaigns"),
            reverse_lazy("campaigns"),
            group=registry.MenuGroup.TRAFFIC,
        )
        registry.register_menu(lambda actor: [entry] if actor.user is not None else [])
        acts.name({"campaign.plan": _("Campaign planned")})
