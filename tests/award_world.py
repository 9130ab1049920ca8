"""A campaign with a council of five: what tests of awards act in."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from shared.domain.access import Role
from shared.models.award import (
    AwardCouncil,
    AwardItem,
    AwardNomination,
    AwardSeat,
    AwardSession,
    AwardTitle,
)
from shared.models.campaign import Campaign
from shared.services import (
    accounts,
    award_councils,
    award_sessions,
    award_titles,
    ballots,
    campaigns,
    competitors,
    nominations,
)
from shared.services.campaigns import Opening
from tests.campaign_world import JANUARY_FIRST, NOW, TODAY, YEAR_END, World, build, world_of
from tests.infrastructure.worlds import lay
from tests.opened_campaign import the_campaign

SECRETARY = "hoa"
OUTSIDE = "Bà Lụa"


@dataclass
class Awards:
    """The campaign, its council and its people by name."""

    world: World
    campaign: Campaign
    council: AwardCouncil

    @property
    def session(self) -> Session:
        """The database session of the world."""
        return self.world.session

    def title(self, code: str = "giay-khen") -> AwardTitle:
        """Give a title in force."""
        found = award_titles.of_day(self.session, self.world.organisation.id, TODAY)
        return next(one for one in found if one.code == code)

    def competitor(self, code: str) -> int:
        """Give the key of a competitor."""
        found = competitors.of_campaign(self.session, self.campaign)
        return next(one.key for one in found if one.code == code)

    def nominate(self, code: str, title: str = "giay-khen") -> AwardNomination:
        """Nominate by hand."""
        whom, wanted = self.competitor(code), self.title(title)
        return nominations.nominate(
            self.session, self.campaign, wanted, whom, "Nhiều cố gắng", SECRETARY, NOW
        )

    def plan(self, *nominated: AwardNomination) -> AwardSession:
        """Plan today's session on nominations."""
        return award_sessions.plan(
            self.session,
            self.campaign,
            self.council,
            {"held_on": TODAY.isoformat(), "place": "Phòng họp"},
            [one.id for one in nominated],
            SECRETARY,
            NOW,
        )

    def seats(self, meeting: AwardSession) -> dict[str, AwardSeat]:
        """Give the seats of a session by name."""
        return {one.name: one for one in award_sessions.seats(self.session, meeting)}

    def item(self, meeting: AwardSession, number: int = 0) -> AwardItem:
        """Give a nomination before the session by its place on the agenda."""
        return award_sessions.items(self.session, meeting)[number]

    def open(self, meeting: AwardSession, absent: tuple[str, ...] = ()) -> None:
        """Open a session with everybody present but a few."""
        here = {one.id for name, one in self.seats(meeting).items() if name not in absent}
        award_sessions.attend(self.session, meeting, here)
        award_sessions.open_session(self.session, self.campaign, meeting, SECRETARY, NOW)

    def vote(self, meeting: AwardSession, name: str, choice: str, number: int = 0) -> None:
        """Let a member vote with the own account."""
        found = ballots.sitting(self.session, self.world.accounts[name].id, meeting.id)
        ballots.cast(self.session, found, self.item(meeting, number).id, choice, name, NOW)

    def on_paper(self, meeting: AwardSession, name: str, choice: str, number: int = 0) -> None:
        """Enter somebody's ballot."""
        item, seat = self.item(meeting, number), self.seats(meeting)[name]
        ballots.cast_on_paper(
            self.session, meeting, item.id, seat.id, choice, "Phiếu 01", SECRETARY, NOW
        )

    def close(self, meeting: AwardSession) -> None:
        """Close the session."""
        award_sessions.close(self.session, meeting, SECRETARY, NOW)

    def decide(self, meeting: AwardSession) -> None:
        """Note today's decision."""
        cells = {"decision_number": "12/QĐ-UBND", "decision_on": TODAY.isoformat()}
        award_sessions.decide(self.session, self.campaign, meeting, cells, SECRETARY, NOW)


def build_awards(session: Session) -> Awards:
    """Run a campaign and found its council: chair Tùng, Mai of An's centre, Nam, Hà, one outside.

    Two thirds of five are four.
    """
    lay(_build_awards, session)
    council = session.scalars(select(AwardCouncil)).one()
    world = world_of(session)
    return Awards(world, the_campaign(world), council)


def _build_awards(session: Session) -> None:
    world = build(session)
    opening = Opening("khen", "Thi đua 2026", world.unit("province"), JANUARY_FIRST, YEAR_END)
    campaign = campaigns.open_from_template(world.session, "long_my", opening, world.scope, NOW)
    campaigns.confirm_weights(campaign, SECRETARY, NOW)
    campaigns.start(world.session, campaign, NOW)
    award_titles.adopt(world.session, world.organisation.id)
    for name in ("tung", "ha"):
        account, _password = accounts.add(
            world.session, name, name, [(Role.ORGANISER, world.unit("province"))], NOW
        )
        world.accounts[name] = account
    for name, unit in (("mai", "an-centre"), ("nam", "binh")):
        accounts.set_grants(world.session, world.accounts[name], [(Role.OFFICER, world.unit(unit))])
    council = award_councils.save(
        world.session,
        world.scope,
        world.unit("province"),
        None,
        {"name": "Hội đồng Thi đua", "document": "QĐ 1", "quorum": "2/3"},
        TODAY,
    )
    for name in ("tung", "mai", "nam", "ha"):
        cells = {
            "account_id": str(world.accounts[name].id),
            "chair": "có" if name == "tung" else "",
        }
        award_councils.add_member(world.session, council, cells, world.scope, TODAY)
    outside = {"name": OUTSIDE, "post": "Mặt trận Tổ quốc"}
    award_councils.add_member(world.session, council, outside, world.scope, TODAY)
