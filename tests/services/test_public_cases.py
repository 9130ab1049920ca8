"""Answered cases in public: who lets them out, in which words, and what takes them back."""

from collections.abc import Callable
from dataclasses import fields
from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from shared.domain.complaint import Kind
from shared.domain.errors import Invalid, NotAllowed, NotFound, RuleBroken
from shared.models.audit import AuditEvent
from shared.models.complaint import Complaint, ComplaintOfficer
from shared.models.organisation import Procedure
from shared.models.public_case import PublishedCase
from shared.services import complaints, following, public_cases, published_cases
from shared.services.public_cases import Words
from shared.services.published_cases import Filters, PublicCase
from tests.case_world import ANSWER, WORDS, build_in_line, code_of, file, person
from tests.cast import Place

TOLD = Words("Một người chờ hai giờ dù đã lấy số.", "Máy gọi số hỏng, nay đã sửa.")


@pytest.fixture
def places(session: Session, now: datetime) -> dict[str, Place]:
    """Sen Hồng, with Lúa Vàng above it."""
    return build_in_line(session, now)


@pytest.fixture
def case(session: Session, places: dict[str, Place], now: datetime) -> Complaint:
    """A report of Sen Hồng, answered a day later."""
    return answered(session, places["sen"], now)


def answered(session: Session, place: Place, now: datetime, **filed: object) -> Complaint:
    case = file(session, place, now, **filed)
    later = now + timedelta(days=1)
    complaints.answer(
        session, case.number, ANSWER, case.version, person(session, "head-sen"), later
    )
    session.commit()
    return case


def publish(session: Session, case: Complaint, now: datetime, words: Words = TOLD) -> PublishedCase:
    head, later = person(session, "head-sen"), now + timedelta(days=2)
    row = public_cases.publish(session, case.number, words, (), head, later)
    session.commit()
    return row


def everything(session: Session, **narrowed: str) -> list[PublicCase]:
    return published_cases.listed(session, Filters(**narrowed), 1)[0]


def test_nothing_is_public_before_somebody_put_it_out(session: Session, case: Complaint) -> None:
    assert everything(session) == []
    assert published_cases.reference_of(session, case) == ""


def test_the_public_sees_exactly_what_was_previewed(
    session: Session, case: Complaint, now: datetime
) -> None:
    head = person(session, "head-sen")
    shown = public_cases.proposed(session, case.number, TOLD, head, now).shown
    publish(session, case, now)
    (seen,) = everything(session)
    assert published_cases.one(session, seen.reference) == seen
    told = {field.name for field in fields(PublicCase)} - {"reference"}
    assert {name: getattr(seen, name) for name in told} == {
        name: getattr(shown, name) for name in told
    }
    assert (seen.question, seen.answer) == (TOLD.question, TOLD.answer)


def test_the_case_keeps_its_own_words(session: Session, case: Complaint, now: datetime) -> None:
    publish(session, case, now)
    assert (case.body, case.answer) == (WORDS, ANSWER)


@pytest.mark.parametrize("who", ["officer-sen", "admin-sen", "officer-lua"])
def test_only_who_leads_the_unit_decides(
    session: Session, case: Complaint, now: datetime, who: str
) -> None:
    with pytest.raises((NotAllowed, NotFound)):
        public_cases.publish(session, case.number, TOLD, (), person(session, who), now)
    with pytest.raises((NotAllowed, NotFound)):
        public_cases.proposed(session, case.number, None, person(session, who), now)


@pytest.mark.parametrize(
    ("filed", "code"),
    [
        ({"kind": Kind.DENUNCIATION}, "never_public"),
        ({"kind": Kind.FORMAL_COMPLAINT}, "never_public"),
    ],
)
def test_a_formal_complaint_and_a_denunciation_stay_closed(
    session: Session, places: dict[str, Place], now: datetime, filed: dict[str, object], code: str
) -> None:
    case = file(session, places["sen"], now, **filed)
    case.state, case.answer, case.answered_at, case.answered_on = (
        "answered",
        ANSWER,
        now,
        now.date(),
    )
    session.commit()
    with pytest.raises(RuleBroken) as refusal:
        publish(session, case, now)
    assert refusal.value.code == code


