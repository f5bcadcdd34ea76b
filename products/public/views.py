"""The public pages of products, and the pictures others show of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from portal.lists import page_context
from portal.sheets.exports import list_response
from portal.submissions import merging
from portal.submissions import queries as submissions
from products import queries
from products.brands.queries import brands_of
from products.kind import PRODUCT
from products.listings import queries as listings
from products.public import pictures, structured
from products.public.forms import BrandedFilter
from products.seen import domain as seen

if TYPE_CHECKING:
    from django.http.response import HttpResponseBase

    from portal.accounts.middleware import PortalRequest
    from products.models import Product

SORTS = {
    "": (_("Newest first"), ("-submission__published_at", "-pk")),
    "name": (_("Name"), ("name", "pk")),
    "price": (_("Price"), ("price", "pk")),
}
# What is made of a version never changes under its address.
FOR_EVER = "public, max-age=31536000, immutable"
A_DAY = "public, max-age=86400"


@login_not_required
@require_safe
def catalogue(request: HttpRequest) -> HttpResponse:
    """Published products by name, category, county, season and brand."""
    form = BrandedFilter(request.GET, user=request.user)
    rows = form.restrict(queries.catalogue())
    context = {"filter": form, **page_context(request, rows, sorts=SORTS)}
    return render(request, "products/catalogue.html", context)


@require_safe
def catalogue_export(request: PortalRequest) -> HttpResponseBase:
    """The filtered products as a workbook, for who signed in."""
    rows = BrandedFilter(request.GET, user=request.user).restrict(queries.catalogue())
    return list_response(PRODUCT, submissions.of_records(rows), request.actor, public=True)


@login_not_required
@require_safe
def product(request: HttpRequest, code: str) -> HttpResponse:
    """One published product for everyone; that it was read is noted, and nothing of who read it.

    While a paper has lapsed, its name and why it pauses: the codes on boxes and posters lead here
    for years.
    """
    row = queries.with_standing().filter(submission__code=code).first()
    if row is None:
        return _where_it_goes_on(code)
    photos = submissions.photos(row.submission)
    on_sale = listings.on_sale(row.pk)
    nonce = str(request.csp_nonce)  # type: ignore[attr-defined]
    context = {
        "product": row,
        "facts": queries.facts(row),
        "photos": photos,
        "listings": on_sale,
        "brands": brands_of(row.pk, request.user),
        "url": structured.product_url(code),
        "share_url": structured.absolute(share_address(row)),
        "structured": structured.script(structured.facts(row, photos, on_sale), nonce),
    }
    if seen.is_person(
        method=str(request.method),
        agent=request.headers.get("User-Agent", ""),
        purpose=request.headers.get("Sec-Purpose", "") or request.headers.get("Purpose", ""),
    ):
        seen.note(product=row)
    return render(request, "products/product.html", context)


def _where_it_goes_on(code: str) -> HttpResponse:
    """An address on paper or in a video leads on when its product was merged into another."""
    survivor = merging.survivor_of(code)
    if survivor is None:
        raise Http404
    return redirect("product", code=survivor.code, permanent=True)


def share_address(row: Product) -> str:
    """Where the share image of the present version is."""
    return reverse("product-share", args=[row.submission.code, row.submission.version])


def _published(code: str) -> Product:
    return get_object_or_404(queries.catalogue(), submission__code=code)


@login_not_required
@require_safe
def qr(request: HttpRequest, code: str) -> HttpResponse:
    """The QR of the page."""
    answer = HttpResponse(pictures.qr_svg(_published(code)), content_type="image/svg+xml")
    answer["Cache-Control"] = A_DAY
    return answer


@login_not_required
@require_safe
def share(request: HttpRequest, code: str, version: int) -> HttpResponse:
    """The picture of one version; older ones are gone."""
    row = _published(code)
    if row.submission.version != version:
        raise Http404
    data = pictures.made_once(row, ".png", pictures.share_image)
    answer = HttpResponse(data, content_type="image/png")
    answer["Cache-Control"] = FOR_EVER
    return answer


@login_not_required
@require_safe
def poster(request: HttpRequest, code: str) -> HttpResponse:
    """The sheet for the stall, ready to be printed."""
    row = _published(code)
    data = pictures.made_once(row, ".pdf", pictures.poster)
    answer = HttpResponse(data, content_type="application/pdf")
    answer["Content-Disposition"] = f'inline; filename="{code}.pdf"'
    answer["Cache-Control"] = "no-cache"
    return answer
