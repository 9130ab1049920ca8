"""The lists of My work say of every case what the rule says, at any length and for anybody."""

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from random import Random
from uuid import UUID

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from shared.audit import sign_session
from shared.domain.access import Actor
from shared.domain.complaint import OPEN, Kind, State
from shared.domain.deadline import Stage
from shared.domain.work_list import NO_LIMIT, WorkList, due_for, list_of, turn_of
from shared.models.clock import ComplaintClock
from shared.models.complaint import Complaint, ComplaintOfficer, keep_turn
from shared.services import (
    approvals,
    case_policies,
    clock_judging,
    complaints,
    handling,
    work_lists,
)
from shared.services.case_policies import Policy
from shared.services.work_lists import Entry, Narrowing, Span, Tray, Who
from tests.calendar_world import at, before_the_swap, change, move
from tests.case_world import ANSWER, build, file, person
from tests.cast import Place

DAY_ENDS_AT = datetime(2026, 11, 18, 16, 59, 59, tzinfo=UTC)
SECOND = timedelta(seconds=1)


@pytest.fixture
def places(session: Session, now: datetime) -> dict[str, Place]:
    """The two units with their people; it is 09:30 of 18 November there."""
    return build(session, now)


def world(session: Session, places: dict[str, Place], now: datetime, cases: int) -> list[Complaint]:
    """Write cases of every state, limit, handler and kind into both units, by the same dice."""
    dice = Random(20261118)
    handlers = [None, *(person(session, f"{who}-sen").account_id for who in ("officer", "head"))]
    moments = [
        *(None, now - 40 * SECOND, now, now + SECOND, DAY_ENDS_AT, DAY_ENDS_AT + SECOND),
        *(now + timedelta(days=days) for days in (-30, -1, 1, 1, 1, 9)),
    ]
    states = list(State)
    rows = [
        Complaint(
            number=f"PA-{number:05d}",
            code_hash=str(number),
            form_id=str(UUID(int=number)),
            unit_id=dice.choice(list(places.values())).unit_id,
            kind=str(dice.choice((Kind.REPORT, Kind.PETITION, Kind.FORMAL_COMPLAINT))),
            state=str(states[number % len(states)]),
            channel="phone",
            body=f"Việc số {number}",
            search_text=f"viec so {number}",
            language="vi",
            received_at=now - timedelta(days=30),
            received_on=date(2026, 10, 19),
            due_at=dice.choice(moments),
            take_on_by=dice.choice(moments),
            approval_waits=dice.random() < 0.15,
            handler_id=dice.choice(handlers),
            desk_id=dice.choice((None, places["sen"].desk_id)),
        )
        for number in range(1, cases + 1)
    ]
    for row in rows:
        row.due_on = row.due_at.date() if row.due_at else None
    sign_session(session, "system", now)
    session.add_all(rows)
    session.flush()
    about = [row for row in rows if dice.random() < 0.2]
    officer_id = places["sen"].officer_id
    session.add_all(ComplaintOfficer(complaint_id=row.id, officer_id=officer_id) for row in about)
    session.commit()
    return rows


def all_pages(tray: Tray, span: Span) -> Iterator[Entry]:
    """Go through a list from its first page to its last."""
    page = tray.page(span)
    yield from page.entries
    while page.after:
        page = tray.page(span, after=page.after)
        yield from page.entries


def first_of(session: Session, actor: Actor, now: datetime, worklist: WorkList) -> list[Entry]:
    """Give how a list begins for a person."""
    return Tray(session, actor, now).first([worklist])[worklist]


def ruled(case: Complaint, now: datetime, *, approves: bool) -> WorkList | None:
    """Give the list the rule puts a case into."""
    turn = turn_of(State(case.state), approval_waits=bool(case.approval_waits))
    if turn is None:
        return None
    due_at = due_for(turn, case.due_at, case.take_on_by)
    return list_of(turn, due_at, now, DAY_ENDS_AT, approves=approves)


def own_part(cases: list[Complaint], actor: Actor, named: set[int]) -> list[Complaint]:
    """Give the cases that exist for a person: of their units, not about them."""
    units = {unit for reached in actor.reach.values() for unit in reached}
    hidden = named if actor.officer_id is not None else set()
    return [case for case in cases if case.unit_id in units and case.id not in hidden]


