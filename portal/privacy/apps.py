from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

ACTS = {
    "privacy.consent": _("Agreed to the privacy text"),
    "privacy.show": _("Masked value read"),
    "privacy.export": _("Copy of own data asked for"),
    "privacy.correct_name": _("Own name corrected"),
    "privacy.close_account": _("Own account closed"),
    "privacy.clear": _("Cleared what is over"),
}


class PrivacyConfig(AppConfig):
    """The room of privacy: names its acts and details, says what it keeps itself."""

    name = "portal.privacy"
    label = "privacy"
    verbose_name = _("Privacy")

    def ready(self) -> None:
        """Register with the record and with the registries of personal data."""
        from portal import personal
        from portal.audit import acts
        from portal.privacy import checks, own  # noqa: F401
        from portal.privacy.enums import ShowReason
        from portal.privacy.retention import PERIODS

        acts.name(ACTS)
        acts.detail("field", _("Which value"), personal.FIELD_WORDS)
        acts.detail("reason", _("Reason"), dict(ShowReason.choices))
        acts.detail("note", _("In a few words"))
        acts.detail("cleared", _("What"), {period.code: period.label for period in PERIODS})
        acts.detail("rows", _("rows"))
        own.register()