def test_an_open_case_is_not_put_out(
    session: Session, places: dict[str, Place], now: datetime
) -> None:
    case = file(session, places["sen"], now)
    head = person(session, "head-sen")
    proposal = public_cases.proposed(session, case.number, None, head, now)
    assert proposal.barrier is not None
    assert proposal.barrier.code == "not_answered"
    with pytest.raises(RuleBroken):
        publish(session, case, now)


def test_what_may_tell_who_somebody_is_must_be_dealt_with_or_confirmed(
    session: Session, case: Complaint, now: datetime
) -> None:
    head = person(session, "head-sen")
    words = Words("Cô Lê Thu Hà bảo gọi 0912 345 678 rồi chờ.", TOLD.answer)
    proposal = public_cases.proposed(session, case.number, words, head, now)
    assert [one.key for one in proposal.findings] == ["officer:Lê Thu Hà", "phone:0912 345 678"]
    with pytest.raises(Invalid) as refusal:
        public_cases.publish(session, case.number, words, ["phone:0912 345 678"], head, now)
    assert refusal.value.code == "personal_data"
    keys = [one.key for one in proposal.findings]
    public_cases.publish(session, case.number, words, keys, head, now + timedelta(days=2))
    assert len(everything(session)) == 1


def test_the_name_the_sender_left_is_hinted_at(
    session: Session, places: dict[str, Place], now: datetime
) -> None:
    case = answered(session, places["sen"], now, contact_name="Lý Mai", consent=True)
    words = Words("Tôi là ly mai và đã chờ hai giờ.", TOLD.answer)
    head = person(session, "head-sen")
    found = public_cases.proposed(session, case.number, words, head, now).findings
    assert [one.key for one in found] == ["sender:ly mai"]


def test_a_sender_who_says_no_takes_it_back_and_it_stays_so(
    session: Session, case: Complaint, now: datetime
) -> None:
    publish(session, case, now)
    public_cases.choose(session, case, True, now)
    assert everything(session) == []
    assert session.scalars(select(PublishedCase)).all() == []
    with pytest.raises(RuleBroken) as refusal:
        publish(session, case, now)
    assert refusal.value.code == "sender_refuses"
    public_cases.choose(session, case, False, now)
    publish(session, case, now)
    assert len(everything(session)) == 1


def test_taking_it_back_leaves_nothing_and_twice_is_once(
    session: Session, case: Complaint, now: datetime
) -> None:
    reference, head = publish(session, case, now).reference, person(session, "head-sen")
    for _time in range(2):
        public_cases.unpublish(session, case.number, head, now)
    with pytest.raises(NotFound):
        published_cases.one(session, reference)
    said = [event.action for event in following.public_history(session, case)]
    assert said.count("unpublish") == 1


def name_officer(session: Session, case: Complaint, place: Place, _now: datetime) -> None:
    session.add(ComplaintOfficer(complaint_id=case.id, officer_id=place.officer_id))


def appeal(session: Session, case: Complaint, _place: Place, now: datetime) -> None:
    following.appeal(session, code_of(case), "", now + timedelta(days=3))


def answer_anew(session: Session, case: Complaint, place: Place, now: datetime) -> None:
    appeal(session, case, place, now)
    complaints.answer(
        session,
        case.number,
        "Chúng tôi trả lời lại.",
        case.version,
        person(session, "head-lua"),
        now + timedelta(days=4),
    )


def erase(_session: Session, case: Complaint, _place: Place, _now: datetime) -> None:
    case.body = ""


