"""A change of the calendar: looked at first, one version, one batch of moved deadlines."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from shared.domain.access import Permission
from shared.domain.calendar import CalendarDay, WorkingHours
from shared.domain.calendar_change import CalendarChange, Week
from shared.domain.complaint import Kind
from shared.domain.errors import NotFound
from shared.domain.office_hours import read_spans
from shared.models.calendar import CalendarMove, CalendarVersion, DeadlineRule
from shared.models.clock import ComplaintClock, HandlingRule
from shared.models.complaint import ComplaintEvent, ComplaintOfficer
from shared.services import (
    calendar_changes,
    calendar_moves,
    calendars,
    clocks,
    complaints,
)
from shared.services.calendar_moves import Outlook
from tests.calendar_world import (
    DOCUMENT,
    HOLIDAY,
    SWAP,
    at,
    before_the_swap,
    change,
    move,
    setup,
)
from tests.case_world import ANSWER, file, person
from tests.cast import Place


@pytest.fixture
def sen(session: Session, now: datetime) -> Place:
    """Phường Sen Hồng before anybody knew of the swap of 2 January 2026."""
    return before_the_swap(session, now)


def look(
    session: Session, sen: Place, name: str = "root", wanted: CalendarChange = SWAP
) -> Outlook:
    return calendar_moves.outlook(session, setup(session, sen, name), wanted)


def answers(session: Session) -> dict[int, str]:
    """Give the due day of every case's answer, first case first."""
    rows = session.execute(
        select(ComplaintClock.complaint_id, ComplaintClock.due_on)
        .where(ComplaintClock.stage == "answer")
        .order_by(ComplaintClock.complaint_id)
    )
    return {key: on.isoformat() for key, on in rows}


def test_a_swap_told_late_moves_exactly_the_right_deadlines_and_logs_them(
    session: Session, sen: Place
) -> None:
    received = ["2025-12-23", "2025-12-25", "2025-12-31", "2026-01-02", "2026-01-05", "2026-01-09"]
    cases = [file(session, sen, at(f"{day}T09:00")).id for day in received]
    before = dict(zip(received, answers(session).values(), strict=True))
    assert list(before.values()) == [
        "2025-12-30",
        "2026-01-02",
        "2026-01-08",
        "2026-01-09",
        "2026-01-12",
        "2026-01-16",
    ]
    version = move(session, change(session, sen))
    assert list(answers(session).values()) == [
        "2025-12-30",
        "2026-01-05",
        "2026-01-09",
        "2026-01-09",
        "2026-01-10",
        "2026-01-15",
    ]
    rows = session.execute(
        select(CalendarMove.complaint_id, CalendarMove.old_due_on, CalendarMove.new_due_on)
        .where(CalendarMove.stage == "answer")
        .order_by(CalendarMove.complaint_id)
    )
    assert [(key, old.isoformat(), new.isoformat()) for key, old, new in rows] == [
        (cases[1], "2026-01-02", "2026-01-05"),
        (cases[2], "2026-01-08", "2026-01-09"),
        (cases[4], "2026-01-12", "2026-01-10"),
        (cases[5], "2026-01-16", "2026-01-15"),
    ]
    logged = session.scalar(select(func.count()).select_from(CalendarMove))
    assert (version.number, version.looked_at, version.moved) == (2, 6, logged)
    assert version.finished_at == at("2025-12-31T16:01")


def test_a_moved_case_tells_the_resident_the_old_and_the_new_day(
    session: Session, sen: Place
) -> None:
    complaint = file(session, sen, at("2025-12-31T09:00"))
    seen = complaint.version
    move(session, change(session, sen))
    (step,) = session.scalars(select(ComplaintEvent).where(ComplaintEvent.action == "calendar"))
    assert (step.text, step.public, step.actor) == ("08/01/2026 → 09/01/2026", True, "root")
    assert (step.state, step.at) == (complaint.state, at("2025-12-31T16:01"))
    assert (complaint.due_on, complaint.version) == (date(2026, 1, 9), seen + 1)
    assert complaint.due_at == at("2026-01-09T23:59:59")
    deadline: Any = complaint.deadline
    assert deadline["calendar_version"] == 2
    (friday,) = (day for day in deadline["days"] if day["date"] == "2026-01-02")
    told = friday["counted"], friday["reason"], friday["name"]
    assert told == (False, "swapped_off", "Hoán đổi")


def test_the_batch_keeps_the_old_deadline_as_it_was_judged(session: Session, sen: Place) -> None:
    complaint = file(session, sen, at("2025-12-31T09:00"))
    judged = complaint.deadline
    move(session, change(session, sen))
    kept = session.scalars(select(CalendarMove).where(CalendarMove.stage == "answer")).one()
    assert kept.before == judged
    assert kept.before["calendar_version"] == 1


