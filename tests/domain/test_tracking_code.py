"""The keys of a case: how they are made, typed and kept."""

import math
import re
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as some

from shared.domain import tracking_code
from shared.domain.errors import Invalid
from shared.domain.tracking_code import (
    ALPHABET,
    DIGITS,
    code_of,
    digits_of,
    hash_digits,
    hash_earlier,
    hash_link,
    is_digits,
    is_link,
    normalise_code,
    shown,
)

FORM = UUID(int=7, version=4)
LINK = "0123456789ABCDEFGHJKMNPQRS"


def test_alphabet_has_thirty_two_signs_and_none_that_is_misread() -> None:
    assert len(set(ALPHABET)) == 32
    assert not set("ILOU") & set(ALPHABET)


def test_the_link_holds_128_bits_and_the_digits_are_sixteen() -> None:
    code = code_of(FORM, "key")
    assert re.fullmatch(r"[0-7][0-9A-HJKMNP-TV-Z]{25}", code.link)  # 3 + 25 × 5 = 128 bits
    assert re.fullmatch(r"\d{4} \d{4} \d{4} \d{4}", code.digits)
    assert math.log2(10**DIGITS) > 53
    firsts = {code_of(uuid4(), "key").link[0] for _ in range(500)}
    assert firsts == set("01234567")


def test_the_code_of_a_form_is_the_same_again_and_unknown_without_the_key() -> None:
    assert code_of(FORM, "key") == code_of(FORM, "key")
    others = [code_of(FORM, "another key"), code_of(uuid4(), "key")]
    assert len({one.link for one in others} | {code_of(FORM, "key").link}) == 3
    assert len({code_of(uuid4(), "key").digits for _ in range(2000)}) == 2000


def test_what_is_kept_holds_neither_the_link_nor_the_digits() -> None:
    code = code_of(FORM, "key")
    kept = code.link_hash + code.digits_hash
    assert code.link_hash == hash_link(code.link)
    assert code.link not in kept
    assert code.digits.replace(" ", "") not in kept
    assert code.digits_hash not in repr(code)


def test_the_digits_cannot_be_tried_out_on_what_is_kept_without_the_key() -> None:
    digits = digits_of(LINK)
    assert hash_digits(digits, "key") != hash_digits(digits, "another key")


def test_hashes_of_codes_in_use_never_change() -> None:
    """Another value here locks every resident out of their case."""
    assert digits_of(LINK) == "3779 9012 8840 7597"
    assert hash_link(LINK)[:16] == "939b239a352cea45"
    assert hash_digits("0000 0000 0000 0001", "key")[:16] == "a42191ccae35773c"


def test_earlier_codes_are_found_by_the_figures_they_were_kept_with(
    real_code_work: dict[str, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tracking_code, "EARLIER_WORK", real_code_work)
    stored = "3e7bb3038bf85406e8ce6df353bd92df44ee77df1d01321bf7fbddd37d59b259"
    assert hash_earlier("NN-7K2M-9QXT-4WBD") == stored


@pytest.mark.parametrize(
    "typed",
    [
        "1234 5678 9012 3456",
        "1234567890123456",
        " 1234-5678–9012.3456 ",
        "l234 5678 9Ol2 3456",
        "１２３４　５６７８　９０１２　３４５６",
    ],
)
def test_digits_typed_in_any_usual_way_are_found(typed: str) -> None:
    assert normalise_code(typed) == "1234 5678 9012 3456"
    assert is_digits(normalise_code(typed))


@pytest.mark.parametrize(
    "typed",
    [
        LINK,
        LINK.lower(),
        f"https://niemno.example/follow/{LINK}?lang=en",
        f" {LINK[:9]} {LINK[9:]}",
    ],
)
def test_a_link_is_found_also_as_a_pasted_address(typed: str) -> None:
    assert normalise_code(typed) == LINK
    assert is_link(LINK)
    assert shown(LINK) == digits_of(LINK)


@pytest.mark.parametrize(
    "typed",
    [
        "NN-7K4P-92QX-01A0",
        "nn-7k4p-92qx-01a0",
        "7K4P92QX01A0",
        " 7k4p 92qx o1ao ",
        "NN 7K4P–92QX–OIAO",
        "ＮＮ－７Ｋ４Ｐ－９２ＱＸ－０１Ａ０",
        "NN.7K4P.92QX.01A0.",
    ],
)
def test_an_earlier_code_typed_in_any_usual_way_is_found(typed: str) -> None:
    assert normalise_code(typed) == "NN-7K4P-92QX-01A0"
    assert shown("NN-7K4P-92QX-01A0") == "NN-7K4P-92QX-01A0"


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "NN",
        "123456789012345",
        "12345678901234567",
        "123456789012345A",
        "NN-7K4P-92QX",
        "NN-7K4P-92QX-01A00",
        "XX-7K4P-92QX-01A0",
        "NN-7K4P-92QX-01AU",
        "7K4P92QX01A٣",
        "'; DROP TABLE complaint",
        "7" * 100_000,
    ],
)
def test_text_that_cannot_be_a_code_is_refused(typed: str) -> None:
    with pytest.raises(Invalid) as refusal:
        normalise_code(typed)
    assert (refusal.value.code, refusal.value.field) == ("code_wrong", "code")


@given(some.uuids())
def test_every_code_survives_being_printed_and_typed(form_id: UUID) -> None:
    code = code_of(form_id, "key")
    assert normalise_code(code.link.lower()) == code.link
    assert normalise_code(code.digits.replace(" ", "")) == code.digits
