"""Every page that stands, as those who use it see it."""

from __future__ import annotations

from datetime import date

import pytest

from creators.domain import take_task
from portal.accounts.actor import Actor
from portal.accounts.models import User
from portal.jobs.domain import enqueue
from portal.ledger.domain import move
from portal.statements import meanings
from portal.submissions.models import Submission
from tests import dossiers
from tests.browser.conftest import People
from tests.browser.look import Look
from tests.browser.steps import go
from tests.creators import world as works
from tests.factories import RUYUAN, OrganisationFactory, UserFactory
from tests.merchants import world as subsidies
from tests.tourism import world as places
from tests.traffic import world
from tests.training import world as classes

pytestmark = pytest.mark.browser


@pytest.fixture
def official(live_server) -> User:
    """An official of 乳源 with something to do and something told."""
    return UserFactory(official=RUYUAN, full_name="盘志明")


@pytest.fixture
def returned(official: User) -> Submission:
    colleague = UserFactory(official=RUYUAN, full_name="赵春兰")
    owner = Actor.of(official)
    dossiers.product_in("submitted", owner=Actor.of(colleague), name="乳源瑶山茶")
    dossiers.product_in("endorsed", owner=owner, name="大桥高山油菜心")
    dossiers.product_in("published", owner=owner)
    return dossiers.product_in("returned", owner=owner, name="必背瑶绣香囊")


@pytest.mark.usefixtures("live_server")
def test_what_everybody_may_see(people: People, look: Look) -> None:
    row = dossiers.product_in("published")
    session = classes.planned(seats=20, kept={RUYUAN: 5}, release_on=date(2023, 11, 1))
    page = people.visitor()
    for name, address in {
        "public": "/",
        "about": "/about/",
        "privacy": "/privacy/",
        "sign-in": "/account/login/",
        "sign-up": "/account/signup/",
        "forgotten": "/account/password/reset/",
        "catalogue": "/products/",
        "catalogue-empty": "/products/?q=%E6%B2%A1%E6%9C%89",
        "product": f"/products/{row.code}/",
        "harvest": "/products/harvest/?when=all",
        "harvest-empty": "/products/harvest/?when=6",
        "courses": "/courses/",
        "class": f"/classes/{session.pk}/",
    }.items():
        assert page.goto(address).status == 200
        look(page, name)
    assert page.goto("/nowhere/").status == 404
    look(page, "not-found")


def test_what_an_official_works_with(
    people: People, look: Look, official: User, returned: Submission
) -> None:
    OrganisationFactory(name="乳源瑶山茶业专业合作社")
    page = people.through_the_door(official)
    look(page, "home-official")
    for name, address in {
        "dossiers": "/dossiers/",
        "dossiers-empty": "/dossiers/?state=refused",
        "dossier-new": "/dossiers/new/product/",
        "dossier-returned": f"/dossiers/{returned.code}/",
        "dossier-edit": f"/dossiers/{returned.code}/edit/",
        "organisations": "/organisations/",
        "organisation-new": "/organisations/new/",
        "notices": "/notices/",
        "profile": "/account/profile/",
        "sessions": "/account/sessions/",
        "password": "/account/password/change/",
        "second-step": "/account/2fa/",
    }.items():
        assert page.goto(address).status == 200
        look(page, name)
    page.goto("/organisations/")
    go(page.get_by_role("link", name="乳源瑶山茶业专业合作社"))
    look(page, "organisation")


def test_what_the_office_works_with(
    people: People, look: Look, official: User, returned: Submission
) -> None:
    office = UserFactory(staff=True, full_name="陈雅文")
    enqueue(kind="notices.sms", key="月报", payload={"message": 0}, asked_by=official)
    again = dossiers.product_in("submitted", name="必背瑶绣香囊")
    published = Submission.objects.get(state="published")
    page = people(office)
    look(page, "home-office")
    for name, address in {
        "duplicates": again.get_absolute_url(),
        "merge": f"/dossiers/{again.code}/merge/{returned.code}/",
        "merge-impossible": f"/dossiers/{published.code}/merge/{again.code}/",
        "queue": "/dossiers/?turn=me",
        "work": "/work/?state=waiting",
    }.items():
        assert page.goto(address).status == 200
        look(page, name)


def test_what_an_administrator_works_with(people: People, look: Look, returned: Submission) -> None:
    page = people.through_the_door(UserFactory(admin=True, full_name="王建国"))
    look(page, "home-admin")
    for name, address in {
        "people": "/people/",
        "invite": "/people/invite/",
        "audit": "/audit/",
    }.items():
        assert page.goto(address).status == 200
        look(page, name)


@pytest.mark.usefixtures("live_server")
def test_the_traffic_of_a_county(people: People, look: Look) -> None:
    placement = world.placement(dossiers.staff())
    page = people(UserFactory(official=RUYUAN, full_name="盘志明"))
    look_at = {
        "own-board": "/board/",
        "own-account": f"/board/{placement.account.parent_id}/",
        "own-placements": "/placements/",
        "own-placement": placement.get_absolute_url(),
        "own-deliveries-empty": f"/board/{placement.account_id}/deliveries/",
        "campaigns": "/campaigns/",
    }
    for name, address in look_at.items():
        assert page.goto(address).status == 200
        look(page, name)


