"""Reminders as rows: each once, to whom the rules say, and none that nobody needs any more."""

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime, timedelta
from threading import Barrier, Thread

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from shared.audit import sign_session
from shared.domain.access import Role
from shared.domain.complaint import Kind
from shared.domain.errors import Invalid, NotFound
from shared.domain.reminder import SHIPPED, Audience, Rule, Stage
from shared.models.account import Account, Grant
from shared.models.complaint import Complaint
from shared.models.organisation import Organisation, Unit
from shared.models.outbox import OutboxMessage
from shared.services import complaints, handling, outbox, passing, reminders
from shared.services.outbox import Reach
from tests.case_world import ANSWER, build, file, person
from tests.cast import FOUNDED, Place

DAY = timedelta(days=1)
BY_MAIL = Reach(mail=True, channels=frozenset())


@pytest.fixture
def places(session: Session, now: datetime) -> dict[str, Place]:
    """The two units with their people."""
    return build(session, now)


@pytest.fixture
def case(session: Session, places: dict[str, Place], now: datetime) -> Complaint:
    """A report of Sen Hồng that its officer has taken, received on a Wednesday morning."""
    complaint = file(session, places["sen"], now)
    officer = person(session, "officer-sen")
    complaints.take(session, complaint.number, complaint.version, officer, now)
    session.commit()
    return complaint


def morning_of(case: Complaint, days: int, now: datetime) -> datetime:
    """Give the time of `now` on the due day, or so many calendar days from it."""
    assert case.due_on is not None
    return now + (case.due_on - case.received_on) + days * DAY


def write_due(session: Session, now: datetime, channels: Collection[str] = ()) -> int:
    """Write every reminder that is due, as the job does."""
    return sum(
        reminders.write(session, organisation_id, keys, now, channels)
        for organisation_id, keys in reminders.to_look_at(session, now)
    )


def messages(session: Session, state: str | None = None) -> list[tuple[str, str]]:
    """Give stage and recipient of the messages, in order of writing."""
    found = select(OutboxMessage).order_by(OutboxMessage.id)
    names = {account.id: account.name for account in session.scalars(select(Account))}
    return [
        (one.stage, names.get(one.account_id or 0, one.recipient))
        for one in session.scalars(found)
        if state in (None, one.state)
    ]


def test_the_officer_is_reminded_first_then_the_head(
    session: Session, case: Complaint, now: datetime
) -> None:
    for day in range(-3, 1):
        write_due(session, morning_of(case, day, now))
    assert set(messages(session, outbox.WAITING)) <= {
        ("due_today", "officer-sen"),
        ("due_today", "head-sen"),
    }
    assert messages(session)[0] == ("two_days", "officer-sen")
    assert ("one_day", "head-sen") in messages(session)


def test_after_downtime_each_person_gets_one_message(
    session: Session, case: Complaint, now: datetime
) -> None:
    late = morning_of(case, 1, now)
    while not write_due(session, late):
        late += DAY
    sent = messages(session, outbox.WAITING)
    assert sorted(sent) == [
        ("overdue", "head-sen"),
        ("overdue", "officer-sen"),
        ("overdue", "root"),
    ]
    assert {stage for stage, _name in messages(session, outbox.SKIPPED)} == {
        "two_days",
        "one_day",
        "due_today",
    }


def test_a_message_that_waits_gives_way_to_the_next(
    session: Session, case: Complaint, now: datetime
) -> None:
    write_due(session, morning_of(case, -1, now))
    waiting = messages(session, outbox.WAITING)
    write_due(session, morning_of(case, 0, now))
    assert waiting
    assert {stage for stage, _name in messages(session, outbox.WAITING)} == {"due_today"}
    assert set(waiting) <= set(messages(session, outbox.SKIPPED))


