"""Figures from a file: what is handed out, what each row becomes, what comes back and why."""

import csv
import io
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from shared.domain.errors import Invalid, RuleBroken
from shared.domain.figure import Figure
from shared.domain.milestone import MilestoneKind
from shared.domain.scoring import Reason, TargetUnit
from shared.models.audit import AuditEvent
from shared.models.campaign import Campaign, CampaignMilestone, ManualFigure
from shared.models.figure import FigureEntry
from shared.services import figure_import, figure_rounds, figures
from shared.services.csv_import import Outlook
from tests.campaign_world import NOW, World
from tests.opened_campaign import (
    COLLECTIVE,
    build_asked,
    drafted,
    enter,
    place_of,
    score_of,
    standing,
    the_campaign,
    verify,
)

HEADING = ("Mã đơn vị, cá nhân", "Mã tiêu chí", "Số liệu", "Trên tổng số", "Minh chứng")
GOOD = ("an", "2.1", "7", "8", "Công văn 45/UBND")


@pytest.fixture
def world(session: Session, request: pytest.FixtureRequest) -> World:
    return build_asked(session, request)


@pytest.fixture
def running(world: World) -> Campaign:
    return the_campaign(world)


def table(*rows: tuple[str, ...], heading: tuple[str, ...] = HEADING) -> str:
    written = io.StringIO(newline="")
    csv.writer(written).writerows([heading, *rows])
    return written.getvalue()


def look(
    world: World, campaign: Campaign, text: str, actor: str = "hoa", now: datetime = NOW
) -> Outlook:
    return figure_import.preview(world.session, campaign, text, world.scope, actor, now)


def take(
    world: World, campaign: Campaign, text: str, *, without_bad: bool = False, actor: str = "hoa"
) -> Outlook:
    return figure_import.apply(
        world.session, campaign, text, world.scope, actor, NOW, without_bad=without_bad
    )


def outcomes(found: Outlook) -> list[str]:
    return [line.outcome for line in found.lines]


def refusal(found: Outlook) -> tuple[str, str | None]:
    (line,) = found.bad
    assert line.refusal is not None
    field = line.refusal.field if isinstance(line.refusal, Invalid) else None
    return line.refusal.code, field


def count(world: World) -> int:
    return world.session.scalar(select(func.count()).select_from(ManualFigure)) or 0


def test_a_figure_from_a_file_stands_as_one_typed_by_hand(world: World, running: Campaign) -> None:
    found = take(world, running, table(GOOD))
    assert outcomes(found) == ["add"]
    place = place_of(world, running, "an", "2.1")
    assert place.newest is not None
    by_hand = enter(world, running, "binh", "2.1", Figure(hits=7, cases=8))
    other = world.session.get_one(ManualFigure, by_hand)
    for name in ("hits", "cases", "value", "evidence", "entered_by", "entered_at", "verified_by"):
        assert getattr(place.newest, name) == getattr(other, name)
    entries = [world.session.get_one(FigureEntry, key) for key in (place.newest.id, by_hand)]
    assert len({(one.milestone_id, one.due_on, one.late) for one in entries}) == 1
    events = world.session.scalars(
        select(AuditEvent.actor).where(AuditEvent.subject == "manual_figure")
    ).all()
    assert len(events) == 2
    assert score_of(standing(world, running), COLLECTIVE, "an", "2.1").reason is Reason.UNVERIFIED
    with pytest.raises(RuleBroken, match="khác người nhập"):
        verify(world, running, place.newest.id, Figure(hits=7, cases=8), actor="hoa")
    verify(world, running, place.newest.id, Figure(hits=7, cases=8))


def test_looking_hands_nothing_in(world: World, running: Campaign) -> None:
    assert outcomes(look(world, running, table(GOOD))) == ["add"]
    assert count(world) == 0


