from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules
from django.utils.translation import gettext_lazy as _


class NoticesConfig(AppConfig):
    name = "portal.notices"
    label = "notices"
    verbose_name = _("Notices")

    def ready(self) -> None:
        """Let every room register its events, and name the acts."""
        from portal.audit import acts

        acts.name(
            {
                "notices.choose": _("Message preferences changed"),
                "notices.ask_email": _("E-mail address given"),
                "notices.confirm_email": _("E-mail address confirmed"),
                "notices.drop_email": _("E-mail address removed"),
            }
        )
        autodiscover_modules("events")
