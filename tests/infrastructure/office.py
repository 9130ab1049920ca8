"""The smallest office that can be rated: one unit, one desk, one kiosk."""

from datetime import date, datetime

from sqlalchemy.orm import Session

from shared.models.organisation import Desk, Organisation, Unit
from shared.services import channels

LONG_AGO = date(2025, 7, 1)
DESK = "MỘT"


def paired_desk(session: Session, now: datetime) -> str:
    """Add an office with one desk, and give its kiosk's token."""
    organisation = Organisation(code="VĂN-PHÒNG", name="Văn phòng thử")
    session.add(organisation)
    session.flush()
    unit = Unit(
        organisation_id=organisation.id,
        code="XÃ",
        name="Xã Thử",
        level="commune",
        valid_from=LONG_AGO,
    )
    session.add(unit)
    session.flush()
    session.add(Desk(unit_id=unit.id, code=DESK, name="Bàn số một", valid_from=LONG_AGO))
    session.flush()
    _kiosk, token = channels.pair(session, DESK, None, now)
    return token