def test_a_case_that_ended_stays_as_it_was_judged(session: Session, sen: Place) -> None:
    complaint = file(session, sen, at("2025-12-31T09:00"))
    officer = person(session, "officer-sen")
    when = at("2025-12-31T15:00")
    complaints.answer(session, complaint.number, ANSWER, complaint.version, officer, when)
    session.commit()
    stood, version = complaint.deadline, complaint.version
    assert move(session, change(session, sen)).moved == 0
    assert (complaint.due_on, complaint.deadline) == (date(2026, 1, 8), stood)
    assert complaint.version == version


def test_looking_says_what_will_move_and_changes_nothing(session: Session, sen: Place) -> None:
    later = file(session, sen, at("2025-12-31T09:00"))
    earlier = file(session, sen, at("2026-01-05T09:00"))
    stands = answers(session)
    seen = look(session, sen)
    assert (seen.open_cases, seen.cases) == (2, 2)
    assert {(number, old, new) for number, stage, old, new in seen.shown if stage == "answer"} == {
        (later.number, date(2026, 1, 8), date(2026, 1, 9)),
        (earlier.number, date(2026, 1, 12), date(2026, 1, 10)),
    }
    assert (date(2026, 1, 12), date(2026, 1, 10), 2) in seen.by_days  # answer and transfer
    assert seen.moves == seen.earlier + seen.later == len(seen.shown)
    session.expire_all()
    assert answers(session) == stands
    assert session.scalar(select(func.count()).select_from(CalendarVersion)) == 0


def test_what_was_looked_at_is_what_moves(session: Session, sen: Place) -> None:
    for day in range(20, 32):
        file(session, sen, at(f"2025-12-{day}T09:00"))
    seen = look(session, sen)
    version = move(session, change(session, sen))
    told = calendar_moves.batch(session, person(session, "root"), version)
    assert (told.moves, told.cases, told.by_days) == (seen.moves, seen.cases, seen.by_days)
    assert told.shown == seen.shown


def test_cases_are_named_only_to_who_may_see_them(session: Session, sen: Place) -> None:
    file(session, sen, at("2025-12-31T09:00"))
    named = file(session, sen, at("2025-12-31T10:00"))
    session.add(ComplaintOfficer(complaint_id=named.id, officer_id=sen.officer_id))
    session.commit()
    version = move(session, change(session, sen))
    seen = {}
    for name in ("head-sen", "officer-sen", "head-lua", "admin-sen"):
        told = calendar_moves.batch(session, person(session, name), version)
        seen[name] = (len({number for number, *_rest in told.shown}), told.moves > len(told.shown))
        assert told.cases == 2
    assert seen == {
        "head-sen": (2, False),
        "officer-sen": (1, True),
        "head-lua": (0, True),
        "admin-sen": (0, True),
    }


def test_looking_names_no_case_that_does_not_exist_for_the_person(
    session: Session, sen: Place
) -> None:
    plain = file(session, sen, at("2025-12-31T09:00"))
    named = file(session, sen, at("2025-12-31T10:00"))
    session.add(ComplaintOfficer(complaint_id=named.id, officer_id=sen.officer_id))
    session.flush()
    known = setup(session, sen)
    itself = replace(known.actor, officer_id=sen.officer_id)
    seen = calendar_moves.outlook(session, replace(known, actor=itself), SWAP)
    assert {number for number, *_rest in seen.shown} == {plain.number}
    assert (seen.cases, seen.moves) == (2, 4)
    no_reader = replace(itself, reach={}, everywhere=frozenset({Permission.ORGANISATION}))
    assert calendar_moves.outlook(session, replace(known, actor=no_reader), SWAP).shown == []


def test_a_year_that_becomes_sure_takes_the_doubt_from_the_deadlines_in_it(
    session: Session, sen: Place
) -> None:
    complaint = file(session, sen, at("2026-12-30T09:00"))
    deadline: Any = complaint.deadline
    assert deadline["provisional"]
    proposals = calendar_changes.year_proposals(session, setup(session, sen), 2027)
    days = tuple(
        CalendarDay(one.on, one.kind, one.name, DOCUMENT, provisional=False) for one in proposals
    )
    seen = look(session, sen, wanted=CalendarChange(days))
    assert (seen.moves, seen.settled) == (0, 3)
    version = move(session, change(session, sen, CalendarChange(days)))
    assert version.moved == 0
    deadline = complaint.deadline
    assert (deadline["provisional"], deadline["calendar_version"]) == (False, 2)
    assert not session.scalars(
        select(ComplaintEvent).where(ComplaintEvent.action == "calendar")
    ).all()
    assert calendars.work_calendar(session, sen.organisation_id).is_confirmed(2027)


