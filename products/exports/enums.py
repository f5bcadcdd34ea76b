"""Choices of export profiles."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Mode(models.TextChoices):
    """How much of what fits a profile an export sends."""

    ALL = "all", _("Everything that fits")
    CHANGED = "changed", _("Only what changed since this profile's last export")


class FileForm(models.TextChoices):
    """In which form an export is fetched."""

    XLSX = "xlsx", _("Excel workbook")
    JSON = "json", "JSON"
