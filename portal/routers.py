"""Where a model's rows live when the demonstration uses two SQLite files."""

from typing import Any

from django.conf import settings

SIDE_APPS = {"sessions", "django_cache"}


class SideRouter:
    """Sends sessions and cache to the `side` database where one is configured."""

    def db_for_read(self, model: Any, **hints: Any) -> str | None:
        """Return the alias for reads of `model`, or None for the default."""
        return self._alias(model._meta.app_label)

    def db_for_write(self, model: Any, **hints: Any) -> str | None:
        """Return the alias for writes of `model`, or None for the default."""
        return self._alias(model._meta.app_label)

    def allow_migrate(self, db: str, app_label: str, **hints: Any) -> bool | None:
        """Keep each table in the one file it belongs to."""
        if "side" not in settings.DATABASES:
            return None
        return (db == "side") == (self._alias(app_label) == "side")

    def _alias(self, app_label: str) -> str | None:
        if app_label in SIDE_APPS and "side" in settings.DATABASES:
            return "side"
        return None
