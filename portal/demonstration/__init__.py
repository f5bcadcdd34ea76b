"""The demonstration programme: built through the portal's own acts, so that states, audit and
figures are as true as if people had made them. Never loaded in production."""

from __future__ import annotations

from collections.abc import Callable

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


def steps() -> list[tuple[str | Promise, Callable[[], None]]]:
    """Return what is built, in order; each step does nothing when it is there already.

    What can be promoted stands before the traffic, which looks for everything published.
    """
    from portal.demonstration import (
        brands,
        calls,
        campaigns,
        classes,
        creators,
        incidents,
        machines,
        papers,
        people,
        placements,
        products,
        reports,
        shelves,
        spots,
        subsidies,
        texts,
        traffic,
        works,
    )

    return [
        (_("People of every county and role"), people.build),
        (_("Specialty products"), products.build),
        (_("Spots and routes"), spots.build),
        (_("A round of subsidies"), subsidies.build),
        (_("Courses and classes"), classes.build),
        (_("Creators and their tasks"), creators.build),
        (_("Campaigns of the year"), campaigns.build),
        (_("Calls and live sessions"), calls.build),
        (_("The pool and its shares"), traffic.build),
        (_("Placements"), placements.build),
        (_("Changes to the shares"), traffic.change_mind),
        (_("Accepted works and their placements"), works.build),
        (_("A spot closed for a time"), spots.close),
        # After the placements: a paper that has lapsed since shows on what is promoted already.
        (_("Papers and brand numbers"), papers.build),
        (_("Brands and standards"), brands.build),
        (_("Reports of the first 30 days"), reports.build),
        (_("Products on sale and their orders"), shelves.build),
        (_("What went wrong with reports, and checks"), incidents.build),
        (_("Text messages of that time"), texts.build),
        (_("The platform's key"), machines.build),
    ]


def sign_in_rows() -> list[tuple[str, str, str]]:
    """Return role, user name and password of those the terminal names."""
    from portal.demonstration import people

    return people.sign_in_rows()