def test_two_job_processes_at_once_write_each_message_once(
    engine: Engine, session: Session, case: Complaint, now: datetime
) -> None:
    at, barrier = morning_of(case, 0, now), Barrier(2)

    def run() -> None:
        with Session(engine) as own, own.begin():
            sign_session(own, "job", at)
            barrier.wait(30)
            write_due(own, at)

    threads = [Thread(target=run) for _process in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    session.rollback()
    written = messages(session, outbox.WAITING)
    assert len(written) == len(set(written)) == 2


@pytest.mark.parametrize("closed_by", ["answer", "moved"])
def test_a_message_for_a_case_that_waits_no_more_is_not_sent(
    session: Session, case: Complaint, now: datetime, closed_by: str
) -> None:
    at = morning_of(case, 0, now)
    write_due(session, at)
    message = outbox.claim(session, BY_MAIL, at)[0]
    assert reminders.notice(session, message, at).number == case.number
    if closed_by == "answer":
        head = person(session, "head-sen")
        complaints.answer(session, case.number, ANSWER, case.version, head, at)
    else:
        assert case.due_on is not None
        case.due_on += DAY
    with pytest.raises(NotFound):
        reminders.notice(session, message, at)
    before = len(messages(session))
    write_due(session, at)
    fresh = {stage for stage, _name in messages(session)[before:]}
    assert fresh == (set() if closed_by == "answer" else {"two_days", "one_day"})
    assert "due_today" not in {stage for stage, _name in messages(session, outbox.WAITING)} or (
        closed_by == "answer"  # told when it would be sent
    )


def test_the_officer_whom_a_case_names_hears_nothing(
    session: Session, places: dict[str, Place], case: Complaint, now: datetime
) -> None:
    at = morning_of(case, 0, now)
    write_due(session, at, {"SEN"})
    to_officer = next(
        one
        for one in outbox.claim(session, Reach(True, frozenset({"SEN"})), at)
        if one.account_id == case.handler_id
    )
    head = person(session, "head-sen")
    handling.name_officer(session, case.number, places["sen"].officer_id, case.version, head, now)
    with pytest.raises(NotFound):
        reminders.notice(session, to_officer, at)
    case.due_on = None
    session.flush()


def test_a_case_that_names_an_officer_reaches_no_common_channel(
    session: Session, places: dict[str, Place], now: datetime
) -> None:
    plain = file(session, places["sen"], now)
    naming = file(session, places["sen"], now, officer_ids=(places["sen"].officer_id,))
    write_due(session, morning_of(plain, 0, now), {"SEN"})
    to_channel = select(OutboxMessage.complaint_id).where(OutboxMessage.recipient == "channel/SEN")
    assert set(session.scalars(to_channel)) == {plain.id}
    assert naming.id in set(session.scalars(select(OutboxMessage.complaint_id)))


def test_a_denunciation_reaches_no_common_channel(
    session: Session, places: dict[str, Place], now: datetime
) -> None:
    letter = file(session, places["sen"], now, kind=Kind.DENUNCIATION)
    assert letter.due_on is not None
    at, written = now, 0
    while at.date() <= letter.due_on + 3 * DAY:
        at += DAY
        written += write_due(session, at, {"SEN"})
    assert written
    assert "channel/SEN" not in {name for _stage, name in messages(session)}


def test_the_channel_of_a_unit_is_told_nothing_of_a_case_that_was_passed_on(
    session: Session, places: dict[str, Place], now: datetime
) -> None:
    case = file(session, places["sen"], now)
    at = morning_of(case, 0, now)
    write_due(session, at, {"SEN"})
    reach = Reach(mail=False, channels=frozenset({"SEN"}))
    (message,) = outbox.claim(session, reach, at)
    assert reminders.notice(session, message, at).channel == "SEN"
    root = person(session, "root")
    passing.transfer(session, case.number, places["lua"].unit_id, ANSWER, case.version, root, at)
    message.deadline_version = reminders.version_of(case)  # as where no limit begins anew
    with pytest.raises(NotFound):
        reminders.notice(session, message, at)


def test_the_head_of_the_unit_above_is_told_of_an_overdue_case(
    session: Session, places: dict[str, Place], case: Complaint, now: datetime
) -> None:
    above = Unit(
        organisation_id=places["sen"].organisation_id,
        code="TINH",
        name="Tỉnh",
        level="province",
        valid_from=FOUNDED,
    )
    session.add(above)
    session.flush()
    session.get_one(Unit, places["sen"].unit_id).parent_id = above.id
    superior = session.scalars(select(Account).where(Account.name == "organiser-lua")).one()
    session.add(Grant(account_id=superior.id, role=str(Role.HEAD), unit_id=above.id))
    session.flush()
    write_due(session, morning_of(case, 5, now))
    assert ("overdue", "organiser-lua") in messages(session, outbox.WAITING)
    assert "root" not in {name for _stage, name in messages(session)}


def test_nothing_is_written_at_night_or_for_the_sample(
    session: Session, places: dict[str, Place], case: Complaint, now: datetime
) -> None:
    at = morning_of(case, 0, now)
    assert write_due(session, at + timedelta(hours=12)) == 0
    session.get_one(Organisation, places["sen"].organisation_id).sample = True
    assert write_due(session, at) == 0


def test_an_organisation_may_have_rules_of_its_own(
    session: Session, places: dict[str, Place], case: Complaint, now: datetime
) -> None:
    organisation_id = places["sen"].organisation_id
    assert reminders.rules_of(session, organisation_id) == SHIPPED
    own = Rule(Stage.DUE_TODAY, 0, frozenset({Audience.HEAD}))
    reminders.change_rules(session, organisation_id, [own])
    assert reminders.rules_of(session, organisation_id) == (own,)
    write_due(session, morning_of(case, 0, now))
    assert messages(session) == [("due_today", "head-sen")]
    with pytest.raises(Invalid):
        reminders.change_rules(session, organisation_id, [replace(own, audience=frozenset())])


def test_a_claimed_message_is_nobody_elses_for_ten_minutes(
    session: Session, case: Complaint, now: datetime
) -> None:
    at = morning_of(case, 0, now)
    write_due(session, at)
    first = outbox.claim(session, BY_MAIL, at)
    assert len(first) == 2
    assert outbox.claim(session, BY_MAIL, at + timedelta(minutes=9)) == []
    again = outbox.claim(session, BY_MAIL, at + timedelta(minutes=10))
    assert [one.id for one in again] == [one.id for one in first]


def test_without_a_way_out_messages_stay(session: Session, case: Complaint, now: datetime) -> None:
    at = morning_of(case, 0, now)
    write_due(session, at, {"SEN"})
    nothing = Reach(mail=False, channels=frozenset())
    assert not outbox.is_due(session, nothing, at)
    assert outbox.claim(session, nothing, at + 30 * DAY) == []
    assert outbox.is_due(session, Reach(mail=False, channels=frozenset({"SEN"})), at)


def test_a_message_that_fails_for_a_week_is_given_up_and_can_be_tried_again(
    session: Session, case: Complaint, now: datetime
) -> None:
    at = morning_of(case, 0, now)
    write_due(session, at)
    key = outbox.claim(session, BY_MAIL, at)[0].id
    for later in (timedelta(0), DAY, 7 * DAY):
        outbox.note_failed(session, key, "mail server away", at + later, 0)
    admin = person(session, "admin-sen")
    assert outbox.standing(session, admin)[outbox.GIVEN_UP] == 1
    with pytest.raises(NotFound):
        outbox.retry(session, key, person(session, "admin-lua"), at)
    outbox.retry(session, key, admin, at + 8 * DAY)
    assert session.get_one(OutboxMessage, key).next_at == at + 8 * DAY
    assert outbox.GIVEN_UP not in outbox.standing(session, admin)
