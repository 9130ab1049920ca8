"""The local day of an instant where units are."""

from collections.abc import Collection
from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import Integer, bindparam, select
from sqlalchemy.orm import Session

from shared.domain.calendar import local_date
from shared.models.organisation import Organisation, Unit

USUAL_ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
# Built once: most pages of staff ask what day it is.
_ZONE = (
    select(Organisation.zone)
    .join(Unit, Unit.organisation_id == Organisation.id)
    .where(Unit.id.in_(bindparam("units", type_=Integer(), expanding=True)))
    .order_by(Unit.id)
    .limit(1)
)


def today_in(session: Session, units: Collection[int], now: datetime) -> date:
    """Give the local date of an instant (UTC) in the zone of the units' organisation."""
    return local_date(now, zone_of(session, units))


def zone_of(session: Session, units: Collection[int]) -> ZoneInfo:
    """Give the zone of the units' organisation."""
    zone = session.scalar(_ZONE, {"units": list(units)})
    return ZoneInfo(zone) if zone else USUAL_ZONE