def test_the_same_file_twice_hands_in_once_and_a_changed_row_replaces(
    world: World, running: Campaign
) -> None:
    take(world, running, table(GOOD))
    assert outcomes(take(world, running, table(GOOD))) == ["same"]
    changed = (*GOOD[:2], "8", *GOOD[3:])
    assert outcomes(take(world, running, table(changed))) == ["change"]
    assert count(world) == 2


def test_rows_left_empty_are_nobodys_figure(world: World, running: Campaign) -> None:
    found = take(world, running, table(("an", "2.1", "", "", ""), ("binh", "2.1", "8", "8", "x")))
    assert outcomes(found) == ["blank", "add"]


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({0: "nowhere"}, ("unknown_competitor", "competitor")),
        ({1: "9.9"}, ("unknown_criterion", "criterion")),
        ({1: "2.6"}, ("computed_criterion", "criterion")),
        ({2: "bảy"}, ("not_a_number", "figure")),
        ({2: "-7"}, ("not_a_number", "figure")),
        ({2: "7,5"}, ("not_whole", "figure")),
        ({2: "1.204"}, ("not_whole", "figure")),  # thousands are not guessed
        ({3: ""}, ("figure_value", "cases")),
        ({2: ""}, ("figure_value", "figure")),
        ({2: "9"}, ("figure_range", "figure")),
        ({4: " "}, ("figure_evidence", "evidence")),
        ({4: "x" * 2_001}, ("figure_evidence_long", "evidence")),
        ({1: "2.10", 2: "2", 3: ""}, ("not_yes_or_no", "figure")),
    ],
)
def test_a_row_that_cannot_be_taken_says_why(
    world: World, running: Campaign, changed: Mapping[int, str], expected: tuple[str, str]
) -> None:
    row = tuple(changed.get(place, cell) for place, cell in enumerate(GOOD))
    assert refusal(look(world, running, table(row))) == expected


@pytest.mark.parametrize(
    ("written", "value"), [("có", 1), ("CO", 1), ("1", 1), ("Không", 0), ("0", 0)]
)
def test_yes_and_no_are_words(world: World, running: Campaign, written: str, value: int) -> None:
    take(world, running, table(("an", "2.10", written, "", "Biên bản 3")))
    newest = place_of(world, running, "an", "2.10").newest
    assert newest is not None
    assert newest.value == value


def test_a_share_may_stand_in_one_cell(world: World, running: Campaign) -> None:
    take(world, running, table(("an", "2.1", "7/8", "", "Công văn 45/UBND")))
    newest = place_of(world, running, "an", "2.1").newest
    assert newest is not None
    assert (newest.hits, newest.cases) == (7, 8)


def test_another_units_row_is_not_mine_and_another_units_officer_is_unknown(
    world: World, running: Campaign
) -> None:
    mine = frozenset({world.unit("an"), world.unit("an-centre")})
    rows = table(
        ("binh", "2.1", "8", "8", "x"), ("nam", "2.7", "1", "1", "x"), ("mai", "2.7", "1", "1", "x")
    )
    found = figure_import.apply(world.session, running, rows, mine, "hoa", NOW, without_bad=True)
    told = [line.refusal.code if line.refusal else line.outcome for line in found.lines]
    assert told == ["not_mine", "unknown_competitor", "add"]


def test_a_place_named_twice_is_taken_once(world: World, running: Campaign) -> None:
    found = look(world, running, table(GOOD, GOOD))
    assert (outcomes(found), refusal(found)[0]) == (["add", "bad"], "row_twice")


def test_who_verified_a_figure_hands_none_in_for_the_same_review(
    world: World, running: Campaign
) -> None:
    verify(
        world,
        running,
        enter(world, running, "an", "2.1", Figure(hits=8, cases=8)),
        Figure(hits=6, cases=8),
    )
    assert refusal(look(world, running, table(GOOD), actor="tung"))[0] == "same_person"
    place = place_of(world, running, "an", "2.1")
    with pytest.raises(RuleBroken) as by_hand:
        figures.enter(
            world.session, running, place.criterion_id, place.competitor.key,
            Figure(hits=7, cases=8), "x", world.scope, "tung", NOW,
        )  # fmt: skip
    assert by_hand.value.code == "same_person"
    assert outcomes(look(world, running, table(GOOD), actor="lan")) == ["change"]


