"""How alike two texts are, in a way a person can check: the pairs of words both have."""

from dataclasses import dataclass
from itertools import pairwise

from shared.domain.search import fold

# A Vietnamese word is mostly two syllables, so pairs of them carry the meaning.
LIKELY = 0.4
LIKELY_AT_ONE_PLACE = 0.3
FEWEST_SHARED = 3


@dataclass(frozen=True)
class Likeness:
    """`share` is the part of the shorter text's pairs that both have, 0 to 1; `shared` are they."""

    share: float
    shared: tuple[str, ...]

    def is_likely(self, *, same_place: bool) -> bool:
        """Say whether the two may be one matter; at the same desk a smaller share is enough."""
        enough = LIKELY_AT_ONE_PLACE if same_place else LIKELY
        return len(self.shared) >= FEWEST_SHARED and self.share >= enough


def likeness(one: str, other: str) -> Likeness:
    """Return how alike two texts are; marks, letter case and punctuation do not matter."""
    first, second = _pairs(one), _pairs(other)
    shared = first & second
    shorter = min(len(first), len(second))
    return Likeness(len(shared) / shorter if shorter else 0.0, tuple(sorted(shared)))


def _pairs(text: str) -> set[str]:
    bare = "".join(sign if sign.isalnum() else " " for sign in fold(text))
    return {" ".join(pair) for pair in pairwise(bare.split())}
