"""Other systems that send cases: each with its key, its units, its limit, its own cases alone."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from shared.domain.complaint import State
from shared.domain.errors import Invalid, NotAllowed, NotFound, RuleBroken
from shared.models.audit import AuditEvent
from shared.models.complaint import Complaint, ComplaintContact, ComplaintOfficer
from shared.models.open311 import Open311Sender
from shared.services import following, open311
from shared.services.open311 import Request, Sent
from tests.case_world import SECRET, WORDS, build_in_line, person
from tests.cast import Place
from tests.infrastructure.side_by_side import second_at_once


@pytest.fixture
def places(session: Session, now: datetime) -> dict[str, Place]:
    """Sen Hồng, with Lúa Vàng above it."""
    return build_in_line(session, now)


@pytest.fixture
def key(session: Session, places: dict[str, Place], now: datetime) -> str:
    """The key of a system that may send three cases an hour to Sen Hồng."""
    admin = person(session, "admin-sen")
    made = open311.grant(session, places["sen"].unit_id, "Tổng đài 1022", 3, admin, now)
    session.commit()
    return made.key


def send(session: Session, key: str, now: datetime, **fields: object) -> Sent:
    asked = Request(**{"kind": "report", "description": WORDS, **fields})  # type: ignore[arg-type]  # filled by name
    return open311.send(session, key, asked, SECRET, now)


def case_of(session: Session) -> Complaint:
    return session.scalars(select(Complaint)).one()


def count(session: Session) -> int:
    return session.scalar(select(func.count()).select_from(Complaint)) or 0


def test_a_case_is_opened_as_by_the_phones_form(
    session: Session, key: str, places: dict[str, Place], now: datetime
) -> None:
    sent = send(session, key, now, procedure="1.001193", place="Quầy 2")
    case = case_of(session)
    assert (case.unit_id, case.kind, case.channel) == (places["sen"].unit_id, "report", "open311")
    assert case.body == f"{WORDS}\n\n(Quầy 2)"
    assert case.procedure_id == places["sen"].procedure_id
    assert sent.due_at == case.due_at is not None
    assert sent.code is not None
    assert following.followed(session, sent.code.link).id == case.id


def test_what_is_sent_twice_in_one_instant_is_one_case_with_one_answer(
    session: Session, engine: Engine, key: str, now: datetime
) -> None:
    session.commit()
    answers = [send(session, key, now, own_id="A-1")]

    def again(second: Session) -> None:
        answers.append(send(second, key, now, own_id="A-1"))

    second_at_once(engine, session, again)
    assert answers[0] == answers[1]
    assert count(session) == 1


def test_other_words_under_a_name_that_was_used_are_not_lost_without_a_word(
    session: Session, key: str, now: datetime
) -> None:
    first = send(session, key, now, own_id="A-1", place="Quầy 2")
    with pytest.raises(Invalid) as refusal:
        send(session, key, now, own_id="A-1", place="Quầy 2", description=f"{WORDS} Và quầy 3.")
    assert refusal.value.code == "other_content"
    case_of(session).body = ""  # its words were erased
    session.flush()
    assert send(session, key, now, own_id="A-1", place="Quầy 2").reference == first.reference


def test_only_the_hash_of_a_key_is_kept_and_the_log_has_neither(session: Session, key: str) -> None:
    sender = session.scalars(select(Open311Sender)).one()
    assert key not in sender.key_hash
    told = session.scalars(select(AuditEvent).where(AuditEvent.subject == "open311_sender")).one()
    assert sender.key_hash not in str(told.change)


@pytest.mark.parametrize("wrong", ["", "nn311_", "nn311_other"])
def test_an_unknown_key_is_nobodys(session: Session, key: str, now: datetime, wrong: str) -> None:
    sent = send(session, key, now)
    with pytest.raises(NotAllowed):
        send(session, wrong, now)
    with pytest.raises(NotAllowed):
        open311.sent(session, wrong, sent.reference)


def test_a_revoked_key_is_nobodys(session: Session, key: str, now: datetime) -> None:
    sender = session.scalars(select(Open311Sender)).one()
    open311.revoke(session, sender.id, person(session, "admin-sen"), now)
    with pytest.raises(NotAllowed):
        send(session, key, now)


def test_nobody_ends_the_key_of_another_units_system(
    session: Session, key: str, places: dict[str, Place], now: datetime
) -> None:
    root, admin = person(session, "root"), person(session, "admin-sen")
    made = open311.grant(session, places["lua"].unit_id, "Cổng", 3, root, now)
    with pytest.raises(NotFound):
        open311.revoke(session, made.sender.id, admin, now)
    assert [one.sender.name for one in open311.senders(session, admin)] == ["Tổng đài 1022"]
    send(session, key, now)


@pytest.mark.parametrize(
    ("fields", "named"),
    [
        ({"name": " "}, "name"),
        ({"unit": "lua"}, "unit"),
        ({"name": "Tổng đài 1022"}, "name"),
        ({"per_hour": 0}, "per_hour"),
    ],
)
def test_what_is_wrong_with_a_new_sender_is_named(
    session: Session,
    key: str,
    places: dict[str, Place],
    now: datetime,
    fields: dict[str, object],
    named: str,
) -> None:
    assert key
    chosen: dict[str, object] = {"name": "Cổng", "unit": "sen", "per_hour": 1, **fields}
    with pytest.raises(Invalid) as refusal:
        open311.grant(
            session,
            places[str(chosen["unit"])].unit_id,
            str(chosen["name"]),
            int(str(chosen["per_hour"])),
            person(session, "admin-sen"),
            now,
        )
    assert refusal.value.field == named


def test_units_beyond_the_senders_take_nothing(session: Session, key: str, now: datetime) -> None:
    send(session, key, now, jurisdiction="SEN")
    for code in ("LUA", "NONE", "\0"):
        with pytest.raises(NotFound):
            send(session, key, now, jurisdiction=code)
    assert count(session) == 1


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"kind": "denunciation"}, "kind_missing"),
        ({"kind": ""}, "kind_missing"),
        ({"description": "ngắn"}, "body_too_short"),
        ({"phone": "0912 345 678"}, "consent_missing"),
        ({"procedure": "9.9"}, "procedure_unknown"),
    ],
)
def test_what_the_phones_form_refuses_is_refused(
    session: Session, key: str, now: datetime, fields: dict[str, object], code: str
) -> None:
    with pytest.raises(Invalid) as refusal:
        send(session, key, now, **fields)
    assert refusal.value.code == code
    session.rollback()
    assert count(session) == 0


def test_contact_data_is_kept_apart_when_agreed_to(
    session: Session, key: str, now: datetime
) -> None:
    send(session, key, now, name="Lý Mai", phone="0912 345 678", consent=True)
    contact = session.scalars(select(ComplaintContact)).one()
    assert (contact.name, contact.phone) == ("Lý Mai", "0912 345 678")


def test_the_limit_holds_for_an_hour_and_for_new_cases_alone(
    session: Session, key: str, now: datetime
) -> None:
    first = send(session, key, now, own_id="1")
    for number in ("2", "3"):
        send(session, key, now, own_id=number)
    with pytest.raises(RuleBroken) as refusal:
        send(session, key, now)
    assert refusal.value.code == "too_many"
    assert send(session, key, now, own_id="1") == first
    send(session, key, now + timedelta(hours=1))
    assert count(session) == 4


def test_a_sender_reads_where_its_own_case_stands(
    session: Session, key: str, places: dict[str, Place], now: datetime
) -> None:
    root = person(session, "root")
    reference = send(session, key, now).reference
    seen = open311.sent(session, key, reference)
    assert (seen.state, seen.is_open, seen.code) == (State.RECEIVED, True, None)
    other = open311.grant(session, places["sen"].unit_id, "Cổng", 3, root, now)
    with pytest.raises(NotFound):
        open311.sent(session, other.key, reference)


def test_a_case_about_an_officer_is_told_to_no_system(
    session: Session, key: str, places: dict[str, Place], now: datetime
) -> None:
    reference = send(session, key, now).reference
    case = case_of(session)
    session.add(ComplaintOfficer(complaint_id=case.id, officer_id=places["sen"].officer_id))
    session.flush()
    with pytest.raises(NotFound):
        open311.sent(session, key, reference)
