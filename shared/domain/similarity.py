"""How alike two texts are, in a way a person can check: the pairs of words both have."""

import re
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from itertools import pairwise

from shared.domain.search import fold

# A Vietnamese word is mostly two syllables, so pairs of them carry the meaning.
LIKELY = 0.4
LIKELY_AT_ONE_PLACE = 0.3
FEWEST_SHARED = 3
_WORD = re.compile(r"[^\W_]+")


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
    return compared(pairs_of(one), pairs_of(other))


def compared(first: AbstractSet[str], second: AbstractSet[str]) -> Likeness:
    """Return how alike two texts are of which `pairs_of` gave the pairs of words."""
    shared = first & second
    shorter = min(len(first), len(second))
    return Likeness(len(shared) / shorter if shorter else 0.0, tuple(sorted(shared)))


def pairs_of(text: str) -> set[str]:
    """Return the pairs of words that follow each other in a text, to compare it with many."""
    return {" ".join(pair) for pair in pairwise(_WORD.findall(fold(text)))}
