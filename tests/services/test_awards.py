"""Awards from nomination to decision: who may be put forward, who votes, how it is counted."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from decimal import Decimal

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from shared.domain.access import Role
from shared.domain.award import ItemState, Measure, NominationState, Reach, SessionState
from shared.domain.errors import Invalid, NotFound, RuleBroken
from shared.domain.scoring import CompetitorKind
from shared.models.award import AwardVote
from shared.models.campaign import CampaignCriterion
from shared.models.complaint import Complaint, ComplaintOfficer
from shared.models.sealed import SealedReport
from shared.services import (
    accounts,
    award_blocks,
    award_councils,
    award_sessions,
    award_titles,
    ballots,
    freezes,
    nominations,
    reach,
)
from tests.award_world import OUTSIDE, SECRETARY, Awards, build_awards
from tests.campaign_world import NOW, TODAY


@pytest.fixture
def awards(session: Session) -> Awards:
    return build_awards(session)


@contextmanager
def refused(code: str) -> Iterator[None]:
    with pytest.raises(RuleBroken) as refusal:
        yield
    assert refusal.value.code == code


def report_on(awards: Awards, unit: str, officer: str | None = None) -> SealedReport:
    """Add a confidential report, as if it had come; what it says matters to nobody here."""
    number = f"K-{unit}-{officer}"
    row = SealedReport(
        number=number,
        form_id=number,
        code_hash=number,
        link_hash=number,
        unit_id=awards.world.unit(unit),
        officer_id=None if officer is None else awards.world.officers[officer].id,
        matter="extra_money",
        state="received",
        level=0,
        language="vi",
        received_at=NOW,
        received_on=TODAY,
    )
    awards.session.add(row)
    awards.session.flush()
    return row


def case_on(awards: Awards, officer: str, **columns: str) -> Complaint:
    """Let a resident's case name an officer."""
    row = awards.world.complaint("binh", TODAY, TODAY + timedelta(5), None, **columns)
    awards.session.add(
        ComplaintOfficer(complaint_id=row.id, officer_id=awards.world.officers[officer].id)
    )
    awards.session.flush()
    return row


def test_the_shipped_titles_are_added_once_and_the_day_says_which_hold(awards: Awards) -> None:
    organisation = awards.world.organisation.id
    assert award_titles.adopt(awards.session, organisation) == 0
    held = award_titles.of_day(awards.session, organisation, TODAY)
    assert {one.code for one in held} == {one["code"] for one in award_titles.shipped()}
    shares = {one.code: one.share for one in held}
    assert (shares["cstd-co-so"], shares["anh-hung"]) == ("80/100", "90/100")


def test_a_changed_share_is_no_suggestion_any_more(awards: Awards) -> None:
    title = awards.title()
    assert title.suggested
    cells = {**award_titles.cells_of(title), "share": "3/4"}
    award_titles.save(awards.session, title.organisation_id, title.id, cells)
    assert (title.share, title.suggested) == ("3/4", False)
    with pytest.raises(NotFound):
        award_titles.save(awards.session, title.organisation_id + 1, title.id, cells)
    with pytest.raises(Invalid):
        award_titles.save(awards.session, title.organisation_id, None, cells)


def test_those_who_reach_a_rank_are_proposed_and_the_vetoed_refused(awards: Awards) -> None:
    session, world, title = awards.session, awards.world, awards.title()
    world.rate("an", {5: 30})
    world.rate("binh", {5: 10, 1: 20})
    before = freezes.in_force(session, awards.campaign, NOW)
    of_an, of_binh = (
        before.place_of(CompetitorKind.COLLECTIVE, code).row.entry.scores for code in ("an", "binh")
    )
    unmet = next(
        one.rule.code
        for one, other in zip(of_binh, of_an, strict=True)
        if one.met is False and other.met is not False
    )
    row = session.scalars(
        select(CampaignCriterion).where(
            CampaignCriterion.campaign_id == awards.campaign.id,
            CampaignCriterion.kind == "collective",
            CampaignCriterion.code == unmet,
        )
    ).one()
    row.details = {**(row.details or {}), "veto": True}
    session.flush()
    ranking = freezes.in_force(session, awards.campaign, NOW)
    seen = {awards.competitor(one) for one in ("an", "binh", "cat")}
    line = Reach(Measure.RANK, Decimal(3))
    found = nominations.proposals(
        session, awards.campaign, title, CompetitorKind.COLLECTIVE, line, ranking, seen
    )
    by_code = {one.place.competitor.code: one for one in found}
    assert (by_code["binh"].vetoes, by_code["an"].may) == ((unmet,), True)
    made = nominations.nominate_from_standing(
        session, awards.campaign, title, found, ranking, "Đứng đầu", SECRETARY, NOW
    )
    keys = {one.competitor_id for one in made}
    assert (awards.competitor("an") in keys, awards.competitor("binh") in keys) == (True, False)
    assert all(one.points is not None for one in made)
    with refused("vetoed"):
        awards.nominate("binh")


