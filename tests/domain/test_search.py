"""Searching without marks: what was typed in any usual way is found."""

import unicodedata

import pytest

from shared.domain.search import fold, searchable, wanted

TEXT = "Đường Nguyễn Huệ ngập, gọi 0912.345.678 không ai nghe. Hồ sơ H01-2026-000123."


def found(query: str) -> bool:
    """Say whether the text holds all that was typed."""
    kept = searchable(TEXT)
    return all(word in kept for word in wanted(query))


@pytest.mark.parametrize(
    "query",
    [
        "duong nguyen hue",
        "ĐƯỜNG",
        "Ðường",  # the Icelandic letter
        unicodedata.normalize("NFD", "đường nguyễn huệ"),
        "  nghe   HUE ",
        "0912345678",
        "0912 345 678",
        "0912.345.678",
        "0912-345-678",
        "H01-2026-000123",
        "000123",
        "",
    ],
)
def test_it_is_found_however_it_is_typed(query: str) -> None:
    assert found(query)


@pytest.mark.parametrize("query", ["đượng sắt", "0912345679", "nguyen trai"])
def test_what_is_not_there_is_not_found(query: str) -> None:
    assert not found(query)


def test_a_composed_and_a_decomposed_text_are_one() -> None:
    assert fold(unicodedata.normalize("NFD", TEXT)) == fold(TEXT)
    assert fold("Đ\x00đ") == "d d"
