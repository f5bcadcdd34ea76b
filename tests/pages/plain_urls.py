"""The portal's addresses with nothing drawn for what is not found, for walks that ask for the
status alone: a page takes ten times as long. The page itself is in `test_errors.py`."""

from django.http import HttpRequest, HttpResponse

from portal.urls import handler400, urlpatterns

__all__ = ["handler400", "handler404", "urlpatterns"]


def handler404(request: HttpRequest, exception: Exception) -> HttpResponse:
    return HttpResponse(status=404)
