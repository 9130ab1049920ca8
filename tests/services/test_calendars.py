"""An organisation's legal clock comes from its own rows, and begins as the shipped one."""

from datetime import UTC, date, datetime

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from shared.domain.complaint import Kind, Tier
from shared.domain.deadline import Stage
from shared.domain.errors import NotFound, RuleBroken
from shared.models.calendar import CalendarDay, DeadlineRule
from shared.models.organisation import Organisation
from shared.services import calendars

BEFORE_TET = datetime(2026, 2, 12, 3, tzinfo=UTC)  # Thursday, 10:00 in Việt Nam


@pytest.fixture
def organisation(session: Session) -> Organisation:
    """An organisation with the shipped calendar and limits."""
    made = Organisation(code="CQ", name="Cơ quan thử")
    session.add(made)
    session.flush()
    calendars.install_reference(session, made.id)
    return made


def test_a_new_organisation_counts_over_tet_by_the_shipped_calendar(
    session: Session, organisation: Organisation
) -> None:
    clock = calendars.legal_clock(session, organisation.id)
    due = clock.due(Kind.REPORT, Tier.OWN, Stage.ANSWER, BEFORE_TET)
    assert due.due_on == date(2026, 2, 26)
    assert not due.provisional


def test_a_day_the_organisation_enters_moves_its_due_day_and_nobody_elses(
    session: Session, organisation: Organisation
) -> None:
    other = Organisation(code="CQ2", name="Cơ quan khác")
    session.add(other)
    session.flush()
    calendars.install_reference(session, other.id)
    session.add(
        CalendarDay(
            organisation_id=organisation.id,
            on=date(2026, 2, 13),
            kind="holiday",
            name="Ngày nghỉ riêng",
            document="Văn bản thử",
        )
    )
    session.flush()
    days = {
        one.id: calendars.legal_clock(session, one.id)
        .due(Kind.REPORT, Tier.OWN, Stage.ANSWER, BEFORE_TET)
        .due_on
        for one in (organisation, other)
    }
    assert days == {organisation.id: date(2026, 2, 27), other.id: date(2026, 2, 26)}


def test_the_limit_in_force_on_the_day_of_receipt_decides(
    session: Session, organisation: Organisation
) -> None:
    old = session.scalars(
        select(DeadlineRule).where(
            DeadlineRule.organisation_id == organisation.id,
            DeadlineRule.kind == "report",
            DeadlineRule.tier == "own",
            DeadlineRule.stage == "answer",
        )
    ).one()
    old.in_force_to = date(2026, 6, 30)
    session.add(
        DeadlineRule(
            organisation_id=organisation.id,
            code="moi",
            kind="report",
            tier="own",
            stage="answer",
            amount=3,
            unit="working_day",
            in_force_from=date(2026, 7, 1),
            document="Quy chế mới",
        )
    )
    session.flush()
    clock = calendars.legal_clock(session, organisation.id)
    amounts = [
        clock.due(
            Kind.REPORT, Tier.OWN, Stage.ANSWER, datetime(2026, month, day, tzinfo=UTC)
        ).amount
        for month, day in ((6, 30), (7, 2))
    ]
    assert amounts == [5, 3]
    assert clock.limit("moi").document == "Quy chế mới"


def test_praise_has_no_limit(session: Session, organisation: Organisation) -> None:
    clock = calendars.legal_clock(session, organisation.id)
    with pytest.raises(RuleBroken) as refusal:
        clock.due(Kind.PRAISE, Tier.OWN, Stage.ANSWER, BEFORE_TET)
    assert refusal.value.code == "no_limit_in_force"


def test_the_main_organisation_is_asked_unless_one_is_named(
    session: Session, organisation: Organisation
) -> None:
    main = Organisation(code=calendars.MAIN, name="Cơ quan chính", zone="Asia/Tokyo")
    session.add(main)
    session.flush()
    assert str(calendars.clock_of(session, None).zone) == "Asia/Tokyo"
    assert str(calendars.clock_of(session, "CQ").zone) == "Asia/Ho_Chi_Minh"
    with pytest.raises(NotFound):
        calendars.clock_of(session, "KHÔNG-CÓ")
