"""How long officers have stood at one desk: unbroken, today, within reach, the longest first."""

from datetime import date

from sqlalchemy.orm import Session

from shared.services.rotation import longest_stays
from tests.campaign_world import NOW, build


def test_the_longest_stay_of_today_comes_first_and_only_within_reach(session: Session) -> None:
    world = build(session)
    world.shift("an-1", "mai", date(2026, 1, 1))
    world.shift("binh-1", "nam", date(2025, 7, 1))
    world.shift("binh-1", "mai", date(2026, 12, 1))  # not yet
    found = longest_stays(session, world.scope, NOW)
    assert [(stay.officer, stay.months) for stay in found] == [("Nam", 16), ("Mai", 10)]
    only = longest_stays(session, {world.unit("an-centre")}, NOW)
    assert [(stay.unit, stay.desk) for stay in only] == [("Trung tâm Xã An", "an-1")]
