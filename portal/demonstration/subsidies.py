"""A subsidy scheme with one round, and what the three invented merchants applied for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from merchants import domain
from merchants.models import Round, Scheme
from portal import clock
from portal.accounts.actor import Actor
from portal.demonstration import dossiers, people, pictures
from portal.moves.domain import transition
from portal.regions.models import County
from portal.submissions.models import Submission

OPENED = datetime(2023, 9, 25, 10, 0, tzinfo=clock.SHANGHAI)
# Mondays after the holidays, so that no step falls on a weekend.
FILED = datetime(2023, 10, 9, 10, 0, tzinfo=clock.SHANGHAI)
LATELY = datetime(2023, 10, 18, 10, 0, tzinfo=clock.SHANGHAI)
REFUSED = datetime(2023, 10, 12, 16, 0, tzinfo=clock.SHANGHAI)
SCHEME = "县域小商家冷链与包装补贴"
SUMMARY = (
    "补贴在册合作社、家庭农场和小企业购置小型冷库、保鲜车载设备和环保包装。"
    "每家每轮不超过 20000 元，凭报价单或合同申请。（演示）"
)
ROUND = "2023 年秋季轮"
YUAN = 100
BUDGET = 1_000_000 * YUAN
# Shares in yuan by county: who has more to ship gets more.
SHARES = {
    "440232": 80_000,
    "441881": 90_000,
    "440825": 120_000,
    "440224": 60_000,
    "440882": 80_000,
    "440981": 90_000,
    "441422": 60_000,
    "441523": 50_000,
    "441625": 50_000,
    "445222": 60_000,
}


@dataclass(frozen=True)
class Case:
    """One application: who, what for, how much in yuan, and how far it came."""

    merchant: str
    name: str
    yuan: str
    purpose: str
    start: datetime
    way: tuple[tuple[str, str, int], ...]
    refused: str = ""


CASES = (
    Case(
        "merchant1",
        "山货保鲜小冷库",
        "18000.00",
        "在合作社分拣点购置一座 12 立方米小冷库，2023 年 12 月底前装好。（演示）",
        FILED,
        dossiers.FULL_WAY,
    ),
    Case(
        "merchant2",
        "茶叶环保包装",
        "9600.00",
        "采购可回收茶叶包装盒 6000 个，供年货节发货使用。（演示）",
        LATELY,
        dossiers.FULL_WAY[:1],
    ),
    Case(
        "merchant3",
        "果园观光步道",
        "20000.00",
        "在果园铺设观光步道 300 米。（演示）",
        FILED,
        dossiers.FULL_WAY[:2],
        refused="观光步道不在本轮补贴范围内：本轮只补贴冷链设备和包装，请按补贴说明另行申请。",
    ),
)


def build() -> None:
    """Open the round and file the applications that are not there yet."""
    round_ = _open()
    for case in CASES:
        if not dossiers.is_told("application", case.name):
            _tell(case, round_)


@transaction.atomic
def _open() -> Round:
    """Return the round, opened with its shares when it was not there."""
    known = Round.objects.filter(scheme__name=SCHEME, name=ROUND).first()
    if known is not None:
        return known
    office = people.actor("staff1")
    with clock.telling(OPENED):
        scheme = Scheme.objects.filter(name=SCHEME).first() or domain.open_scheme(
            name=SCHEME, summary=SUMMARY, actor=office
        )
        row = domain.open_round(
            scheme=scheme,
            name=ROUND,
            opens=OPENED.date(),
            closes=date(2023, 11, 30),
            promised_days=10,
            fen=BUDGET,
            actor=office,
        )
        counties = County.objects.in_bulk(list(SHARES))
        for code, yuan in SHARES.items():
            domain.give_share(
                round=row,
                county=counties[code],
                fen=yuan * YUAN,
                actor=office,
                reason="秋季轮首批县区份额",
            )
    return row


@transaction.atomic
def _tell(case: Case, round_: Round) -> Submission:
    owner = people.actor(case.merchant)
    hat = owner.memberships[0]
    assert hat.organisation is not None  # noqa: S101 - people.build registers it
    row = dossiers.tell(
        kind="application",
        key=case.name,
        values={
            "round": round_.pk,
            "name": case.name,
            "amount": case.yuan,
            "purpose": case.purpose,
            "contact_name": str(owner.user),
            "contact_phone": owner.person.phone or "",
        },
        files={"certificates-new": [pictures.quotation(case.name)]},
        people=_people(owner, hat.organisation.county_id),
        start=case.start,
        way=case.way,
    )
    if case.refused:
        with clock.telling(REFUSED):
            office = people.actor("staff2")
            row = transition(row, "refuse", actor=office, seen=row.version, note=case.refused)
    return row


def _people(owner: Actor, county: str) -> dict[str, Actor]:
    """The merchant, one official of its county, and the office."""
    return {
        "owner": owner,
        "second": people.actor(people.county_person(county, 1)),
        "office": people.actor("staff2"),
    }