def test_the_same_nomination_is_made_once(awards: Awards) -> None:
    awards.nominate("an")
    with refused("nominated_already"):
        awards.nominate("an")
    with pytest.raises(Invalid):
        awards.nominate("an", "ldtt")  # for individuals
    with pytest.raises(Invalid):
        nominations.nominate(
            awards.session, awards.campaign, awards.title(), awards.competitor("cat"), " ", "x", NOW
        )


def test_absent_members_vote_in_writing_and_all_members_are_what_the_share_is_of(
    awards: Awards,
) -> None:
    meeting = awards.plan(awards.nominate("an"))
    awards.open(meeting, absent=("Nam",))
    for name in ("tung", "nam", "ha"):
        awards.vote(meeting, name, "for")
    awards.on_paper(meeting, OUTSIDE, "for")
    awards.close(meeting)
    (line,) = award_sessions.lines(awards.session, meeting)
    seats = awards.seats(meeting)
    ways = {line.votes[seats[name].id].way for name in ("Nam", OUTSIDE)}
    assert ways == {"writing"}
    assert line.votes[seats["tung"].id].way == "in_session"
    # Mai serves in An's centre, so in An: recused by rule, and still one of five.
    assert line.recusals[seats["Mai"].id].ground == "serves"
    assert line.tally is not None
    assert (line.tally.votes_for, line.tally.needed, line.tally.members) == (4, 4, 5)
    assert line.item.state == ItemState.PASSED


def test_a_vote_can_be_changed_until_the_close_and_each_is_kept(awards: Awards) -> None:
    meeting = awards.plan(awards.nominate("binh"))
    awards.open(meeting)
    awards.vote(meeting, "tung", "for")
    awards.vote(meeting, "tung", "against")
    awards.close(meeting)
    assert awards.item(meeting).votes_against == 1
    assert awards.item(meeting).state == ItemState.FAILED
    kept = awards.session.scalars(select(AwardVote).order_by(AwardVote.id))
    assert [(one.choice, one.cast_by) for one in kept] == [("for", "tung"), ("against", "tung")]
    with refused("session_moved_on"):
        awards.vote(meeting, "tung", "for")


def test_who_is_nominated_or_declares_an_interest_does_not_vote(awards: Awards) -> None:
    meeting = awards.plan(awards.nominate("nam", "ldtt"))
    awards.open(meeting)
    with refused("recused"):
        awards.vote(meeting, "nam", "for")
    awards.vote(meeting, "ha", "for")
    item, seat = awards.item(meeting), awards.seats(meeting)["ha"]
    with pytest.raises(Invalid):
        award_sessions.recuse(awards.session, meeting, item, seat, "", "ha", NOW)
    award_sessions.recuse(awards.session, meeting, item, seat, "Người thân", "ha", NOW)
    with refused("recused"):
        awards.vote(meeting, "ha", "for")
    awards.close(meeting)
    assert (awards.item(meeting).votes_for, awards.item(meeting).members) == (0, 5)


