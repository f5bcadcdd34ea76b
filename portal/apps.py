from django.apps import AppConfig


class PortalConfig(AppConfig):
    """The project itself as an app: commands, template tags and deploy checks."""

    name = "portal"

    def ready(self) -> None:
        """Register the deploy checks."""
        from portal import checks  # noqa: F401
