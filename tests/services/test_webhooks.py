"""Addresses told of events: what is written for whom, and never of whom."""

import json
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from shared.domain.complaint import Kind
from shared.domain.errors import Invalid, NotFound
from shared.domain.webhook import MOST_TRIES, Event
from shared.models.audit import AuditEvent
from shared.models.complaint import Complaint, ComplaintOfficer
from shared.models.webhook import Webhook, WebhookMessage
from shared.services import complaints, following, webhooks
from shared.services.webhooks import GIVEN_UP, SENT, STOPPED, Ready, Registered
from tests.case_world import ANSWER, SECRET, WORDS, build_in_line, code_of, file, person
from tests.cast import Place

URL = "https://tin.example.vn/nhan"
ALL = tuple(str(event) for event in Event)
DAY = timedelta(days=1)


@pytest.fixture
def places(session: Session, now: datetime) -> dict[str, Place]:
    """Sen Hồng, with Lúa Vàng above it."""
    return build_in_line(session, now)


def register(
    session: Session, place: Place, now: datetime, events: tuple[str, ...] = ALL, who: str = "root"
) -> Registered:
    actor = person(session, who)
    made = webhooks.register(session, place.unit_id, URL, events, (), SECRET, actor, now)
    session.commit()
    return made


def told(session: Session) -> list[Any]:
    rows = session.scalars(select(WebhookMessage).order_by(WebhookMessage.id))
    return [json.loads(row.body) for row in rows]


def types(session: Session) -> list[str]:
    return [one["type"] for one in told(session)]


def claimed(session: Session, now: datetime) -> Ready:
    """Claim a message there is to be."""
    ready = webhooks.claim(session, now)
    assert ready is not None
    return ready


def answer(session: Session, case: Complaint, now: datetime) -> None:
    head = person(session, "head-sen")
    complaints.answer(session, case.number, ANSWER, case.version, head, now)
    session.commit()


def test_without_an_address_nothing_is_written(
    session: Session, places: dict[str, Place], now: datetime
) -> None:
    file(session, places["sen"], now)
    assert told(session) == []
    assert not webhooks.is_any(session)


def test_steps_of_a_case_are_told_with_names_states_and_days_alone(
    session: Session, places: dict[str, Place], now: datetime
) -> None:
    register(session, places["sen"], now)
    case = file(session, places["sen"], now, contact_name="Lý Mai", consent=True)
    answer(session, case, now + DAY)
    following.rate_answer(session, code_of(case), True, now + DAY)
    first, second = told(session)
    assert case.due_on is not None
    assert first == {
        "type": "case.received",
        "timestamp": "2026-11-18",
        "data": {
            "case": case.number,
            "unit": "SEN",
            "kind": "report",
            "state": "received",
            "received_on": "2026-11-18",
            "due_on": case.due_on.isoformat(),
        },
    }
    assert (second["type"], second["data"]["state"]) == ("case.answered", "answered")
    for hidden in ("Lý Mai", WORDS, ANSWER, "head-sen", "02:30"):
        assert hidden not in str(told(session))


def test_only_chosen_events_are_told(
    session: Session, places: dict[str, Place], now: datetime
) -> None:
    register(session, places["sen"], now, ("case.answered",))
    answer(session, file(session, places["sen"], now), now)
    assert types(session) == ["case.answered"]


def test_the_unit_above_is_told_of_units_below_and_not_the_other_way(
    session: Session, places: dict[str, Place], now: datetime
) -> None:
    above = register(session, places["lua"], now).webhook.id
    register(session, places["sen"], now)
    file(session, places["lua"], now)
    rows = session.scalars(select(WebhookMessage.webhook_id)).all()
    assert rows == [above]
    file(session, places["sen"], now)
    assert len(told(session)) == 3


@pytest.mark.parametrize("kind", [Kind.DENUNCIATION, Kind.REPORT])
def test_of_a_denunciation_or_a_case_about_an_officer_nobody_is_told(
    session: Session, places: dict[str, Place], now: datetime, kind: Kind
) -> None:
    sen = places["sen"]
    register(session, sen, now)
    officers = () if kind is Kind.DENUNCIATION else (sen.officer_id,)
    file(session, sen, now, kind=kind, officer_ids=officers)
    webhooks.note_overdue(session, now + 365 * DAY)
    assert told(session) == []


def test_what_waits_is_dropped_when_the_case_turns_out_to_be_about_an_officer(
    session: Session, places: dict[str, Place], now: datetime
) -> None:
    register(session, places["sen"], now)
    case = file(session, places["sen"], now)
    session.add(ComplaintOfficer(complaint_id=case.id, officer_id=places["sen"].officer_id))
    session.flush()
    assert webhooks.claim(session, now) is None
    assert [row.state for row in session.scalars(select(WebhookMessage))] == [STOPPED]


def test_a_case_past_its_due_day_is_told_once_and_caught_up(
    session: Session, places: dict[str, Place], now: datetime
) -> None:
    file(session, places["sen"], now - 60 * DAY)  # due before anybody was to be told
    register(session, places["sen"], now, ("case.overdue",))
    case = file(session, places["sen"], now)
    assert case.due_at is not None
    assert webhooks.note_overdue(session, case.due_at) == 0
    late = case.due_at + timedelta(seconds=1)
    assert [webhooks.note_overdue(session, late + 5 * DAY) for _time in range(2)] == [1, 0]
    (one,) = told(session)
    assert (one["type"], one["data"]["case"]) == ("case.overdue", case.number)


def test_an_answered_case_is_not_overdue(
    session: Session, places: dict[str, Place], now: datetime
) -> None:
    register(session, places["sen"], now, ("case.overdue",))
    answer(session, file(session, places["sen"], now), now)
    assert webhooks.note_overdue(session, now + 365 * DAY) == 0


