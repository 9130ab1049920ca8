"""Why a case is due when it is: the same facts for the resident, the inspector and programs."""

import json
from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from shared.domain.complaint import Kind, State
from shared.domain.errors import NotFound
from shared.models.organisation import Unit
from shared.services import clocks, due_days, extensions, passing
from tests.case_world import build, file
from tests.cast import Place

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
REASON = "Phải chờ kết quả đo đạc của đơn vị khác."


def at(text: str) -> datetime:
    """Read local time in Việt Nam."""
    return datetime.fromisoformat(text).replace(tzinfo=ZONE)


@pytest.fixture
def sen(session: Session, now: datetime) -> Place:
    """Phường Sen Hồng with the shipped rules."""
    return build(session, now)["sen"]


def test_every_day_says_whether_it_counts_and_why(session: Session, sen: Place) -> None:
    report = file(session, sen, at("2026-08-28T16:50"))
    why = due_days.explained(session, report, at("2026-09-01T08:00"))
    (clock,) = (one for one in why["clocks"] if one["leads"])
    assert (clock["stage"], clock["track"], clock["since"]) == ("answer", "resident", "receipt")
    assert [(day["date"], day["number"], day["reason"]) for day in clock["days"][:8]] == [
        ("2026-08-28", None, "received"),
        ("2026-08-29", None, "weekend"),
        ("2026-08-30", None, "weekend"),
        ("2026-08-31", None, "swapped_off"),
        ("2026-09-01", None, "holiday"),
        ("2026-09-02", None, "holiday"),
        ("2026-09-03", 1, "working"),
        ("2026-09-04", 2, "working"),
    ]
    assert clock["days"][3]["document"] == "Thông báo 9441/TB-BNV"
    assert clock["days"][-1]["date"] == clock["due_on"] == why["due_on"] == "2026-09-09"
    assert clock["rule"]["sample"] is True
    assert "Quy chế mẫu" in clock["rule"]["document"]
    assert clock["handling"]["pauses_max"] == 0
    assert clock["calendar_version"] == why["calendar_version"] == 1
    assert why["received_at"] == "2026-08-28T16:50:00+07:00"


def test_the_facts_are_plain_data(session: Session, sen: Place) -> None:
    report = file(session, sen, at("2026-03-02T09:00"))
    why = due_days.explained(session, report, at("2026-03-03T09:00"))
    assert json.loads(json.dumps(why)) == why


def test_an_extension_and_both_clocks_after_a_transfer_are_told(
    session: Session, sen: Place
) -> None:
    report = file(session, sen, at("2026-03-02T09:00"))
    clocks.hand_over(session, report, at("2026-03-05T09:00"))
    extensions.extend(session, report, 2, REASON, "head", at("2026-03-06T09:00"))
    session.flush()
    why = due_days.explained(session, report, at("2026-03-06T10:00"))
    answers = [
        (one["track"], one["since"], one["due_on"], one["first_due_on"], one["leads"])
        for one in why["clocks"]
        if one["stage"] == "answer"
    ]
    assert answers == [
        ("resident", "receipt", "2026-03-09", "2026-03-09", False),
        ("receiver", "transfer", "2026-03-16", "2026-03-12", True),
    ]
    (told,) = why["extensions"]
    assert (told["old_due_on"], told["new_due_on"]) == ("2026-03-12", "2026-03-16")
    assert told["reason"] == REASON


def test_residents_read_no_names_and_nothing_that_was_declined(
    session: Session, sen: Place
) -> None:
    report = file(session, sen, at("2026-03-02T09:00"))
    extensions.ask(session, report, 2, REASON, "officer-sen", at("2026-03-03T09:00"))
    extensions.decline(session, report, "head-sen", at("2026-03-03T10:00"))
    session.flush()
    told = due_days.explained(session, report, at("2026-03-04T09:00"))
    kept = due_days.explained(session, report, at("2026-03-04T09:00"), names=True)
    assert told["extensions"] == []
    assert kept["extensions"][0]["decided_by"] == "head-sen"
    assert "officer-sen" not in json.dumps(told)


def test_without_hours_what_the_sender_did_has_its_day_only(session: Session, sen: Place) -> None:
    """Staff may remember who stood there at 09:12; of what they did themselves the hour stays."""
    above = select(Unit.id).where(Unit.id != sen.unit_id)
    session.get_one(Unit, sen.unit_id).parent_id = session.scalars(above).first()
    report = file(session, sen, at("2026-03-02T09:12"))
    report.state = State.ANSWERED
    passing.appeal(session, report, "Chưa đúng với điều đã hỏi.", at("2026-03-05T10:23"))
    extensions.extend(session, report, 2, REASON, "head", at("2026-03-06T11:34"))
    session.flush()
    whole = due_days.explained(session, report, at("2026-03-07T09:00"), names=True)
    days = due_days.explained(session, report, at("2026-03-07T09:00"), names=True, hours=False)
    for hour, stays in (("T09:12", False), ("T10:23", False), ("T11:34", True)):
        assert hour in json.dumps(whole)
        assert (hour in json.dumps(days)) is stays, hour
    assert days["received_at"] == "2026-03-02"


def test_a_formal_complaint_shows_the_clock_of_its_acceptance_too(
    session: Session, sen: Place
) -> None:
    case = file(session, sen, at("2026-07-01T09:00"), kind=Kind.FORMAL_COMPLAINT)
    clocks.accepted(session, case, at("2026-07-13T09:00"))
    session.flush()
    why = due_days.explained(session, case, at("2026-07-14T09:00"))
    assert [(one["stage"], one["since"], one["late"]) for one in why["clocks"]] == [
        ("acknowledge", "receipt", True),
        ("answer", "acceptance", None),
    ]
    assert date.fromisoformat(why["due_on"]) == date(2026, 8, 12)


def test_praise_has_nothing_to_explain(session: Session, sen: Place) -> None:
    praise = file(session, sen, at("2026-03-02T09:00"), kind=Kind.PRAISE)
    why = due_days.explained(session, praise, at("2026-03-03T09:00"))
    assert (why["due_on"], why["clocks"]) == (None, [])


def test_who_runs_the_server_finds_it_by_number(session: Session, sen: Place) -> None:
    report = file(session, sen, at("2026-03-02T09:00"))
    assert due_days.of_number(session, report.number, at("2026-03-03T09:00"))["number"] == (
        report.number
    )
    with pytest.raises(NotFound):
        due_days.of_number(session, "PA-1999-00001", at("2026-03-03T09:00"))
