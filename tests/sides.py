"""Two counties that own a row of every kind: the owners and the neighbours of the walk."""

from __future__ import annotations

import uuid
from decimal import Decimal
from hashlib import sha256
from typing import Any

from creators.domain import take_task
from portal import clock
from portal.accounts.actor import Actor
from portal.accounts.models import User
from portal.api import changes
from portal.desk import bulk
from portal.desk import domain as desk
from portal.desk.handover import stand_in
from portal.desk.models import Letter
from portal.jobs.domain import enqueue
from portal.jobs.domain import run as run_work
from portal.ledger.domain import move as move_amount
from portal.moves.domain import log_move
from portal.notices.domain import notify
from portal.notices.models import Preferences
from portal.privacy.domain import ask_export
from portal.qualifications import domain as papers
from portal.qualifications.models import Qualification
from portal.regions.models import County
from portal.sheets import domain as sheets
from portal.sheets.headings import Found
from portal.sheets.models import Intake
from portal.statements import uploads
from portal.submissions import domain, kinds, values
from portal.submissions.models import Submission
from products.listings.domain import change_listing
from products.sales.models import SalesDay, UnmatchedSale
from tests import dossiers
from tests.api import world as machines
from tests.creators import world as creators
from tests.factories import OrganisationFactory, UserFactory
from tests.merchants import world as subsidies
from tests.products import branding
from tests.products import world as products
from tests.products.calls import world as calls
from tests.tourism import world as tourism
from tests.traffic import world
from tests.training import world as training
from traffic import gaps
from traffic.alerts.models import Alert
from traffic.allotting.domain import keep as keep_sheet
from traffic.makegood.models import MakeGood
from traffic.models import Reconciliation

MARKS = {dossiers.RUYUAN: "乳源之标记", dossiers.XINFENG: "新丰之标记"}
# 广州; both counties belong to 韶关.
ANOTHER_CITY = "440100"


