"""The portal's addresses and one more: a page of the layout with nothing in it."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path

from portal.urls import urlpatterns as own


def bare(request: HttpRequest) -> HttpResponse:
    """The layout alone."""
    return render(request, "base.html")


urlpatterns = [*own, path("bare/", bare)]
