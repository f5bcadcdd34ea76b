"""Landing, reading, replacing and setting aside statements."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import IntegrityError, transaction

from portal.audit.models import Entry
from portal.jobs.domain import run, run_due
from portal.jobs.models import Work
from portal.statements import domain, queries, raw
from portal.statements.models import IdKind, Part, RejectedRow, Source, Statement
from portal.statements.reading import Unreadable
from portal.verdict import RuleBroken
from tests import dossiers
from tests.traffic import world
from tests.traffic.world import DAY, ID, land, report
from traffic import days
from traffic.models import Day, UnmatchedDay
from traffic.reconciling import reconcile

pytestmark = [pytest.mark.django_db, pytest.mark.sqlite]
NEXT = date(2023, 10, 21)
OTHER = "7390000000000000018"


def counts():
    """Rows of every table that landing writes."""
    return (Statement.objects.count(), Part.objects.count(), Work.objects.count())


def state_of(statement):
    return queries.with_state(Statement.objects.all()).get(pk=statement.pk).state


def stored(rows, name="日报.csv"):
    return raw.keep([report(rows)], name=name)


def landed(office, files, *, days=(DAY, DAY), source=None, **more):
    return domain.land(
        source=source or world.source(),
        period=days,
        parts=files,
        actor=office,
        **more,
    )


def test_a_landed_file_is_read_with_every_row_accounted_for(office):
    data = report([(DAY, ID, 100), (DAY, "1.00449E+11", 7), (DAY, OTHER, 5)])
    part = landed(office, [raw.keep([data], name="日报.csv")]).part
    assert (part.read_at, Work.objects.get().key) == (None, f"part-{part.pk}")
    run_due()
    part.refresh_from_db()
    assert (part.rows_in, part.rows_data, part.rows_rejected) == (5, 2, 1)
    assert part.ignored == {"heading": 1, "total": 1}
    assert (part.totals, part.own_totals) == ({"impressions": 105}, {"impressions": 112})
    assert part.differences == [("impressions", 112, 105)]
    rejected = RejectedRow.objects.get()
    assert (rejected.row, rejected.cells[1]) == (3, "1.00449E+11\t")
    assert "1.00449E+11" in rejected.reason
    assert queries.imbalances() == []
    entry = Entry.objects.get(act="statement.land")
    assert (entry.subject_id, entry.data["sha256"]) == (str(part.statement_id), part.sha256)


def test_reading_again_changes_nothing(office):
    part = land(office, [(DAY, ID, 100)]).part
    part.refresh_from_db()
    before = Part.objects.values().get()
    domain.read_part(part=part)
    assert Part.objects.values().get() == before
    assert RejectedRow.objects.count() == 0


def test_a_partial_that_was_lost_is_made_again(office):
    part = land(office, [(DAY, ID, 100)]).part
    path = raw.partial_path(part.sha256, part.statement.source.id_kind).local
    before = path.read_bytes()
    path.unlink()
    again = raw.partial_of(
        sha256=part.sha256, name=part.name, id_kind=part.statement.source.id_kind
    )
    assert again.sum("impressions") == 100
    assert path.read_bytes() == before


def test_several_files_are_one_statement_and_the_same_file_twice_is_one_part(office):
    files = [stored([(DAY, ID, 100)]), stored([(DAY, OTHER, 5)]), stored([(DAY, ID, 100)])]
    landing = landed(office, files)
    run_due()
    assert counts()[:2] == (1, 2)
    assert landing.statement.totals == {"impressions": 105}


def test_the_same_files_do_nothing_even_when_their_version_was_replaced(office):
    first = landed(office, [stored([(DAY, ID, 100)]), stored([(DAY, OTHER, 5)])]).statement
    landed(office, [stored([(DAY, ID, 90)])])
    before = counts()
    for again in ([(DAY, OTHER, 5)], [(DAY, ID, 100)]):
        landing = landed(office, [stored(again, name="另存.csv")])
        assert (landing.repeated, landing.statement) == (True, first)
    assert counts() == before


def test_a_corrected_report_of_two_files_may_keep_the_one_that_was_right(office):
    right, wrong = stored([(DAY, ID, 100)]), stored([(DAY, OTHER, 5)])
    landed(office, [right, wrong])
    second = landed(office, [right, stored([(DAY, OTHER, 6)])])
    run_due()
    assert not second.repeated
    assert second.statement.totals == {"impressions": 106}
    assert queries.current(DAY) == [second.statement]


def test_a_part_belongs_to_the_same_source_and_period(office):
    first = land(office, [(DAY, ID, 100)]).statement
    before = counts()
    with pytest.raises(RuleBroken, match="一致"):
        land(office, [(NEXT, ID, 1)], days=(NEXT, NEXT), adds_to=first)
    with pytest.raises(RuleBroken, match="一致"):
        land(office, [(DAY, ID, 1)], of=world.source("另一来源"), adds_to=first)
    assert counts() == before


@pytest.mark.parametrize(
    ("days", "sentence"),
    [
        ((NEXT, DAY), "早于"),
        ((DAY, date(2023, 10, 24)), "晚于今天"),
        ((date(2022, 1, 1), DAY), "超过一年"),
    ],
)
def test_a_period_no_report_has_is_refused(office, days, sentence):
    with pytest.raises(RuleBroken, match=sentence):
        land(office, [(DAY, ID, 31)], days=days)
    assert counts() == (0, 0, 0)


def test_only_the_office_lands_confirms_and_sets_aside(office):
    official = dossiers.official()
    statement = land(office, [(DAY, ID, 100)]).statement
    before = counts()
    with pytest.raises(RuleBroken):
        land(official, [(DAY, ID, 1)])
    with pytest.raises(RuleBroken):
        domain.confirm_removal(statement=statement, actor=official)
    with pytest.raises(RuleBroken):
        domain.set_aside(statement=statement, actor=official)
    with pytest.raises(RuleBroken):
        domain.create_source(
            name="新来源", platform="douyin", id_kind="material_id", actor=official
        )
    assert counts() == before
    assert state_of(statement) == "read"
    assert Source.objects.count() == 1


def test_a_page_that_is_too_old_lands_nothing(office):
    landed(office, [stored([(DAY, ID, 100)])], seen=domain.Seen(0, ""))
    before = counts()
    with pytest.raises(domain.Outdated):
        landed(office, [stored([(DAY, ID, 90)])], seen=domain.Seen(0, ""))
    assert counts() == before
    assert landed(office, [stored([(DAY, ID, 90)])], seen=domain.Seen(1, "")).statement.version == 2


def test_states_follow_the_versions(office):
    first = land(office, [(DAY, ID, 1), (NEXT, ID, 1)], days=(DAY, NEXT)).statement
    second = landed(office, [stored([(NEXT, ID, 2)])], days=(NEXT, NEXT)).statement
    assert [state_of(row) for row in (first, second)] == ["read", "reading"]
    run_due()
    assert [state_of(row) for row in (first, second)] == ["read", "read"]
    third = land(office, [(DAY, ID, 3)], days=(DAY, NEXT)).statement
    assert [state_of(row) for row in (first, second, third)] == ["replaced", "replaced", "read"]
    assert queries.standing(first.source, DAY, NEXT) == [(third, [DAY, NEXT])]
    assert queries.standing(first.source, DAY, NEXT, before=3) == [(first, [DAY]), (second, [NEXT])]


def test_a_version_without_rows_waits_until_it_is_confirmed(office):
    first = land(office, [(DAY, ID, 100)]).statement
    empty = land(office, []).statement
    assert (state_of(first), state_of(empty)) == ("read", "held")
    assert list(queries.held()) == [empty]
    domain.confirm_removal(statement=empty, actor=office)
    domain.confirm_removal(statement=empty, actor=office)
    assert (state_of(first), state_of(empty)) == ("replaced", "read")
    assert Entry.objects.filter(act="statement.confirm_removal").count() == 1


def test_a_further_part_with_rows_frees_a_version_that_waits(office):
    land(office, [(DAY, ID, 100)])
    empty = land(office, []).statement
    land(office, [(DAY, ID, 80)], adds_to=empty)
    assert state_of(empty) == "read"
    assert queries.current(DAY) == [empty]


def test_a_part_without_rows_of_a_confirmed_version_asks_nothing_again(office):
    land(office, [(DAY, ID, 100)])
    empty = land(office, []).statement
    domain.confirm_removal(statement=empty, actor=office)
    landed(office, [raw.keep(["时间-天,素材ID,展示数\n".encode()], name="空.csv")], adds_to=empty)
    run_due()
    assert (state_of(empty), empty.parts.count()) == ("read", 2)


def test_a_later_version_takes_the_question_away(office):
    land(office, [(DAY, ID, 100)])
    empty = land(office, []).statement
    land(office, [(DAY, ID, 90)])
    assert state_of(empty) == "replaced"
    assert list(queries.held()) == []


def test_setting_aside_lets_what_stood_before_count_again(office):
    placement = world.placement(office)
    first = land(office, [(DAY, ID, 100)]).statement
    second = land(office, [(DAY, ID, 9)]).statement
    domain.set_aside(statement=second, actor=office)
    domain.set_aside(statement=second, actor=office)
    run_due()
    assert [state_of(row) for row in (first, second)] == ["read", "set_aside"]
    assert placement.days.get().count == 100
    assert [c.difference for c in placement.corrections.order_by("pk")] == [-91, 91]
    assert Entry.objects.filter(act="statement.set_aside").count() == 1
    # What was set aside may come again, as a new version.
    again = land(office, [(DAY, ID, 9)])
    assert (again.repeated, again.statement.version) == (False, 3)
    assert placement.days.get().count == 9


def test_a_part_of_what_is_set_aside_is_refused(office):
    first = land(office, [(DAY, ID, 100)]).statement
    domain.set_aside(statement=first, actor=office)
    with pytest.raises(RuleBroken, match="搁置"):
        land(office, [(DAY, ID, 1)], adds_to=first)


def test_a_file_set_aside_before_it_is_read_counts_for_nothing(office):
    statement = landed(office, [stored([(DAY, ID, 100)])]).statement
    domain.set_aside(statement=statement, actor=office)
    run_due()
    assert state_of(statement) == "set_aside"
    assert queries.current(DAY) == []


def test_a_file_that_cannot_be_read_parks_with_its_sentence_and_replaces_nothing(office):
    first = land(office, [(DAY, ID, 100)]).statement
    broken = landed(office, [raw.keep([b"%PDF-1.7 report"], name="日报.csv")]).statement
    run_due()
    work = Work.objects.get(key=broken.parts.get().work_key)
    assert (work.state, "PDF" in work.reason) == ("parked", True)
    assert state_of(broken) == "reading"
    assert queries.current(DAY) == [first]
    with pytest.raises(Unreadable):
        domain.read_part(part=broken.parts.get())


UNREADABLE = b"%PDF-1.7 report"


def delivered(placement):
    return list(placement.days.order_by("date").values_list("count", flat=True))


def test_half_a_version_counts_for_nothing_until_it_is_mended(office):
    """Of two files that came together one cannot be read: the other alone replaces nothing."""
    placement = world.placement(office)
    first = land(office, [(DAY, ID, 150)]).statement
    right, broken = stored([(DAY, ID, 90)]), raw.keep([UNREADABLE], name="下半.csv")
    half = landed(office, [right, broken]).statement
    run_due()
    assert [bool(part.read_at) for part in half.parts.order_by("pk")] == [True, False]
    assert queries.current(DAY) == [first]
    assert (delivered(placement), placement.corrections.count()) == ([150], 0)
    assert [state_of(row) for row in (first, half)] == ["read", "reading"]
    assert reconcile().differences == []

    mended = landed(office, [right, stored([(DAY, ID, 65)])]).statement
    run_due()
    assert queries.current(DAY) == [mended]
    assert delivered(placement) == [155]
    assert [(c.before, c.after) for c in placement.corrections.all()] == [(150, 155)]
    assert reconcile().differences == []


def test_files_that_came_together_are_told_once_and_count_together(office):
    placement = world.placement(office)
    landed(office, [stored([(DAY, ID, 100)]), stored([(DAY, ID, 11)])])
    reading = Work.objects.filter(kind="statements.read").order_by("pk")
    assert run(work_id=reading[0].pk)
    assert (queries.current(DAY), Day.objects.count()) == ([], 0)
    run_due()
    assert delivered(placement) == [111]
    assert Day.objects.get().wanted == 1


def test_a_further_file_that_cannot_be_read_takes_nothing_from_what_counts(office):
    placement = world.placement(office)
    first = land(office, [(DAY, ID, 100)]).statement
    more = [stored([(DAY, ID, 7)]), raw.keep([UNREADABLE], name="补.csv")]
    landed(office, more, adds_to=first)
    run_due()
    days.want_closed([DAY])
    run_due()
    assert delivered(placement) == [100]
    # Another addition counts, whatever the broken one waits for.
    land(office, [(DAY, ID, 3)], adds_to=first)
    assert delivered(placement) == [103]
    assert reconcile().differences == []


def test_half_a_version_without_rows_asks_nothing_before_it_is_whole(office):
    land(office, [(DAY, ID, 100)])
    empty = raw.keep(["时间-天,素材ID,展示数\n".encode()], name="空.csv")
    half = landed(office, [empty, raw.keep([UNREADABLE], name="下半.csv")]).statement
    run_due()
    half.refresh_from_db()
    assert not half.held
    both = landed(office, [stored([], name="空二.csv"), stored([(DAY, ID, 5)])]).statement
    run_due()
    assert (state_of(both), queries.current(DAY)) == ("read", [both])


def test_a_name_that_is_too_long_is_rejected_and_its_day_closes(office):
    names = Source.objects.create(
        name="作品名称日报", platform="douyin", id_kind=IdKind.MATERIAL_NAME
    )
    longest, too_long = "长" * 200, "长" * 260
    lines = f"日期,作品名称,展示数\n{DAY},{too_long},7\n{DAY},{longest},5\n"
    landing = landed(office, [raw.keep([lines.encode()], name="名称.csv")], source=names)
    run_due()
    row = RejectedRow.objects.get()
    assert (row.row, row.impressions) == (2, 7)
    assert "有 260 个字，最多 200 个字" in row.reason
    assert Part.objects.get(statement=landing.statement).rows_data == 1
    assert [str(day.wanted - day.closed) for day in Day.objects.all()] == ["0"]
    assert UnmatchedDay.objects.get().external_id == longest
    assert reconcile().differences == []


def test_keeping_the_same_bytes_twice_leaves_one_file_and_no_remains(office, settings, tmp_path):
    settings.VAR_DIR = tmp_path
    first = raw.keep([b"ab", b"c"], name="一.csv")
    second = raw.keep([b"abc"], name="二.csv")
    assert (first.sha256, first.size, second.sha256) == (second.sha256, 3, first.sha256)
    assert first.read() == b"abc"
    assert list((tmp_path / "raw").glob(".landing-*")) == []


def test_an_upload_that_breaks_off_leaves_nothing(office, settings, tmp_path):
    settings.VAR_DIR = tmp_path

    def chunks():
        yield b"half"
        raise OSError("gone")

    with pytest.raises(OSError, match="gone"):
        raw.keep(chunks(), name="半.csv")
    assert list((tmp_path / "raw").glob(".landing-*")) == []


def test_sources_have_names_of_their_own(office):
    values = {"platform": "douyin", "id_kind": "material_id", "actor": office}
    domain.create_source(name="抖音作品日报", **values)
    with pytest.raises(RuleBroken, match="同名"):
        domain.create_source(name="抖音作品日报", **values)
    assert Source.objects.count() == 1
    assert Entry.objects.filter(act="source.create").count() == 1


def test_no_period_runs_backwards(office):
    with pytest.raises(RuleBroken, match="结束日期早于开始日期"):
        landed(office, [stored([(DAY, ID, 5)])], days=(NEXT, DAY))
    landed(office, [stored([(DAY, ID, 5)])])
    refused = pytest.raises(IntegrityError, match="statement_period_runs_forward")
    with refused, transaction.atomic():
        Statement.objects.update(last_day=date(2023, 10, 19))
    assert Statement.objects.get().last_day == DAY
