"""Every address whose view is ours."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver

# Views of the sign-in library and of Django's admin, tested by their own rules elsewhere; told by
# where the view is written, so that a view of ours is walked whatever its name.
FOREIGN = ("allauth.", "django.contrib.", "django.views.generic.")


def own_routes(patterns: list[Any] | None = None) -> list[tuple[str, tuple[str, ...]]]:
    """Name and argument names of every address whose view is not a library's."""
    return [
        (name, tuple(pattern.pattern.converters))
        for name, pattern in every_route(
            get_resolver().url_patterns if patterns is None else patterns
        )
        if not pattern.callback.__module__.startswith(FOREIGN)
    ]


def every_route(patterns: list[Any], namespace: str = "") -> Iterator[tuple[str, URLPattern]]:
    """Name and pattern of every address, those of libraries too."""
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            inner = f"{namespace}{pattern.namespace}:" if pattern.namespace else namespace
            yield from every_route(pattern.url_patterns, inner)
        else:
            yield f"{namespace}{pattern.name or pattern.pattern}", pattern
