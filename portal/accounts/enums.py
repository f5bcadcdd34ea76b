"""Roles and what each is bound to."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Role(models.TextChoices):
    """What a person may be in the programme; one person may hold several."""

    ADMIN = "admin", _("System administrator")
    STAFF = "staff", _("Programme staff")
    OFFICIAL = "official", _("County official")
    AUDITOR = "auditor", _("Auditor")
    MERCHANT = "merchant", _("Merchant")
    CREATOR = "creator", _("Creator")
    TRAINEE = "trainee", _("Trainee")
    PLATFORM = "platform", _("Platform client")


# Roles that see the whole province.
PROVINCE_ROLES = frozenset({Role.ADMIN, Role.STAFF, Role.AUDITOR})
# Roles given by invitation only; the others come by self sign-up.
INVITED_ROLES = frozenset({Role.ADMIN, Role.STAFF, Role.OFFICIAL, Role.AUDITOR, Role.PLATFORM})
# Roles that must sign in with a second factor.
SECOND_FACTOR_ROLES = frozenset({Role.ADMIN, Role.STAFF, Role.OFFICIAL, Role.AUDITOR})
# Roles anybody may take for oneself; the merchant's comes with the organisation.
SELF_ROLES = frozenset({Role.CREATOR, Role.TRAINEE})
# Roles whose organisation or own file is promoted: they see what that brought about.
OWN_ROLES = frozenset({Role.MERCHANT, Role.CREATOR})