def test_a_member_reads_the_own_vote_and_only_sessions_with_a_seat(awards: Awards) -> None:
    meeting = awards.plan(awards.nominate("binh"))
    awards.open(meeting)
    awards.vote(meeting, "tung", "for")
    awards.vote(meeting, "ha", "against")
    own = ballots.sitting(awards.session, awards.world.accounts["ha"].id, meeting.id)
    (line,) = ballots.lines(awards.session, own)
    assert [vote.choice for vote in line.votes.values()] == ["against"]
    stranger, _password = accounts.add(
        awards.session, "la", "la", [(Role.ORGANISER, awards.world.unit("province"))], NOW
    )
    assert ballots.sittings(awards.session, stranger.id) == []
    with pytest.raises(NotFound):
        ballots.sitting(awards.session, stranger.id, meeting.id)


def test_nobody_votes_for_who_voted_with_the_own_account(awards: Awards) -> None:
    meeting = awards.plan(awards.nominate("binh"))
    awards.open(meeting)
    awards.vote(meeting, "tung", "against")
    with refused("voted_oneself"):
        awards.on_paper(meeting, "tung", "for")


def test_without_a_quorum_of_all_members_no_vote_begins(awards: Awards) -> None:
    meeting = awards.plan(awards.nominate("binh"))
    with refused("no_quorum"):
        awards.open(meeting, absent=("ha", "Nam"))
    awards.open(meeting, absent=("ha",))
    assert meeting.state == SessionState.OPEN


@pytest.mark.parametrize(
    ("unit", "officer", "nominee", "title"),
    [
        ("an-centre", None, "an", "giay-khen"),  # below the nominated unit
        ("an", None, "an", "giay-khen"),
        ("binh", "nam", "nam", "ldtt"),
    ],
)
def test_an_open_confidential_report_leaves_a_hold_without_reason(
    awards: Awards, unit: str, officer: str | None, nominee: str, title: str
) -> None:
    nomination = awards.nominate(nominee, title)
    meeting = awards.plan(nomination)
    report = report_on(awards, unit, officer)
    assert not nomination.held  # nothing shows when it comes
    awards.open(meeting)
    assert (awards.item(meeting).state, nomination.held) == (ItemState.HELD, True)
    with refused("not_voted_on"):
        awards.vote(meeting, "tung", "for")
    report.state = "not_upheld"
    nominations.hold(awards.session, awards.campaign, nomination.id, held=False)
    again = awards.plan(nomination)
    awards.open(again)
    assert awards.item(again).state == ItemState.VOTING


def test_a_hold_by_hand_looks_the_same_as_one_for_a_report(awards: Awards) -> None:
    by_hand, reported = awards.nominate("binh"), awards.nominate("an")
    meeting = awards.plan(reported)
    report_on(awards, "an")
    awards.open(meeting)
    nominations.hold(awards.session, awards.campaign, by_hand.id, held=True)
    told = {(one.held, one.state, one.ended_by, one.ended_for) for one in (by_hand, reported)}
    assert told == {(True, NominationState.OPEN, None, "")}
    with pytest.raises(Invalid):
        awards.plan(by_hand)


def test_a_report_between_vote_and_decision_keeps_the_award_back(awards: Awards) -> None:
    nomination = awards.nominate("cat")
    meeting = awards.plan(nomination)
    awards.open(meeting)
    for name in ("tung", "mai", "nam", "ha"):
        awards.vote(meeting, name, "for")
    awards.close(meeting)
    report_on(awards, "cat")
    awards.decide(meeting)
    assert (awards.item(meeting).state, nomination.state) == (ItemState.HELD, NominationState.OPEN)


def test_a_case_being_verified_holds_the_person_back_and_is_told_to_who_reads_cases(
    awards: Awards,
) -> None:
    nomination = awards.nominate("nam", "ldtt")
    meeting = awards.plan(nomination)
    case = case_on(awards, "nam")
    awards.open(meeting)
    assert awards.item(meeting).state == ItemState.HELD
    nam = awards.world.officers["nam"].id
    head, _password = accounts.add(
        awards.session, "head", "head", [(Role.HEAD, awards.world.unit("binh"))], NOW
    )
    told = {
        name: award_blocks.cases(awards.session, reach.actor_with(awards.session, account), [nam])
        for name, account in (("head", head), *awards.world.accounts.items())
    }
    assert told["head"] == {nam: [case.number]}
    assert told["nam"] == {}  # whom it names
    assert told["ha"] == {}  # reads no cases


