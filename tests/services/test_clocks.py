"""A case's clocks: what runs from when, what may stop or lengthen it, and that lateness stays."""

from datetime import UTC, date, datetime

import pytest
from sqlalchemy.orm import Session

from shared.domain.calendar import CalendarDay, DayKind, WorkCalendar
from shared.domain.clock import Ending, Track
from shared.domain.complaint import Kind, Tier
from shared.domain.deadline import Stage
from shared.domain.errors import NotFound, RuleBroken
from shared.models.clock import ComplaintClock, RemoteUnit
from shared.models.complaint import Complaint, ComplaintEvent
from shared.models.organisation import Unit
from shared.services import calendars, clocks, extensions
from shared.services.calendars import LegalClock
from shared.services.clock_judging import clocks_of
from tests.case_world import build
from tests.cast import Place
from tests.clock_world import REASON, at, let, letter


@pytest.fixture
def sen(session: Session, now: datetime) -> Place:
    """Phường Sen Hồng with the shipped rules."""
    return build(session, now)["sen"]


def open_of(session: Session, complaint: Complaint) -> dict[str, str]:
    """Give the running clocks and their due days."""
    return {
        clock.stage: clock.due_on.isoformat()
        for clock in clocks_of(session, complaint)
        if clock.ended_at is None
    }


def one(session: Session, complaint: Complaint, stage: Stage, turn: int = 1) -> ComplaintClock:
    (found,) = (
        clock
        for clock in clocks_of(session, complaint)
        if (clock.stage, clock.turn) == (stage, turn) and clock.track == Track.RESIDENT
    )
    return found


def question(session: Session, complaint: Complaint, now: datetime) -> ComplaintEvent:
    asked = ComplaintEvent(
        complaint_id=complaint.id,
        at=now,
        action="note",
        actor="officer",
        state=complaint.state,
        text="Xin Ông/Bà cho biết số thửa đất.",
        public=True,
    )
    session.add(asked)
    return asked


# what runs from when


def test_a_report_runs_to_be_acknowledged_transferred_and_answered(
    session: Session, sen: Place
) -> None:
    report = letter(session, sen, "2026-03-02T09:00")
    # 10 working days end on Mon 16/3, 5 on Mon 9/3.
    assert open_of(session, report) == {
        "acknowledge": "2026-03-16",
        "transfer": "2026-03-09",
        "answer": "2026-03-09",
    }
    assert report.due_on == date(2026, 3, 9)


def test_praise_has_no_clock(session: Session, sen: Place) -> None:
    praise = letter(session, sen, "2026-03-02T09:00", kind=Kind.PRAISE)
    assert clocks_of(session, praise) == []
    assert praise.due_on is None


def test_a_formal_complaint_is_answered_from_its_acceptance(session: Session, sen: Place) -> None:
    complaint = letter(session, sen, "2026-07-01T09:00", kind=Kind.FORMAL_COMPLAINT)
    assert open_of(session, complaint) == {"acknowledge": "2026-07-10"}  # 7 working days
    clocks.accepted(session, complaint, at("2026-07-13T09:00"))
    assert one(session, complaint, Stage.ACKNOWLEDGE).late is True
    # 30 calendar days from 13/7 end on Wed 12/8.
    assert open_of(session, complaint) == {"answer": "2026-08-12"}
    assert complaint.due_on == date(2026, 8, 12)
    clocks.accepted(session, complaint, at("2026-07-20T09:00"))
    assert open_of(session, complaint) == {"answer": "2026-08-12"}


def test_a_denunciation_is_acknowledged_and_answered_from_its_acceptance(
    session: Session, sen: Place
) -> None:
    case = letter(session, sen, "2026-03-02T09:00", kind=Kind.DENUNCIATION)
    assert open_of(session, case) == {"classify": "2026-03-11", "transfer": "2026-03-09"}
    clocks.accepted(session, case, at("2026-03-05T10:00"))
    assert open_of(session, case) == {"answer": "2026-04-06", "acknowledge": "2026-03-12"}
    assert one(session, case, Stage.TRANSFER).ending == Ending.NOT_NEEDED
    assert one(session, case, Stage.CLASSIFY).late is False
    assert case.due_on == date(2026, 4, 6)