@pytest.mark.parametrize("few_units", [8, 0])  # both ways of reading
def test_every_case_stands_in_the_list_of_the_rule_and_in_no_other(
    session: Session,
    places: dict[str, Place],
    now: datetime,
    monkeypatch: pytest.MonkeyPatch,
    few_units: int,
) -> None:
    monkeypatch.setattr(work_lists, "PAGE", 7)
    monkeypatch.setattr(work_lists, "FEW_UNITS", few_units)
    cases = world(session, places, now, 280)
    named = set(session.scalars(select(ComplaintOfficer.complaint_id)))
    for name in ("officer-sen", "head-sen", "head-lua", "root"):
        actor = person(session, name)
        tray = Tray(session, actor, now, Narrowing(Who.UNIT))
        found = Counter(
            (entry.waiting.complaint.id, one)
            for one in tray.lists()
            for entry in all_pages(tray, tray.span(one))
        )
        expected = {
            (case.id, one)
            for case in own_part(cases, actor, named)
            if (one := ruled(case, now, approves=tray.approves)) is not None
        }
        assert set(found) == expected
        assert set(found.values()) == {1}
        assert tray.counts() == {
            one: sum(place is one for _key, place in expected) for one in tray.lists()
        }


@pytest.mark.parametrize("few_units", [8, 0])
def test_a_list_goes_by_time_left_and_equal_ones_by_age_also_backwards(
    session: Session,
    places: dict[str, Place],
    now: datetime,
    monkeypatch: pytest.MonkeyPatch,
    few_units: int,
) -> None:
    monkeypatch.setattr(work_lists, "PAGE", 5)
    monkeypatch.setattr(work_lists, "FEW_UNITS", few_units)
    world(session, places, now, 150)
    tray = Tray(session, person(session, "root"), now, Narrowing(Who.UNIT))
    span = tray.span(WorkList.OVERDUE)
    forward = [entry.waiting.complaint for entry in all_pages(tray, span)]
    assert len(forward) > 10
    assert forward == sorted(forward, key=lambda case: (case.turn_due_at, case.id))
    page = tray.page(span)
    pages = [page]
    while page.after:
        page = tray.page(span, after=page.after)
        pages.append(page)
    back = [page]
    while page.before:
        page = tray.page(span, before=page.before)
        back.insert(0, page)
    assert [one.entries for one in back] == [one.entries for one in pages]
    assert (pages[0].before, pages[-1].after) == ("", "")


def test_whose_cases_are_shown_divides_them_all(
    session: Session, places: dict[str, Place], now: datetime
) -> None:
    cases = world(session, places, now, 120)
    named = set(session.scalars(select(ComplaintOfficer.complaint_id)))
    officer = person(session, "officer-sen")
    whole = [case for case in own_part(cases, officer, named) if case.state in OPEN]

    def shown(narrowing: Narrowing) -> set[int]:
        tray = Tray(session, officer, now, narrowing)
        return {
            entry.waiting.complaint.id
            for one in tray.lists()
            for entry in all_pages(tray, tray.span(one))
        }

    parts = [shown(Narrowing(who)) for who in (Who.MINE, Who.NOBODY, Who.OTHERS)]
    assert [len(part) for part in parts] == [
        sum(case.handler_id == officer.account_id for case in whole),
        sum(case.handler_id is None for case in whole),
        sum(case.handler_id not in {None, officer.account_id} for case in whole),
    ]
    assert set().union(*parts) == shown(Narrowing(Who.UNIT)) == {case.id for case in whole}
    assert shown(Narrowing(Who.HAND)) == parts[0] | parts[1]
    assert Tray(session, officer, now).of_others() == len(parts[2])
    desk_id = places["sen"].desk_id
    at_desk = {case.id for case in whole if case.desk_id == desk_id}
    assert shown(Narrowing(Who.UNIT, desk_id=desk_id)) == at_desk
    petitions = {case.id for case in whole if case.kind == Kind.PETITION}
    assert shown(Narrowing(Who.UNIT, kind=str(Kind.PETITION))) == petitions
    assert shown(Narrowing(Who.UNIT, procedure_id=places["sen"].procedure_id)) == set()
    sought = {case.id for case in whole if "7" in case.search_text}
    assert shown(Narrowing(Who.UNIT, query="việc 7")) == sought