@pytest.mark.parametrize("columns", [{"kind": "praise"}, {"state": "closed"}])
def test_praise_and_what_is_over_hold_nobody_back(awards: Awards, columns: dict[str, str]) -> None:
    meeting = awards.plan(awards.nominate("nam", "ldtt"))
    case_on(awards, "nam", **columns)
    awards.open(meeting)
    assert awards.item(meeting).state == ItemState.VOTING


def test_a_decision_ends_what_was_voted_on(awards: Awards) -> None:
    won, lost = awards.nominate("binh"), awards.nominate("cat")
    meeting = awards.plan(won, lost)
    awards.open(meeting)
    for name in ("tung", "mai", "ha"):
        awards.vote(meeting, name, "for")
        awards.vote(meeting, name, "against", 1)
    awards.on_paper(meeting, OUTSIDE, "for")
    awards.close(meeting)
    with pytest.raises(Invalid):
        award_sessions.decide(
            awards.session,
            awards.campaign,
            meeting,
            {"decision_number": "1", "decision_on": (TODAY - timedelta(1)).isoformat()},
            SECRETARY,
            NOW,
        )
    awards.decide(meeting)
    assert (won.state, lost.state) == (NominationState.PASSED, NominationState.FAILED)
    assert (meeting.decision_number, meeting.decision_on) == ("12/QĐ-UBND", TODAY)
    with refused("nomination_over"):
        nominations.withdraw(awards.session, awards.campaign, won.id, "Thôi", SECRETARY, NOW)


def test_a_session_takes_what_is_free_only(awards: Awards) -> None:
    nomination = awards.nominate("binh")
    awards.plan(nomination)
    with pytest.raises(Invalid):
        awards.plan(nomination)
    with refused("in_session"):
        nominations.withdraw(awards.session, awards.campaign, nomination.id, "Thôi", "x", NOW)


def test_a_session_that_was_not_opened_is_taken_back_with_what_was_declared_for_it(
    awards: Awards,
) -> None:
    nomination = awards.nominate("binh")
    meeting = awards.plan(nomination)
    declared = (awards.item(meeting), awards.seats(meeting)["ha"], "Người nhà", SECRETARY, NOW)
    award_sessions.recuse(awards.session, meeting, *declared)
    award_sessions.cancel(awards.session, meeting)
    assert award_sessions.listed(awards.session, awards.campaign) == []
    again = awards.plan(nomination)
    awards.open(again)
    with refused("session_moved_on"):
        award_sessions.cancel(awards.session, again)
    assert len(award_sessions.items(awards.session, again)) == 1


def test_members_of_a_planned_session_stay_what_the_share_is_of(awards: Awards) -> None:
    meeting = awards.plan(awards.nominate("binh"))
    late = {"name": "Ông Đến Sau"}
    award_councils.add_member(awards.session, awards.council, late, awards.world.scope, TODAY)
    awards.open(meeting)
    assert len(award_sessions.seats(awards.session, meeting)) == 5


def test_a_council_has_one_chair_and_nobody_twice(awards: Awards) -> None:
    session, world = awards.session, awards.world
    with refused("member_already"):
        cells = {"account_id": str(world.accounts["ha"].id)}
        award_councils.add_member(session, awards.council, cells, world.scope, TODAY)
    with refused("chair_already"):
        cells = {"name": "Ông Hai", "chair": "có"}
        award_councils.add_member(session, awards.council, cells, world.scope, TODAY)
    nobody = {"account_id": "999999"}
    with pytest.raises(Invalid):
        award_councils.add_member(session, awards.council, nobody, world.scope, TODAY)
    with pytest.raises(NotFound):
        award_councils.find(session, [world.unit("an")], awards.council.id)


def test_the_one_who_reads_a_report_is_told_what_it_keeps_back(awards: Awards) -> None:
    awards.nominate("an")
    report_on(awards, "an")
    for account in awards.world.accounts.values():
        found = award_blocks.confidential_reasons(
            awards.session, reach.actor_with(awards.session, account)
        )
        assert found == []