@pytest.mark.parametrize("happens", [name_officer, appeal, answer_anew, erase])
def test_what_changes_the_case_takes_it_out_of_sight(
    session: Session,
    case: Complaint,
    places: dict[str, Place],
    now: datetime,
    happens: Callable[[Session, Complaint, Place, datetime], None],
) -> None:
    reference = publish(session, case, now).reference
    happens(session, case, places["sen"], now)
    session.flush()
    assert everything(session) == []
    assert published_cases.units(session) == []
    with pytest.raises(NotFound):
        published_cases.one(session, reference)


def test_what_was_erased_is_not_put_out_in_other_words(
    session: Session, case: Complaint, now: datetime
) -> None:
    case.body, case.answer = "", ""
    with pytest.raises(RuleBroken) as refusal:
        publish(session, case, now)
    assert refusal.value.code == "erased"


def test_few_cases_tell_the_month_alone_and_neither_field_nor_desk(
    session: Session, places: dict[str, Place], now: datetime
) -> None:
    sen = places["sen"]
    session.get_one(Procedure, sen.procedure_id).field = "Hộ tịch"
    filed = {"desk_id": sen.desk_id, "procedure_id": sen.procedure_id}
    case = answered(session, sen, now, **filed)
    publish(session, case, now)
    (seen,) = everything(session)
    assert seen.whole_months
    assert (seen.field, seen.desk, seen.due_on) == ("", "", None)
    assert seen.received_on == seen.answered_on == date(2026, 11, 1)
    for _other in range(4):
        file(session, sen, now, **filed)
    public_cases.unpublish(session, case.number, person(session, "head-sen"), now)
    publish(session, case, now)
    (seen,) = everything(session)
    assert not seen.whole_months
    assert (seen.field, seen.desk) == ("Hộ tịch", "Quầy 1")
    assert (seen.received_on, seen.answered_on) == (case.received_on, case.answered_on)


def test_the_list_is_searched_without_accents_and_narrowed(
    session: Session, places: dict[str, Place], case: Complaint, now: datetime
) -> None:
    publish(session, case, now)
    other = file(session, places["lua"], now)
    head = person(session, "head-lua")
    complaints.answer(session, other.number, ANSWER, other.version, head, now)
    words = Words("Đường vào xã ngập nước nhiều ngày.", TOLD.answer)
    public_cases.publish(session, other.number, words, (), head, now)
    session.commit()
    assert [one.unit for one in everything(session, query="duong ngap")] == ["Xã Lúa Vàng"]
    assert [one.unit for one in everything(session, unit="SEN")] == ["Phường Sen Hồng"]
    assert everything(session, field="Đất đai") == []
    assert published_cases.units(session) == [("SEN", "Phường Sen Hồng"), ("LUA", "Xã Lúa Vàng")]
    assert published_cases.fields(session) == []


def test_neither_number_nor_original_words_can_be_searched(
    session: Session, case: Complaint, now: datetime
) -> None:
    publish(session, case, now)
    assert everything(session, query=case.number) == []
    assert everything(session, query="đường hoàng") == []


def test_put_out_twice_in_the_same_words_it_is_once(
    session: Session, case: Complaint, now: datetime
) -> None:
    for _time in range(2):
        publish(session, case, now)
    said = [event.action for event in following.public_history(session, case)]
    assert said.count("publish") == 1


def test_put_out_again_it_keeps_its_name_and_tells_the_new_words(
    session: Session, case: Complaint, now: datetime
) -> None:
    first = publish(session, case, now).reference
    again = publish(session, case, now, Words("Chờ lâu dù đã lấy số.", TOLD.answer))
    assert again.reference == first
    assert [one.question for one in everything(session)] == ["Chờ lâu dù đã lấy số."]


def test_the_log_says_who_put_it_out_but_not_the_words(
    session: Session, case: Complaint, now: datetime
) -> None:
    session.execute(delete(AuditEvent))
    publish(session, case, now)
    told = session.scalars(select(AuditEvent).where(AuditEvent.subject == "published_case")).one()
    assert told.change["published_by"] == "head-sen"
    assert "chờ hai giờ" not in str(told.change)
    assert "Máy gọi số" not in str(told.change)
