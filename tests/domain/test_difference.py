"""What two texts share and what only one of them says."""

from hypothesis import given
from hypothesis import strategies as some

from shared.domain.difference import MOST_WORDS, Side, difference


def test_what_each_side_says_alone_stands_between_what_both_say() -> None:
    pieces = difference("Máy hỏng, đã sửa xong.", "Máy hỏng, đang sửa xong.")
    assert [(piece.kind, piece.text) for piece in pieces] == [
        (Side.SAME, "Máy hỏng,"),
        (Side.THEIRS, "đã"),
        (Side.MINE, "đang"),
        (Side.SAME, "sửa xong."),
    ]


def test_texts_too_long_to_compare_give_nothing() -> None:
    assert difference("a " * (MOST_WORDS + 1), "b") == []


@given(some.text("ab \n", max_size=60), some.text("ab \n", max_size=60))
def test_both_texts_can_be_read_back_from_the_pieces(theirs: str, mine: str) -> None:
    pieces = difference(theirs, mine)
    for text, other in ((theirs, Side.MINE), (mine, Side.THEIRS)):
        words = " ".join(piece.text for piece in pieces if piece.kind is not other)
        assert words.split() == text.split()
