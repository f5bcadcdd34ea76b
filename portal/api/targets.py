"""Which addresses the portal calls, and the call itself: never one inside its own network.

The name is resolved once; the address found is checked and is the one connected to, so that a name
that points elsewhere a moment later (DNS rebinding) gains nothing. Redirects are not followed.
"""

from __future__ import annotations

import http.client
import ipaddress
import socket
import ssl
from collections.abc import Mapping
from urllib.parse import SplitResult, urlsplit

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

TIMEOUT = 10
LONGEST_URL = 500
NO_URL = _("Enter a whole address that begins with https://.")
INSIDE = _("This address lies inside a private network: the portal does not call it.")
UNKNOWN = _("No server is known under this name.")


def host_of(url: str) -> str:
    """The name of the server, for the record."""
    return urlsplit(url).hostname or ""


def check(url: str) -> None:
    """Raise ValidationError for `url` unless the portal may call that address now."""
    try:
        parts = _parts(url)
        _address(parts)
    except ValueError as error:
        raise ValidationError({"url": error.args[0]}) from None


def _parts(url: str) -> SplitResult:
    schemes = {"https", "http"} if _private_allowed() else {"https"}
    try:
        parts = urlsplit(url)
        _port = parts.port
        url.encode("ascii")
    except (ValueError, UnicodeError):
        raise ValueError(NO_URL) from None
    plain = url.isprintable() and " " not in url and len(url) <= LONGEST_URL
    if not plain or parts.scheme not in schemes or not parts.hostname or parts.username:
        raise ValueError(NO_URL)
    return parts


def _private_allowed() -> bool:
    """On a developer's own machine alone."""
    return bool(settings.WEBHOOK_PRIVATE_TARGETS)


def _port(parts: SplitResult) -> int:
    return parts.port or (443 if parts.scheme == "https" else 80)


def _address(parts: SplitResult) -> str:
    """The network address of the server. Raises: ValueError with a sentence."""
    try:
        found = socket.getaddrinfo(parts.hostname, _port(parts), type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        raise ValueError(UNKNOWN) from None
    addresses = [str(entry[4][0]).partition("%")[0] for entry in found]
    if not _private_allowed() and not all(map(_is_public, addresses)):
        raise ValueError(INSIDE)
    return addresses[0]


def _is_public(text: str) -> bool:
    address = ipaddress.ip_address(text)
    inner = getattr(address, "ipv4_mapped", None) or address
    return inner.is_global and not inner.is_multicast


class _Pinned(http.client.HTTPConnection):
    """A connection to an address that was checked, under the name it was checked for."""

    def __init__(self, parts: SplitResult, address: str) -> None:
        super().__init__(str(parts.hostname), _port(parts), timeout=TIMEOUT)
        self._address, self._sealed = address, parts.scheme == "https"

    def connect(self) -> None:
        """Connect to the address; over TLS the certificate must be the name's."""
        self.sock = socket.create_connection((self._address, self.port), TIMEOUT)
        if self._sealed:
            context = ssl.create_default_context()
            self.sock = context.wrap_socket(self.sock, server_hostname=self.host)


def post(url: str, body: bytes, headers: Mapping[str, str]) -> int:
    """Post and return the status of the answer, whose body nobody reads.

    Raises: ValueError with a sentence when the address is none to call; OSError and
    http.client.HTTPException when no answer came.
    """
    parts = _parts(url)
    connection = _Pinned(parts, _address(parts))
    path = parts.path or "/"
    try:
        connection.request("POST", f"{path}?{parts.query}" if parts.query else path, body, headers)
        return connection.getresponse().status
    finally:
        connection.close()
