"""The dossiers of a bulk-made province: what was filed, where it stands, and its history."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from functools import cache
from typing import TYPE_CHECKING

from benchmarks.bulk import DAYS, TODAY, Row, copy, moment
from portal.search import key_of, words_of

if TYPE_CHECKING:
    from benchmarks.province import People

# What of a hundred dossiers is of which kind, and where it stands.
KINDS = ["product"] * 60 + ["spot"] * 15 + ["application"] * 12 + ["creator"] * 10 + ["route"] * 3
STATES = (
    ["published"] * 80
    + ["draft", "submitted", "returned"] * 3
    + ["endorsed", "refused", "withdrawn"] * 3
    + ["draft", "refused"]
)
DECIDED = {"approved", "refused", "published"}
PREFIX = {"product": "SP", "spot": "JD", "application": "BT", "creator": "CZ", "route": "XL"}
WORDS = ("荔枝", "丝苗米", "单丛茶", "清远鸡", "龙眼", "陈皮", "古村", "梯田", "温泉", "客家围")
CONTACT = {"contact_name": "联系人", "contact_phone": "13800000000"}


@cache
def _of_name(name: str) -> tuple[str, str]:
    """What finds one of the ten names, and its key: worked out once, not a million times."""
    return words_of(name), key_of(name)


class Filings:
    """`dossiers` dossiers with their records, numbered from 1; `of` lists the numbers by kind."""

    def __init__(self, dossiers: int, people: People) -> None:
        self.dossiers, self.people = dossiers, people
        self.of: dict[str, list[int]] = {kind: [] for kind in PREFIX}
        for number in range(1, dossiers + 1):
            self.of[self.kind(number)].append(number)

    def fill(self) -> None:
        """Write everything."""
        self._dossiers()
        self._products()
        self._places()
        self._creators()
        self._applications()
        self._history()
        self._remarks()

    def published(self, *kinds: str) -> list[int]:
        """The published ones of some kinds."""
        return [n for kind in kinds for n in self.of[kind] if self.state(n) == "published"]

    def kind(self, number: int) -> str:
        """The kind of a dossier."""
        return KINDS[number % 100]

    def state(self, number: int) -> str:
        """Where a dossier stands."""
        state = STATES[(number // 100 * 37 + number * 7) % 100]
        kind = self.kind(number)
        if state == "published" and kind == "application":
            return "approved"
        return "submitted" if state == "endorsed" and kind == "creator" else state

    def _dossiers(self) -> None:
        from portal.submissions.models import Submission

        copy(Submission, (self._dossier(n) for n in range(1, self.dossiers + 1)))

    def _products(self) -> None:
        from products.models import Product

        copy(
            Product,
            (
                {
                    "submission_id": n,
                    "name": self.title(n),
                    "category_id": ("fruit", "grain", "tea", "livestock")[n % 4],
                    "description": "产自本县，个大味甜，按标准分级装箱，当天采摘当天发出。",
                    "unit": "box",
                    "package": "5斤一箱",
                    "price": 30 + n % 70,
                    "stock": n % 900,
                    "season_start": 1 + n % 12,
                    "season_end": 1 + (n + 3) % 12,
                    **CONTACT,
                }
                for n in self.of["product"]
            ),
        )

    def _places(self) -> None:
        from tourism.models import Route, RouteStop, Spot

        spots, routes = self.of["spot"], self.of["route"]
        copy(
            Spot,
            (
                {
                    "submission_id": n,
                    "name": self.title(n),
                    "category": "sight",
                    "address": "村口",
                    "description": "古村落，可住宿。",
                    **CONTACT,
                }
                for n in spots
            ),
        )
        copy(
            Route,
            (
                {"submission_id": n, "name": self.title(n), "days": 2, "theme": "古村"}
                for n in routes
            ),
        )
        copy(
            RouteStop,
            (
                {
                    "route_id": n,
                    "spot_id": spots[(n + stop * 11) % len(spots)],
                    "position": stop,
                }
                for n in routes
                for stop in range(4)
            ),
        )

    def _creators(self) -> None:
        from creators.models import Creator

        copy(
            Creator,
            (
                {
                    "submission_id": n,
                    "name": self.title(n),
                    "handle": f"handle{n}",
                    "county_id": self.people.county(n // 3).pk,
                    "topic": "food",
                    "followers": n % 5000,
                    "contact_phone": "13800000000",
                    "verified": self.state(n) == "published",
                }
                for n in self.of["creator"]
            ),
        )

    def _applications(self) -> None:
        """Four rounds of one year; applications without account, as those not committed yet."""
        from merchants.models import Application, Round, Scheme
        from portal.ledger.models import Account

        copy(Scheme, [{"id": 1, "name": "商家成长补贴", "summary": "按投流补贴。"}])
        copy(
            Account,
            (
                {
                    "id": 1_000_000 + n,
                    "unit": "fen",
                    "level": "budget",
                    "key": f"round-{n}",
                    "name": f"第{n}轮",
                    "parent_id": None,
                    "balance": 0,
                }
                for n in range(1, 5)
            ),
        )
        copy(
            Round,
            (
                {
                    "id": n,
                    "scheme_id": 1,
                    "name": f"第{n}轮",
                    "opens": DAYS[(n - 1) * 90],
                    "closes": DAYS[n * 90],
                    "budget_id": 1_000_000 + n,
                }
                for n in range(1, 5)
            ),
        )
        copy(
            Application,
            (
                {
                    "submission_id": n,
                    "round_id": 1 + n % 4,
                    "name": self.title(n),
                    "amount": 5000,
                    "purpose": "投流",
                    **CONTACT,
                }
                for n in self.of["application"]
            ),
        )

    def title(self, number: int) -> str:
        """What a dossier is called."""
        return f"{WORDS[number // 7 % 10]}{number}"

    def _dossier(self, number: int) -> Row:
        state, kind = self.state(number), self.kind(number)
        place = self.people.place(number)
        title, code = self.title(number), f"{PREFIX[kind]}{number:06d}"
        words, sound = _of_name(title.removesuffix(str(number)))
        filed = DAYS[number * 364 // self.dossiers]
        beyond = state not in {"draft", "withdrawn"}
        reviewed = state in {"submitted", "endorsed"}
        if reviewed:
            # Reviews are of these weeks; the rest of the year is decided.
            filed = TODAY - timedelta(days=1 + number % 20)
        merchant = kind == "application"
        return {
            "id": number,
            "code": code,
            "kind": kind,
            "title": title,
            "words": f"{words}{words_of(str(number), code).lstrip()}",
            "name_key": f"{sound}{number}",
            "city_id": place.city,
            "county_id": place.pk,
            "organisation_id": 1 + number % self.people.organisations if merchant else None,
            "owner_id": self.people.someone("merchant" if merchant else "official", number // 3),
            "state": state,
            "version": 4 if beyond else 1,
            "created_at": moment(filed, number),
            "submitted_at": moment(filed, number) if beyond else None,
            "endorsed_at": moment(filed, number + 2) if state in {*DECIDED, "endorsed"} else None,
            "decided_at": moment(filed + timedelta(days=4)) if state in DECIDED else None,
            "decider_id": self.people.someone("staff", number) if state in DECIDED else None,
            "published_at": moment(filed + timedelta(days=5)) if state == "published" else None,
            "closed_at": moment(filed, number) if state == "withdrawn" else None,
            # Not in step with the states: every desk holds as many, at every size.
            "reviewer_id": self.people.someone("staff", number // 101)
            if state == "endorsed"
            else None,
            "due_on": filed + timedelta(days=14) if reviewed else None,
            "returns": int(number % 9 == 0),
        }

    def _history(self) -> None:
        from portal.moves.models import MoveLog
        from portal.submissions.models import Snapshot

        steps = (
            ("submit", "draft", "submitted"),
            ("endorse", "submitted", "endorsed"),
            ("approve", "endorsed", "approved"),
        )

        def moves() -> Iterator[Row]:
            for number in range(1, self.dossiers + 1):
                day = DAYS[number * 364 // self.dossiers]
                for version, (move, before, after) in enumerate(steps, 2):
                    yield {
                        "subject_type": "submissions.submission",
                        "subject_id": number,
                        "move": move,
                        "from_state": before,
                        "to_state": after,
                        "version": version,
                        "user_id": self.people.someone("staff", number),
                        "role": "staff",
                        "at": moment(day),
                    }

        copy(MoveLog, moves())
        copy(
            Snapshot,
            (
                {
                    "submission_id": n,
                    "version": 2,
                    "values": {"name": self.title(n), "contact_phone": "13800000000"},
                    "at": moment(DAYS[n * 364 // self.dossiers]),
                }
                for n in range(1, self.dossiers + 1)
            ),
        )

    def _remarks(self) -> None:
        from portal.audit.models import Entry
        from portal.submissions.models import Remark

        copy(
            Remark,
            (
                {
                    "submission_id": n,
                    "version": 2,
                    "field": "description",
                    "reason": ("missing", "unclear", "photo")[n % 3],
                    "text": "请写明产地。",
                    "author_id": self.people.someone("staff", n),
                    "created_at": moment(DAYS[n * 364 // self.dossiers]),
                    "answered_at": moment(TODAY),
                }
                for n in range(9, self.dossiers + 1, 9)
            ),
        )
        copy(
            Entry,
            (
                {
                    "at": moment(DAYS[n * 364 // self.dossiers]),
                    "user_id": self.people.someone("staff", n),
                    "role": "staff",
                    "act": "submissions.approve",
                    "subject_type": "submissions.submission",
                    "subject_id": n,
                    "address": "10.0.0.1",
                }
                for n in range(1, self.dossiers + 1)
            ),
        )
