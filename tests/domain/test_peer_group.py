"""Peer groups: who belongs where, by volume or by hand."""

import pytest

from shared.domain.errors import Invalid
from shared.domain.peer_group import SUGGESTED, PeerGroup, check_groups, group_of
from shared.domain.scoring import CompetitorKind

UNITS, PEOPLE = CompetitorKind.COLLECTIVE, CompetitorKind.INDIVIDUAL
BY_HAND = PeerGroup("Vùng cao", None)


@pytest.mark.parametrize(
    ("volume", "name"),
    [
        (10_001, "Trên 10.000 hồ sơ"),
        (10_000, "2.000 đến 10.000 hồ sơ"),
        (2_000, "2.000 đến 10.000 hồ sơ"),
        (1_999, "Dưới 2.000 hồ sơ"),
        (0, "Dưới 2.000 hồ sơ"),
    ],
)
def test_a_volume_belongs_to_the_highest_group_it_reaches(volume: int, name: str) -> None:
    assert group_of(SUGGESTED[::-1], UNITS, volume) == name


def test_who_was_put_in_a_group_by_hand_stays_there() -> None:
    groups = (*SUGGESTED, BY_HAND)
    assert group_of(groups, UNITS, 50_000, "Vùng cao") == "Vùng cao"
    assert group_of(groups, UNITS, 50_000, "Nhóm đã bỏ") == "Trên 10.000 hồ sơ"


def test_groups_hold_only_their_own_kind() -> None:
    assert group_of(SUGGESTED, PEOPLE, 50_000) is None


def test_below_every_bound_there_is_no_group() -> None:
    assert group_of((PeerGroup("Lớn", 100), BY_HAND), UNITS, 99) is None


@pytest.mark.parametrize(
    "wrong",
    [
        (PeerGroup("A", 1), PeerGroup("A", 2)),
        (PeerGroup("A", 1), PeerGroup("B", 1)),
        (PeerGroup(" ", 1),),
        (PeerGroup("A", -1),),
        tuple(PeerGroup(str(number), number) for number in range(13)),
    ],
)
def test_groups_that_cannot_be_told_apart_are_refused(wrong: tuple[PeerGroup, ...]) -> None:
    with pytest.raises(Invalid):
        check_groups(wrong)


def test_two_kinds_may_use_the_same_names_and_bounds() -> None:
    check_groups((PeerGroup("A", 1), PeerGroup("A", 1, PEOPLE), BY_HAND, PeerGroup("B", None)))
