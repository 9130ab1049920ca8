"""What is said beside a competitor: what it is called now, and whose earlier work it counts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from shared.domain.calendar import local_date
from shared.domain.scoring import CompetitorKind
from shared.models.campaign import Campaign
from shared.models.organisation import Organisation, Unit
from shared.services import carried_facts, competitors, unit_history
from shared.services.carried_facts import Carried, Offer


@dataclass(frozen=True)
class Aside:
    """Names of today where they are others, and units whose facts up to a day count."""

    now: Sequence[str] = ()
    carried: Sequence[Carried] = ()
    offers: Sequence[Offer] = ()  # units before it whose facts it could count


def asides(session: Session, campaign: Campaign, now: datetime) -> Mapping[int, Aside]:
    """Give what is said beside competitors, by their key; nothing where nothing is to be said."""
    units = [
        one
        for one in competitors.of_campaign(session, campaign)
        if one.kind is CompetitorKind.COLLECTIVE
    ]
    zone = select(Organisation.zone).join(Unit).where(Unit.id == campaign.unit_id)
    today = local_date(now, ZoneInfo(session.scalars(zone).one()))
    called = unit_history.called_now(session, {one.unit_id: one.name for one in units}, today)
    carried = carried_facts.carried_by(session, campaign)
    offered = carried_facts.offers(session, campaign)
    found = {
        one.key: Aside(
            called.get(one.unit_id, ()), carried.get(one.key, ()), offered.get(one.unit_id, ())
        )
        for one in units
    }
    return {key: aside for key, aside in found.items() if aside != Aside()}
