"""Peer groups: competitors of like volume are compared with each other."""

from collections.abc import Sequence
from dataclasses import dataclass

from shared.domain.errors import N_, Invalid
from shared.domain.scoring import CompetitorKind

LONGEST_NAME = 60
MOST_GROUPS = 12
LARGEST_VOLUME = 100_000_000


@dataclass(frozen=True)
class PeerGroup:
    """A group of one kind: from so many dossiers received in the period, or by hand (None)."""

    name: str
    fewest: int | None
    kind: CompetitorKind = CompetitorKind.COLLECTIVE


# Bounds of the Indian index of handled grievances (GRAI 2023), which ranks within three groups.
SUGGESTED = (
    PeerGroup("Trên 10.000 hồ sơ", 10_001),
    PeerGroup("2.000 đến 10.000 hồ sơ", 2_000),
    PeerGroup("Dưới 2.000 hồ sơ", 0),
)


def group_of(
    groups: Sequence[PeerGroup], kind: CompetitorKind, volume: int, by_hand: str | None = None
) -> str | None:
    """Give the name of a competitor's group: the one it was put in, else the one of its volume.

    `volume` is a number of dossiers received. None where no group of the kind takes it.
    """
    of_kind = [one for one in groups if one.kind is kind]
    if by_hand is not None and by_hand in {one.name for one in of_kind}:
        return by_hand
    reached = [
        (one.fewest, one.name) for one in of_kind if one.fewest is not None and one.fewest <= volume
    ]
    return max(reached)[1] if reached else None


def by_volume(groups: Sequence[PeerGroup]) -> bool:
    """Tell whether any group goes by volume, so that volumes have to be counted."""
    return any(one.fewest is not None for one in groups)


def check_groups(groups: Sequence[PeerGroup]) -> None:
    """Refuse groups of one kind that share a name or a bound; raises Invalid."""
    names = {(one.kind, one.name) for one in groups}
    bounds = [(one.kind, one.fewest) for one in groups if one.fewest is not None]
    if len(names) < len(groups) or len(set(bounds)) < len(bounds) or len(groups) > MOST_GROUPS:
        raise _wrong(N_("Mỗi nhóm cần tên riêng và mức riêng, nhiều nhất mười hai nhóm."))
    if any(not one.name.strip() or len(one.name) > LONGEST_NAME for one in groups):
        raise _wrong(N_("Mỗi nhóm cần một tên, không quá 60 ký tự."))
    if any(not 0 <= fewest <= LARGEST_VOLUME for _, fewest in bounds):
        raise _wrong(N_("Số hồ sơ của nhóm phải từ 0 trở lên."))


def _wrong(message: str) -> Invalid:
    return Invalid("campaign_groups", message, field="groups")