@pytest.mark.parametrize(
    ("remote", "tier", "second", "due_on"),
    [
        # Accepted Mon 2 March 2026; calendar days, a day off at the end rolls to the next working.
        (False, Tier.OWN, False, "2026-04-01"),  # 30
        (False, Tier.SPECIAL, False, "2026-04-16"),  # 45
        (True, Tier.OWN, False, "2026-04-16"),  # 45
        (True, Tier.SPECIAL, False, "2026-05-04"),  # 60: Fri 1 May is off, so Mon 4 May
        (False, Tier.OWN, True, "2026-04-16"),  # 45
        (False, Tier.SPECIAL, True, "2026-05-04"),  # 60
        (True, Tier.OWN, True, "2026-05-04"),  # 60
        (True, Tier.SPECIAL, True, "2026-05-11"),  # 70
    ],
)
def test_formal_complaints_know_remote_areas_and_the_second_instance(
    session: Session, sen: Place, remote: bool, tier: Tier, second: bool, due_on: str
) -> None:
    if remote:
        session.add(
            RemoteUnit(unit_id=sen.unit_id, valid_from=date(2025, 7, 1), document="Danh mục mẫu")
        )
    case = letter(session, sen, "2026-02-23T09:00", kind=Kind.FORMAL_COMPLAINT)
    case.tier = str(tier)
    clocks.reclassified(session, case, at("2026-02-23T10:00"))
    if second:
        clocks.reopened(session, case, at("2026-02-25T10:00"), second_instance=True)
    clocks.accepted(session, case, at("2026-03-02T09:00"))
    assert case.due_on == date.fromisoformat(due_on)


def test_a_step_done_keeps_whether_it_was_late(session: Session, sen: Place) -> None:
    report = letter(session, sen, "2026-03-02T09:00")
    clocks.met(session, report, Stage.ACKNOWLEDGE, at("2026-03-17T08:00"))
    found = one(session, report, Stage.ACKNOWLEDGE)
    assert (found.ending, found.late) == (Ending.MET, True)


def test_another_tier_is_judged_from_the_receipt_and_what_was_met_stays_met(
    session: Session, sen: Place
) -> None:
    report = letter(session, sen, "2026-03-02T09:00")
    clocks.met(session, report, Stage.ACKNOWLEDGE, at("2026-03-03T08:00"))
    report.tier = str(Tier.ACROSS)
    clocks.reclassified(session, report, at("2026-03-04T08:00"))
    assert report.due_on == date(2026, 3, 11)  # 7 working days
    assert one(session, report, Stage.ACKNOWLEDGE).ending == Ending.MET


def test_a_matter_found_to_be_praise_has_no_clock_any_more(session: Session, sen: Place) -> None:
    report = letter(session, sen, "2026-03-02T09:00")
    report.kind = str(Kind.PRAISE)
    clocks.reclassified(session, report, at("2026-03-09T08:00"))
    assert open_of(session, report) == {}
    assert report.due_on is None
    assert not clocks.was_late(session, report)


def test_a_case_found_to_be_more_difficult_after_its_day_stays_late(
    session: Session, sen: Place
) -> None:
    report = letter(session, sen, "2026-03-02T09:00")
    report.tier = str(Tier.SPECIAL)
    clocks.reclassified(session, report, at("2026-03-10T08:00"))
    assert report.due_on == date(2026, 3, 16)
    clocks.stop(session, report, at("2026-03-11T08:00"))
    assert clocks.was_late(session, report)
    told = [clock.late for clock in clocks_of(session, report) if clock.stage == Stage.ANSWER]
    assert told == [True, False]


def test_a_denunciation_classified_first_is_answered_from_its_acceptance(
    session: Session, sen: Place
) -> None:
    case = letter(session, sen, "2026-03-02T09:00", kind=Kind.DENUNCIATION)
    clocks.met(session, case, Stage.CLASSIFY, at("2026-03-03T10:00"))
    clocks.accepted(session, case, at("2026-03-05T10:00"))
    assert case.due_on == date(2026, 4, 6)


# pauses


def test_no_rule_lets_the_clock_of_a_report_or_petition_stand_still(
    session: Session, sen: Place
) -> None:
    for kind in (Kind.REPORT, Kind.PETITION):
        case = letter(session, sen, "2026-03-02T09:00", kind=kind)
        asked = question(session, case, at("2026-03-03T09:00"))
        with pytest.raises(RuleBroken) as refusal:
            clocks.pause(session, case, asked, at("2026-03-03T09:00"))
        assert refusal.value.code == "pause_not_allowed"
        assert case.due_on == date(2026, 3, 9)


def test_a_pause_leaves_out_the_days_it_covers_and_runs_on_with_the_reply(
    session: Session, sen: Place
) -> None:
    report = letter(session, sen, "2026-03-02T09:00")
    let(session, report, pauses_max=1, pause_cap=5)
    asked = question(session, report, at("2026-03-03T16:00"))
    clocks.pause(session, report, asked, at("2026-03-03T16:00"))
    # It may last to Tue 10/3: Wed to Tue are left out, 4 more days are due by Mon 16/3.
    assert report.due_on == date(2026, 3, 16)
    assert clocks.resume(session, report, at("2026-03-06T08:00"))
    # Only Wed and Thu stood still whole: Tue 3, Fri 6, Mon 9, Tue 10, Wed 11.
    assert report.due_on == date(2026, 3, 11)
    assert report.deadline is not None
    paused = [day["date"] for day in report.deadline["days"] if day["reason"] == "paused"]
    assert paused == ["2026-03-04", "2026-03-05"]
    assert not clocks.resume(session, report, at("2026-03-06T09:00"))


