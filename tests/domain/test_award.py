"""Awards: shares of all members counted exactly, recusal, quorum, what a nomination must reach."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.domain import award
from shared.domain.award import Choice, Ground, Interests, Nominee, SessionState, tally
from shared.domain.errors import Invalid, RuleBroken
from shared.domain.scoring import CompetitorKind

SHARES = st.fractions(min_value=Fraction(1, 100), max_value=1)
VOTES = st.dictionaries(st.integers(1, 40), st.none() | st.sampled_from(Choice), min_size=1)


@pytest.mark.parametrize(
    ("share", "members", "fewest"),
    [
        ("2/3", 9, 6),
        ("2/3", 10, 7),
        ("80/100", 9, 8),
        ("80/100", 10, 8),
        ("90/100", 10, 9),
        ("90%", 11, 10),
        ("80 %", 15, 12),
        ("1/1", 7, 7),
    ],
)
def test_a_share_is_of_all_members_and_exact(share: str, members: int, fewest: int) -> None:
    assert award.needed(award.parse_share(share, "share"), members) == fewest


@pytest.mark.parametrize("text", ["", "0", "0.8", "2/0", "0/3", "4/3", "101%", "0%", "²/3", "-1/2"])
def test_what_is_no_share_is_refused_with_its_field(text: str) -> None:
    with pytest.raises(Invalid) as refusal:
        award.parse_share(text, "share")
    assert refusal.value.field == "share"


@given(SHARES, VOTES, st.sets(st.integers(1, 40)))
def test_recusal_never_shrinks_what_a_share_is_of(
    share: Fraction, votes: dict[int, Choice | None], recused: set[int]
) -> None:
    without, found = tally(share, votes, set()), tally(share, votes, recused)
    assert (
        (found.members, found.needed)
        == (without.members, without.needed)
        == (
            len(votes),
            award.needed(share, len(votes)),
        )
    )
    assert found.votes_for <= without.votes_for


@given(SHARES, VOTES, st.sets(st.integers(1, 40)), st.data())
def test_one_more_vote_for_never_lowers_the_outcome(
    share: Fraction, votes: dict[int, Choice | None], recused: set[int], data: st.DataObject
) -> None:
    member = data.draw(st.sampled_from(sorted(votes)))
    before, after = (
        tally(share, votes, recused),
        tally(share, votes | {member: Choice.FOR}, recused),
    )
    assert (after.votes_for, after.passed) >= (before.votes_for, before.passed)


@given(SHARES, VOTES, st.sets(st.integers(1, 40)))
def test_every_member_is_counted_once(
    share: Fraction, votes: dict[int, Choice | None], recused: set[int]
) -> None:
    found = tally(share, votes, recused)
    assert found.silent == sum(votes[one] is None for one in votes.keys() - recused)


def test_exactly_the_share_passes_and_one_less_fails() -> None:
    share = Fraction(80, 100)
    eight = {one: Choice.FOR if one <= 8 else Choice.ABSTAIN for one in range(1, 11)}
    assert tally(share, eight, set()).passed
    assert not tally(share, eight | {8: Choice.AGAINST}, set()).passed
    assert not tally(share, eight, {1}).passed  # nine can vote, eight of ten are needed


@pytest.mark.parametrize(
    ("interests", "nominee", "expected"),
    [
        (Interests(officer_id=7), Nominee(1, 7), Ground.NOMINEE),
        (Interests(officer_id=8, serves=frozenset({1})), Nominee(1, 7), None),
        (Interests(), Nominee(1, 7), None),
        (Interests(leads=frozenset({1}), serves=frozenset({1})), Nominee(1), Ground.LEADS),
        (Interests(serves=frozenset({1, 2})), Nominee(2), Ground.SERVES),
        (Interests(serves=frozenset({1})), Nominee(3), None),
    ],
)
def test_who_is_leads_or_serves_is_recused_by_rule(
    interests: Interests, nominee: Nominee, expected: Ground | None
) -> None:
    assert award.ground(interests, nominee) is expected


@pytest.mark.parametrize(("present", "enough"), [(5, False), (6, True), (9, True)])
def test_a_quorum_is_a_share_of_all_members(present: int, *, enough: bool) -> None:
    if enough:
        award.check_quorum(Fraction(2, 3), 9, present)
        return
    with pytest.raises(RuleBroken) as refusal:
        award.check_quorum(Fraction(2, 3), 9, present)
    assert refusal.value.params == {"present": 5, "fewest": 6, "members": 9}


def test_no_members_are_no_quorum() -> None:
    with pytest.raises(RuleBroken):
        award.check_quorum(Fraction(2, 3), 0, 0)


@pytest.mark.parametrize("chairs", [[], [False], [True, True]])
def test_a_council_has_one_chair(chairs: list[bool]) -> None:
    with pytest.raises(RuleBroken):
        award.check_chaired(chairs)


def test_a_title_fits_its_kind() -> None:
    assert award.fits("any", CompetitorKind.INDIVIDUAL)
    assert not award.fits("collective", CompetitorKind.INDIVIDUAL)
    with pytest.raises(Invalid):
        award.check_nomination("collective", CompetitorKind.INDIVIDUAL, None)


def test_a_step_out_of_turn_is_refused() -> None:
    award.check_state(SessionState.OPEN, SessionState.PLANNED, SessionState.OPEN)
    with pytest.raises(RuleBroken):
        award.check_state(SessionState.CLOSED, SessionState.PLANNED, SessionState.OPEN)