def test_counting_ends_where_it_is_said_to(
    session: Session, places: dict[str, Place], now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    world(session, places, now, 100)
    monkeypatch.setattr(work_lists, "MOST_COUNTED", 3)
    tray = Tray(session, person(session, "root"), now, Narrowing(Who.UNIT))
    assert max(tray.counts().values()) == 3
    assert tray.of_others() == 3


def test_a_place_that_cannot_be_read_begins_at_the_head(
    session: Session, places: dict[str, Place], now: datetime
) -> None:
    world(session, places, now, 40)
    tray = Tray(session, person(session, "root"), now, Narrowing(Who.UNIT))
    span = tray.span(WorkList.OVERDUE)
    for text in ("", "x", "20261118T023000000000-", "20261118T023000000000-²", "2026-7"):
        assert tray.page(span, after=text) == tray.page(span)


def test_a_case_that_is_taken_asked_about_and_answered_moves_from_list_to_list(
    session: Session, places: dict[str, Place], now: datetime
) -> None:
    case = file(session, places["sen"], now)
    officer, head = person(session, "officer-sen"), person(session, "head-sen")

    def lists(actor: Actor) -> list[WorkList]:
        session.commit()
        return [one for one, number in Tray(session, actor, now).counts().items() if number]

    assert lists(officer) == [WorkList.TAKE_ON]
    complaints.take(session, case.number, case.version, officer, now)
    assert lists(officer) == [WorkList.ANSWER]
    assert lists(head) == []  # somebody else has it
    policy = Policy(second_person=True, reason="Quy chế mẫu")
    case_policies.choose(session, places["sen"].organisation_id, policy)
    complaints.answer(session, case.number, ANSWER, case.version, officer, now)
    assert lists(officer) == [WorkList.WAITING]
    head_lists = Tray(session, head, now, Narrowing(Who.UNIT)).counts()
    assert head_lists[WorkList.APPROVE] == 1
    approvals.send_back(session, case.number, "Xin viết rõ hơn.", case.version, head, now)
    assert lists(officer) == [WorkList.ANSWER]
    handling.note(session, case.number, "Số nào?", officer, now, ask=True)
    assert lists(officer) == [WorkList.WAITING]
    assert lists(officer) == [WorkList.WAITING]
    assert case.turn_due_at == case.due_at
    session.refresh(case)
    complaints.refuse(session, case.number, ANSWER, case.version, officer, now)
    approvals.approve(session, case.number, case.version, head, now)
    assert lists(officer) == []
    assert (case.turn, case.turn_due_at) == (None, None)


def test_the_limit_to_acknowledge_counts_until_somebody_takes_the_case_on(
    session: Session, places: dict[str, Place], now: datetime
) -> None:
    case = file(session, places["sen"], now)
    officer = person(session, "officer-sen")
    clock = session.scalars(
        select(ComplaintClock).where(ComplaintClock.stage == str(Stage.ACKNOWLEDGE))
    ).one()
    clock.due_at, clock.due_on = DAY_ENDS_AT, DAY_ENDS_AT.date()
    clock_judging.keep_in_step(session, case)
    session.commit()
    (entry,) = first_of(session, officer, now, WorkList.DUE_TODAY)
    assert entry.taking_on
    assert entry.left is not None
    assert entry.left.is_today
    complaints.take(session, case.number, case.version, officer, now)
    session.commit()
    (entry,) = first_of(session, officer, now, WorkList.ANSWER)
    assert not entry.taking_on
    assert entry.left == entry.waiting.left


def test_cases_follow_a_change_of_the_calendar_into_their_new_place(
    session: Session, now: datetime
) -> None:
    sen = before_the_swap(session, now)
    for day in ("2025-12-25", "2025-12-31", "2026-01-05"):
        file(session, sen, at(f"{day}T09:00"))
    file(session, sen, at("2026-01-05T09:00"), kind=Kind.PRAISE)
    cases = session.scalars(select(Complaint).order_by(Complaint.id)).all()
    before = [case.turn_due_at for case in cases]
    move(session, change(session, sen))
    session.expire_all()
    assert [case.turn_due_at for case in cases] != before
    for case in cases:
        keep_turn(None, None, case)
        assert not session.is_modified(case)
    assert cases[-1].turn_due_at == NO_LIMIT


def test_the_cases_of_a_day_are_those_whose_next_step_is_due_on_it(
    session: Session, places: dict[str, Place], now: datetime
) -> None:
    cases = world(session, places, now, 200)
    tray = Tray(session, person(session, "root"), now, Narrowing(Who.UNIT))
    days = Counter(
        (case.turn_due_at + timedelta(hours=7)).date()
        for case in cases
        if case.turn_due_at is not None and case.turn_due_at < NO_LIMIT
    )
    assert len(days) > 3
    for on, number in days.items():
        assert tray.count(tray.span_of_day(on)) == number
    assert tray.count(tray.span_of_day(date(2026, 11, 22))) == 0
