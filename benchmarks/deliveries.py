"""The traffic of a bulk-made province: the tree of impressions, placements, and closed days."""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import F

from benchmarks.bulk import DAYS, Row, copy, moment

CHANNELS = ("product", "live", "creator")
# So much every placement is allotted.
AMOUNT = 10_000
# Where the ids of accounts begin, by level; those of the pool and the actions are below.
CAMPAIGNS, SHARES, PLACEMENTS = 2_000_000, 3_000_000, 10_000_000


@dataclass
class Deliveries:
    """Placements over campaigns, counties and channels in turn; `published` are (id, title).

    The first county has the first `of_first_county` placements, and no others. Each runs `runs`
    days from the first of its campaign.
    """

    campaigns: Sequence[Row]
    counties: Sequence[str]
    published: Sequence[tuple[int, str]]
    placements: int
    of_first_county: int
    giver: int
    runs: int = 30

    def fill(self) -> None:
        """Write everything."""
        from portal.accounts.actor import Actor
        from traffic import pool

        root = pool.open_pool(actor=Actor.system())
        rows = [self._placement(number) for number in range(1, self.placements + 1)]
        self._accounts(rows)
        self._placements(rows)
        self._transfers(root.pk, rows)
        type(root).objects.filter(pk=root.pk).update(
            balance=F("balance") - AMOUNT * self.placements
        )
        self._statements()
        self._days(rows)

    def _placement(self, number: int) -> Row:
        """Counties first, then campaigns, then channels, so that every cell is taken."""
        others = len(self.counties) - 1
        county, turn = 1 + number % others, number // others
        if number <= self.of_first_county:
            county, turn = 0, number
        campaign = self.campaigns[turn % len(self.campaigns)]
        turn //= len(self.campaigns)
        dossier, title = self.published[number % len(self.published)]
        first = campaign["first_day"]
        return {
            "id": number,
            "submission_id": dossier,
            "campaign_id": campaign["id"],
            "county_id": self.counties[county],
            "channel": CHANNELS[turn % len(CHANNELS)],
            "name": title,
            "first_day": first,
            "last_day": first + timedelta(days=self.runs - 1),
            "source_id": 1,
            "metric": "impressions",
            "account_id": PLACEMENTS + number,
        }

    def _share(self, campaign: int, county: str) -> int:
        """The id of a county's account in a campaign."""
        return SHARES + campaign * 1000 + self.counties.index(county)

    def _actions(self) -> dict[str, int]:
        from portal.ledger.models import Account

        found = Account.objects.filter(level="action").order_by("pk")
        return dict(found.values_list("key", "pk"))

    def _accounts(self, placements: list[Row]) -> None:
        from portal.ledger.models import Account

        actions = self._actions()

        def accounts() -> Iterator[Row]:
            common = {"unit": "impressions", "balance": 0}
            for row in self.campaigns:
                yield {
                    **common,
                    "id": CAMPAIGNS + row["id"],
                    "level": "campaign",
                    "parent_id": actions[row["action"]],
                    "key": row["code"],
                    "name": row["name"],
                    "county_id": None,
                }
            for row in self.campaigns:
                for county in self.counties:
                    yield {
                        **common,
                        "id": self._share(row["id"], county),
                        "level": "county",
                        "parent_id": CAMPAIGNS + row["id"],
                        "key": county,
                        "name": county,
                        "county_id": county,
                    }
            for row in placements:
                yield {
                    **common,
                    "id": row["account_id"],
                    "level": "placement",
                    "parent_id": self._share(row["campaign_id"], row["county_id"]),
                    "key": f"placement-{row['id']}",
                    "name": row["name"],
                    "county_id": row["county_id"],
                    "balance": AMOUNT,
                }

        copy(Account, accounts())

    def _placements(self, rows: list[Row]) -> None:
        from portal.statements.models import Source
        from traffic.models import ExternalId, Placement

        source = {"id": 1, "key": "douyin-ribao", "name": "抖音日报", "platform": "douyin"}
        source["id_kind"] = "material_id"
        copy(Source, [source])
        copy(Placement, rows)
        copy(
            ExternalId,
            (
                {
                    "placement_id": row["id"],
                    "platform": "douyin",
                    "kind": "material_id",
                    "value": f"73{row['id']:017d}",
                }
                for row in rows
            ),
        )

    def _transfers(self, root: int, placements: list[Row]) -> None:
        """Every account passes on exactly what the accounts below it get."""
        from portal.ledger.models import Transfer

        actions = self._actions()
        above = {CAMPAIGNS + row["id"]: actions[row["action"]] for row in self.campaigns}
        above |= dict.fromkeys(actions.values(), root)
        above |= {
            self._share(row["id"], county): CAMPAIGNS + row["id"]
            for row in self.campaigns
            for county in self.counties
        }
        got: Counter[int] = Counter()
        for row in placements:
            pk = row["account_id"]
            above[pk] = self._share(row["campaign_id"], row["county_id"])
            while pk != root:
                got[pk] += AMOUNT
                pk = above[pk]
        copy(
            Transfer,
            (
                {
                    "source_id": above[target],
                    "target_id": target,
                    "amount": amount,
                    "reason": "年度计划",
                    "act": uuid.uuid4(),
                    "user_id": self.giver,
                    "at": moment(DAYS[0]),
                }
                for target, amount in sorted(got.items())
            ),
        )

    def _days(self, placements: list[Row]) -> None:
        from traffic.models import Day, DaySum, PlacementDay

        sums: Counter[tuple[date, int, str, str]] = Counter()

        def days() -> Iterator[Row]:
            for row in placements:
                for offset in range(self.runs):
                    day = row["first_day"] + timedelta(days=offset)
                    count = (row["id"] * 31 + offset * 7) % 997
                    sums[day, row["campaign_id"], row["county_id"], row["channel"]] += count
                    yield {"placement_id": row["id"], "date": day, "count": count}

        copy(PlacementDay, days())
        copy(
            DaySum,
            (
                {
                    "date": day,
                    "campaign_id": campaign,
                    "county_id": county,
                    "channel": channel,
                    "count": count,
                }
                for (day, campaign, county, channel), count in sorted(sums.items())
            ),
        )
        copy(
            Day,
            ({"date": day, "wanted": 1, "closed": 1, "closed_at": moment(day)} for day in DAYS),
        )

    def _statements(self) -> None:
        from portal.statements.models import Part, Statement

        of = list(enumerate(DAYS, 1))
        copy(
            Statement,
            (
                {
                    "id": n,
                    "source_id": 1,
                    "first_day": day,
                    "last_day": day,
                    "version": n,
                    "landed_at": moment(day),
                    "landed_by_id": self.giver,
                }
                for n, day in of
            ),
        )
        rows = {"rows_in": 1000, "rows_data": 1000, "size": 1000}
        copy(
            Part,
            (
                {
                    "statement_id": n,
                    "sha256": f"{n:064d}",
                    "name": f"{day}.csv",
                    "read_at": moment(day),
                    **rows,
                }
                for n, day in of
            ),
        )
        self._fates(of)

    @staticmethod
    def _fates(of: list[tuple[int, date]]) -> None:
        from traffic.models import DayFate, UnmatchedDay

        counts = {"rows": 1000, "impressions": 100_000, "plays": 0}
        copy(
            DayFate,
            ({"date": day, "statement_id": n, "fate": "counted", **counts} for n, day in of),
        )
        copy(
            UnmatchedDay,
            (
                {
                    "date": DAYS[n % 365],
                    "source_id": 1,
                    "external_id": f"79{n:017d}",
                    "rows": 1,
                    "impressions": n % 500,
                    "plays": 0,
                }
                # Staff match what is reported; a hundred ids are always left.
                for n in range(100)
            ),
        )
