"""Pages go out compressed: on a slow line the bytes of a page are the seconds of a wait."""

from __future__ import annotations

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.middleware.gzip import GZipMiddleware

# What shrinks. Photos, PDFs and workbooks are compressed already; files go out as they lie there.
SHRINKS = ("text/html", "text/css", "text/javascript", "application/json", "image/svg+xml")


class CompressionMiddleware(GZipMiddleware):
    """Compresses pages for browsers that take it.

    Secrets in pages stay safe: the CSRF token is masked anew each time, and Django lengthens
    every compressed answer by a random amount (against BREACH).
    """

    def process_response(
        self, request: HttpRequest, response: HttpResponseBase
    ) -> HttpResponseBase:
        """Leave alone what is streamed and what does not shrink."""
        if response.streaming or not response.get("Content-Type", "").startswith(SHRINKS):
            return response
        return super().process_response(request, response)