def test_a_pause_from_friday_to_monday_morning_moves_no_due_day(
    session: Session, sen: Place
) -> None:
    report = letter(session, sen, "2026-03-05T09:00")
    let(session, report, pauses_max=1, pause_cap=5)
    asked = question(session, report, at("2026-03-06T16:00"))
    clocks.pause(session, report, asked, at("2026-03-06T16:00"))
    clocks.resume(session, report, at("2026-03-09T08:00"))
    assert report.due_on == date(2026, 3, 12)


def test_a_pause_ends_by_itself_at_its_cap(session: Session, sen: Place) -> None:
    report = letter(session, sen, "2026-03-02T09:00")
    let(session, report, pauses_max=1, pause_cap=2)
    asked = question(session, report, at("2026-03-02T10:00"))
    clocks.pause(session, report, asked, at("2026-03-02T10:00"))
    capped = report.due_on
    clocks.resume(session, report, at("2026-04-20T08:00"))
    assert capped == report.due_on == date(2026, 3, 11)


@pytest.mark.parametrize(
    ("public", "text", "action"),
    [(False, "Số thửa?", "note"), (True, "  ", "note"), (True, "Đã nhận.", "take")],
)
def test_a_pause_needs_a_question_the_resident_reads(
    session: Session, sen: Place, public: bool, text: str, action: str
) -> None:
    report = letter(session, sen, "2026-03-02T09:00")
    let(session, report, pauses_max=1, pause_cap=5)
    asked = question(session, report, at("2026-03-03T09:00"))
    asked.public, asked.text, asked.action = public, text, action
    with pytest.raises(RuleBroken) as refusal:
        clocks.pause(session, report, asked, at("2026-03-03T09:00"))
    assert refusal.value.code == "question_missing"


@pytest.mark.parametrize(
    ("again", "code"),
    [("2026-03-03T10:00", "already_paused"), ("2026-03-20T10:00", "pauses_used_up")],
)
def test_a_second_pause_is_refused(session: Session, sen: Place, again: str, code: str) -> None:
    report = letter(session, sen, "2026-03-02T09:00")
    let(session, report, pauses_max=1, pause_cap=3)
    asked = question(session, report, at("2026-03-03T09:00"))
    clocks.pause(session, report, asked, at("2026-03-03T09:00"))
    with pytest.raises(RuleBroken) as refusal:
        clocks.pause(session, report, asked, at(again))
    assert refusal.value.code == code


def test_a_late_case_cannot_be_paused(session: Session, sen: Place) -> None:
    report = letter(session, sen, "2026-03-02T09:00")
    let(session, report, pauses_max=1, pause_cap=5)
    asked = question(session, report, at("2026-03-10T00:00"))
    with pytest.raises(RuleBroken) as refusal:
        clocks.pause(session, report, asked, at("2026-03-10T00:00"))
    assert refusal.value.code == "pause_too_late"


# transfers, further turns, ends


def test_a_transfer_gives_a_fresh_limit_beside_the_residents_own(
    session: Session, sen: Place
) -> None:
    report = letter(session, sen, "2026-03-02T09:00")
    clocks.hand_over(session, report, at("2026-03-05T09:00"))
    own = one(session, report, Stage.ANSWER)
    assert (own.due_on, own.ended_at) == (date(2026, 3, 9), None)
    assert report.due_on == date(2026, 3, 12)  # five working days from Thu 5/3
    assert one(session, report, Stage.TRANSFER).late is False
    clocks.stop(session, report, at("2026-03-11T09:00"))
    lateness = {
        clock.track: clock.late
        for clock in clocks_of(session, report)
        if clock.stage == Stage.ANSWER
    }
    assert lateness == {"resident": True, "receiver": False}


def test_without_a_rule_for_it_a_transfer_gives_no_new_time(session: Session, sen: Place) -> None:
    report = letter(session, sen, "2026-03-02T09:00")
    let(session, report, fresh_on_transfer=False)
    clocks.hand_over(session, report, at("2026-03-05T09:00"))
    assert report.due_on == date(2026, 3, 9)