def test_a_step_that_is_taken_back_is_not_told(
    session: Session, places: dict[str, Place], now: datetime
) -> None:
    register(session, places["sen"], now)
    case = file(session, places["sen"], now)
    head = person(session, "head-sen")
    complaints.answer(session, case.number, ANSWER, case.version, head, now)
    session.rollback()
    assert types(session) == ["case.received"]


def test_who_claimed_a_message_has_it_alone_for_ten_minutes(
    session: Session, places: dict[str, Place], now: datetime
) -> None:
    register(session, places["sen"], now)
    file(session, places["sen"], now)
    ready = claimed(session, now)
    assert webhooks.claim(session, now + timedelta(minutes=9)) is None
    assert webhooks.claim(session, now + timedelta(minutes=10)) == ready


def test_what_fails_is_tried_fifteen_times_then_given_up_until_somebody_asks(
    session: Session, places: dict[str, Place], now: datetime
) -> None:
    made, root = register(session, places["sen"], now), person(session, "root")
    file(session, places["sen"], now)
    at = now
    for _try in range(MOST_TRIES):
        at += timedelta(hours=6)
        webhooks.note_failed(session, claimed(session, at).key, "503", at, 0.0)
    (message,) = session.scalars(select(WebhookMessage))
    assert (message.state, message.problem) == (GIVEN_UP, "503")
    assert webhooks.undelivered(session, root) == 1
    webhooks.retry(session, made.webhook.id, root, at)
    webhooks.note_sent(session, claimed(session, at).key, at)
    assert message.state == SENT
    assert webhooks.undelivered(session, root) == 0


def test_of_one_case_nothing_is_told_before_what_happened_earlier(
    session: Session, places: dict[str, Place], now: datetime
) -> None:
    register(session, places["sen"], now)
    case = file(session, places["sen"], now)
    webhooks.note_failed(session, claimed(session, now).key, "503", now, 0.0)
    answer(session, case, now)
    assert not webhooks.is_due(session, now)
    assert webhooks.claim(session, now) is None
    other = file(session, places["sen"], now)
    assert json.loads(claimed(session, now).body)["data"]["case"] == other.number
    later = now + timedelta(minutes=1)
    for event in ("case.received", "case.answered"):
        ready = claimed(session, later)
        assert json.loads(ready.body)["type"] == event
        assert json.loads(ready.body)["data"]["case"] == case.number
        assert webhooks.claim(session, later) is None
        webhooks.note_sent(session, ready.key, later)


def test_a_stopped_address_is_told_nothing_more(
    session: Session, places: dict[str, Place], now: datetime
) -> None:
    made, root = register(session, places["sen"], now), person(session, "root")
    file(session, places["sen"], now)
    for _time in range(2):
        webhooks.stop(session, made.webhook.id, root, now)
    file(session, places["sen"], now)
    session.expire_all()
    assert [row.state for row in session.scalars(select(WebhookMessage))] == [STOPPED]
    with pytest.raises(NotFound):
        webhooks.retry(session, made.webhook.id, root, now)


def test_an_administrator_sees_and_stops_only_what_is_within_reach(
    session: Session, places: dict[str, Place], now: datetime
) -> None:
    above = register(session, places["lua"], now).webhook.id
    own = register(session, places["sen"], now, who="admin-sen").webhook.id
    admin = person(session, "admin-sen")
    assert [one.webhook.id for one in webhooks.listed(session, admin)] == [own]
    with pytest.raises(NotFound):
        webhooks.stop(session, above, admin, now)
    with pytest.raises(Invalid) as refusal:
        register(session, places["lua"], now, who="admin-sen")
    assert refusal.value.field == "unit"


def test_an_event_that_comes_again_is_another_message(
    session: Session, places: dict[str, Place], now: datetime
) -> None:
    register(session, places["sen"], now, ("case.answered",))
    register(session, places["lua"], now, ("case.answered",))
    case = file(session, places["sen"], now)
    answer(session, case, now)
    following.appeal(session, code_of(case), "", now)
    root = person(session, "head-lua")
    complaints.answer(session, case.number, ANSWER, case.version, root, now)
    names = session.scalars(select(WebhookMessage.name)).all()
    assert len(set(names)) == 3


def test_an_address_is_told_once_until_it_is_stopped(
    session: Session, places: dict[str, Place], now: datetime
) -> None:
    made = register(session, places["sen"], now)
    with pytest.raises(Invalid) as refusal:
        register(session, places["sen"], now)
    assert refusal.value.code == "url_taken"
    webhooks.stop(session, made.webhook.id, person(session, "root"), now)
    again = register(session, places["sen"], now)
    assert again.secret != made.secret


def test_the_list_counts_by_state(
    session: Session, places: dict[str, Place], now: datetime
) -> None:
    register(session, places["sen"], now)
    for _case in range(2):
        file(session, places["sen"], now)
    webhooks.note_sent(session, claimed(session, now).key, now)
    webhooks.note_failed(session, claimed(session, now).key, "certificate", now, 0.0)
    (one,) = webhooks.listed(session, person(session, "root"))
    assert (one.waiting, one.sent, one.given_up, one.problem) == (1, 1, 0, "certificate")


def test_neither_the_table_nor_the_log_holds_a_secret(
    session: Session, places: dict[str, Place], now: datetime
) -> None:
    made = register(session, places["sen"], now)
    row = session.scalars(select(Webhook)).one()
    kept = {column: getattr(row, column) for column in Webhook.__table__.columns.keys()}  # noqa: SIM118  iterating gives columns
    assert made.secret.removeprefix("whsec_") not in str(kept)
    event = session.scalars(select(AuditEvent).where(AuditEvent.subject == "webhook")).one()
    assert row.salt not in str(event.change)
