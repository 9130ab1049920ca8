"""What two texts have in common and what only one of them says, word by word."""

from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum

MOST_WORDS = 2_000  # of each; longer texts are shown whole, for comparing takes long


class Side(StrEnum):
    """Which of two texts says a piece."""

    SAME = "same"
    MINE = "mine"
    THEIRS = "theirs"


@dataclass(frozen=True)
class Piece:
    """Words that stand together and belong to one side or both."""

    kind: Side
    text: str


def difference(theirs: str, mine: str) -> list[Piece]:
    """Return both texts as one row of pieces, what only theirs says before what only mine does.

    Blanks do not count as a difference. An empty list for texts too long to compare.
    """
    old, new = theirs.split(), mine.split()
    if max(len(old), len(new)) > MOST_WORDS:
        return []
    pieces = []
    for kind, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if kind == "equal":
            pieces.append(Piece(Side.SAME, " ".join(old[a:b])))
            continue
        if b > a:
            pieces.append(Piece(Side.THEIRS, " ".join(old[a:b])))
        if d > c:
            pieces.append(Piece(Side.MINE, " ".join(new[c:d])))
    return pieces
