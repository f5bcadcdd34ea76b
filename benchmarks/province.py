"""A province of any size, bulk-made into an empty PostgreSQL database.

The rows stand as they would after a year, without the acts that led to them: nothing here measures
filing. `fill(n)` makes n dossiers and everything else in the proportion of the full size: 200,000
dossiers, 5,000 people, 45,000 placements. A year has 365 closed days at every size, and every
county takes part in every campaign through every channel.

One county, whose own pages are looked at, has at every size what an average county has at the full
one: what grows is the province around it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.db import connection

from benchmarks.bulk import DAYS, TODAY, Row, copy, moment
from benchmarks.deliveries import Deliveries
from benchmarks.filings import WORDS, Filings

ADMINS = 2
OTHERS = ("official", "merchant", "creator", "trainee")
# A campaign runs two months, and another one of its action follows.
CAMPAIGN_DAYS = 60
# What the county that is looked at has, and the official who looks.
COUNTY_DOSSIERS, COUNTY_PLACEMENTS = 200_000 // 124, 45_000 // 124
LOOKS = 3


class People:
    """Everybody, numbered from 1: who administers, programme staff, and then officials, merchants,
    creators and trainees in turn, spread over the counties."""

    def __init__(self, dossiers: int) -> None:
        from portal.regions.models import County

        self.number = self.organisations = dossiers // 40
        self.staff = self.number // 125
        counties = list(County.objects.order_by("pk").values_list("pk", "city", named=True))
        # The one that is looked at stands first.
        own = self.someone("official", LOOKS) // len(OTHERS) % len(counties)
        self.counties = [counties[own], *counties[:own], *counties[own + 1 :]]

    def fill(self) -> None:
        """Write accounts, organisations and roles."""
        self._accounts()
        self._organisations()
        self._memberships()

    def role(self, person: int) -> str:
        """The role of a person."""
        if person <= ADMINS:
            return "admin"
        return "staff" if person <= ADMINS + self.staff else OTHERS[person % len(OTHERS)]

    def someone(self, role: str, number: int = 0) -> int:
        """The id of a person of a role."""
        if role == "admin":
            return 1 + number % ADMINS
        if role == "staff":
            return 1 + ADMINS + number % self.staff
        first = ADMINS + self.staff + 1
        first += (OTHERS.index(role) - first) % len(OTHERS)
        return first + len(OTHERS) * (number % ((self.number - first) // len(OTHERS)))

    def of(self, role: str) -> list[int]:
        """The ids of all people of a role."""
        return [person for person in range(1, self.number + 1) if self.role(person) == role]

    def county(self, number: int) -> Any:
        """A county and its city; neighbouring numbers lie in different counties."""
        return self.counties[number % len(self.counties)]

    def place(self, number: int) -> Any:
        """The county and city of a dossier: the first ones all lie where is looked at."""
        if number <= COUNTY_DOSSIERS:
            return self.counties[0]
        return self.counties[1 + number // 3 % (len(self.counties) - 1)]

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
                for n in range(1, self.number + 1)
            ),
        )

    def _organisations(self) -> None:
        from portal.organisations.models import Organisation

        copy(
            Organisation,
            (
                {
                    "id": n,
                    "credit_code": f"{91440000000000 + n}MA5X",
                    "name": f"{WORDS[n % len(WORDS)]}合作社{n}",
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
            for n in range(1, self.number + 1):
                role = self.role(n)
                place: Row = {"city_id": None, "county_id": None, "organisation_id": None}
                if role == "official":
                    looks = n == self.someone("official", LOOKS)
                    place["county_id"] = self.county(0 if looks else n // len(OTHERS)).pk
                elif role == "merchant":
                    place["organisation_id"] = 1 + n % self.organisations
                yield {"user_id": n, "role": role, **place}

        copy(Membership, hats())


class Province:
    """The rows of one province, written in the order in which they name each other.

    `traffic` says otherwise what `Deliveries` is to be: how many placements, and for how long.
    """

    def __init__(self, dossiers: int, **traffic: int) -> None:
        self.traffic = {"placements": dossiers * 9 // 40, **traffic}
        self.people = People(dossiers)
        self.filings = Filings(dossiers, self.people)
        self.dossiers = dossiers

    def fill(self) -> None:
        """Write everything."""
        self.people.fill()
        campaigns = self._campaigns()
        self.filings.fill()
        Deliveries(
            campaigns=[row for row in campaigns if row["action"] in {"products", "tourism"}],
            counties=[county.pk for county in self.people.counties],
            published=[
                (number, self.filings.title(number))
                for number in self.filings.published("product", "spot")
            ],
            of_first_county=COUNTY_PLACEMENTS,
            giver=self.people.someone("staff"),
            **self.traffic,
        ).fill()
        self._classes()
        self._tasks()
        self._messages()
        self._work()
        with connection.cursor() as cursor:
            # Statistics and visibility as autovacuum would leave them overnight.
            cursor.execute("VACUUM (ANALYZE)")

    @staticmethod
    def _campaigns() -> list[Row]:
        from portal.campaigns.models import Action, Campaign

        rows = [
            {
                "id": 1 + number * len(Action) + place,
                "code": f"{action}-{number}",
                "name": f"第{number + 1}期{Action(action).label}",
                "action": action,
                "first_day": DAYS[number * CAMPAIGN_DAYS],
                "last_day": DAYS[number * CAMPAIGN_DAYS + CAMPAIGN_DAYS - 1],
            }
            for number in range(len(DAYS) // CAMPAIGN_DAYS)
            for place, action in enumerate(Action.values)
        ]
        copy(Campaign, rows)
        return rows

    def _classes(self) -> None:
        from training.models import ClassSession, Course, Enrolment

        classes = self.dossiers // 1000
        courses, trainees = classes // 5 + 1, self.people.of("trainee")
        copy(
            Course,
            (
                {"id": n, "name": f"电商课程{n}", "field": "business", "summary": "开店与直播"}
                for n in range(1, courses + 1)
            ),
        )
        copy(
            ClassSession,
            (
                {
                    "id": n,
                    "course_id": 1 + n % courses,
                    "starts_at": moment(DAYS[n % 365]),
                    "ends_at": moment(DAYS[n % 365], 17),
                    "place": "县电商中心",
                    "teacher": "老师",
                    "seats": 100,
                }
                for n in range(1, classes + 1)
            ),
        )
        copy(
            Enrolment,
            (
                {
                    "session_id": session,
                    "trainee_id": trainees[(session * 40 + n) % len(trainees)],
                    "county_id": self.people.county(n).pk,
                    "state": "enrolled",
                    "created_at": moment(DAYS[session % 365]),
                }
                for session in range(1, classes + 1)
                for n in range(40)
            ),
        )

    def _tasks(self) -> None:
        from creators.models import Take, Task

        products, creators = self.filings.published("product"), self.filings.published("creator")
        tasks = range(1, self.dossiers // 400 + 1)
        copy(
            Task,
            (
                {
                    "id": n,
                    "submission_id": products[n % len(products)],
                    "name": f"拍摄任务{n}",
                    "brief": [],
                    "due_on": DAYS[n % 365],
                    "published_by_id": self.people.someone("staff", n),
                    "published_at": moment(DAYS[n % 365]),
                }
                for n in tasks
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
                for n in tasks
                for place in range(4)
            ),
        )

    def _messages(self) -> None:
        from portal.notices.models import Message, Notice

        copy(
            Notice,
            (
                {
                    "recipient_id": 1 + n % self.people.number,
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
                    "phone": f"139{1 + n % self.people.number:08d}",
                    "recipient_id": 1 + n % self.people.number,
                    "event": "submissions.returned",
                    "body": "请补正。",
                    "once": None,
                    "created_at": moment(DAYS[n % 365]),
                    "sent_at": moment(DAYS[n % 365]),
                }
                for n in range(self.dossiers)
            ),
        )

    def _work(self) -> None:
        from portal.jobs.models import Work

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
                    "asked_by_id": self.people.someone("staff", n),
                }
                for n in range(self.dossiers // 2)
            ),
        )