@pytest.mark.usefixtures("live_server")
def test_what_the_office_does_to_mend_figures(people: People, look: Look) -> None:
    office = UserFactory(staff=True, full_name="陈雅文")
    placement = world.placement(Actor.of(office))
    top = placement.account.parent.parent.parent.parent
    reason = {"actor": Actor.of(office), "reason": "丰收节首批"}
    transfer = move(source=top, target=placement.account, amount=5_000_000, **reason)[-1]
    damaged = (world.DAY, "1.00449E+11", 7)
    wrong = world.land(Actor.of(office), [(world.DAY, world.ID, 100), damaged]).statement
    held = world.land(Actor.of(office), [], name="空.csv").statement
    meanings.give_meanings(
        source=wrong.source, meanings={"看见次数": "impressions"}, actor=Actor.of(office)
    )
    page = people(office)
    for name, address in {
        "transfer-reverse": f"/transfers/{transfer.pk}/reverse/",
        "statements": "/platform-reports/",
        "statements-empty": "/platform-reports/?state=set_aside",
        "statement-rejected-rows": wrong.get_absolute_url(),
        "statement-held": held.get_absolute_url(),
        "statement-set-aside": f"/platform-reports/{wrong.pk}/set-aside/",
        "source": wrong.source.get_absolute_url(),
        "source-columns": f"{wrong.source.get_absolute_url()}columns/",
        "unmatched-empty": "/unmatched/",
    }.items():
        assert page.goto(address).status == 200
        look(page, name)


@pytest.mark.usefixtures("live_server")
def test_subsidies_and_courses_as_each_side_sees_them(people: People, look: Look) -> None:
    office = UserFactory(staff=True, full_name="陈雅文")
    row = subsidies.subsidy_round(Actor.of(office))
    subsidies.endorsed(row)
    session = classes.planned(seats=20, kept={RUYUAN: 5}, release_on=date(2023, 11, 1))
    classes.enrol(session)
    page = people(office)
    for name, address in {
        "subsidies-office": "/subsidies/",
        "subsidy-round-new": f"/subsidies/{row.scheme_id}/rounds/new/",
        "courses-office": "/courses/",
        "class-new": f"/courses/{session.course_id}/classes/new/",
        "class-office": f"/classes/{session.pk}/",
    }.items():
        assert page.goto(address).status == 200
        look(page, name)
    page = people(UserFactory(official=RUYUAN, full_name="盘志明"))
    for name, address in {
        "subsidies-county": "/subsidies/",
        "subsidy-round-county": f"/subsidies/rounds/{row.pk}/",
        "applications-county": "/dossiers/?kind=application",
    }.items():
        assert page.goto(address).status == 200
        look(page, name)


@pytest.mark.usefixtures("live_server")
def test_places_and_works_as_each_side_sees_them(people: People, look: Look) -> None:
    owner = dossiers.official()
    spots = [places.publish(places.draft_spot(owner, name), owner) for name in ("一", "二", "三")]
    route = places.publish(places.draft_route(owner, spots), owner)
    dossiers.move(spots[1], "suspend", dossiers.staff(), note="道路塌方")
    office = UserFactory(staff=True, full_name="陈雅文")
    creator = works.person()
    works.verified(creator)
    task = works.task(Actor.of(office))
    work = works.handed_in(take_task(task=task, actor=creator), creator)
    pages = {
        people.visitor(): {
            "routes": "/routes/",
            "routes-empty": "/routes/?q=%E6%B2%A1%E6%9C%89",
            "spots": "/spots/",
            "spots-empty": "/spots/?q=%E6%B2%A1%E6%9C%89",
            "spot": f"/spots/{spots[0].code}/",
            "route": f"/routes/{route.code}/",
        },
        people(office): {
            "tasks-office": "/tasks/",
            "task-office": f"/tasks/{task.pk}/",
            "take-office": f"/takes/{work.pk}/",
            "take-return": f"/takes/{work.pk}/return/",
            "takes-office": "/takes/",
        },
        people(creator.user): {
            "tasks-creator": "/tasks/",
            "takes-creator": "/takes/",
            "takes-empty": "/takes/?q=%E6%B2%A1%E6%9C%89",
            "take-creator": f"/takes/{work.pk}/",
        },
    }
    for page, addresses in pages.items():
        for name, address in addresses.items():
            assert page.goto(address).status == 200
            look(page, name)


@pytest.mark.usefixtures("live_server")
def test_the_first_page_of_the_others(people: People, look: Look) -> None:
    roles = {"merchant": True, "creator": True, "trainee": True, "auditor": True}
    for role, value in roles.items():
        look(people(UserFactory(**{role: value}, full_name="林小满")), f"home-{role}")
    look(people(UserFactory(full_name="林小满")), "home-without-role")
