"""The public catalogue of products."""

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from portal.lists import page_context
from portal.submissions import merging
from portal.submissions import queries as submissions
from products import queries
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


def _where_it_goes_on(code: str) -> HttpResponse:
    """An address on paper or in a video leads on when its product was merged into another."""
    survivor = merging.survivor_of(code)
    if survivor is None:
        raise Http404
    return redirect("product", code=survivor.code, permanent=True)


@login_not_required
@require_safe
def product(request: HttpRequest, code: str) -> HttpResponse:
    """One published product for everyone."""
    row = queries.catalogue().filter(submission__code=code).first()
    if row is None:
        return _where_it_goes_on(code)
    context = {
        "product": row,
        "facts": queries.facts(row),
        "photos": submissions.photos(row.submission),
    }
    return render(request, "products/product.html", context)
