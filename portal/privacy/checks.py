"""What must be true of the privacy text; run by every `manage.py check`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error, register
from django.utils.timezone import localdate

from portal.privacy import texts


@register()
def privacy_version_is_in_force(
    app_configs: Sequence[AppConfig] | None = None, **kwargs: Any
) -> list[CheckMessage]:
    """PRIVACY_VERSION names a text that is there and whose day has come."""
    known = {version.number: version for version in texts.VERSIONS}
    version = known.get(settings.PRIVACY_VERSION)
    if version is None:
        said = f"PRIVACY_VERSION is {settings.PRIVACY_VERSION!r}, and there is no such text."
    elif version.in_force > localdate():
        said = f"The privacy text {version.number} comes into force on {version.in_force} only."
    else:
        return []
    hint = f"Texts that are there: {', '.join(known)} (portal/privacy/texts)."
    return [Error(said, hint=hint, id="portal.E004")]
