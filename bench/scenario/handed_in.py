"""Figures that units hand in with evidence, and that the organiser confirms four days later."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from random import Random

from sqlalchemy.orm import Session

from bench.scenario.course import Event
from bench.scenario.office import Office, Place
from bench.scenario.plans import Quirk
from shared.domain.figure import Figure
from shared.domain.scoring import Comparison, CompetitorKind, TargetUnit
from shared.services import campaigns, figures

BEFORE, CONFIRMED_AFTER = timedelta(days=9), timedelta(days=4)
EVIDENCE = "Báo cáo, danh sách kèm theo (minh chứng mẫu)"


@dataclass
class Round:
    """A handing-in of one unit: for itself and for those who serve there."""

    place: Place
    office: Office
    code: str
    rng: Random
    last: bool

    def enter(self, session: Session, now: datetime) -> None:
        """Hand in every figure asked for, but what the unit hides."""
        campaign = campaigns.by_code(session, self.code)
        scope = frozenset({self.office.id})
        hidden = self._hidden(figures.places(session, campaign, scope))
        for place in self._mine(figures.places(session, campaign, scope)):
            if place.rule.code in hidden:
                continue
            figures.enter(
                session,
                campaign,
                place.criterion_id,
                place.competitor.key,
                self._figure(place),
                EVIDENCE,
                scope,
                self.office.head.code.lower(),
                now,
            )

    def confirm(self, session: Session, now: datetime) -> None:
        """Confirm what waits, but one figure of a unit whose papers the organiser misses."""
        campaign, scope = campaigns.by_code(session, self.code), self.place.everyone
        waiting = [
            one
            for one in figures.places(session, campaign, scope)
            if one.waiting and one.competitor.unit_id == self.office.id
        ]
        if self.last and self.office.plan.quirk is Quirk.UNCONFIRMED:
            waiting = sorted(waiting, key=lambda one: (one.rule.kind, one.rule.code))[1:]
        for one in waiting:
            assert one.newest is not None
            figures.verify(
                session,
                campaign,
                one.newest.id,
                figures.entered(one.newest),
                "",
                scope,
                self.place.organiser.name,
                now,
            )

    def _mine(self, places: Sequence[figures.Place]) -> list[figures.Place]:
        return sorted(places, key=lambda one: (one.competitor.code, one.rule.code))

    def _hidden(self, places: Sequence[figures.Place]) -> set[str]:
        if self.office.plan.quirk is not Quirk.HIDES:
            return set()
        codes = sorted(
            {one.rule.code for one in places if one.rule.kind is CompetitorKind.COLLECTIVE}
        )
        return set(codes[:1])

    def _figure(self, place: figures.Place) -> Figure:
        done, unit = self.office.plan.manner.done, place.rule.target.unit
        if unit is TargetUnit.PERCENT:
            cases = (
                2 if place.rule.kind is CompetitorKind.INDIVIDUAL else self.rng.choice((12, 16, 20))
            )
            return Figure(hits=cases - (self.rng.random() > done**3), cases=cases)
        if unit is TargetUnit.YES_NO:
            return Figure(value=Decimal(self.rng.random() < done))
        if place.rule.target.comparison is Comparison.ZERO:
            vetoed = (
                self.office.plan.quirk is Quirk.VETOED
                and place.rule.kind is CompetitorKind.COLLECTIVE
            )
            return Figure(value=Decimal(vetoed))
        most = self.office.plan.manner.initiatives
        return Figure(
            value=Decimal(min(most, 1) if place.rule.kind is CompetitorKind.INDIVIDUAL else most)
        )


def events(rng: Random, place: Place, code: str, stops: Sequence[date]) -> Iterator[Event]:
    """Plan a handing-in before every day on which something is frozen."""
    for stop in stops:
        for office in place.offices.values():
            one = Round(place, office, code, Random(rng.getrandbits(64)), stop == stops[-1])
            at = place.span.at(stop - BEFORE, time(14, rng.randrange(60)))
            yield Event(at, office.head.code.lower(), one.enter)
            yield Event(at + CONFIRMED_AFTER, place.organiser.name, one.confirm)
