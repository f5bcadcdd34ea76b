from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

ACTS = {
    "sheets.upload": _("Workbook read"),
    "sheets.take_in": _("Workbook taken in"),
    "sheets.undo": _("Workbook taken back"),
}


class SheetsConfig(AppConfig):
    """Dossiers in and out as workbooks: plugs its links, its acts and its data into the house."""

    name = "portal.sheets"
    label = "sheets"
    verbose_name = _("Workbooks")

    def ready(self) -> None:
        """Register with home, the record and the privacy room."""
        from portal import registry
        from portal.audit import acts
        from portal.sheets import menu, own, signals  # noqa: F401 - receivers join by being read

        acts.name(ACTS)
        registry.register_links(menu.sheet_links)
        own.register()
