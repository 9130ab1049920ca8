"""What residents say at the desk's screen: ratings with answers, sent every Friday."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from random import Random
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from bench.scenario.course import FLUSH, Event
from bench.scenario.office import Office, Place
from bench.scenario.plans import Manner, Quirk
from shared.domain.questionnaire import PREMISES, RECEPTION, VISITS, Group
from shared.sample.rhythm import Span
from shared.services import channels, ratings

ITEMS = (*RECEPTION, *PREMISES, *VISITS)
ANSWERING, SKIPPED = 0.4, 0.15
MONTH = 22  # working days


def events(rng: Random, place: Place, pieces: Sequence[tuple[date, date]]) -> Iterator[Event]:
    """Plan every rating of every unit, gathered by the pieces of time they are sent in."""
    for office in place.offices.values():
        if office.plan.quirk is Quirk.SCREEN_OFF:
            continue
        a_day = place.district.ratings * office.plan.manner.size / MONTH
        for first, last in pieces:
            touches = _touches(rng, place.span, first, last, a_day)
            if touches:
                said = [_item(rng, office, place.span, moment) for moment in touches]
                yield Event(place.span.at(last, FLUSH), office.code, _sending(office, said))


def _touches(rng: Random, span: Span, first: date, last: date, a_day: float) -> list[datetime]:
    found: list[datetime] = []
    for number in range((last - first).days + 1):
        on = first + timedelta(days=number)
        if span.calendar.is_working(on):
            how_many = int(a_day * rng.uniform(0.5, 1.5) + rng.random())
            found += span.touches(rng, on, how_many)
    return found


def _sending(office: Office, items: Sequence[dict[str, Any]]) -> Any:
    def send(session: Session, now: datetime) -> None:
        channel = channels.recognise(session, office.token)
        assert channel is not None
        numbered = [item | {"sequence": next(office.sequence)} for item in items]
        receipt = ratings.record(session, channel, numbered, now, now)
        refused = [one for one in receipt.results if one.result != "stored"]
        if refused:
            message = f"{office.code}: {refused[0]}"
            raise AssertionError(message)

    return send


def _item(rng: Random, office: Office, span: Span, moment: datetime) -> dict[str, Any]:
    local = moment.astimezone(span.calendar.zone)
    content = rng.random() < office.plan.manner.satisfied
    return {
        "id": str(UUID(int=rng.getrandbits(128), version=4)),
        "rated_at": local.isoformat(),
        "score": rng.choice((4, 5, 5)) if content else rng.choice((1, 2, 3, 3)),
        "questionnaire": "default",
        "answers": _answers(rng, office.plan.manner),
        "officer": office.serving(local.time()).code,
        "language": "vi",
        "duration_ms": rng.randint(1_500, 24_000),
        "reasons": [],
        "comment": None,
        "closed_by": "done",
    }


def _answers(rng: Random, manner: Manner) -> Mapping[str, int]:
    """Answer some of the questions; most people answer none."""
    if rng.random() > ANSWERING:
        return {}
    found = {}
    for item in ITEMS:
        if rng.random() < SKIPPED:
            continue
        if item.group is Group.VISITS:
            found[item.code] = 1 if rng.random() < manner.one_visit else rng.choice((2, 2, 3))
        else:
            liked = manner.premises if item.group is Group.PREMISES else manner.satisfied
            found[item.code] = rng.choice((4, 5)) if rng.random() < liked else rng.choice((2, 3))
    return found
