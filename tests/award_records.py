"""Awards in a unit of the cast: a council of everybody there, and a session that votes."""

from collections.abc import Mapping
from datetime import date, datetime

from sqlalchemy.orm import Session

from shared.domain.award import ItemState, SessionState
from shared.models.campaign import Campaign
from shared.services import award_councils, award_sessions, award_titles, nominations
from tests.cast import Place


def fill(
    session: Session,
    campaign: Campaign,
    competitor: int,
    place: Place,
    words: str,
    people: Mapping[str, int],
    now: datetime,
) -> dict[str, int]:
    """Nominate the unit for two titles; a session of everybody votes on the first."""
    units, today = frozenset({place.unit_id}), date(2026, 11, 18)
    award_titles.adopt(session, place.organisation_id)
    titles = {one.code: one for one in award_titles.of_day(session, place.organisation_id, today)}
    council = award_councils.save(
        session,
        units,
        place.unit_id,
        None,
        {"name": f"Hội đồng {words}", "quorum": "2/3"},
        today,
    )
    members = [
        award_councils.add_member(
            session,
            council,
            {"account_id": str(key), "chair": "có" if name.startswith("organiser") else ""},
            units,
            today,
        )
        for name, key in sorted(people.items())
    ]
    first, second = (
        nominations.nominate(session, campaign, titles[code], competitor, words, "hoa", now)
        for code in ("giay-khen", "bang-khen-tinh")
    )
    cells = {"held_on": today.isoformat(), "place": words}
    meeting = award_sessions.plan(session, campaign, council, cells, [first.id], "hoa", now)
    # Opened without its checks: the unit has a confidential report that would keep it back.
    meeting.state = SessionState.OPEN
    for item in award_sessions.items(session, meeting):
        item.state = ItemState.VOTING
    session.flush()
    return {
        "council": council.id,
        "member": members[0].id,
        "nomination": second.id,
        "session": meeting.id,
        "title": titles["giay-khen"].id,
    }
