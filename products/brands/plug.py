"""What brands and standards plug into the house: acts, files, and a part of a product's dossier."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from portal import registry
from portal.audit import acts
from portal.files import gates
from portal.qualifications.rules import may_enter
from portal.submissions import duplicates
from products.brands import queries

if TYPE_CHECKING:
    from portal.accounts.actor import Actor
    from portal.submissions.models import Submission

ACTS = {
    "brand.create": _("Brand put on file"),
    "brand.edit": _("Brand changed"),
    "brand.join": _("Product joined a brand"),
    "brand.leave": _("Product left a brand"),
    "standard.create": _("Standard put on file"),
    "standard.version": _("Newer version of a standard"),
    "standard.follow": _("Product keeps a standard"),
    "standard.unfollow": _("Product keeps a standard no more"),
}


def register() -> None:
    """Say all this; called once from the AppConfig."""
    acts.name(ACTS)
    gates.register(queries.may_open_file)
    duplicates.register_mark(duplicates.Why.BRAND, queries.with_same_brand)
    registry.register_panel("submissions.submission", dossier_panel)


def dossier_panel(actor: Actor, submission: Submission) -> registry.Panel | None:
    """Brands and standards on the page of a product's dossier; one query of brands, and those
    of `named`."""
    if submission.kind != "product":
        return None
    context = {
        "brands": queries.brands_of(submission.pk, actor.person),
        "followed": [row for row in queries.named(submission) if row.until is None],
        "change_url": reverse("product-standards", args=[submission.code])
        if may_enter(submission, actor)
        else "",
    }
    return registry.Panel("products/brands/_panel.html", context)
