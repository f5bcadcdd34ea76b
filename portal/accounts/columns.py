"""Columns of the exported list of people; numbers are masked."""

from django.utils.translation import gettext_lazy as _

from portal.accounts.phones import mask_phone
from portal.spreadsheet import Column

PEOPLE_COLUMNS = (
    Column(_("Full name"), 16, str),
    Column(_("User name"), 20, lambda row: row.username),
    Column(_("Mobile number"), 16, lambda row: mask_phone(row.phone)),
    Column(_("Roles"), 40, lambda row: "\n".join(str(hat) for hat in row.hats)),
    Column(_("Account"), 10, lambda row: _("Open") if row.is_active else _("Closed")),
    Column(_("Last sign-in"), 20, lambda row: row.last_login),
)
