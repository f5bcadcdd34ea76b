from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class LedgerConfig(AppConfig):
    name = "portal.ledger"
    label = "ledger"
    verbose_name = _("Ledger")

    def ready(self) -> None:
        """Say this room's acts in words."""
        from portal.audit import acts

        acts.name(
            {
                "ledger.move": _("Amount moved"),
                "ledger.move_all": _("Amounts moved by one workbook"),
                "ledger.share_out": _("Amount shared out"),
                "ledger.reverse": _("Transfer reversed"),
            }
        )
