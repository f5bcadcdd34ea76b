from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

ACTS = {
    "account.demonstration": _("Demonstration account opened"),
    "account.invite": _("Account opened by invitation"),
    "account.invite_again": _("Invitation sent again"),
    "account.ask_new_password": _("New password asked for"),
    "account.set_password": _("Password set"),
    "account.confirm_phone": _("Mobile number confirmed"),
    "account.sign_in": _("Signed in"),
    "account.sign_in_locked": _("Account locked after wrong passwords"),
    "account.add_factor": _("Second factor set up"),
    "account.remove_factor": _("Second factor removed"),
    "account.reset_second_factor": _("Second factor reset by an administrator"),
    "account.grant_role": _("Role given"),
    "account.end_role": _("Role ended"),
    "account.close_account": _("Account closed"),
    "account.open_account": _("Account opened again"),
}


class AccountsConfig(AppConfig):
    """The room of people: names its acts, listens to allauth, adds its menu entry."""

    name = "portal.accounts"
    label = "accounts"
    verbose_name = _("Accounts")

    def ready(self) -> None:
        """Register with the record and the menu."""
        from portal import registry
        from portal.accounts import menu, signals  # noqa: F401
        from portal.audit import acts

        acts.name(ACTS)
        registry.register_menu(menu.people_menu)
        registry.register_links(menu.people_links)
