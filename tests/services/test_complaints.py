"""Cases: filed once, due by law, seen by whom they may be, acted on by one person at a time."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from threading import Barrier
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from shared.audit import sign_session
from shared.domain import tracking_code
from shared.domain.complaint import Kind, State, Tier
from shared.domain.errors import Invalid, NotAllowed, NotFound, RuleBroken
from shared.models.audit import AuditEvent
from shared.models.complaint import Complaint, ComplaintContact, ComplaintEvent, ComplaintLink
from shared.services import (
    additions,
    case_steps,
    complaints,
    following,
    handling,
    inbox,
    work_done,
    work_lists,
)
from tests.case_world import ANSWER, SECRET, WORDS, build, code_of, file, filing, person
from tests.cast import Place


@pytest.fixture
def places(session: Session, now: datetime) -> dict[str, Place]:
    """The two units with their people."""
    return build(session, now)


@pytest.fixture
def sen(places: dict[str, Place]) -> Place:
    """Phường Sen Hồng."""
    return places["sen"]


def receive(session: Session, place: Place, now: datetime, **fields: Any) -> Complaint:
    return file(session, place, now, **fields)


# filing


def test_a_report_gets_its_number_and_its_due_day_by_the_rule_in_force(
    session: Session, sen: Place, now: datetime
) -> None:
    complaint = receive(session, sen, now)
    assert complaint.number == f"PA-2026-{complaint.id:05d}"
    # Wednesday 18 November; the 24th is a public holiday, so five working days end on the 26th.
    assert complaint.due_on == date(2026, 11, 26)
    assert complaint.due_at == datetime(2026, 11, 26, 16, 59, 59, tzinfo=UTC)
    assert complaint.rule_code == "sample-2018-report-answer-own"
    assert complaint.deadline is not None
    reasons = {day["date"]: (day["counted"], day["reason"]) for day in complaint.deadline["days"]}
    assert reasons["2026-11-18"] == (False, "received")
    assert reasons["2026-11-24"] == (False, "holiday")
    assert "Quy chế" in complaint.deadline["document"]


def test_received_on_is_the_local_day_also_before_seven_in_the_morning(
    session: Session, sen: Place
) -> None:
    complaint = receive(
        session, sen, datetime(2026, 11, 17, 18, 30, tzinfo=UTC)
    )  # 01:30 on the 18th
    assert complaint.received_on == date(2026, 11, 18)
    assert complaint.due_on == date(2026, 11, 26)


def test_praise_has_no_due_day(session: Session, sen: Place, now: datetime) -> None:
    complaint = receive(session, sen, now, kind=Kind.PRAISE)
    assert (complaint.due_on, complaint.due_at, complaint.deadline) == (None, None, None)


def test_a_matter_without_a_limit_is_taken_all_the_same(
    session: Session, sen: Place, now: datetime
) -> None:
    complaint = receive(session, sen, datetime(2017, 12, 1, tzinfo=UTC))
    assert complaint.due_on is None
    assert complaint.state == State.RECEIVED


def test_the_same_form_twice_is_one_case_with_the_same_code(
    session: Session, sen: Place, now: datetime
) -> None:
    form = uuid4()
    first = receive(session, sen, now, form_id=form)
    second = receive(session, sen, now + timedelta(seconds=2), form_id=form)
    assert first.number == second.number
    assert session.scalar(select(func.count()).select_from(Complaint)) == 1
    assert session.scalar(select(func.count()).select_from(ComplaintEvent)) == 1


def test_a_form_sent_several_times_in_one_instant_is_one_case(
    session: Session, engine: Engine, sen: Place, now: datetime
) -> None:
    filed = filing(sen)
    together = Barrier(4)

    def send(_: int) -> str:
        with Session(engine) as own:
            sign_session(own, "resident", now)
            together.wait()
            complaint = complaints.receive(
                own, filed, complaints.code_of(filed.form_id, SECRET), now
            )
            own.commit()
            return complaint.number

    with ThreadPoolExecutor(4) as pool:
        sent = set(pool.map(send, range(4)))
    assert sent == set(session.scalars(select(Complaint.number)))
    assert len(sent) == 1


def test_neither_link_nor_digits_are_kept(session: Session, sen: Place, now: datetime) -> None:
    complaint = receive(session, sen, now)
    code = tracking_code.code_of(UUID(complaint.form_id), SECRET)
    link = session.get_one(ComplaintLink, complaint.id)
    stored = " ".join(str(value) for row in (complaint, link) for value in vars(row).values())
    for secret in (code.link, code.digits, code.digits.replace(" ", "")):
        assert secret not in stored
    assert (complaint.code_hash, link.link_hash) == (code.digits_hash, code.link_hash)


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"body": " ngắn "}, "body"),
        ({"body": "\u200b" * 50}, "body"),
        ({"body": "x" * 5_001}, "body"),
        ({"contact_phone": "0900000000"}, "consent"),
        ({"contact_name": "Nguyễn Văn Mẫu"}, "consent"),
    ],
)
def test_what_cannot_be_taken_names_its_field_and_leaves_nothing(
    session: Session, sen: Place, now: datetime, fields: dict[str, Any], field: str
) -> None:
    with pytest.raises(Invalid) as refusal:
        receive(session, sen, now, **fields)
    assert refusal.value.field == field
    assert session.scalar(select(func.count()).select_from(Complaint)) == 0


def test_text_is_kept_composed_and_without_hidden_signs(
    session: Session, sen: Place, now: datetime
) -> None:
    complaint = receive(session, sen, now, body="Chờ quá lâu\u202e ở quầy\x00\r\nsố một.")
    assert complaint.body == "Chờ quá lâu ở quầy\nsố một."


def test_contact_data_is_kept_apart_with_the_moment_of_consent(
    session: Session, sen: Place, now: datetime
) -> None:
    complaint = receive(
        session, sen, now, contact_name="Người Mẫu", contact_phone="0900 000 000", consent=True
    )
    contact = session.get_one(ComplaintContact, complaint.id)
    assert (contact.phone, contact.consent_at) == ("0900 000 000", now)
    log = [str(event.change) for event in session.scalars(select(AuditEvent))]
    assert not any(secret in line for line in log for secret in ("0900", "Người Mẫu", WORDS))


# acting


def test_an_answer_is_read_by_the_resident_as_it_was_written(
    session: Session, sen: Place, now: datetime
) -> None:
    complaint = receive(session, sen, now)
    officer = person(session, "officer-sen")
    complaints.answer(session, complaint.number, ANSWER, complaint.version, officer, now)
    found = following.followed(session, code_of(complaint).lower().replace("-", " "))
    view = following.resident_view(session, found, now)
    assert (view.complaint.answer, view.complaint.state) == (ANSWER, "answered")
    assert [event.action for event in view.history] == ["receive", "answer"]
    assert view.complaint.answered_on == date(2026, 11, 18)
    week = work_done.done_this_week(work_lists.Tray(session, officer, now))
    assert (week.answered, week.on_time) == (1, 1)


def test_an_answer_that_says_nothing_is_refused(
    session: Session, sen: Place, now: datetime
) -> None:
    complaint = receive(session, sen, now)
    with pytest.raises(Invalid) as refusal:
        complaints.answer(
            session, complaint.number, " ok ", complaint.version, person(session, "head-sen"), now
        )
    assert refusal.value.field == "answer"
    assert complaint.state == State.RECEIVED


def test_who_saw_an_older_version_is_told_and_nothing_is_overwritten(
    session: Session, sen: Place, now: datetime
) -> None:
    complaint = receive(session, sen, now)
    seen = complaint.version
    complaints.answer(session, complaint.number, ANSWER, seen, person(session, "head-sen"), now)
    session.commit()
    with pytest.raises(RuleBroken) as refusal:
        complaints.answer(
            session,
            complaint.number,
            "Câu trả lời khác.",
            seen,
            person(session, "officer-sen"),
            now,
        )
    assert refusal.value.code == "changed_meanwhile"
    session.rollback()
    assert complaint.answer == ANSWER


def test_two_who_answer_in_the_same_instant_leave_one_answer(
    session: Session, engine: Engine, sen: Place, now: datetime
) -> None:
    complaint = receive(session, sen, now)
    seen, number = complaint.version, complaint.number
    with Session(engine) as other:
        sign_session(other, "head-sen", now)
        late = inbox.case(other, number, person(other, "head-sen"))
        assert late.version == seen  # read before the first one wrote
        complaints.answer(session, number, ANSWER, seen, person(session, "officer-sen"), now)
        session.commit()
        with pytest.raises(RuleBroken) as refusal, case_steps.one_act(other):
            late.answer = "Câu trả lời khác hẳn."
        assert refusal.value.code == "changed_meanwhile"


def test_a_refusal_carries_its_reason_and_counts_as_an_answer(
    session: Session, sen: Place, now: datetime
) -> None:
    complaint = receive(session, sen, now)
    complaints.refuse(
        session, complaint.number, ANSWER, complaint.version, person(session, "head-sen"), now
    )
    assert (complaint.state, complaint.answer) == ("refused", ANSWER)
    assert complaint.answered_on == date(2026, 11, 18)


def test_a_wider_reach_counts_anew_from_the_receipt(
    session: Session, sen: Place, now: datetime
) -> None:
    complaint = receive(session, sen, now)
    head = person(session, "head-sen")
    complaints.reclassify(
        session,
        complaint.number,
        Kind.REPORT,
        Tier.ACROSS,
        complaint.version,
        head,
        now + timedelta(days=1),
    )
    assert complaint.due_on == date(2026, 11, 30)
    last = session.scalars(select(ComplaintEvent).order_by(ComplaintEvent.id.desc())).first()
    assert last is not None
    assert last.text == "26/11/2026 → 30/11/2026"


def test_praise_that_is_a_report_gets_a_due_day(
    session: Session, sen: Place, now: datetime
) -> None:
    complaint = receive(session, sen, now, kind=Kind.PRAISE)
    head = person(session, "head-sen")
    complaints.reclassify(
        session, complaint.number, Kind.REPORT, Tier.OWN, complaint.version, head, now
    )
    assert complaint.due_on == date(2026, 11, 26)


@pytest.mark.parametrize("kind", [Kind.FORMAL_COMPLAINT, Kind.DENUNCIATION])
def test_a_form_never_becomes_what_needs_a_signed_letter(
    session: Session, sen: Place, now: datetime, kind: Kind
) -> None:
    complaint = receive(session, sen, now)
    with pytest.raises(RuleBroken) as refusal:
        complaints.reclassify(
            session,
            complaint.number,
            kind,
            Tier.OWN,
            complaint.version,
            person(session, "head-sen"),
            now,
        )
    assert refusal.value.code == "needs_letter"


def test_a_formal_complaint_runs_from_its_acceptance(
    session: Session, sen: Place, now: datetime
) -> None:
    complaint = receive(session, sen, now, kind=Kind.FORMAL_COMPLAINT)
    assert complaint.rule_code == "decree-155-2026-acknowledge-own"
    accepted = now + timedelta(days=2)
    complaints.take(
        session, complaint.number, complaint.version, person(session, "head-sen"), accepted
    )
    assert complaint.rule_code == "complaints-2011-answer-own"
    assert complaint.due_on == date(2026, 12, 21)  # 30 days end on a Sunday


def test_a_case_goes_only_to_who_may_have_it(session: Session, sen: Place, now: datetime) -> None:
    complaint = receive(session, sen, now, officer_ids=(sen.officer_id,))
    head = person(session, "head-sen")
    offered = {one.name for one in handling.handlers(session, complaint.number, head)}
    assert offered == {"head-sen", "root"}
    for name in ("officer-sen", "officer-lua", "reviewer-sen"):
        chosen = person(session, name).account_id
        with pytest.raises(NotFound):
            handling.assign(session, complaint.number, chosen, complaint.version, head, now)
    root = person(session, "root").account_id
    handling.assign(session, complaint.number, root, complaint.version, head, now)
    assert complaint.handler_id == root


def test_a_question_reaches_the_resident_and_a_note_does_not(
    session: Session, sen: Place, now: datetime
) -> None:
    complaint = receive(session, sen, now)
    head = person(session, "head-sen")
    handling.note(session, complaint.number, "Nội bộ thôi.", head, now)
    handling.note(session, complaint.number, "Số giấy hẹn là gì?", head, now, ask=True)
    session.commit()
    code = code_of(complaint)
    view = following.resident_view(session, complaint, now)
    assert view.question == "Số giấy hẹn là gì?"
    assert not any("Nội bộ" in event.text for event in view.history)
    for _ in range(2):
        additions.reply(session, code, "Số 47.", now)
        session.commit()
    view = following.resident_view(session, complaint, now)
    assert view.question == ""
    assert [event.text for event in view.history if event.action == "reply"] == ["Số 47."]


def test_contact_data_opens_for_the_head_only_and_the_look_is_noted(
    session: Session, sen: Place, now: datetime
) -> None:
    complaint = receive(session, sen, now, contact_name="Người Mẫu", consent=True)
    with pytest.raises(NotAllowed):
        handling.read_contact(session, complaint.number, person(session, "officer-sen"), now)
    contact = handling.read_contact(session, complaint.number, person(session, "head-sen"), now)
    assert contact.name == "Người Mẫu"
    session.commit()
    looks = select(ComplaintEvent).where(ComplaintEvent.action == handling.CONTACT_READ)
    assert [event.actor for event in session.scalars(looks)] == ["head-sen"]


def test_a_reader_without_the_right_to_answer_changes_nothing(
    session: Session, places: dict[str, Place], now: datetime
) -> None:
    complaint = receive(session, places["sen"], now)
    with pytest.raises(NotAllowed):
        inbox.case(session, complaint.number, person(session, "reviewer-sen"))