def test_after_the_last_day_rows_are_locked_but_what_stands_is_no_error(
    world: World, running: Campaign
) -> None:
    take(world, running, table(GOOD))
    after = datetime(2027, 1, 2, 3, tzinfo=UTC)
    found = look(world, running, table(GOOD, ("binh", *GOOD[1:])), now=after)
    assert (outcomes(found), refusal(found)[0]) == (["same", "bad"], "entries_locked")


def test_what_is_handed_in_on_leave_after_the_last_day_is_late(
    world: World, running: Campaign
) -> None:
    place = place_of(world, running, "an", "2.1")
    review = figure_rounds.rounds(world.session, running)[0]
    until = date(2026, 11, 30)
    whom = (place.competitor.key, None)
    figure_rounds.reopen(world.session, running, whom, review.key, until, "Bão lụt", "hoa", NOW)
    take(world, running, table(GOOD))
    newest = place_of(world, running, "an", "2.1").newest
    assert newest is not None
    entry = world.session.get_one(FigureEntry, newest.id)
    assert (entry.milestone_id, entry.late) == (review.key, True)


def test_a_row_for_a_review_that_is_over_does_not_slip_into_the_next(
    world: World, running: Campaign
) -> None:
    over = figure_rounds.rounds(world.session, running)[0]
    named = ("an", "2.1", over.name, "7", "8", "x")
    heading = (*HEADING[:2], "Nộp cho kỳ", *HEADING[2:])
    assert refusal(look(world, running, table(named, heading=heading)))[0] == "entries_locked"
    other = ("an", "2.1", "Kỳ lạ", "7", "8", "x")
    found = refusal(look(world, running, table(other, heading=heading)))
    assert found == ("unknown_review", "review")


def test_a_row_for_a_close_without_a_milestone_goes_to_no_other_review(
    world: World, running: Campaign
) -> None:
    of_closing = CampaignMilestone.kind == MilestoneKind.CLOSING
    world.session.delete(world.session.scalars(select(CampaignMilestone).where(of_closing)).one())
    heading = (*HEADING[:2], "Nộp cho kỳ", *HEADING[2:])
    rows = table((*GOOD[:2], "Tổng kết", *GOOD[2:]), heading=heading)
    in_june = NOW - timedelta(days=170)
    assert refusal(look(world, running, rows, now=in_june))[0] == "entries_locked"
    review = figure_rounds.rounds(world.session, running)[0]
    whom = (place_of(world, running, "an", "2.1").competitor.key, None)
    until = date(2026, 11, 30)
    figure_rounds.reopen(world.session, running, whom, review.key, until, "Bão lụt", "hoa", NOW)
    take(world, running, rows)
    newest = place_of(world, running, "an", "2.1").newest
    assert newest is not None
    assert world.session.get_one(FigureEntry, newest.id).milestone_id is None


def test_figures_of_an_earlier_review_are_not_handed_in_again_by_the_file(
    world: World, running: Campaign
) -> None:
    in_june = NOW - timedelta(days=170)
    place = place_of(world, running, "an", "2.1")
    figures.enter(
        world.session, running, place.criterion_id, place.competitor.key,
        Figure(hits=7, cases=8), "Công văn 45/UBND", world.scope, "hoa", in_june,
    )  # fmt: skip
    owed = figure_import.owed(world.session, running, world.scope, NOW)
    (row,) = [one for one in owed if (one.place.competitor.code, one.place.rule.code) == GOOD[:2]]
    assert (row.kept, row.review) == (None, figure_rounds.rounds(world.session, running)[1])
    # The same figure for the review of today is a figure of its own.
    assert outcomes(look(world, running, table(GOOD))) == ["add"]


