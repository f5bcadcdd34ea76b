"""Pages of listings: putting a product on a shelf, and taking it off."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from portal import once
from portal.accounts.middleware import kept_post
from portal.submissions import queries as submissions
from portal.verdict import RuleBroken
from products.listings import domain, queries, rules
from products.listings.forms import ListingForm, WithdrawForm

if TYPE_CHECKING:
    from portal.accounts.middleware import PortalRequest


def _office_only(request: PortalRequest) -> None:
    if not rules.keeps_listings(request.actor):
        raise Http404


def listing_new(request: PortalRequest, code: str) -> HttpResponse:
    """Put a published product on a shelf."""
    _office_only(request)
    row = get_object_or_404(submissions.dossiers(request.user), code=code, kind="product")
    verdict = rules.may_list(row, request.actor)
    if not verdict:
        messages.error(request, str(verdict.reason))
        return redirect(row)
    product = row.product
    form = ListingForm(
        request.POST if request.method == "POST" else kept_post(request),
        initial={"price": product.price, "stock": product.stock},
    )
    key = once.form_key(request)
    if request.method == "POST" and form.is_valid():
        try:
            domain.add_listing(
                product=product,
                actor=request.actor,
                form_key=once.own_key(key, request.user),
                **form.cleaned_data,
            )
        except (RuleBroken, ValidationError) as error:
            form.add_error(None, str(error) if isinstance(error, RuleBroken) else error)
        else:
            messages.success(request, _("The listing stands; buyers find it on the public page."))
            return redirect(row)
    context = {"form": form, "row": row, "action": f"?form_key={key}"}
    return render(request, "products/listing_new.html", context)


def listing_withdraw(request: PortalRequest, pk: int) -> HttpResponse:
    """Take a product off a shelf, with the reason."""
    _office_only(request)
    listing = get_object_or_404(queries.listings(request.user), pk=pk)
    row = listing.product.submission
    form = WithdrawForm(request.POST if request.method == "POST" else kept_post(request))
    if request.method == "POST" and form.is_valid():
        try:
            domain.withdraw_listing(listing=listing, actor=request.actor, **form.cleaned_data)
        except RuleBroken as error:
            messages.error(request, str(error))
        else:
            messages.success(request, _("The listing is withdrawn."))
        return redirect(row)
    context = {"form": form, "listing": listing, "row": row}
    return render(request, "products/listing_withdraw.html", context)
