from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules
from django.utils.translation import gettext_lazy as _


class NoticesConfig(AppConfig):
    name = "portal.notices"
    label = "notices"
    verbose_name = _("Notices")

    def ready(self) -> None:
        """Let every room register its events; name the acts; stand in the menu."""
        from portal.audit import acts
        from portal.notices import menu
        from portal.registry import register_menu

        acts.name(
            {
                "notices.choose": _("Message preferences changed"),
                "notices.ask_email": _("E-mail address given"),
                "notices.confirm_email": _("E-mail address confirmed"),
                "notices.drop_email": _("E-mail address removed"),
            }
        )
        register_menu(menu.message_menu)
        autodiscover_modules("events")
