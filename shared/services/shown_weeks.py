"""Which ratings count in what anybody may see of a unit: whole weeks, of five ratings or more.

One rule for all who could find out whose rating it was, an officer of the own ones
(statistics/opinions.py) and whoever passes a board or a wall of a unit (services/board.py,
services/walls.py):

- a rating counts in the local week it came in, which a touch without network may precede;
- a week is shown once it is over; one that has fewer than five ratings waits for the next ones;
- a campaign's figures move on with the weeks that are shown, over at least five of its ratings.

So what was shown of a time never changes, and two looks at any two times differ by no rating or by
five or more (NĐ 61/2018, article 27).
"""

from collections.abc import Collection, Mapping
from datetime import date

from sqlalchemy.orm import Session

from shared.domain.calendar import ONE_DAY, monday_of
from shared.domain.campaign import Settings, Window
from shared.domain.sampling import enough
from shared.domain.small_groups import Batch, last_shown, released
from shared.statistics.arrivals import Among, weeks, weeks_by_unit

USUAL = Settings()


def last_sunday(today: date) -> date:
    """Give the last day of the newest week that is over on a local day."""
    return monday_of(today) - ONE_DAY


def batches(session: Session, unit_id: int, today: date) -> list[Batch]:
    """Give a unit's ratings of the usual lanes as batches of whole weeks, the oldest first."""
    known = weeks(session, Among([unit_id], USUAL.satisfied_from_score, USUAL.lanes))
    return released(known, monday_of(today))


def last_days(
    session: Session, begun: Mapping[int, date], last: date, settings: Settings, sunday: date
) -> dict[int, date]:
    """Give, by unit, the last local day whose arrivals a campaign's figures count.

    `begun` says of each unit since which day its ratings count, `last` is the campaign's last day
    and `settings` are the campaign's; `sunday` ends the newest week that is over. Where no figure
    is shown yet the day is that before the unit began.
    """
    found: dict[int, date] = {}
    for first in set(begun.values()):
        units = frozenset(unit for unit, since in begun.items() if since == first)
        period = Window(first, last)
        busy = _busy(session, units, period, settings, sunday)
        found |= dict.fromkeys(busy, sunday)
        found |= _of_quiet(session, units - busy, period, settings, sunday)
    return found


def _busy(
    session: Session, units: Collection[int], period: Window, settings: Settings, sunday: date
) -> frozenset[int]:
    """Find the units whose last week has five ratings that count everywhere: it ends a batch.

    Most do, and of these nothing earlier needs to be read.
    """
    both = [lane for lane in settings.lanes if lane in USUAL.lanes]
    monday = monday_of(sunday)
    days = Window(max(monday, period.first), min(sunday, period.last))
    among = Among(units, USUAL.satisfied_from_score, both, window=days)
    return frozenset(
        unit_id
        for unit_id, found in weeks_by_unit(session, among).items()
        if any(week.monday == monday and enough(week.cases) for week in found)
    )


def _of_quiet(
    session: Session, units: Collection[int], period: Window, settings: Settings, sunday: date
) -> dict[int, date]:
    if not units:
        return {}
    satisfied_from = USUAL.satisfied_from_score
    # What the campaign counts beside the usual lanes joins them.
    lanes = sorted({*USUAL.lanes, *settings.lanes})
    known = weeks_by_unit(session, Among(units, satisfied_from, lanes))
    of_campaign = Among(units, satisfied_from, settings.lanes, window=period)
    counted = weeks_by_unit(session, of_campaign)
    found = {}
    for unit_id in units:
        shown = last_shown(known.get(unit_id, ()), counted.get(unit_id, ()), sunday + ONE_DAY)
        found[unit_id] = shown or period.first - ONE_DAY
    return found
