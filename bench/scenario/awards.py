"""The council's vote on awards after a closing review: nominated, met, voted, decided."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from sqlalchemy.orm import Session

from bench.scenario.course import Act, Event
from bench.scenario.office import Office, Place
from shared.domain.award import Measure, Reach, SessionState
from shared.domain.scoring import CompetitorKind
from shared.models.award import AwardCouncil, AwardSession
from shared.services import (
    award_councils,
    award_sessions,
    award_titles,
    ballots,
    campaigns,
    freezes,
    nominations,
)

TITLE = "giay-khen"
LAST_RANK = Decimal(3)
REASON = "Dẫn đầu phong trào thi đua của huyện (mẫu)"
CHAIR = ("Người chủ trì mẫu", "Phó Chủ tịch UBND huyện")
OUTSIDE = (
    ("Người thứ hai mẫu", "Ủy ban Mặt trận Tổ quốc huyện"),
    ("Người thứ ba mẫu", "Liên đoàn Lao động huyện"),
    ("Người thứ tư mẫu", "Văn phòng HĐND và UBND huyện"),
)


@dataclass
class Awarding:
    """What becomes of the awards of one campaign."""

    place: Place
    code: str
    closed_on: date
    council_id: int = 0
    session_id: int = 0

    def events(self) -> Iterator[Event]:
        """Plan the days from the council's founding to the decision."""
        steps: tuple[tuple[int, Act], ...] = (
            (2, self._found),
            (3, self._nominate),
            (6, self._vote),
            (9, self._decide),
        )
        for days, act in steps:
            at = self.place.span.at(self.closed_on + timedelta(days=days), time(14))
            yield Event(at, self._secretary, act)

    @property
    def _secretary(self) -> str:
        return self.place.organiser.name

    def _found(self, session: Session, now: datetime) -> None:
        """Seat a chair, three others from outside and the head of a unit that takes part."""
        place, today = self.place, now.date()
        award_titles.adopt(session, place.organisation.id)
        words = {
            "name": "Hội đồng Thi đua – Khen thưởng huyện (mẫu)",
            "document": "Quyết định 12/QĐ-UBND (mẫu)",
            "quorum": "2/3",
        }
        council = award_councils.save(session, place.everyone, place.unit_id, None, words, today)
        for position, (name, post) in enumerate((CHAIR, *OUTSIDE)):
            cells = {"name": name, "post": post, "chair": "" if position else "có"}
            award_councils.add_member(session, council, cells, place.everyone, today)
        head = self._head.head.account
        assert head is not None
        cells = {"account_id": str(head.id)}
        award_councils.add_member(session, council, cells, place.everyone, today)
        self.council_id = council.id

    @property
    def _head(self) -> Office:
        return list(self.place.offices.values())[1]

    def _nominate(self, session: Session, now: datetime) -> None:
        campaign = campaigns.by_code(session, self.code)
        ranking = freezes.in_force(session, campaign, now)
        titles = award_titles.of_day(session, self.place.organisation.id, now.date())
        title = next(one for one in titles if one.code == TITLE)
        seen = {one.competitor.key for one in ranking.places}
        for kind in CompetitorKind:
            found = nominations.proposals(
                session, campaign, title, kind, Reach(Measure.RANK, LAST_RANK), ranking, seen
            )
            nominations.nominate_from_standing(
                session, campaign, title, found, ranking, REASON, self._secretary, now
            )

    def _vote(self, session: Session, now: datetime) -> None:
        """Let all vote for everybody, but for one who is against one; the head stays apart."""
        campaign = campaigns.by_code(session, self.code)
        council = session.get_one(AwardCouncil, self.council_id)
        free = [
            one.nomination.id
            for one in nominations.listed(session, campaign)
            if not one.nomination.held
        ]
        cells = {"held_on": now.date().isoformat(), "place": "Phòng họp số 1"}
        meeting = award_sessions.plan(session, campaign, council, cells, free, self._secretary, now)
        seats = award_sessions.seats(session, meeting)
        award_sessions.attend(session, meeting, {seat.id for seat in seats})
        award_sessions.open_session(session, campaign, meeting, self._secretary, now)
        for number, line in enumerate(award_sessions.lines(session, meeting)):
            for seat in seats:
                if seat.id not in line.recusals:
                    choice = "against" if number == 2 and seat.name == OUTSIDE[0][0] else "for"
                    ballots.cast_on_paper(
                        session,
                        meeting,
                        line.item.id,
                        seat.id,
                        choice,
                        f"Phiếu {number + 1}",
                        self._secretary,
                        now,
                    )
        award_sessions.close(session, meeting, self._secretary, now)
        self.session_id = meeting.id

    def _decide(self, session: Session, now: datetime) -> None:
        campaign = campaigns.by_code(session, self.code)
        meeting = session.get_one(AwardSession, self.session_id)
        cells = {"decision_number": "2410/QĐ-UBND", "decision_on": now.date().isoformat()}
        award_sessions.decide(session, campaign, meeting, cells, self._secretary, now)
        if meeting.state != SessionState.DECIDED:
            message = f"the session of {self.code} is {meeting.state}"
            raise AssertionError(message)