class Side:
    """One county with its people and a row of every kind, each carrying the county's mark."""

    def __init__(self, county: str) -> None:
        self.county, self.mark = county, MARKS[county]
        self.official = UserFactory(official=county, full_name=f"{self.mark}官")
        self.colleague = UserFactory(official=county, full_name=f"{self.mark}同事")
        self.organisation = OrganisationFactory(county_id=county, name=f"{self.mark}合作社")
        self.merchant = UserFactory(merchant=self.organisation, full_name=f"{self.mark}商")
        self.office = UserFactory(staff=True)
        self.admin = UserFactory(admin=True)
        people = {"owner": Actor.of(self.official), "office": Actor.of(self.office)}
        name = f"{self.mark}萝卜"
        self.draft = dossiers.product_in("draft", **people, name=name)
        self.submitted = dossiers.product_in("submitted", **people, name=name)
        self.endorsed = dossiers.product_in("endorsed", **people, name=name)
        self.published = dossiers.product_in("published", **people, name=name)
        self.revision = self._revision(people["owner"])
        self._traffic(people["office"])
        self._shelves(people["office"])
        self.round = subsidies.subsidy_round(people["office"], name=f"{county} 轮", county=county)
        self.application = self._application()
        self.session = training.planned(seats=5)
        self.trainee = UserFactory(trainee=True, full_name=f"{self.mark}学员")
        self.enrolment = training.enrol(self.session, Actor.of(self.trainee), county)
        self._works(county)
        self._calls(people)
        # A row of every kind of dossier; a new kind is one more.
        spot = tourism.publish(
            tourism.draft_spot(people["owner"], f"{self.mark}景"), people["owner"]
        )
        self.spot = spot
        self.route = self._route(people["owner"])
        self.dossiers = [
            self.draft,
            tourism.draft_spot(people["owner"], f"{self.mark}新景"),
            tourism.draft_route(people["owner"], [spot], f"{self.mark}新线"),
            self.application,
            creators.draft(self.maker, f"{self.mark}新人", county),
        ]
        self.paper = self._paper()
        self._brands(people["owner"])
        self._desk()
        self._own_things()

    def _own_things(self) -> None:
        """What belongs to one person: a file, work, a copy of own data, a notice, an address."""
        self.file = self.draft.attachments.get(purpose="certificates").file
        self.work = enqueue(
            kind="notices.sms", key=self.mark, payload={"message": 0}, asked_by=self.official
        )
        work = ask_export(user=self.official, actor=Actor.of(self.official))
        run_work(work_id=work.pk)
        self.export = self.official.exports.get()
        self.notice = notify(
            recipients=[self.official],
            event="submission.approve",
            msgid="“%(title)s” was approved.",
            params={"title": self.mark},
            url="/dossiers/",
        )[0]
        self.intake = self._workbook()
        address = f"{self.mark}@163.com"
        self._machines()
        self.preferences = Preferences.objects.create(user=self.official, email=address)

    def _machines(self) -> None:
        """A key of the county's system, its webhook and a message that went out."""
        place = County.objects.get(pk=self.county)
        owner = {"owner": self.official, "county": place}
        self.key, _secret = machines.issue(**owner, name=f"{self.mark}系统")
        self.delivery = machines.sent(self.key, self.published)
        # Whoever reads the feed first numbers what changed before.
        changes.latest_number()

    def _paper(self) -> Qualification:
        """A brand number of the organisation, with a yearly check; its merchant entered it."""
        day = clock.today()
        return papers.enter(
            holder=self.organisation,
            actor=Actor.of(self.merchant),
            kind="yue",
            number=f"{self.mark}字号",
            valid_from=day.replace(year=day.year - 1),
            valid_until=day,
            check_due_on=day,
        )

    def _brands(self, owner: Actor) -> None:
        """A brand with its product, and a standard that the product keeps."""
        self.brand = branding.brand(owner, self.county, name=f"{self.mark}品牌")
        branding.join_brand(brand=self.brand, product=self.published.product, actor=owner)
        place = {"county": self.brand.county, "city": self.brand.city}
        title = f"{self.mark}标准"
        self.standard = branding.standard(owner, code=self.county, title=title, **place)
        branding.follow(submission=self.published, standard=self.standard, actor=owner)

    def _workbook(self) -> Intake:
        """A workbook that was checked: one row is new, one is wrong."""
        rows = [(2, [f"{self.mark}干果", "面议"]), (3, [f"{self.mark}茶油", "60"])]
        intake = sheets.upload(
            kind=kinds.get("product"),
            name=f"{self.mark}.xlsx",
            found=Found(["品名", "售价"], ["name", "price"], rows),
            archive=None,
            actor=Actor.of(self.official),
        )
        run_work(work_id=sheets.ask(intake=intake, act="check", actor=Actor.of(self.official)).pk)
        intake.refresh_from_db()
        return intake

    def _desk(self) -> None:
        """A kept filter, a stand-in, a template and a bulk act."""
        colleague = Actor.of(self.colleague)
        self.view = desk.keep_view(name=f"{self.mark}方案", query="clock=over", actor=colleague)
        self.stand_in = stand_in(
            absent=self.colleague,
            deputy=self.official,
            first_day=clock.today(),
            last_day=clock.today(),
            actor=colleague,
        )
        office = Actor.of(self.office)
        text = f"{self.mark}常用语"
        self.letter = desk.write_letter(letter=Letter(reason="photo", text=text), actor=office)
        # Of a version long gone: nothing of it is ever done.
        gone = [(self.submitted.pk, 0)]
        self.bulk = bulk.ask(act="return", rows=gone, actor=colleague, note=self.mark)

    def people(self) -> dict[str, User]:
        """One person of every kind that a neighbour may be."""
        return {
            "official": self.official,
            "merchant": self.merchant,
            "creator": self.maker.user,
            "trainee": self.trainee,
            "city": UserFactory(official_of_city=ANOTHER_CITY),
        }

    def _traffic(self, office: Actor) -> None:
        """A placement with its report and its impressions."""
        # A source of its own: of one source the later report of a day replaces the earlier.
        source = world.source(f"{self.mark}日报")
        self.placement = world.placement(
            office, submission=self.published, ids=(f"id-{self.county}",), source=source
        )
        self.statement = world.land(
            office, [(world.DAY, f"id-{self.county}", 7)], name=f"{self.mark}.csv", of=source
        ).statement
        check = world.source(f"{self.mark}复核")
        rows = [(world.DAY, f"id-{self.county}", 6)]
        world.land(office, rows, name=f"{self.mark}复核.csv", of=check)
        self.compared = self.placement.compared.get()
        self.gap = gaps.assign_gap(
            placement=self.placement, source=check, owner=self.office, actor=office, note=self.mark
        )
        mine = sha256(self.mark.encode()).hexdigest()
        upload = uploads.start(
            source=source,
            period=(None, None),
            how="replace",
            files=[{"sha256": mine, "name": f"{self.mark}.csv", "size": 5}],
            caller=f"person:{self.office.pk}",
            actor=office,
        )
        # What their addresses hold.
        self.landed = {"pk": self.statement.pk}
        self.upload = {"upload": upload.pk}
        self.upload_file = {**self.upload, "sha256": mine}
        self.transfer = move_amount(
            source=self.placement.account.parent.parent.parent.parent,
            target=self.placement.account,
            amount=1000,
            actor=office,
            reason=self.mark,
        )[-1]
        self._shortfall(office)
        now = clock.now()
        self.check = Reconciliation.objects.create(started_at=now, ended_at=now, found=1)
        self.check.differences.create(
            statement=self.statement,
            placement=self.placement,
            sentence="Report %(name)s: %(rows)d rows are unaccounted for.",
            words={"name": f"{self.mark}.csv", "rows": 1},
        )

    def _shortfall(self, office: Actor) -> None:
        """A make-good that waits, and a workbook of allotments that was not booked."""
        county = self.placement.account.parent
        self.make_good = MakeGood.objects.create(
            placement=self.placement,
            promised=1000,
            delivered=7,
            short=993,
            amount=993,
            reserve=county,
            due_on=clock.today(),
            proposed_at=clock.now(),
        )
        self.alert = Alert.objects.create(
            kind="will_miss",
            key=f"will_miss:{self.county}",
            campaign=self.placement.campaign,
            county=self.placement.county,
            placement=self.placement,
            figures={"n": 1, "lacks": 993, "given": 1000},
            since=clock.today(),
            raised_at=clock.now(),
            raised_in=uuid.uuid4(),
        )
        log_move(self.make_good, name="propose", from_state="", actor=Actor.system())
        line = {"row": 2, "code": f"A{self.placement.account_id}", "county": "", "source": ""}
        self.sheet, _new = keep_sheet(
            account=county,
            name=f"{self.mark}.xlsx",
            lines=[{**line, "amount": "1", "reason": self.mark}],
            actor=office,
        )

    def reopen_alert(self) -> None:
        """Have the alert stand again, which a close has ended since: it was made up."""
        Alert.objects.filter(pk=self.alert.pk).update(ended_on=None)

    def _calls(self, people: dict[str, Actor]) -> None:
        """A product put forward and selected, in a session's running order; a call and a session
        that are still empty."""
        owner, office = people["owner"], people["office"]
        self.call = calls.call(office, name=f"{self.county} 征集", quota=9)
        self.open_call = calls.call(office, name=f"{self.county} 新征集")
        self.put_entry = calls.selected(self.call, self.published, owner, office)
        self.live = calls.session(office, name=f"{self.county} 专场")
        self.next_live = calls.session(office, name=f"{self.county} 下一场")
        self.live = calls.write(self.live, office, (self.put_entry, 5, 1))

    def _shelves(self, office: Actor) -> None:
        """A listing with a day of sales, an id nobody knows, a profile and what it sent."""
        figures = {"date": world.DAY, "orders": 20, "sales": 80000, "refunds": 2, "refunded": 8000}
        self.listing = products.listed(
            self.published, office, external_id=f"sp-{self.county}", shop=f"{self.mark}店"
        )
        self.listing = change_listing(
            listing=self.listing, price=Decimal("41.00"), stock=29, seen=1, actor=office
        )
        self.sold = SalesDay.objects.create(product_id=self.published.pk, **figures)
        self.lost_sale = UnmatchedSale.objects.create(
            source=self.statement.source, external_id=f"{self.mark}号", **figures
        )
        self.profile = products.profile(
            office, name=f"{self.mark}选品", mode="all", county_id=self.county
        )
        self.sent = products.run(self.profile, office)

    def _route(self, owner: Actor) -> Submission:
        spots = [tourism.publish(tourism.draft_spot(owner, f"{n}景"), owner) for n in "甲乙"]
        return tourism.publish(
            tourism.draft_route(owner, [self.spot, *spots], f"{self.mark}线"), owner
        )

    def _works(self, county: str) -> None:
        """A verified creator, a task about the county's product, and the creator's take of it."""
        self.maker = Actor.of(UserFactory(creator=True, full_name=f"{self.mark}达人"))
        self.creator = creators.verified(self.maker, f"{self.mark}达人", county)
        self.task = creators.task(Actor.of(self.office), self.published)
        self.take = take_task(task=self.task, actor=self.maker)

    def _application(self) -> Submission:
        merchant = Actor.of(self.merchant)
        row = subsidies.application(merchant, self.round)
        form = kinds.get("application").form(
            values.as_post(
                {
                    **values.of_form(kinds.get("application").form(instance=row.record)),
                    "name": f"{self.mark}冷库",
                }
            ),
            instance=row.record,
            actor=merchant,
        )
        assert form.is_valid(), form.errors
        return domain.save_draft(submission=row, form=form, actor=merchant, seen=row.version)

    def _revision(self, owner: Actor) -> Any:
        kind = kinds.get("product")
        now = values.of_form(kind.form(instance=self.published.record))
        form = kind.form(
            values.as_post({**now, "name": f"{self.mark}新名"}),
            instance=self.published.record,
            actor=owner,
            complete=True,
        )
        assert form.is_valid(), form.errors
        _live, revision = domain.change_published(
            submission=self.published, form=form, actor=owner, seen=self.published.version
        )
        return revision
