"""A province of any size, bulk-made into an empty PostgreSQL database.

The rows stand as they would after a year, without the acts that led to them: nothing here measures
filing. `fill(n)` makes n dossiers and everything else in the proportion of the full size: 200,000
dossiers, 5,000 people, 45,000 placements. A year has 365 closed days at every size, and every
county takes part in every campaign through every channel.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import connection

from benchmarks.bulk import DAYS, TODAY, Row, copy, moment
from benchmarks.deliveries import Deliveries

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
STAFF, ADMINS = 40, 2
# A campaign runs two months, and another one of its action follows.
CAMPAIGN_DAYS = 60


class Province:
    """The rows of one province, written in the order in which they name each other."""

    def __init__(self, dossiers: int) -> None:
        from portal.regions.models import County

        self.dossiers = dossiers
        self.people = max(200, dossiers // 40)
        self.organisations = max(100, dossiers // 40)
        self.counties = list(County.objects.order_by("pk").values_list("pk", "city", named=True))

    def fill(self) -> None:
        """Write everything."""
        self._accounts()
        self._organisations()
        self._memberships()
        self._campaigns()
        self._dossiers()
        self._history()
        published = [
            (number, self._title(number))
            for kind in ("product", "spot")
            for number in self.of[kind]
            if self.state(number) == "published"
        ]
        Deliveries(
            campaigns=[row for row in self.campaigns if row["action"] in {"products", "tourism"}],
            counties=[county.pk for county in self.counties],
            published=published,
            placements=self.dossiers * 9 // 40,
            giver=self.someone("staff"),
        ).fill()
        self._training()
        self._rest()
        with connection.cursor() as cursor:
            # Statistics and visibility as autovacuum would leave them overnight.
            cursor.execute("VACUUM (ANALYZE)")

    # People: 1 and 2 administer, the next 40 are staff; then officials, merchants, creators and
    # trainees in turn, spread over the counties.

    def _accounts(self) -> None:
        from portal.accounts.models import User

        copy(
            User,
            (
                {
                    "id": n,
                    "username": f"person{n}",
                    "password": "!",
                    "full_name": f"人员{n}",
                    "phone": f"139{n:08d}",
                    "phone_verified": True,
                    "privacy_version": settings.PRIVACY_VERSION,
                    "privacy_agreed_at": moment(DAYS[0]),
                }
                for n in range(1, self.people + 1)
            ),
        )

    def role(self, person: int) -> str:
        """The role of a person."""
        if person <= ADMINS:
            return "admin"
        if person <= ADMINS + STAFF:
            return "staff"
        return ("official", "merchant", "creator", "trainee")[person % 4]

    def someone(self, role: str, number: int = 0) -> int:
        """The id of a person of a role."""
        if role == "admin":
            return 1 + number % ADMINS
        if role == "staff":
            return 1 + ADMINS + number % STAFF
        rest = next(n for n in range(44, 48) if self.role(n) == role)
        return rest + 4 * (number % ((self.people - rest) // 4))

    def county(self, number: int) -> Any:
        """A county and its city; neighbouring numbers lie in different counties."""
        return self.counties[number % len(self.counties)]

    def _organisations(self) -> None:
        from portal.organisations.models import Organisation

        copy(
            Organisation,
            (
                {
                    "id": n,
                    "credit_code": f"{91440000000000 + n}MA5X"[:18],
                    "name": f"{self.county(n).pk}号{WORDS[n % 10]}合作社{n}",
                    "kind": "cooperative",
                    "county_id": self.county(n).pk,
                    "contact_name": "联系人",
                    "contact_phone": f"138{n:08d}",
                }
                for n in range(1, self.organisations + 1)
            ),
        )

    def _memberships(self) -> None:
        from portal.accounts.models import Membership

        def hats() -> Iterator[Row]:
            for n in range(1, self.people + 1):
                role = self.role(n)
                place: Row = {}
                if role == "official":
                    place = {"county_id": self.county(n // 4).pk}
                elif role == "merchant":
                    place = {"organisation_id": 1 + n % self.organisations}
                yield {
                    "user_id": n,
                    "role": role,
                    "city_id": None,
                    "county_id": None,
                    "organisation_id": None,
                    **place,
                }

        copy(Membership, hats())

    def _campaigns(self) -> None:
        from portal.campaigns.models import Action, Campaign

        self.campaigns = [
            {
                "id": 1 + number * 5 + place,
                "code": f"{action}-{number}",
                "name": f"第{number + 1}期{Action(action).label}",
                "action": action,
                "first_day": DAYS[number * CAMPAIGN_DAYS],
                "last_day": DAYS[min(number * CAMPAIGN_DAYS + CAMPAIGN_DAYS - 1, 364)],
            }
            for number in range(6)
            for place, action in enumerate(Action.values)
        ]
        copy(Campaign, self.campaigns)

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
        from creators.models import Creator
        from merchants.models import Application, Round, Scheme
        from portal.ledger.models import Account
        from portal.submissions.models import Submission
        from products.models import Product
        from tourism.models import Route, RouteStop, Spot

        copy(Submission, (self._dossier(n) for n in range(1, self.dossiers + 1)))
        of: dict[str, list[int]] = {kind: [] for kind in PREFIX}
        for n in range(1, self.dossiers + 1):
            of[self.kind(n)].append(n)
        self.of = of
        phone = {"contact_name": "联系人", "contact_phone": "13800000000"}
        copy(
            Product,
            (
                {
                    "submission_id": n,
                    "name": self._title(n),
                    "category": ("fruit", "grain", "tea", "livestock")[n % 4],
                    "description": "产自本县，个大味甜，按标准分级装箱，当天采摘当天发出。",
                    "unit": "box",
                    "package": "5斤一箱",
                    "price": 30 + n % 70,
                    "stock": n % 900,
                    "season_start": 1 + n % 12,
                    "season_end": 1 + (n + 3) % 12,
                    **phone,
                }
                for n in of["product"]
            ),
        )
        copy(
            Spot,
            (
                {
                    "submission_id": n,
                    "name": self._title(n),
                    "category": "sight",
                    "address": "村口",
                    "description": "古村落，可住宿。",
                    **phone,
                }
                for n in of["spot"]
            ),
        )
        copy(
            Route,
            (
                {"submission_id": n, "name": self._title(n), "days": 2, "theme": "古村"}
                for n in of["route"]
            ),
        )
        copy(
            RouteStop,
            (
                {
                    "route_id": n,
                    "spot_id": of["spot"][(n + stop * 11) % len(of["spot"])],
                    "position": stop,
                }
                for n in of["route"]
                for stop in range(4)
            ),
        )
        copy(
            Creator,
            (
                {
                    "submission_id": n,
                    "name": self._title(n),
                    "handle": f"handle{n}",
                    "county_id": self.county(n // 3).pk,
                    "topic": "food",
                    "followers": n % 5000,
                    "contact_phone": "13800000000",
                    "verified": self.state(n) == "published",
                }
                for n in of["creator"]
            ),
        )
        # Rounds of one year; applications without account, as those not committed yet.
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
                    "name": self._title(n),
                    "amount": 5000,
                    "purpose": "投流",
                    **phone,
                }
                for n in of["application"]
            ),
        )

    def _title(self, number: int) -> str:
        return f"{WORDS[number // 7 % 10]}{number}"

    def _dossier(self, number: int) -> Row:
        state, kind = self.state(number), self.kind(number)
        place = self.county(number // 3)
        filed = DAYS[number * 364 // self.dossiers]
        beyond = state not in {"draft", "withdrawn"}
        reviewed = state in {"submitted", "endorsed"}
        if reviewed:
            # Reviews are of these weeks; the rest of the year is decided.
            filed = TODAY - timedelta(days=1 + number % 20)
        merchant = kind == "application"
        return {
            "id": number,
            "code": f"{PREFIX[kind]}{number:06d}",
            "kind": kind,
            "title": self._title(number),
            "city_id": place.city,
            "county_id": place.pk,
            "organisation_id": 1 + number % self.organisations if merchant else None,
            "owner_id": self.someone("merchant" if merchant else "official", number // 3),
            "state": state,
            "version": 4 if beyond else 1,
            "created_at": moment(filed, number),
            "submitted_at": moment(filed, number) if beyond else None,
            "endorsed_at": moment(filed, number + 2) if state in {*DECIDED, "endorsed"} else None,
            "decided_at": moment(filed + timedelta(days=4)) if state in DECIDED else None,
            "decider_id": self.someone("staff", number) if state in DECIDED else None,
            "published_at": moment(filed + timedelta(days=5)) if state == "published" else None,
            "closed_at": moment(filed, number) if state == "withdrawn" else None,
            "reviewer_id": self.someone("staff", number) if state == "endorsed" else None,
            "due_on": filed + timedelta(days=14) if reviewed else None,
            "returns": int(number % 9 == 0),
        }

    def _history(self) -> None:
        from portal.audit.models import Entry
        from portal.moves.models import MoveLog
        from portal.submissions.models import Remark, Snapshot

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
                        "user_id": self.someone("staff", number),
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
                    "values": {"name": self._title(n), "contact_phone": "13800000000"},
                    "at": moment(DAYS[n * 364 // self.dossiers]),
                }
                for n in range(1, self.dossiers + 1)
            ),
        )
        copy(
            Remark,
            (
                {
                    "submission_id": n,
                    "version": 2,
                    "field": "description",
                    "reason": ("missing", "unclear", "photo")[n % 3],
                    "text": "请写明产地。",
                    "author_id": self.someone("staff", n),
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
                    "user_id": self.someone("staff", n),
                    "role": "staff",
                    "act": "submissions.approve",
                    "subject_type": "submissions.submission",
                    "subject_id": n,
                    "address": "10.0.0.1",
                }
                for n in range(1, self.dossiers + 1)
            ),
        )

    def _training(self) -> None:
        from creators.models import Take, Task
        from training.models import ClassSession, Course, Enrolment

        classes = max(4, self.dossiers // 1000)
        copy(
            Course,
            (
                {"id": n, "name": f"电商课程{n}", "field": "business", "summary": "开店与直播"}
                for n in range(1, max(2, classes // 5) + 1)
            ),
        )
        courses = max(2, classes // 5)
        copy(
            ClassSession,
            (
                {
                    "id": n,
                    "course_id": 1 + n % courses,
                    "starts_at": moment(DAYS[n % 364] + timedelta(days=30)),
                    "ends_at": moment(DAYS[n % 364] + timedelta(days=32)),
                    "place": "县电商中心",
                    "teacher": "老师",
                    "seats": 100,
                }
                for n in range(1, classes + 1)
            ),
        )
        trainees = [n for n in range(44, self.people + 1) if self.role(n) == "trainee"]
        copy(
            Enrolment,
            (
                {
                    "session_id": session,
                    "trainee_id": trainees[(session * 40 + n) % len(trainees)],
                    "county_id": self.county(n).pk,
                    "state": "enrolled",
                    "created_at": moment(DAYS[session % 364]),
                }
                for session in range(1, classes + 1)
                for n in range(min(40, len(trainees)))
            ),
        )
        products = [n for n in self.of["product"] if self.state(n) == "published"]
        creators = [n for n in self.of["creator"] if self.state(n) == "published"]
        tasks = max(4, self.dossiers // 400)
        copy(
            Task,
            (
                {
                    "id": n,
                    "submission_id": products[n % len(products)],
                    "name": f"拍摄任务{n}",
                    "brief": [],
                    "due_on": DAYS[n % 365] + timedelta(days=20),
                    "published_by_id": self.someone("staff", n),
                    "published_at": moment(DAYS[n % 365]),
                }
                for n in range(1, tasks + 1)
            ),
        )
        copy(
            Take,
            (
                {
                    "task_id": n,
                    "creator_id": creators[(n * 4 + place) % len(creators)],
                    "state": "taken",
                    "taken_at": moment(DAYS[n % 365]),
                }
                for n in range(1, tasks + 1)
                for place in range(4)
            ),
        )

    def _rest(self) -> None:
        from portal.jobs.models import Work
        from portal.notices.models import Message, Notice

        copy(
            Notice,
            (
                {
                    "recipient_id": 1 + n % self.people,
                    "event": "submissions.returned",
                    "msgid": "Please look at it.",
                    "url": "/",
                    "created_at": moment(DAYS[n % 365]),
                    "read_at": moment(TODAY) if n % 5 else None,
                }
                for n in range(self.dossiers)
            ),
        )
        copy(
            Message,
            (
                {
                    "channel": "sms",
                    "phone": f"139{1 + n % self.people:08d}",
                    "recipient_id": 1 + n % self.people,
                    "event": "submissions.returned",
                    "body": "请补正。",
                    "once": None,
                    "created_at": moment(DAYS[n % 365]),
                    "sent_at": moment(DAYS[n % 365]),
                }
                for n in range(self.dossiers)
            ),
        )
        copy(
            Work,
            (
                {
                    "kind": "notices.send",
                    "key": str(n),
                    "state": "done",
                    "attempts": 1,
                    "run_after": moment(DAYS[n % 365]),
                    "asked_at": moment(DAYS[n % 365]),
                    "finished_at": moment(DAYS[n % 365]),
                    "asked_by_id": self.someone("staff", n),
                }
                for n in range(self.dossiers // 2)
            ),
        )
