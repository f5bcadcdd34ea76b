"""The product pool's part of the crowd: shelves, calls, papers, brands."""

from __future__ import annotations

from datetime import date

from portal.submissions.models import Submission
from products.models import Product
from tests.copies import more
from tests.sides import Side

LONG_AGO = date(2023, 9, 11)


class PoolCrowd(Side):
    """A side whose products are put forward, sold, exported and certified many times over."""

    def _more_calls(self, number: int, products: list[Product]) -> None:
        """Calls and sessions; other products in the one call and in the one running order; windows
        of the one product."""
        more(self.call, number)
        more(self.live, number)
        entries = more(self.put_entry, number, product=products.__getitem__)
        more(self.live.slots.get(entry=self.put_entry), number, entry=entries.__getitem__)
        more(self.window, number)

    def _more_shelves(self, number: int, published: list[Submission]) -> None:
        """Listings and days of one product, sales of as many; profiles, and what one sent."""
        more(self.listing, number, item=None)
        more(self.listing.changes.earliest("pk"), number)
        more(self.sold, number)
        more(self.sold, number, product_id=lambda place: published[place].pk, date=self.sold.date)
        more(self.lost_sale, number)
        more(self.profile, number)
        more(self.sent, number)
        more(self.sent.rows.earliest("pk"), number, submission=published.__getitem__)

    def _more_papers(self, number: int) -> None:
        """Papers of the same holders, and further periods of one paper, taken off the file."""
        for row in (self.paper, *self.own_papers):
            more(row, number)
        more(self.renewal, number)

    def _more_brands(self, number: int) -> None:
        """Brands and standards; products of the one brand, versions and products of the one
        standard, brands and standards of the one product."""
        member, kept = self.brand.members.earliest("pk"), self.standard.products.earliest("pk")
        brands, standards = more(self.brand, number), more(self.standard, number)
        version = self.standard.versions.get(in_force_to__isnull=True)
        more(version, number, standard=standards.__getitem__)
        more(version, number, in_force_to=LONG_AGO)
        for row in (member, kept):
            more(row, number, product=lambda place: self.others[place].product)
        more(member, number, brand=brands.__getitem__)
        more(kept, number, standard=standards.__getitem__)
