"""A county with a row of everything pages list, which grows: one row of each, or as many as asked.

What stands at the top of a list is copied with what its line shows; what hangs on a record is
copied onto that same record. So every page gets longer, whatever it lists.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db.models import F

from creators.enums import TakeState
from portal import clock
from portal.accounts.actor import Actor
from portal.accounts.models import User
from portal.audit.models import Entry
from portal.jobs.models import Work
from portal.ledger.models import Account
from portal.moves.models import MoveLog
from portal.notices.models import Message
from portal.privacy.models import Consent
from portal.qualifications import domain as papers
from portal.regions.models import County
from portal.sheets.models import Intake, TakenRow
from portal.statements import meanings
from portal.statements.models import RejectedRow
from portal.submissions.enums import RevisionState, State
from portal.submissions.models import Conflict, Remark, Submission
from products.models import Category
from products.seasons.models import SeasonWindow
from tests import dossiers
from tests.copies import more, more_dossiers
from tests.factories import UserFactory
from tests.home import world as home
from tests.merchants import world as subsidies
from tests.pages.pool import LONG_AGO, PoolCrowd
from tests.traffic import world as traffic
from tourism.models import Spot
from traffic.models import Correction, Day, DayFate, DaySum, Placement, UnmatchedDay
from training.models import CountySeats

FIRST, LAST = date(2023, 10, 28), date(2023, 11, 5)


class Crowd(PoolCrowd):
    """A side with one row of what a side lacks; `grow` brings everything to a number."""

    def __init__(self) -> None:
        super().__init__(dossiers.RUYUAN)
        self.rows = 1
        self.auditor = UserFactory(auditor=True)
        self.newcomer = UserFactory()
        self.creator_user = self.maker.user
        # A colleague who reads no page: the roles of a reader would decide what is shown.
        self.other = UserFactory(official=self.county, full_name=f"{self.mark}旁人")
        self.counties = list(County.objects.exclude(pk=self.county).select_related("city"))
        self._papers()
        self._review()
        self._money()
        self._figures()
        self._people()
        self.window = SeasonWindow.objects.create(
            product=self.published.product, starts=1001, ends=1231, daily_capacity=90
        )
        at = dict.fromkeys(("created_at", "checked_at", "taken_at"), clock.now())
        self.taken = Intake.objects.create(
            kind="product", owner=self.official, name="已收入.xlsx", **at
        )
        self.reopen_alert()

    def _papers(self) -> None:
        """A renewal of the organisation's paper that was taken off, and a paper of each dossier
        whose page is read."""
        renewal = papers.renew(
            qualification=self.paper,
            actor=Actor.of(self.merchant),
            number="续一",
            valid_from=self.paper.valid_until,
            valid_until=LAST.replace(year=2024),
        )
        self.renewal = papers.take_off(
            qualification=renewal, reason="错", actor=Actor.of(self.office)
        )
        self.own_papers = [
            papers.enter(
                holder=row,
                actor=Actor.of(self.office),
                kind="test_report",
                number="检一",
                valid_from=LONG_AGO,
                valid_until=LAST,
            )
            for row in (self.draft, self.submitted, self.endorsed, self.published, self.route)
        ]

    def _review(self) -> None:
        """A remark, a conflict, a reviewer, a bulk act that left one dossier out, a closed spot."""
        self.remark = Remark.objects.create(
            submission=self.submitted,
            version=self.submitted.version,
            field="name",
            reason="unclear",
            text="请说明",
            author=self.office,
            created_at=clock.now(),
        )
        self.conflict = Conflict.objects.create(
            submission=self.submitted, user=self.other, reason="亲戚", declared_at=clock.now()
        )
        Submission.objects.filter(pk=self.endorsed.pk).update(reviewer=self.office, due_on=LONG_AGO)
        self.endorsed.refresh_from_db()
        Spot.objects.filter(pk=self.spot.pk).update(
            closed_until=date(2023, 11, 10), closed_because="修路"
        )
        self._leave_out(1)

    def _leave_out(self, number: int) -> None:
        failed = [[self.submitted.code, "茶", "别人已经处理"]] * number
        Work.objects.filter(pk=self.bulk.pk).update(result={"done": 0, "failed": failed})

    def _money(self) -> None:
        row = subsidies.endorsed(self.round, owner=Actor.of(self.merchant))
        self.approved = dossiers.move(row, "approve", Actor.of(self.office))

    def _figures(self) -> None:
        """An unknown id, a rejected row, a correction, work that stopped, a bare campaign."""
        self.lost = traffic.land(
            Actor.of(self.office),
            [(traffic.DAY, "lost", 5)],
            of=traffic.source("无名"),
            name="无名.csv",
        ).statement
        self.part = self.statement.parts.get()
        self.rejected = RejectedRow.objects.create(
            part=self.part, row=9, reason="不是数", cells=["a"]
        )
        meanings.give_meanings(
            source=self.statement.source, meanings={"看见": "plays"}, actor=Actor.of(self.office)
        )
        self.meaning = self.statement.source.meanings.get()
        self.correction = Correction.objects.create(
            placement=self.placement, date=traffic.DAY, before=6, after=7, at=clock.now()
        )
        # A day whose figures are to be added up again.
        Day.objects.update(wanted=F("closed") + 1)
        self.parked = home.park("停下的")
        self.campaign = home.campaign("bare", "尚无投放", FIRST, LAST)

    def _people(self) -> None:
        """Seats kept for a county, a consent; a notice, a mail and an entry apart from all those
        that the acts above left."""
        self.seats = CountySeats.objects.create(
            session=self.session, county_id=self.county, seats=1
        )
        (self.notice,) = more(self.notice, 1, recipient=self.newcomer)
        self.message = Message.objects.create(
            channel="email", email="a@163.com", recipient=self.newcomer, body="您好"
        )
        self.entry = Entry.objects.create(
            user=self.official, act="test.first", subject_type="test", subject_id="counted"
        )
        self.consent = Consent.objects.create(user=self.official, version="1", kind="given")

    def grow(self, number: int) -> None:
        """Bring what every page lists to `number` rows."""
        further = number - self.rows
        if further:
            self._more_people(further)
            self._more_dossiers(further)
            self._more_review(further)
            self._more_papers(further)
            self._more_brands(further)
            self._more_works(further)
            self._more_money(further)
            self._more_accounts(further)
            self._more_figures(further)
            self._more_reports(further)
            self._more_classes(further)
            self._more_messages(further)
            self._more_machines(further)
        self.rows = number
        self._write_workbook(number)
        self._leave_out(number)

    def _write_workbook(self, number: int) -> None:
        """One workbook that is open, with rows of every verdict, and one that was taken in."""
        lines = [(2 + place, ["", ""]) for place in range(4 * number)]
        self.intake.rows = [[row, [f"{self.mark}{row}", "面议"]] for row, _cells in lines]
        self.intake.checked = [
            {
                "row": row,
                "title": f"{self.mark}{row}",
                "verdict": ("new", "changed", "unchanged", "wrong")[row % 4],
                "code": "",
                "errors": {"price": ["“面议”不是数字。"]} if row % 4 == 3 else {},
                "changes": {"stock": [1, 2]} if row % 4 == 1 else {},
                "lacking": ["photos"],
            }
            for row, _cells in lines
        ]
        self.intake.save()
        for row, _cells in lines:
            TakenRow.objects.get_or_create(
                intake=self.taken,
                row=row,
                defaults={"submission": self.draft, "is_new": True, "version": 1},
            )

    def _like(self, user: User, number: int) -> list[User]:
        """People like one, with the same first role."""
        people = more(user, number)
        for hat in user.memberships.order_by("pk")[:1]:
            more(hat, number, user=people.__getitem__)
        return people

    def _more_people(self, number: int) -> None:
        """People of every kind, organisations with a merchant each, roles of one person."""
        self.owners = self._like(self.official, number)
        self.makers = self._like(self.creator_user, number)
        self.trainees = self._like(self.trainee, number)
        self.deputies = self._like(self.colleague, number)
        self._like(self.merchant, number)
        self._like(self.office, number)
        self.organisations = more(self.organisation, number)
        more(
            self.merchant.memberships.earliest("pk"),
            number,
            user=self._like(self.newcomer, number).__getitem__,
            organisation=self.organisations.__getitem__,
        )
        self.places = [self.counties.pop() for _place in range(number)]
        self.elsewhere = {
            "county": self.places.__getitem__,
            "city": lambda place: self.places[place].city,
        }
        more(self.other.memberships.earliest("pk"), number, county=self.places.__getitem__)
        more(self.stand_in, number, deputy=self.deputies.__getitem__)
        for user in (self.official, self.merchant):
            more(user.memberships.earliest("pk"), number, ended_at=clock.now())

    def _more_dossiers(self, number: int) -> None:
        """Dossiers of every kind, owned by as many people; routes lead through the same spots."""
        owner = self.owners.__getitem__
        for row in (*self.dossiers[:4], self.submitted):
            more_dossiers(row, number, owner=owner)
        # Overdue in as many counties.
        more_dossiers(self.endorsed, number, owner=owner, **self.elsewhere)
        self.others = more_dossiers(self.published, number, owner=owner)
        more(self.revision, number, submission=self.others.__getitem__)
        more_dossiers(self.published, number, owner=owner, state=State.SUSPENDED, **self.elsewhere)
        self._more_shelves(number, self.others)
        self._more_calls(number, [row.product for row in self.others])
        self.spots = more_dossiers(self.spot, number, owner=owner)
        routes = more_dossiers(self.route, number, owner=owner)
        for stop in self.route.route.stops.all()[:3]:
            more(stop, number, route=lambda place: routes[place].route)
        more(self.route.route.stops.first(), number, spot=lambda place: self.spots[place].spot)
        # Retired: a form offers no more than before, and the staff's list shows them all.
        more(Category.objects.get(pk="other"), number, is_active=False)
        self.creators = more_dossiers(self.creator, number, owner=self.makers.__getitem__)

    def _more_review(self, number: int) -> None:
        """What hangs on a dossier, and what a reviewer keeps."""
        shown = (self.draft, self.submitted, self.published, self.approved, self.spot, self.route)
        for row in shown:
            more(MoveLog.objects.of(row).earliest("pk"), number)
            for file in row.attachments.order_by("pk")[:2]:
                more(file, number)
        more(self.submitted.snapshots.last(), number)
        more(self.remark, number)
        more(self.conflict, number, user=self.owners.__getitem__)
        decided = {"decided_by": self.office, "decided_at": clock.now()}
        more(self.revision, number, state=RevisionState.REFUSED, **decided)
        more(self.view, number)
        more(self.letter, number)

    def _more_works(self, number: int) -> None:
        """Tasks, each taken by the one creator; takes of the one task by as many creators."""
        tasks = more(self.task, number)
        more(self.take, number, task=tasks.__getitem__)
        others = {"creator": lambda place: self.creators[place].creator}
        more(self.take, number, state=TakeState.RETURNED, **others)
        more(MoveLog.objects.of(self.take).earliest("pk"), number)

    def _more_money(self, number: int) -> None:
        """Schemes, rounds, shares of the one round, approved applications of other merchants."""
        budget = self.round.budget
        schemes = more(self.round.scheme, number)
        share = Account.objects.get(parent=budget, key=self.county)
        for changes in ({}, {"scheme": schemes.__getitem__}):
            budgets = more(budget, number)
            more(share, number, parent=budgets.__getitem__, key=share.key)
            more(self.round, number, budget=budgets.__getitem__, **changes)
        self._more_below(share, number)
        more_dossiers(
            self.approved,
            number,
            record={"account": more(self.approved.application.account, number).__getitem__},
            organisation=self.organisations.__getitem__,
            **self.elsewhere,
        )

    def _more_below(self, account: Account, number: int, **own: Any) -> list[Account]:
        """Accounts of other counties beside one, each with what it was promised."""
        own = own or {"key": lambda place: self.places[place].pk, "county": self.places.__getitem__}
        made = more(account, number, **own)
        given = {"form_key": None, "target": made.__getitem__}
        for transfer in account.received.all()[:1]:
            more(transfer, number, **given)
        return made

    def _more_accounts(self, number: int) -> None:
        """Campaigns, counties and placements on the board, and transfers to one of each."""
        placement = self.placement
        county = placement.account.parent
        campaigns = more(placement.campaign, number)
        more(self.campaign, number)
        for transfer in (self.transfer, county.received.first(), county.parent.received.first()):
            more(transfer, number, form_key=None)
        self._more_below(
            county.parent,
            number,
            key=lambda place: campaigns[place].code,
            name=lambda place: campaigns[place].name,
        )
        self._more_below(county, number)
        accounts = self._more_below(placement.account, number, name="同县投放")
        placements = more(placement, number, account=accounts.__getitem__, form_key=None)
        external_id = placement.external_ids.earliest("pk")
        delivered = placement.days.earliest("pk")
        self._more_shortfalls(number, accounts, placements)
        more(external_id, number)
        more(external_id, number, placement=placements.__getitem__)
        more(delivered, number)
        more(delivered, number, placement=placements.__getitem__, date=delivered.date)
        more(self.correction, number)
        for row in (self.compared, self.gap):
            more(row, number, placement=placements.__getitem__)
        more(self.compared, number)
        more(MoveLog.objects.of(self.gap).earliest("pk"), number)

    def _more_shortfalls(
        self, number: int, accounts: list[Account], placements: list[Placement]
    ) -> None:
        """Make-goods, what happened to one, what one placement got; workbooks, rows of one."""
        more(self.make_good, number, placement=placements.__getitem__)
        more(self.alert, number)
        more(MoveLog.objects.of(self.make_good).earliest("pk"), number)
        more(self.sheet, number)
        self.sheet.lines += [
            {**self.sheet.lines[0], "row": 3 + row.pk, "code": f"A{row.pk}"} for row in accounts
        ]
        self.sheet.save()

    def _more_figures(self, number: int) -> None:
        """Days, their sums and what was not counted."""
        for model in (Day, DaySum, DayFate, UnmatchedDay):
            more(model.objects.earliest("pk"), number)
        more(self.check.differences.earliest("pk"), number)
        more(self.check, number)
        more(DaySum.objects.earliest("pk"), number, county=self.places.__getitem__)

    def _more_reports(self, number: int) -> None:
        """Reports of one source, sources with a report each, files and bad rows of one report."""
        sources = more(self.statement.source, number)
        for own in ({}, {"source": sources.__getitem__}):
            reports = more(self.statement, number, **own)
            more(self.part, number, statement=reports.__getitem__)
        more(self.part, number)
        more(self.rejected, number)
        more(self.meaning, number)

    def _more_classes(self, number: int) -> None:
        """Courses, classes, trainees of one class, classes of one trainee, kept seats."""
        courses = more(self.session.course, number)
        more(self.session, number, course=courses.__getitem__)
        classes = more(self.session, number)
        more(self.enrolment, number, session=classes.__getitem__)
        more(self.enrolment, number, trainee=self.trainees.__getitem__)
        more(self.seats, number, county=self.places.__getitem__)

    def _more_messages(self, number: int) -> None:
        """What is told to one person, what was done, and what is under way."""
        more(self.notice, number, recipient=self.official)
        for row in (self.notice, self.message, self.consent, self.export, self.work, self.parked):
            more(row, number)
        more(Message.objects.filter(channel="sms").earliest("pk"), number)
        more(self.entry, number)

    def _more_machines(self, number: int) -> None:
        """Keys of one person, webhooks of one key, messages, and tries of one message."""
        first_try = self.delivery.attempts.earliest("pk")
        for row in (self.key, self.delivery.subscription, self.delivery, first_try):
            more(row, number)
