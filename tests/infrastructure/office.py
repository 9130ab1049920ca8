"""The smallest office that can be rated: one unit, one desk, one kiosk."""

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from shared.domain.questionnaire import OF_THE_CAMPAIGNS, Item, items_to_data
from shared.models.organisation import Desk, Organisation, Unit
from shared.models.questionnaire import Questionnaire, QuestionnaireUse
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


def ask_items(
    session: Session, now: datetime, items: Sequence[Item] = OF_THE_CAMPAIGNS, code: str = "mau-1"
) -> None:
    """Let every desk of the only organisation ask items after the boxes, since long ago."""
    organisation_id = session.scalars(select(Organisation.id)).one()
    version = Questionnaire(
        organisation_id=organisation_id,
        series=code.rpartition("-")[0],
        version=int(code.rpartition("-")[2]),
        code=code,
        name="Bộ câu hỏi mẫu",
        items=items_to_data(items),
        created_at=now,
        used_at=now,
    )
    session.add(version)
    session.flush()
    session.add(
        QuestionnaireUse(
            organisation_id=organisation_id,
            questionnaire_id=version.id,
            valid_from=LONG_AGO,
            created_at=now,
        )
    )
    session.flush()
