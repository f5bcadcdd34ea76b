"""A page for people who write a client: what there is, and a place to try it."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from portal.api.views.schema import operations


@login_not_required
@require_safe
def docs(request: HttpRequest) -> HttpResponse:
    """Every operation, readable without JavaScript; `?try=1` opens Swagger UI, which is heavy."""
    context = {
        "operations": operations(),
        "schema_url": request.build_absolute_uri(reverse("api-schema")),
        "base_url": request.build_absolute_uri("/api/v1/"),
        "wants_to_try": request.GET.get("try") == "1",
    }
    return render(request, "api/docs.html", context)
