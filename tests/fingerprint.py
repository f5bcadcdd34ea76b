"""Whether anything changed at all."""

from __future__ import annotations

from django.apps import apps
from django.core import serializers


def fingerprint() -> dict[str, str]:
    """Every row of every table of ours, to show that nothing changed."""
    return {
        model._meta.label: serializers.serialize("json", model._default_manager.order_by("pk"))
        for model in apps.get_models()
        if model.__module__.startswith(
            ("portal", "products", "tourism", "merchants", "creators", "training", "traffic")
        )
        and not model.__module__.startswith("portal.regions")
    }
