"""Forms of listings."""

from __future__ import annotations

from decimal import Decimal

from django import forms
from django.core.validators import URLValidator
from django.utils.translation import gettext_lazy as _

from portal import clock
from portal.statements.reading import LONGEST_ID
from products.listings.enums import SalesChannel
from products.listings.models import LONGEST_URL


class PriceForm(forms.Form):
    """What buyers pay on a shelf, and how many there are."""

    price = forms.DecimalField(
        label=_("Price in yuan"), max_digits=10, decimal_places=2, min_value=Decimal("0.01")
    )
    stock = forms.IntegerField(
        label=_("Stock on this channel"), min_value=0, max_value=2_147_483_647
    )


class ListingForm(PriceForm):
    """Where a product is sold from now on."""

    field_order = ("channel", "shop", "external_id", "url", "price", "stock", "listed_on")
    channel = forms.ChoiceField(label=_("Channel"), choices=SalesChannel.choices)
    shop = forms.CharField(
        label=_("Shop or live room"),
        help_text=_("As buyers see its name."),
        required=False,
        max_length=60,
    )
    external_id = forms.CharField(
        label=_("Product id on the platform"),
        help_text=_("Orders of the platform's reports find the product by it."),
        required=False,
        max_length=LONGEST_ID,
    )
    url = forms.CharField(
        label=_("Link"),
        help_text=_("Begins with https. Buyers come there from the public page."),
        required=False,
        max_length=LONGEST_URL,
        validators=[URLValidator(schemes=["https", "http"])],
    )
    listed_on = forms.DateField(
        label=_("On sale since"), widget=forms.DateInput, initial=clock.today
    )


class WithdrawForm(forms.Form):
    """Why a product is taken off a shelf."""

    reason = forms.CharField(
        label=_("Reason"),
        help_text=_("The owner of the product reads this sentence."),
        max_length=200,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
