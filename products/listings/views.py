"""Pages of listings: putting a product on a shelf, and taking it off."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from portal import once
from portal.accounts.gates import only_for, or_404
from portal.accounts.middleware import kept_post
from portal.moves.pages import seen_version
from portal.submissions import queries as submissions
from portal.verdict import RuleBroken
from products.listings import domain, queries, rules
from products.listings.forms import ListingForm, PriceForm, WithdrawForm

if TYPE_CHECKING:
    from portal.accounts.middleware import PortalRequest
    from products.listings.models import Listing


@only_for(rules.keeps_listings)
def listing_new(request: PortalRequest, code: str) -> HttpResponse:
    """Put a published product on a shelf."""
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


@require_http_methods(["GET", "HEAD", "POST"])
@only_for(rules.may_read_changes)
def listing(request: PortalRequest, pk: int) -> HttpResponse:
    """What price and stock on a shelf were, and for the office what they are from now on."""
    shelf = get_object_or_404(queries.listings(request.user), pk=pk)
    form = PriceForm(
        request.POST if request.method == "POST" else kept_post(request),
        initial={"price": shelf.price, "stock": shelf.stock},
    )
    seen = seen_version(request, shelf)
    if request.method == "POST":
        or_404(rules.keeps_listings(request.actor))
        if form.is_valid() and _change(request, shelf, form, seen):
            return redirect("listing", shelf.pk)
        # What stands now is shown again, and the next press is about that.
        seen = shelf.version
    context = {
        "listing": shelf,
        "row": shelf.product.submission,
        "changes": queries.changes(shelf),
        "form": form if rules.may_change(shelf, request.actor) else None,
        "action": f"?seen={seen}",
    }
    return render(request, "products/listing.html", context)


def _change(request: PortalRequest, shelf: Listing, form: PriceForm, seen: int) -> bool:
    """Change price and stock; False with the reason on the form when that is refused."""
    try:
        domain.change_listing(listing=shelf, seen=seen, actor=request.actor, **form.cleaned_data)
    except (RuleBroken, ValidationError) as error:
        form.add_error(None, str(error) if isinstance(error, RuleBroken) else error)
        return False
    messages.success(request, _("Price and stock are saved; buyers see them at once."))
    return True


@only_for(rules.keeps_listings)
def listing_withdraw(request: PortalRequest, pk: int) -> HttpResponse:
    """Take a product off a shelf, with the reason."""
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
