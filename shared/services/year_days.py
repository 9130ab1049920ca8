"""The calendar of one year: chosen among the expected days, confirmed by its documents."""

from collections.abc import Collection, Mapping

from sqlalchemy.orm import Session

from shared.domain import entry
from shared.domain.calendar_change import CalendarChange
from shared.domain.faults import Faults
from shared.domain.holiday_base import confirmed
from shared.services.calendar_changes import year_proposals
from shared.services.calendars import work_calendar
from shared.services.registers import Setup

Times = tuple[str, str, str, str]  # morning from, to, afternoon from, to


def chosen(
    session: Session,
    setup: Setup,
    year: int,
    dates: Collection[str],
    documents: Mapping[str, str],
) -> CalendarChange:
    """Give the change that takes the chosen days of a year (ISO dates) into the calendar.

    `by_law` is the document of days the Labour Code names, `by_decision` that of days decided
    year by year; a day without its document stays provisional. A provisional day that is not
    chosen and has not come goes away. Raises Invalid naming the document.
    """
    with Faults() as faults:
        by_law = faults.read(entry.text, documents, "by_law", 300, required=False)
        by_decision = faults.read(entry.text, documents, "by_decision", 300, required=False)
    found = year_proposals(session, setup, year)
    taken = [one for one in found if one.is_confirmed or one.on.isoformat() in dates]
    gone = [
        one.on
        for one in found
        if one not in taken and one.stands is not None and one.on > setup.today
    ]
    return CalendarChange(confirmed(taken, by_law, by_decision), tuple(gone))


def week_of(session: Session, setup: Setup) -> list[Times]:
    """Give the hours now in force as a form shows them: seven days of up to two spans."""
    week = work_calendar(session, setup.organisation.id).week_of(setup.today).week
    shown = []
    for spans in week:
        times = [f"{edge:%H:%M}" for span in spans for edge in span][:4]
        # One span that begins after noon stands in the afternoon's places.
        if len(times) == 2 and spans[0][0].hour >= 12:
            times = ["", "", *times]
        padded = [*times, "", "", "", ""]
        shown.append((padded[0], padded[1], padded[2], padded[3]))
    return shown