def test_opening_a_case_again_keeps_its_first_lateness(session: Session, sen: Place) -> None:
    report = letter(session, sen, "2026-03-02T09:00")
    clocks.stop(session, report, at("2026-03-10T09:00"))
    clocks.reopened(session, report, at("2026-03-16T09:00"))
    assert report.due_on == date(2026, 3, 23)
    clocks.stop(session, report, at("2026-03-18T09:00"))
    turns = [(clock.turn, clock.late) for clock in clocks_of(session, report)]
    assert (1, True) in turns
    assert (2, False) in turns
    assert clocks.was_late(session, report)


def test_answered_in_the_last_second_of_the_day_is_on_time_and_a_second_later_late(
    session: Session, sen: Place
) -> None:
    for moment, late in (("2026-03-09T23:59:59", False), ("2026-03-10T00:00", True)):
        report = letter(session, sen, "2026-03-02T09:00")
        clocks.stop(session, report, at(moment))
        assert clocks.was_late(session, report) is late


def test_a_stopped_case_leaves_no_clock_running(session: Session, sen: Place) -> None:
    report = letter(session, sen, "2026-03-02T09:00")
    clocks.stop(session, report, at("2026-03-04T09:00"))
    assert open_of(session, report) == {}
    assert report.due_on == date(2026, 3, 9)


# another calendar


def with_day_off(legal: LegalClock, on: date) -> LegalClock:
    row = CalendarDay(on, DayKind.HOLIDAY, "Quốc tang", "Thông báo mẫu", False)
    calendar = WorkCalendar({**legal.calendar.days, on: row}, legal.zone, version=2)
    return LegalClock(calendar, legal.limits, legal.handling)


def test_another_calendar_moves_running_clocks_and_leaves_ended_ones(
    session: Session, sen: Place
) -> None:
    running = letter(session, sen, "2026-03-02T09:00")
    over = letter(session, sen, "2026-03-02T09:00")
    clocks.stop(session, over, at("2026-03-06T09:00"))
    clocks.met(session, running, Stage.ACKNOWLEDGE, at("2026-03-03T09:00"))
    session.flush()
    unit = session.get_one(Unit, sen.unit_id)
    legal = with_day_off(calendars.legal_clock(session, unit.organisation_id), date(2026, 3, 5))
    found = clocks.recounted(session, running, legal)
    assert {one.stage: one.deadline.due_on.isoformat() for one in found} == {
        "answer": "2026-03-10",
        "transfer": "2026-03-10",
    }
    assert all(one.moves for one in found)
    assert running.due_on == date(2026, 3, 9)
    assert clocks.recounted(session, over, legal) == []
    clocks.apply(session, running, found, legal)
    assert running.due_on == date(2026, 3, 10)
    assert running.deadline is not None
    assert running.deadline["calendar_version"] == 2
    assert one_first(session, running) == date(2026, 3, 9)


def one_first(session: Session, complaint: Complaint) -> date:
    return one(session, complaint, Stage.ANSWER).first_due_on


def test_a_recount_keeps_pauses_extensions_and_the_rule_of_its_day(
    session: Session, sen: Place
) -> None:
    report = letter(session, sen, "2026-03-02T09:00")
    extensions.extend(session, report, 2, REASON, "head", at("2026-03-03T09:00"))
    session.flush()
    legal = calendars.legal_clock(session, session.get_one(Unit, sen.unit_id).organisation_id)
    found = {one.stage: one.moves for one in clocks.recounted(session, report, legal)}
    assert found == {"acknowledge": False, "transfer": False, "answer": False}


def test_a_rule_that_is_gone_is_said_not_guessed(session: Session, sen: Place) -> None:
    report = letter(session, sen, "2026-03-02T09:00")
    session.flush()
    legal = calendars.legal_clock(session, session.get_one(Unit, sen.unit_id).organisation_id)
    with pytest.raises(NotFound):
        clocks.recounted(session, report, LegalClock(legal.calendar, ()))


def test_a_case_received_after_hours_counts_as_the_rule_set_says(
    session: Session, sen: Place
) -> None:
    plain = letter(session, sen, "2026-03-06T18:00")  # a Friday evening
    let(session, plain, receipt="next_working_day")
    late = letter(session, sen, "2026-03-06T18:00")
    assert (plain.due_on, late.due_on) == (date(2026, 3, 13), date(2026, 3, 16))
    assert late.deadline is not None
    assert [day["reason"] for day in late.deadline["days"][:5]] == [
        "after_hours",
        "weekend",
        "weekend",
        "taken",
        "working",
    ]


def test_instants_are_kept_in_utc(session: Session, sen: Place) -> None:
    report = letter(session, sen, "2026-03-02T09:00")
    session.expire_all()
    found = one(session, report, Stage.ANSWER)
    assert found.began_at == datetime(2026, 3, 2, 2, tzinfo=UTC)
    assert found.due_at == datetime(2026, 3, 9, 16, 59, 59, tzinfo=UTC)
