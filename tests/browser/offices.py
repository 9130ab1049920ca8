"""The offices whose desk screens stay open: what tests find there in the database."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from shared.models.account import Account
from shared.models.organisation import Officer, Procedure, Unit
from tests.infrastructure.office import LONG_AGO, ask_items, paired_desk

NAMES = ("An Thử", "Bình Thử")


def with_staff(session: Session, now: datetime) -> str:
    """Add an office with officers, none on duty by plan, and a procedure; give its token."""
    token = paired_desk(session, now)
    add_officers(session)
    add_procedure(session, now)
    return token


def with_items(session: Session, now: datetime) -> str:
    """Add an office whose questionnaire has items; give its kiosk's token."""
    token = paired_desk(session, now)
    ask_items(session, now)
    return token


def add_officers(session: Session) -> None:
    """Add two officers of the only unit; nobody is on duty by plan."""
    unit = session.scalars(select(Unit)).one()
    for number, name in enumerate(NAMES):
        session.add(Officer(unit_id=unit.id, code=f"CB-{number}", name=name, valid_from=LONG_AGO))


def add_procedure(session: Session, now: datetime) -> None:
    """Add one procedure of the only organisation, and an account that may invite for it."""
    organisation_id = session.scalars(select(Unit.organisation_id)).one()
    session.add(
        Procedure(
            organisation_id=organisation_id,
            code="1.001193",
            name="Đăng ký khai sinh",
            valid_from=LONG_AGO,
        )
    )
    session.add(Account(name="thu", full_name="Người thử", password_hash="x", created_at=now))
