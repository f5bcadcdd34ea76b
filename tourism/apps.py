from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class TourismConfig(AppConfig):
    """The second action: rural tourism (乡村文旅 · 山里DOU是好风光)."""

    name = "tourism"
    label = "tourism"
    verbose_name = _("Rural tourism")

    def ready(self) -> None:
        """Plug spots and routes into the house."""
        from django.urls import reverse_lazy

        from portal import registry
        from portal.submissions import kinds
        from tourism import board
        from tourism.kind import ROUTE, SPOT

        board.register()
        kinds.register(SPOT)
        kinds.register(ROUTE)
        entry = registry.MenuItem(
            _("Spots and routes"),
            reverse_lazy("spots"),
            reverse_lazy("spots"),
            hint=_("Sights, inns and food in the villages, and routes that join them."),
            more=("/routes/",),
            group=registry.MenuGroup.ACTIONS,
        )
        registry.register_menu(lambda actor: [entry])
