"""What a creator is to the house: one kind of dossier, of one person."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _

from creators import queries, rules
from creators.forms import CreatorForm
from creators.models import Creator
from creators.moves import CREATOR_MOVES
from portal.submissions.enums import State
from portal.submissions.kinds import Kind

if TYPE_CHECKING:
    from portal.accounts.actor import Actor
    from portal.submissions.forms import DossierForm


def _place(form: DossierForm, actor: Actor) -> dict[str, Any]:
    """A creator belongs to the county the form names."""
    county = form.cleaned_data.get("county")
    return {"county": county, "city": county.city if county else None}


CREATOR = Kind(
    code="creator",
    action="creators",
    prefix="CZ",
    label=_("Creator"),
    model=Creator,
    form=CreatorForm,
    moves=CREATOR_MOVES,
    may_file=rules.may_register,
    facts=queries.facts,
    place=_place,
    personal=True,
    words={
        State.SUBMITTED: _("Waiting for the county to verify"),
        State.PUBLISHED: _("Verified"),
    },
    live_fields=("followers", "introduction", "contact_phone"),
    beside=("county",),
    public_url="creator",
    public_fields=("name", "handle", "county", "topic", "introduction"),
)
