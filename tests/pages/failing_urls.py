"""The portal's addresses, and two that fail."""

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.urls import path

from portal.urls import handler400
from portal.urls import urlpatterns as portal_patterns


def broken(request: HttpRequest) -> HttpResponse:
    raise RuntimeError("a fault of ours")


def forbidden(request: HttpRequest) -> HttpResponse:
    raise PermissionDenied


__all__ = ["handler400"]
urlpatterns = [*portal_patterns, path("broken/", broken), path("forbidden/", forbidden)]