def test_the_file_handed_out_names_every_place_once(world: World, running: Campaign) -> None:
    owed = figure_import.owed(world.session, running, world.scope, NOW)
    named = [(one.place.competitor.code, one.place.rule.code) for one in owed]
    assert sorted(set(named)) == sorted(named)
    by_hand = figures.places(world.session, running, world.scope)
    assert len(named) == len(by_hand)
    assert [code for code, _ in named[:2]] == ["cat", "cat"]  # Phường Cát comes before Xã An


def test_bad_rows_are_left_out_only_where_that_was_asked_for(
    world: World, running: Campaign
) -> None:
    rows = table(GOOD, ("nowhere", *GOOD[1:]))
    with pytest.raises(RuleBroken) as caught:
        take(world, running, rows)
    assert caught.value.code == "bad_rows"
    world.session.rollback()


def test_a_campaign_that_does_not_run_takes_no_file(world: World) -> None:
    with pytest.raises(RuleBroken) as caught:
        look(world, drafted(world), table(GOOD))
    assert caught.value.code == "campaign_not_running"


def test_a_code_of_a_unit_and_of_an_officer_needs_the_kind(world: World, running: Campaign) -> None:
    world.officers["mai"].code = "an"
    world.session.flush()
    rows = table(("an", "2.7", "1", "1", "x"))
    assert refusal(look(world, running, rows)) == ("which_kind", "kind")
    heading = ("Tập thể hay cá nhân", *HEADING)
    named = table(("Cá nhân", "an", "2.7", "1", "1", "x"), heading=heading)
    assert outcomes(look(world, running, named)) == ["add"]
    unread = table(("Nhóm", "an", "2.7", "1", "1", "x"), heading=heading)
    assert refusal(look(world, running, unread)) == ("which_kind", "kind")


def test_the_good_of_a_thousand_rows_go_in_and_three_bad_ones_keep_their_lines(
    world: World, running: Campaign
) -> None:
    every = [
        (place.competitor.code, place.rule.code, "1", "" if yes_no else "1", "Báo cáo 3")
        for place in figures.places(world.session, running, world.scope)
        for yes_no in [place.rule.target.unit is TargetUnit.YES_NO]
    ]
    bad = [("an", "9.9", "7", "8", "x")] * 3
    blank = [("binh", "2.1", "", "", "")] * (997 - len(every))
    found = take(world, running, table(*every, *bad, *blank), without_bad=True)
    assert len(found.lines) == 1_000
    assert (count(world), found.count("add"), found.count("blank")) == (
        len(every),
        len(every),
        len(blank),
    )
    first = len(every) + 2  # the heading is line 1
    assert [line.number for line in found.bad] == [first, first + 1, first + 2]


def test_headings_are_read_in_the_language_of_the_file(world: World, running: Campaign) -> None:
    english = {"Mã đơn vị, cá nhân": "Code", "Mã tiêu chí": "Criterion", "Số liệu": "Figure",
               "Trên tổng số": "Out of", "Minh chứng": "Evidence", "có": "yes"}  # fmt: skip

    def said(words: str) -> str:
        return english.get(words, words)

    heading = tuple(english[one] for one in HEADING)
    rows = table(("an", "2.10", "Yes", "", "Minutes 3"), heading=heading)
    found = figure_import.preview(world.session, running, rows, world.scope, "hoa", NOW, said)
    assert outcomes(found) == ["add"]


def test_the_guard_of_a_cell_is_taken_off_again(world: World, running: Campaign) -> None:
    take(world, running, table((*GOOD[:4], "'=A1 trong phụ lục")))
    newest = place_of(world, running, "an", "2.1").newest
    assert newest is not None
    assert newest.evidence == "=A1 trong phụ lục"
