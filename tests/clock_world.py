"""What tests of clocks share: local moments, cases of a day, and a rule set that allows more."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from shared.models.clock import HandlingRule
from shared.models.complaint import Complaint
from shared.models.organisation import Unit
from tests.case_world import file
from tests.cast import Place

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
REASON = "Phải chờ kết quả đo đạc của đơn vị khác."


def at(text: str) -> datetime:
    """Read local time in Việt Nam."""
    return datetime.fromisoformat(text).replace(tzinfo=ZONE)


def letter(session: Session, sen: Place, received: str, **fields: Any) -> Complaint:
    """File a case at a local moment."""
    return file(session, sen, at(received), **fields)


def let(session: Session, complaint: Complaint, **fields: Any) -> None:
    """Change what the rule set allows for the case's kind and tier."""
    unit = session.get_one(Unit, complaint.unit_id)
    rule = session.scalars(
        select(HandlingRule).where(
            HandlingRule.organisation_id == unit.organisation_id,
            HandlingRule.kind == complaint.kind,
            HandlingRule.tier == complaint.tier,
        )
    ).one()
    for name, value in fields.items():
        setattr(rule, name, value)
    session.flush()
