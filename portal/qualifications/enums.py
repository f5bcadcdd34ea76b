"""Kinds of papers and how one stands on a day.

An enum and no table that staff edit: what a kind means (whether it may be without an end, whether
its lapse stops a product) is law that rules and required papers rest on; changed on a page it would
take products offline without a word. “Another paper” takes whatever has no kind of its own.
"""

from django.db import models
from django.utils.translation import gettext_lazy as _


class PaperKind(models.TextChoices):
    """What a paper is."""

    LICENCE = "licence", _("Business licence")
    FOOD_PRODUCTION = "food_production", _("Food production licence")
    FOOD_TRADE = "food_trade", _("Food trade licence")
    LODGING = "lodging", _("Lodging licence")
    HYGIENE = "hygiene", _("Hygiene licence")
    TEST_REPORT = "test_report", _("Test report")
    CONFORMITY = "conformity", _("Certificate of promised conformity")
    GI_USE = "gi_use", _("Authorisation to use a geographical indication")
    GREEN = "green", _("Green food certificate")
    ORGANIC = "organic", _("Organic product certificate")
    YUE = "yue", _("“Yue” brand number")
    FAMOUS = "famous", _("National famous, special, excellent and new product number")
    GI = "gi", _("Geographical indication number")
    OTHER = "other", _("Another paper")


class Standing(models.TextChoices):
    """How a paper stands on a day; worked out from its days, stored nowhere."""

    VALID = "valid", _("Valid")
    SOON = "soon", _("Lapses soon")
    LAPSED = "lapsed", _("Lapsed")
    COMING = "coming", _("Not in force yet")
    RENEWED = "renewed", _("Replaced by its renewal")
    REMOVED = "removed", _("Taken off the file")


class Told(models.TextChoices):
    """What people are told about a paper, once each."""

    SOON = "soon", _("Lapses soon")
    LAPSED = "lapsed", _("Lapsed")
    BACK = "back", _("Valid again")
    CHECK_SOON = "check_soon", _("Yearly check soon")
    CHECK_DUE = "check_due", _("Yearly check due")


# Numbers of brands: checked every year; a lapse takes the word off the label, not the product away.
BRANDS = (PaperKind.YUE, PaperKind.FAMOUS, PaperKind.GI)
# What authorities give without an end (长期).
MAY_HAVE_NO_END = (PaperKind.LICENCE, PaperKind.OTHER, *BRANDS)
# What stops a product, or all of an organisation, once it has lapsed.
BLOCKING = tuple(kind for kind in PaperKind if kind not in BRANDS)
# What belongs to the organisation, not to one product of it.
OF_ORGANISATIONS = (
    PaperKind.LICENCE,
    PaperKind.FOOD_PRODUCTION,
    PaperKind.FOOD_TRADE,
    PaperKind.LODGING,
    PaperKind.HYGIENE,
    PaperKind.GI_USE,
    PaperKind.YUE,
    PaperKind.OTHER,
)
