"""The public catalogue of products."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from portal.lists import page_context
from portal.submissions import queries as submissions
from products import queries
from products.brands.queries import brands_of
from products.forms import CatalogueFilter

SORTS = {
    "": (_("Newest first"), ("-submission__published_at", "-pk")),
    "name": (_("Name"), ("name", "pk")),
    "price": (_("Price"), ("price", "pk")),
}


@login_not_required
@require_safe
def catalogue(request: HttpRequest) -> HttpResponse:
    """Published products by name, category and county."""
    form = CatalogueFilter(request.GET)
    rows = form.restrict(queries.catalogue())
    context = {"filter": form, **page_context(request, rows, sorts=SORTS)}
    return render(request, "products/catalogue.html", context)


@login_not_required
@require_safe
def product(request: HttpRequest, code: str) -> HttpResponse:
    """One published product for everyone; while a paper has lapsed, its name and why it pauses:
    the codes on boxes and posters lead here for years."""
    row = get_object_or_404(queries.with_standing(), submission__code=code)
    context = {
        "product": row,
        "facts": queries.facts(row),
        "photos": submissions.photos(row.submission),
        "brands": brands_of(row.pk, request.user),
    }
    return render(request, "products/product.html", context)
