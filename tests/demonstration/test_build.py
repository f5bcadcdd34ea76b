"""The demonstration: broken off three times, continued, and true in every figure."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from datetime import date
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection
from django.db.models import Avg, Count, F, Max, Q, Sum
from django.urls import reverse
from django.utils import timezone

from creators.models import Take, Task
from merchants import queries as subsidies
from portal import clock, demonstration
from portal.accounts.enums import Role
from portal.accounts.models import Membership, User
from portal.audit.domain import seal_committed_entries
from portal.audit.models import Entry
from portal.campaigns.models import Action, Campaign
from portal.demonstration import incidents, people, products, reports, shelves, spots
from portal.demonstration.placements import CREATORS, TOTALS
from portal.home import effect
from portal.jobs.models import Work
from portal.ledger.models import Account, Level, Transfer
from portal.moves.models import MoveLog
from portal.notices.models import Message
from portal.regions.models import Area, County
from portal.stages import By, Cut
from portal.statements import queries as statements
from portal.statements.models import Part, RejectedRow, Statement
from portal.submissions.models import Submission
from products.models import Export, Listing, SalesDay, SeenDay, UnmatchedSale
from products.queries import usable_on
from tests import dossiers
from tests.demonstration.building import build, fingerprint, programme  # noqa: F401 - a fixture
from traffic import queries
from traffic.enums import Channel, Fate
from traffic.models import (
    Correction,
    Day,
    DayFate,
    Difference,
    ExternalId,
    Gap,
    Placement,
    PlacementDay,
    Reconciliation,
    UnmatchedDay,
)
from training import queries as training
from training.models import Course

pytestmark = pytest.mark.django_db  # on SQLite `management/test_run.py` builds and checks it


def test_a_second_run_writes_nothing():
    before = fingerprint()
    writes = []

    def note(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if sql.split(maxsplit=1)[0] in {"INSERT", "UPDATE", "DELETE"}:
            writes.append(sql)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(note):
        build()
    assert writes == []
    assert fingerprint() == before


def test_what_visitors_publish_is_left_to_them():
    placements = Placement.objects.count()
    row = dossiers.product_in("published", owner=dossiers.official(dossiers.RUYUAN))
    build()
    assert row.placements.count() == 0
    assert Placement.objects.count() == placements


def test_the_pledge_is_shared_out_over_five_actions_and_the_rest_stays_in_the_pool():
    pool = queries.board_row(Account.objects.get(level=Level.POOL))
    actions = queries.board_rows(Account.objects.filter(level=Level.ACTION))
    assert (pool.promised, pool.allotted) == (10_000_000_000, 9_600_000_000)
    assert {row.account.key: row.promised for row in actions} == {
        "products": 4_500_000_000,
        "tourism": 2_200_000_000,
        "merchants": 1_200_000_000,
        "creators": 1_100_000_000,
        "training": 600_000_000,
    }
    assert pool.delivered == sum(row.delivered for row in actions)


def test_every_action_has_a_campaign_that_runs_on_the_programmes_day():
    today = date(2023, 10, 23)
    running = Campaign.objects.filter(first_day__lt=today, last_day__gte=today)
    assert set(running.values_list("action", flat=True)) == set(Action.values)
    harvest = Campaign.objects.get(name="丰收节")
    assert (harvest.first_day, harvest.last_day) == (date(2023, 9, 23), date(2023, 10, 31))
    assert Campaign.objects.aggregate(last=Max("last_day"))["last"] == date(2024, 9, 22)


def test_the_festivals_people_know_by_name_are_on_the_calendar():
    named = Campaign.objects.filter(
        code__in=("harvest-2023", "autumn-2023", "new-year-goods-2024", "customs-2024")
    ).order_by("first_day")
    assert list(named.values_list("name", "first_day", "last_day")) == [
        ("丰收节", date(2023, 9, 23), date(2023, 10, 31)),
        ("金秋广货", date(2023, 10, 8), date(2023, 11, 30)),
        ("年货节", date(2024, 1, 5), date(2024, 2, 8)),
        ("年俗里的广东", date(2024, 1, 25), date(2024, 2, 24)),
    ]


def test_the_60_real_products_and_45_real_villages_are_all_there():
    titles = {
        kind: set(Submission.objects.filter(kind=kind).values_list("title", flat=True))
        for kind in ("product", "spot")
    }
    assert titles["product"] == {row["name"] for row in products.rows()}
    assert titles["spot"] == {row["short"] for row in spots.rows()}
    assert (len(titles["product"]), len(titles["spot"])) == (60, 45)


def test_every_role_was_given_by_the_portals_own_act_and_stands_in_the_record():
    given = Entry.objects.filter(act="account.grant_role")
    people = User.objects.filter(is_demonstration=True)
    assert {int(entry.subject_id) for entry in given} == {person.pk for person in people}
    assert Membership.objects.count() == given.count() == people.count()
    admin = User.objects.get(username="admin")
    assert (admin.is_staff, admin.is_superuser) == (True, True)
    officials = given.filter(data__granted="official")
    assert officials.count() == 2 * 124 + 1
    assert {entry.user_id for entry in officials} == {admin.pk}
    # Nobody was sent an invitation.
    assert not Message.objects.filter(body__contains="账号").exists()


@pytest.mark.parametrize("name", ["home", "products", "spots", "account_login"])
def test_a_banner_names_the_day_of_the_programme(name, client):
    page = client.get(reverse(name)).content.decode()
    (banner,) = re.findall(r'<div class="demo">(.*?)</div></div>', page, re.S)
    words = " ".join(re.sub(r"<[^>]+>", " ", banner).split())
    assert words == "演示系统 · 项目时钟停在2023年10月23日"


def test_no_fruit_is_promoted_out_of_its_season():
    rows = Placement.objects.filter(submission__product__season_start__isnull=False)
    begun = {(row.submission.product, row.first_day.month) for row in rows.order_by("pk")}
    assert len({product.pk for product, _month in begun}) == 15
    assert all(product.in_season(month) for product, month in begun)


def test_every_county_has_a_share_and_those_far_from_the_large_cities_more():
    received = Transfer.objects.filter(target__level=Level.COUNTY, source__level=Level.CAMPAIGN)
    assert set(received.values_list("target__county", flat=True)) == set(
        County.objects.values_list("pk", flat=True)
    )
    assert received.values("target__county").distinct().count() == 124
    harvest = received.filter(target__parent__key="harvest-2023", reverses=None)
    mean = {
        area: harvest.filter(target__county__city__area=area).aggregate(n=Avg("amount"))["n"]
        for area in Area.values
    }
    assert min(mean[Area.NORTH], mean[Area.EAST], mean[Area.WEST]) > mean[Area.PEARL]


def test_products_have_their_placements_each_with_an_id_a_window_and_an_allotment():
    rows = Placement.objects.filter(submission__kind="product")
    assert rows.count() == 1028
    ids = ExternalId.objects.filter(placement__in=rows).values_list("value", flat=True)
    assert len(set(ids)) == 1028
    assert all(len(value) == 19 and value.isdecimal() for value in ids)
    assert not rows.filter(account__balance=0).exists()
    inside = Q(first_day__gte=F("campaign__first_day"), last_day__lte=F("campaign__last_day"))
    assert not rows.exclude(inside).exists()
    assert set(rows.values_list("channel", flat=True)) == set(Channel.values)
    assert rows.values("submission").distinct().count() == 57


def test_the_key_villages_are_spots_and_five_routes_lead_through_them():
    spots, routes = (Submission.objects.filter(kind=kind) for kind in ("spot", "route"))
    assert Counter(spots.values_list("state", flat=True)) == {
        "published": 41,
        "endorsed": 1,
        "submitted": 1,
        "draft": 2,
    }
    assert not spots.filter(spot__town=None).exclude(state="draft").exists()
    assert list(routes.values_list("state", flat=True)) == ["published"] * 5
    assert set(routes.annotate(n=Count("route__stops")).values_list("n", flat=True)) == {3}
    closed = Submission.objects.get(spot__closed_until__isnull=False)
    assert (closed.title, closed.spot.closed_until) == ("五丰村", date(2023, 11, 10))
    placed = Placement.objects.filter(campaign__action="tourism")
    assert placed.values("submission").distinct().count() == 46
    assert set(placed.values_list("submission__kind", flat=True)) == {"spot", "route"}


def test_one_class_is_over_one_is_full_with_a_waiting_list_and_three_have_seats_left():
    assert Course.objects.count() == 3
    rows = training.sessions().order_by("starts_at")
    assert [(row.seats, row.taken, row.waits) for row in rows] == [
        (20, 8, 0),
        (6, 6, 3),
        (40, 8, 0),
        (20, 6, 0),
        (30, 3, 0),
    ]
    assert rows[0].ends_at < clock.now() < rows[1].starts_at
    assert training.people_counts(people.actor("staff1").person) == {"enrolled": 12, "trained": 8}
    trainees = User.objects.filter(memberships__role=Role.TRAINEE)
    assert trainees.filter(is_demonstration=True, phone_verified=True).count() == 12
    assert not trainees.exclude(phone__startswith="1999998").exists()


def test_of_three_applications_one_is_approved_one_waits_and_one_was_refused_with_a_reason():
    rows = Submission.objects.filter(kind="application").order_by("application__amount")
    assert list(rows.values_list("title", "state")) == [
        ("茶叶环保包装", "submitted"),
        ("山货保鲜小冷库", "approved"),
        ("果园观光步道", "refused"),
    ]
    assert MoveLog.objects.of(rows[2]).get(move="refuse").note.startswith("观光步道不在")
    (subsidy,) = subsidies.rounds()
    assert subsidy.budget.balance == 26_000_000
    shares = Account.objects.filter(parent=subsidy.budget)
    assert (shares.count(), shares.get(key="440232").balance) == (10, 6_200_000)
    assert rows[1].application.account.balance == 1_800_000


def test_ten_creators_are_verified_and_their_works_stand_in_every_state():
    assert (
        list(
            Submission.objects.filter(kind="creator").order_by("pk").values_list("state", flat=True)
        )
        == ["published"] * 10
    )
    assert Task.objects.count() == 3
    assert Counter(Take.objects.order_by("pk").values_list("state", flat=True)) == {
        "accepted": 3,
        "handed_in": 2,
        "returned": 1,
        "taken": 2,
        "cancelled": 1,
    }
    people = User.objects.filter(memberships__role=Role.CREATOR)
    assert people.filter(is_demonstration=True, phone__startswith="1999998").count() == 10


def test_the_effect_stands_on_one_line_with_figures_for_counties_and_creators():
    office = people.actor("staff1")
    found = effect.table(office, Cut(by=By.COUNTY))
    told = {column.stage: cell for column, cell in found.total.cells if cell}
    assert told.keys() == {"delivered", "visits", "orders"}
    assert told["delivered"].value == PlacementDay.objects.aggregate(n=Sum("count"))["n"]
    assert told["visits"].value == PlacementDay.objects.aggregate(n=Sum("clicks"))["n"]
    assert 1.2 < told["visits"].rate < 4.5
    assert told["orders"].value == SalesDay.objects.aggregate(n=Sum("orders"))["n"]
    assert {cell.last for cell in told.values()} == {date(2023, 10, 22)}
    creators = effect.table(office, Cut(by=By.CREATOR))
    # One of the three made two of the works.
    # All ten are promoted themselves; the works of three are counted where there are no clicks.
    assert len(creators.lines) == 10
    assert all(line.value(0) > line.value(1) > 0 for line in creators.lines)


def test_the_terminal_names_somebody_of_every_role_that_signs_in():
    rows = demonstration.sign_in_rows()
    assert [name for _hat, name, _password in rows][-2:] == ["trainee1", "creator1"]


def test_one_share_went_sideways_and_one_transfer_was_reversed():
    reversal = Transfer.objects.get(reverses__isnull=False)
    assert (reversal.amount, reversal.reverses.amount) == (3_000_000, 3_000_000)
    act = Transfer.objects.filter(reason__contains="调剂给徐闻").order_by("pk")
    assert [(row.source.name, row.target.name) for row in act] == [
        ("连州市", "丰收节"),
        ("丰收节", "徐闻县"),
    ]


def test_thirty_days_are_closed_and_everything_adds_up():
    days = Day.objects.order_by("date")
    assert [days[0].date, days[29].date] == [date(2023, 9, 23), date(2023, 10, 22)]
    assert (days.count(), days.filter(closed=F("wanted")).count()) == (30, 30)
    assert {fate for fate in Fate.values if DayFate.objects.filter(fate=fate).exists()} == {
        *Fate.values
    }


def test_checks_are_kept_one_found_a_lost_file_and_the_newest_finds_everything_right():
    kept = Reconciliation.objects.order_by("pk")
    assert [(timezone.localdate(row.started_at, clock.SHANGHAI), row.found) for row in kept] == [
        (date(2023, 9, 24), 0),
        (date(2023, 9, 25), 1),
        (date(2023, 9, 26), 0),
        (date(2023, 10, 23), 0),
    ]
    (lost,) = Difference.objects.all()
    assert lost.words["name"] == "巨量引擎素材日报_20230924.csv"
    # It was landed again: the newest check has read every file there is.
    assert kept[3].asked_by.username == "staff2"


def test_totals_came_by_the_watched_folder_which_refused_one_file():
    landed = Statement.objects.filter(source__name=TOTALS).order_by("pk")
    days = [day for day in range(12, 20) if day != 15]
    assert [row.first_day.day for row in landed] == days
    assert set(landed.values_list("landed_by", flat=True)) == {None}
    assert [row.name for row in statements.late(people.actor("staff1").person)] == [TOTALS]
    ((source, name, why),) = statements.refused_files()
    assert (source.name, name) == (TOTALS, "抖音作品累计_最新.csv")
    assert "表头和文件名都没有写明时期" in why


def test_one_gap_is_explained_and_one_is_looked_into():
    settled, open_ = Gap.objects.order_by("pk")
    assert (settled.source.name, settled.state) == (TOTALS, "settled")
    assert (open_.source.name, open_.state) == (CREATORS, "open")
    assert settled.settled_at_difference > 0
    assert MoveLog.objects.of(settled).get(move="settle_gap").note == incidents.EXPLAINED


def test_reports_have_the_faults_that_reports_have():
    damaged = Part.objects.get(rows_rejected__gt=0)
    assert (damaged.name, damaged.rows_rejected) == ("巨量引擎素材日报_20231016.csv", 3)
    assert RejectedRow.objects.count() == 3
    assert {metric for metric, _own, _ours in damaged.differences} == {"impressions", "clicks"}
    assert UnmatchedDay.objects.values("external_id").distinct().count() == 7
    struck_off = Correction.objects.order_by("pk")
    assert {row.date for row in struck_off} == {date(2023, 10, 5)}
    assert all(row.difference < 0 for row in struck_off)
    last_day = Part.objects.filter(statement__first_day=date(2023, 10, 22)).order_by("pk")
    assert [part.name for part in last_day] == ["巨量引擎素材日报_20231022.csv"]
    assert Part.objects.get(name__endswith=".xlsx").rows_data > 100
    assert set(Part.objects.filter(has_hour=True).values_list("name", flat=True)) == {
        f"抖音作品日报_{day}.csv"
        for day in ("20230923", "20231001", "20231002", "20231003", "20231014", "20231015")
    }
    by_hour = PlacementDay.objects.filter(hours__isnull=False).order_by("pk")
    assert by_hour.count() > 300
    assert all(sum(row.by_hour) == row.count for row in by_hour)


def test_most_ended_placements_got_what_was_promised_some_more_some_less():
    ended = Account.objects.filter(placement__last_day__lt=date(2023, 10, 22))
    ratios = [row.delivered / row.promised for row in queries.board_rows(ended)]
    ahead = sum(ratio > 1.1 for ratio in ratios)
    behind = sum(ratio < 0.8 for ratio in ratios)
    assert 5 < ahead < len(ratios) / 10
    assert 5 < behind < len(ratios) / 7


def test_the_same_works_give_the_same_files():
    delivered = Part.objects.exclude(statement__source__name=shelves.SOURCE)
    landed = set(delivered.values_list("statement__source__name", "name", "sha256"))
    again = {
        (file.source, file.name, hashlib.sha256(file.data).hexdigest())
        for file in reports.files(reports.promoted())
    }
    assert again == landed
    assert {(source, name) for source, name, _sha in landed} == set(reports.names())


def test_products_stand_on_shelves_and_every_order_of_the_report_is_somewhere():
    part = Part.objects.get(statement__source__name=shelves.SOURCE)
    figures = ("orders", "sales", "refunds", "refunded")
    sums = Counter()
    for model in (SalesDay, UnmatchedSale):
        sums.update(model.objects.aggregate(**{name: Sum(name) for name in figures}))
    assert dict(sums) == {name: part.totals[name] for name in figures}
    assert SalesDay.objects.values("product").distinct().count() == Listing.objects.count() == 7
    assert UnmatchedSale.objects.values("external_id").distinct().count() == 1
    export = Export.objects.get(finished_at__isnull=False)
    assert export.sent == usable_on(clock.today()).count()
    assert SeenDay.objects.values("product").distinct().count() == 8


def test_nothing_is_left_for_the_workers_and_texts_were_sent_in_their_day():
    assert set(Work.objects.values_list("state", flat=True)) == {"done"}
    assert not Message.objects.exclude(sent_at=F("created_at")).exists()
    assert Message.objects.count() >= 57


def test_the_record_holds_once_it_is_sealed():
    while seal_committed_entries():
        pass
    call_command("verify_audit")
    made = Entry.objects.filter(act="placement.create").count()
    assert made == Placement.objects.count()
    shared = Entry.objects.filter(act="ledger.share_out").order_by("pk")
    listed = [pk for entry in shared for pk in entry.data["transfers"]]
    assert Transfer.objects.filter(pk__in=listed).aggregate(n=Sum("amount"))["n"] == sum(
        entry.data["amount"] for entry in shared
    )