def test_a_case_that_changed_while_it_was_counted_is_counted_again(
    session: Session, sen: Place
) -> None:
    answered = file(session, sen, at("2025-12-31T09:00"))
    widened = file(session, sen, at("2025-12-31T10:00"))
    version = change(session, sen)
    head = person(session, "head-sen")

    def meanwhile(_done: int, _all: int) -> None:
        if answered.answered_at is None:
            when = at("2025-12-31T16:00")
            complaints.answer(session, answered.number, ANSWER, answered.version, head, when)
            widened.tier = "across"
            for clock in session.scalars(
                select(ComplaintClock).where(
                    ComplaintClock.complaint_id == widened.id, ComplaintClock.stage == "answer"
                )
            ):
                clock.rule_code = clock.rule_code.replace("own", "across")
            session.flush()

    calendar_moves.move_open(session, version.id, at("2025-12-31T16:01"), meanwhile)
    session.commit()
    session.expire_all()
    assert answers(session)[answered.id] == "2026-01-08"
    assert answers(session)[widened.id] == "2026-01-12"


def test_a_batch_is_done_once_and_a_later_change_takes_the_place_of_an_earlier_one(
    session: Session, sen: Place
) -> None:
    file(session, sen, at("2025-12-31T09:00"))
    first, second = change(session, sen), change(session, sen, HOLIDAY)
    assert move(session, first).moved == 0
    assert move(session, second).moved
    assert list(answers(session).values()) == ["2026-01-10"]
    logged = session.scalar(select(func.count()).select_from(CalendarMove))
    move(session, second)
    assert session.scalar(select(func.count()).select_from(CalendarMove)) == logged
    with pytest.raises(NotFound):
        calendar_moves.move_open(session, 999, at("2026-01-01T09:00"), lambda _d, _a: None)


def test_progress_is_told_case_by_case(session: Session, sen: Place) -> None:
    for hour in range(8, 12):
        file(session, sen, at(f"2025-12-31T{hour:02}:00"))
    version, told = change(session, sen), list[tuple[int, int]]()
    calendar_moves.move_open(
        session, version.id, at("2025-12-31T16:01"), lambda done, total: told.append((done, total))
    )
    assert told == [(1, 4), (2, 4), (3, 4), (4, 4)]


def test_a_saturday_that_becomes_ordinary_moves_what_it_lies_in(
    session: Session, sen: Place
) -> None:
    file(session, sen, at("2026-03-05T09:00"))
    six_days = WorkingHours.on_weekdays(read_spans("07:30-11:30, 13:30-17:00", "x"), range(6))
    week = CalendarChange(week=Week(date(2026, 3, 1), six_days, "Quyết định mẫu"))
    assert (date(2026, 3, 12), date(2026, 3, 11), 2) in look(session, sen, wanted=week).by_days


def test_limits_in_hours_follow_the_hours_of_the_week(session: Session, sen: Place) -> None:
    """A case whose limit counts hours moves by its moment, even within one day."""
    complaint = file(session, sen, at("2026-03-05T09:00"), kind=Kind.REPORT)
    clock = session.scalars(
        select(ComplaintClock).where(
            ComplaintClock.complaint_id == complaint.id, ComplaintClock.stage == "answer"
        )
    ).one()
    limit = calendars.legal_clock(session, sen.organisation_id).limit(clock.rule_code)
    from_rule = session.scalars(select(DeadlineRule).where(DeadlineRule.code == limit.code)).one()
    from_rule.unit, from_rule.amount = "working_hour", 4
    session.commit()
    nine = read_spans("09:00-12:00, 13:00-17:00", "x")
    week = CalendarChange(
        week=Week(date(2026, 3, 1), WorkingHours.on_weekdays(nine, range(5)), "Quyết định mẫu")
    )
    move(session, change(session, sen, week))
    assert clock.due_at - at("2026-03-05T09:00") == timedelta(hours=5)


def test_after_a_transfer_both_clocks_move_and_lists_go_by_the_receiving_bodys(
    session: Session, sen: Place
) -> None:
    complaint = file(session, sen, at("2025-12-29T09:00"))
    session.add(
        HandlingRule(
            organisation_id=sen.organisation_id,
            code="mẫu-chuyển",
            kind="report",
            tier="own",
            in_force_from=date(2025, 1, 1),
            receipt="same_day",
            pauses_max=0,
            pause_cap=0,
            extensions_max=0,
            extension_max=0,
            second_person=True,
            fresh_on_transfer=True,
            document="Quy chế mẫu",
        )
    )
    session.flush()
    clocks.hand_over(session, complaint, at("2025-12-31T09:00"))
    session.commit()
    assert complaint.due_on == date(2026, 1, 8)
    move(session, change(session, sen))
    rows = session.execute(
        select(CalendarMove.stage, CalendarMove.new_due_on).where(
            CalendarMove.stage.in_(["answer", "receiver_answer"])
        )
    )
    assert {stage: on.isoformat() for stage, on in rows} == {
        "answer": "2026-01-07",
        "receiver_answer": "2026-01-09",
    }
    assert complaint.due_on == date(2026, 1, 9)
    steps = session.scalars(
        select(ComplaintEvent.text).where(ComplaintEvent.action == "calendar")
    ).all()
    assert steps == ["08/01/2026 → 09/01/2026"]
