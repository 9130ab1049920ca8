"""What happens in a campaign, each act at its own moment: a list in order of time."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from sqlalchemy.orm import Session

from shared.audit import sign_session
from shared.sample.rhythm import Span

Act = Callable[[Session, datetime], None]
FLUSH, IMPORT = time(17, 5), time(17, 15)  # the screen's queue, then the one-stop's export
FRIDAY = 4


@dataclass(frozen=True)
class Event:
    """One act of a person or a machine, at an instant (UTC)."""

    at: datetime
    actor: str
    act: Act


def play(session: Session, events: Iterable[Event]) -> int:
    """Let everything happen in order of time; give how many acts there were."""
    done = 0
    for one in sorted(events, key=lambda event: event.at):
        sign_session(session, one.actor, one.at)
        one.act(session, one.at)
        session.flush()
        done += 1
    session.commit()
    return done


def weeks(span: Span, first: date, stops: Iterable[date]) -> Iterator[tuple[date, date]]:
    """Give the pieces of time, first and last day, at whose ends what was gathered is sent.

    A piece ends with a Friday or with a day on which something is frozen.
    """
    ends = set(stops)
    begun, on = first, first
    while on <= span.today:
        if on.weekday() == FRIDAY or on in ends or on == span.today:
            yield begun, on
            begun = on + timedelta(days=1)
        on += timedelta(days=1)


def months(first: date, last: date) -> Iterator[date]:
    """Give the first day of every month that days from `first` to `last` touch."""
    on = first.replace(day=1)
    while on <= last:
        yield on
        on = (on + timedelta(days=31)).replace(day=1)
