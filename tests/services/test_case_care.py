"""What goes on around a case: a second person, handing over, and what time does after the end."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from shared.domain.complaint import Kind, State
from shared.domain.errors import Invalid, NotAllowed, NotFound, RuleBroken
from shared.models.account import Account
from shared.models.case_work import ComplaintDraft
from shared.models.complaint import Complaint, ComplaintContact, ComplaintEvent
from shared.services import (
    absences,
    approvals,
    case_ends,
    case_policies,
    complaints,
    following,
    passing,
)
from shared.services.case_policies import Policy
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


# a second person


@pytest.fixture
def two_needed(session: Session, sen: Place) -> None:
    """Answers of the organisation need a second person."""
    case_policies.choose(
        session, sen.organisation_id, Policy(second_person=True, reason="Quy chế mẫu")
    )
    session.commit()


@pytest.mark.usefixtures("two_needed")
def test_an_answer_waits_for_a_second_person_and_no_resident_reads_it_before(
    session: Session, case: Complaint, now: datetime
) -> None:
    answer(session, case, now, "officer-sen")
    session.commit()
    assert (case.state, case.answer) == ("received", None)
    history = following.public_history(session, case)
    assert ANSWER not in str([event.text for event in history])
    officer = person(session, "officer-sen")
    with pytest.raises(NotAllowed):
        approvals.approve(session, case.number, case.version, officer, now)
    approvals.approve(session, case.number, case.version, person(session, "head-sen"), now)
    assert (case.state, case.answer) == ("answered", ANSWER)
    assert session.get(ComplaintDraft, case.id) is None
    handler = session.get_one(Account, case.handler_id)
    assert handler.name == "officer-sen"


@pytest.mark.usefixtures("two_needed")
def test_nobody_approves_their_own_words(session: Session, case: Complaint, now: datetime) -> None:
    answer(session, case, now, "head-sen")
    head = person(session, "head-sen")
    with pytest.raises(RuleBroken) as refusal:
        approvals.approve(session, case.number, case.version, head, now)
    assert refusal.value.code == "own_draft"
    assert case.answer is None


@pytest.mark.usefixtures("two_needed")
def test_words_sent_back_carry_the_remark_and_cannot_be_approved(
    session: Session, case: Complaint, now: datetime
) -> None:
    answer(session, case, now, "officer-sen")
    head = person(session, "head-sen")
    approvals.send_back(session, case.number, "Xin nói rõ ngày.", case.version, head, now)
    with pytest.raises(NotFound):
        approvals.approve(session, case.number, case.version, head, now)
    draft = approvals.draft_of(session, case, person(session, "officer-sen"))
    assert draft is not None
    assert (draft.own, draft.waiting, draft.remark) == (True, False, "Xin nói rõ ngày.")


@pytest.mark.usefixtures("two_needed")
def test_who_saw_the_case_before_the_draft_is_told(
    session: Session, case: Complaint, now: datetime
) -> None:
    seen = case.version
    answer(session, case, now, "officer-sen")
    head = person(session, "head-sen")
    with pytest.raises(RuleBroken) as refusal:
        complaints.answer(session, case.number, ANSWER, seen, head, now)
    assert refusal.value.code == "changed_meanwhile"


@pytest.mark.usefixtures("two_needed")
def test_a_letter_outside_is_no_way_around_the_second_person(
    session: Session, case: Complaint, now: datetime
) -> None:
    officer = person(session, "officer-sen")
    with pytest.raises(NotAllowed):
        passing.transfer_outside(session, case.number, LETTER, case.version, officer, now)


# handing over


def test_everything_of_one_person_goes_to_another_but_what_names_them(
    session: Session, sen: Place, now: datetime
) -> None:
    head, root = person(session, "head-sen"), person(session, "root")
    plain, done = file(session, sen, now), file(session, sen, now)
    naming = file(session, sen, now, officer_ids=(sen.officer_id,))
    for one in (plain, naming, done):
        complaints.take(session, one.number, one.version, root, now)
    answer(session, done, now, "root")
    officer = person(session, "officer-sen").account_id
    result = absences.hand_over(session, root.account_id, officer, head, now)
    assert (result.moved, list(result.kept)) == (1, [naming.number])
    assert (plain.handler_id, naming.handler_id) == (officer, root.account_id)
    assert actions(session, plain)[-1] == "reassign"
    assert done.handler_id == root.account_id


def test_work_is_handed_over_among_the_people_of_ones_units(
    session: Session, sen: Place, now: datetime
) -> None:
    head = person(session, "head-sen")
    stranger = session.scalars(select(Account.id).where(Account.name == "reviewer-sen")).one()
    for other in (stranger, head.account_id):
        with pytest.raises(Invalid) as refusal:
            absences.hand_over(session, head.account_id, other, head, now)
        assert refusal.value.field == "to"
    with pytest.raises(NotAllowed):
        absences.people(session, person(session, "officer-sen"))


# after the end


def test_contact_data_goes_a_set_time_after_the_end_and_the_case_stays(
    session: Session, sen: Place, now: datetime
) -> None:
    fields: dict[str, Any] = {"contact_phone": "0900 000 000", "consent": True}
    ended, open_case = file(session, sen, now, **fields), file(session, sen, now, **fields)
    answer(session, ended, now)
    days = case_policies.CONTACT_DAYS
    assert case_ends.remove_contacts(session, now + timedelta(days=days, seconds=-1)) == 0
    assert case_ends.remove_contacts(session, now + timedelta(days=days)) == 1
    assert session.get(ComplaintContact, ended.id) is None
    assert session.get(ComplaintContact, open_case.id) is not None
    assert actions(session, ended)[-1] == case_ends.CONTACT_REMOVED
    assert case_ends.remove_contacts(session, now + timedelta(days=days)) == 0


def test_a_case_opened_again_keeps_its_contact_data(
    session: Session, sen: Place, now: datetime
) -> None:
    case = file(session, sen, now, contact_name="Người Mẫu", consent=True)
    answer(session, case, now)
    following.appeal(session, code_of(case), "", now)
    assert case_ends.remove_contacts(session, now + timedelta(days=400)) == 0


def test_an_answer_nobody_speaks_about_closes_by_itself_and_can_still_be_appealed(
    session: Session, case: Complaint, now: datetime
) -> None:
    answer(session, case, now)
    days = case_policies.CONFIRM_DAYS
    assert case_ends.close_unspoken(session, now + timedelta(days=days, seconds=-1)) == 0
    assert case_ends.close_unspoken(session, now + timedelta(days=days)) == 1
    assert case.state == State.CLOSED
    following.appeal(session, code_of(case), "", now + timedelta(days=days))
    assert case.state == State.APPEALED


def test_a_formal_complaint_is_accepted_before_it_is_answered(
    session: Session, sen: Place, now: datetime
) -> None:
    case, head = file(session, sen, now, kind=Kind.FORMAL_COMPLAINT), person(session, "head-sen")
    with pytest.raises(RuleBroken) as refusal:
        answer(session, case, now)
    assert refusal.value.code == "accept_first"
    complaints.accept(session, case.number, case.version, head, now)
    answer(session, case, now)
    assert case.state == State.ANSWERED
