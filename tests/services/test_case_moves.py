"""Where a case may go: passed on, appealed, withdrawn, linked to another one."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from shared.domain.complaint import RefusalReason, State
from shared.domain.errors import Invalid, NotFound, RuleBroken
from shared.models.case_work import ComplaintOutcome
from shared.models.clock import ComplaintClock
from shared.models.complaint import Complaint, ComplaintEvent
from shared.services import (
    additions,
    clocks,
    complaints,
    duplicates,
    following,
    handling,
    inbox,
    passing,
)
from shared.services.passing import Outside
from tests.case_world import ANSWER, build_in_line, code_of, file, person
from tests.cast import Place

WHY = "Việc này thuộc đơn vị khác giải quyết."
LETTER = Outside("Công an phường", "12/CV-UBND", "Chúng tôi đã chuyển việc đến Công an phường.")


@pytest.fixture
def places(session: Session, now: datetime) -> dict[str, Place]:
    """The two units with their people; Lúa Vàng stands above Sen Hồng."""
    return build_in_line(session, now)


@pytest.fixture
def sen(places: dict[str, Place]) -> Place:
    """Phường Sen Hồng."""
    return places["sen"]


@pytest.fixture
def case(session: Session, sen: Place, now: datetime) -> Complaint:
    """A report to Sen Hồng."""
    return file(session, sen, now)


def actions(session: Session, complaint: Complaint) -> list[str]:
    """Name the steps of a case, oldest first."""
    events = select(ComplaintEvent.action).where(ComplaintEvent.complaint_id == complaint.id)
    return list(session.scalars(events.order_by(ComplaintEvent.id)))


def answer(session: Session, complaint: Complaint, now: datetime, name: str = "head-sen") -> None:
    """Answer a case as somebody of its unit."""
    who = person(session, name)
    complaints.answer(session, complaint.number, ANSWER, complaint.version, who, now)


# passed on


def test_a_unit_that_passed_a_case_on_reads_its_own_part_and_nothing_after(
    session: Session, places: dict[str, Place], case: Complaint, now: datetime
) -> None:
    sen_head, lua_head = person(session, "officer-sen"), person(session, "head-lua")
    handling.note(session, case.number, "Đã gọi hỏi quầy.", sen_head, now)
    to, version = places["lua"].unit_id, case.version
    passing.transfer(session, case.number, to, WHY, version, sen_head, now)
    session.commit()
    with pytest.raises(NotFound):
        inbox.case(session, case.number, sen_head)
    handling.note(session, case.number, "Việc nội bộ của Lúa Vàng.", lua_head, now)
    answer(session, case, now, "head-lua")
    part = passing.part_of(session, case.number, sen_head)
    assert part is not None
    assert [event.action for event in part.events] == ["receive", "note", "transfer"]
    listed, total = passing.passed_on(session, sen_head, 1, 25)
    assert ([complaint.number for complaint, _passage in listed], total) == ([case.number], 1)
    opened = inbox.opened(session, case.number, lua_head, now)
    assert [event.text for event in opened.events][1] == "Đã gọi hỏi quầy."


def test_a_unit_that_has_the_case_or_never_had_it_keeps_no_part(
    session: Session, places: dict[str, Place], case: Complaint, now: datetime
) -> None:
    for name in ("head-sen", "officer-lua"):
        assert passing.part_of(session, case.number, person(session, name)) is None
    assert passing.part_of(session, "PA\x00", person(session, "head-sen")) is None


def test_the_officer_a_passed_on_case_names_reads_no_part_of_it(
    session: Session, places: dict[str, Place], sen: Place, now: datetime
) -> None:
    case = file(session, sen, now, officer_ids=(sen.officer_id,))
    head = person(session, "head-sen")
    passing.transfer(session, case.number, places["lua"].unit_id, WHY, case.version, head, now)
    officer = person(session, "officer-sen")
    assert passing.part_of(session, case.number, officer) is None
    assert passing.passed_on(session, officer, 1, 25) == ([], 0)


def test_passing_on_does_not_begin_the_residents_time_again(
    session: Session, places: dict[str, Place], case: Complaint, now: datetime
) -> None:
    due_on, later = case.due_on, now + timedelta(days=1)
    head = person(session, "head-sen")
    passing.transfer(session, case.number, places["lua"].unit_id, WHY, case.version, head, later)
    assert (case.state, case.handler_id) == ("received", None)
    own = select(ComplaintClock).where(
        ComplaintClock.complaint_id == case.id,
        ComplaintClock.track == "resident",
        ComplaintClock.stage == "answer",
    )
    clock = session.scalars(own).one()
    assert (clock.due_on, clock.ended_at) == (due_on, None)


@pytest.mark.parametrize("unit", ["own", "none"])
def test_a_case_goes_only_to_another_unit_of_the_organisation(
    session: Session, sen: Place, case: Complaint, now: datetime, unit: str
) -> None:
    to = sen.unit_id if unit == "own" else 999_999
    head = person(session, "head-sen")
    with pytest.raises(Invalid) as refusal:
        passing.transfer(session, case.number, to, WHY, case.version, head, now)
    assert refusal.value.field == "unit"


def test_an_outside_body_is_named_with_its_letter_and_the_sender_reads_it(
    session: Session, case: Complaint, now: datetime
) -> None:
    head = person(session, "head-sen")
    passing.transfer_outside(session, case.number, LETTER, case.version, head, now)
    view = following.resident_view(session, case, now)
    assert view.outcome is not None
    assert view.outcome.body_name == LETTER.body_name
    assert view.outcome.letter_number == LETTER.letter_number
    assert (case.state, case.answer) == (State.TRANSFERRED, LETTER.text)


@pytest.mark.parametrize(
    ("outside", "field"),
    [
        (Outside("", "12", LETTER.text), "body_name"),
        (Outside("Công an", " ", LETTER.text), "letter_number"),
        (Outside("Công an", "12", "ngắn"), "message"),
    ],
)
def test_a_letter_without_what_it_needs_names_the_field(
    session: Session, case: Complaint, now: datetime, outside: Outside, field: str
) -> None:
    head = person(session, "head-sen")
    with pytest.raises(Invalid) as refusal:
        passing.transfer_outside(session, case.number, outside, case.version, head, now)
    assert refusal.value.field == field


# the resident's word


def test_an_appeal_goes_to_the_unit_above_with_all_that_was_said(
    session: Session, places: dict[str, Place], case: Complaint, now: datetime
) -> None:
    late = now + timedelta(days=30)
    answer(session, case, late)
    for _twice in range(2):
        following.appeal(session, code_of(case), "Chưa nói khi nào sửa.", late)
    assert (case.state, case.unit_id, case.answer) == ("appealed", places["lua"].unit_id, None)
    assert actions(session, case) == ["receive", "answer", "appeal"]
    assert case.due_on is not None
    assert case.due_on > late.date()
    answer(session, case, late + timedelta(days=1), "head-lua")
    assert clocks.was_late(session, case)  # the first lateness stays
    outcomes = session.scalars(select(ComplaintOutcome.ended_on).order_by(ComplaintOutcome.id))
    assert len(outcomes.all()) == 2


def test_at_the_top_there_is_nowhere_to_appeal_to(
    session: Session, places: dict[str, Place], now: datetime
) -> None:
    case = file(session, places["lua"], now)
    answer(session, case, now, "head-lua")
    assert following.resident_view(session, case, now).level_above == ""
    with pytest.raises(RuleBroken) as refusal:
        following.appeal(session, code_of(case), "", now)
    assert refusal.value.code == "no_level_above"


def test_who_finds_the_answer_good_confirms_it(
    session: Session, case: Complaint, now: datetime
) -> None:
    answer(session, case, now)
    following.rate_answer(session, code_of(case), True, now)
    assert case.state == State.CONFIRMED
    assert "appeal" in following.resident_view(session, case, now).actions


def test_a_withdrawn_case_ends_and_cannot_be_answered(
    session: Session, case: Complaint, now: datetime
) -> None:
    for _twice in range(2):
        following.withdraw(session, code_of(case), now)
    assert (case.state, actions(session, case)) == ("withdrawn", ["receive", "withdraw"])
    with pytest.raises(RuleBroken):
        answer(session, case, now)


def test_a_question_lets_the_case_wait_and_the_reply_brings_it_back(
    session: Session, case: Complaint, now: datetime
) -> None:
    head = person(session, "head-sen")
    handling.note(session, case.number, "Số giấy hẹn là gì?", head, now, ask=True)
    assert case.state == State.WAITING
    additions.reply(session, code_of(case), "Số 47.", now)
    assert case.state == State.IN_WORK
    handling.note(session, case.number, "Ngày nào?", head, now, ask=True)
    complaints.resume(session, case.number, case.version, head, now)
    assert case.state == State.IN_WORK
    assert following.resident_view(session, case, now).question == ""


# the same said twice


def test_both_senders_get_the_answer_of_the_one_case(
    session: Session, sen: Place, case: Complaint, now: datetime
) -> None:
    again, head = file(session, sen, now), person(session, "head-sen")
    duplicates.link(session, again.number, case.number, again.version, head, now)
    assert again.state == State.DUPLICATE
    answer(session, case, now)
    assert (again.state, again.answer) == ("answered", ANSWER)
    view = following.resident_view(session, again, now)
    assert [event.action for event in view.history] == ["receive", "answer"]
    assert case.number not in " ".join(event.text for event in view.history)


def test_what_repeats_an_answered_case_is_answered_at_once(
    session: Session, sen: Place, case: Complaint, now: datetime
) -> None:
    head = person(session, "head-sen")
    complaints.refuse(
        session, case.number, ANSWER, case.version, head, now, reason=RefusalReason.SETTLED
    )
    again = file(session, sen, now)
    duplicates.link(session, again.number, case.number, again.version, head, now)
    assert (again.state, again.answer) == ("refused", ANSWER)


def test_when_the_original_is_withdrawn_the_other_is_worked_on_by_itself(
    session: Session, sen: Place, case: Complaint, now: datetime
) -> None:
    again, head = file(session, sen, now), person(session, "head-sen")
    duplicates.link(session, again.number, case.number, again.version, head, now)
    following.withdraw(session, code_of(case), now)
    assert (again.state, duplicates.original_of(session, again.id)) == ("in_work", None)


@pytest.mark.parametrize("other", ["itself", "PA-2026-99999", "one of another unit", "withdrawn"])
def test_a_case_repeats_only_another_one_of_the_persons_units(
    session: Session,
    places: dict[str, Place],
    case: Complaint,
    now: datetime,
    other: str,
) -> None:
    known = {"itself": case.number, "one of another unit": file(session, places["lua"], now).number}
    gone = file(session, places["sen"], now)
    following.withdraw(session, code_of(gone), now)
    known["withdrawn"] = gone.number
    number = known.get(other, other)
    head = person(session, "officer-sen")
    with pytest.raises(Invalid) as refusal:
        duplicates.link(session, case.number, number, case.version, head, now)
    assert refusal.value.field == "original"


def test_no_chain_of_repetitions_is_made(
    session: Session, sen: Place, case: Complaint, now: datetime
) -> None:
    again, third = file(session, sen, now), file(session, sen, now)
    head = person(session, "head-sen")
    duplicates.link(session, again.number, case.number, again.version, head, now)
    with pytest.raises(RuleBroken) as refusal:
        duplicates.link(session, case.number, third.number, case.version, head, now)
    assert refusal.value.code == "has_duplicates"


def test_an_officer_named_in_one_of_two_answers_neither(
    session: Session, sen: Place, case: Complaint, now: datetime
) -> None:
    officer, head = person(session, "officer-sen"), person(session, "head-sen")
    complaints.take(session, case.number, case.version, officer, now)
    naming = file(session, sen, now, officer_ids=(sen.officer_id,))
    duplicates.link(session, naming.number, case.number, naming.version, head, now)
    session.commit()
    with pytest.raises(NotFound):
        inbox.case(session, case.number, officer)
    assert case.handler_id is None


def test_an_officer_named_later_loses_the_linked_case_too(
    session: Session, sen: Place, case: Complaint, now: datetime
) -> None:
    officer, head = person(session, "officer-sen"), person(session, "head-sen")
    complaints.take(session, case.number, case.version, officer, now)
    again = file(session, sen, now)
    duplicates.link(session, again.number, case.number, again.version, head, now)
    handling.name_officer(session, again.number, sen.officer_id, again.version, head, now)
    with pytest.raises(NotFound):
        inbox.case(session, case.number, officer)
    assert case.handler_id is None


def test_alike_cases_of_the_month_are_suggested_with_the_words_they_share(
    session: Session, places: dict[str, Place], sen: Place, now: datetime
) -> None:
    body = "Máy lấy số ở sảnh hỏng từ sáng, không ai sửa."
    first = file(session, sen, now - timedelta(days=3), body=body)
    file(session, sen, now - timedelta(days=60), body=body)
    file(session, sen, now, body="Xin thêm ghế ngồi chờ cho người già.")
    file(session, places["lua"], now, body=body)
    case = file(session, sen, now, body="may lay so o sanh hong, xin sửa sớm")
    found = duplicates.suggested(session, case, person(session, "officer-sen"))
    assert [(one.complaint.number, one.days_apart) for one in found] == [(first.number, 3)]
    assert "may lay" in found[0].likeness.shared
