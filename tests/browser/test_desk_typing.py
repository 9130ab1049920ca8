"""Vietnamese typing as the desk screen does it: keys in, words out, in a real Chromium."""

import unicodedata
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page

WORDS = (Path(__file__).parent / "vietnamese_words.txt").read_text().split()
TONES = dict(zip("\u0301\u0300\u0309\u0303\u0323", range(1, 6), strict=True))
TELEX_TONES = dict(zip(range(1, 6), "sfrxj", strict=True))
CIRCUMFLEX, HORN, BREVE = "\u0302", "\u031b", "\u0306"
VNI_SHAPES = {CIRCUMFLEX: "6", HORN: "7", BREVE: "8"}

Keys = tuple[str, str, str]  # letter, its shape key, its tone key


TYPE_ALL = """async (items) => {
  const typing = await import('/static/kiosk/desk/typing.js');
  return items.map(([keys, method, verb]) => typing[verb](keys, method));
}"""


@pytest.fixture
def typed(plain: Page) -> Callable[..., list[str]]:
    """Type many (keys, method) and give the words; `finish` also ends each word."""

    def run(items: list[tuple[str, str]], verb: str = "finish") -> list[str]:
        asked = [[keys, method, verb] for keys, method in items]
        words: list[str] = plain.evaluate(TYPE_ALL, asked)
        return words

    return run


def letters(word: str, method: str) -> list[Keys]:
    """Take a word apart into letters, each with the keys of its shape and of its tone."""
    found = []
    for letter in word:
        if letter in "đĐ":
            found.append(("dD"[letter == "Đ"], "d" if method == "telex" else "9", ""))
            continue
        decomposed = unicodedata.normalize("NFD", letter)
        base, marks = decomposed[0], decomposed[1:]
        shape = next((mark for mark in marks if mark in VNI_SHAPES), "")
        tone = next((TONES[mark] for mark in marks if mark in TONES), 0)
        telex = {"": "", CIRCUMFLEX: base.lower()}.get(shape, "w")
        tones = TELEX_TONES if method == "telex" else {n: str(n) for n in range(1, 6)}
        if method == "telex" and base == "o" and found and found[-1][:2] == ("o", "") and not shape:
            base = "oo"  # xoong: the third o takes the hat off again
        found.append(
            (base, telex if method == "telex" else VNI_SHAPES.get(shape, ""), tones.get(tone, ""))
        )
    return found


def tone_last(taken: list[Keys]) -> str:
    """Each letter is marked as it is typed, the tone comes at the end: vieejt → vieetj."""
    return "".join(base + shape for base, shape, _ in taken) + "".join(tone for *_, tone in taken)


def tone_at_once(taken: list[Keys]) -> str:
    """The tone follows its letter."""
    return "".join(base + shape + tone for base, shape, tone in taken)


def all_marks_last(taken: list[Keys]) -> str:
    """Letters first, then đ's bar apart all shapes, then the tone; one key horns both letters."""
    plain = "".join(base + (shape if base in "dD" else "") for base, shape, _ in taken)
    shapes = dict.fromkeys(shape for base, shape, _ in taken if base not in "dD")
    return plain + "".join(shapes) + "".join(tone for *_, tone in taken)


def test_the_list_has_more_than_two_hundred_words_with_every_tone_and_letter() -> None:
    assert len(set(WORDS)) > 200
    spelled = "".join(WORDS).lower()
    assert set("ăâđêôơư") <= set(spelled)
    decomposed = unicodedata.normalize("NFD", spelled)
    assert set(TONES) <= set(decomposed)


@pytest.mark.parametrize("method", ["telex", "vni"])
def test_every_word_comes_out_however_its_marks_are_ordered(
    typed: Callable[..., list[str]], method: str
) -> None:
    for order in (tone_last, tone_at_once, all_marks_last):
        keys = [(order(letters(word, method)), method) for word in WORDS]
        wrong = {
            pair[0]: (got, wanted)
            for pair, got, wanted in zip(keys, typed(keys), WORDS, strict=True)
            if got != wanted
        }
        assert wrong == {}, order.__name__


SPECIAL_CASES = {
    # twice the same key: it stands for itself
    "aaa": "aa", "ass": "as", "asss": "ass", "ddd": "dd", "eee": "ee", "uww": "uw", "ww": "w",
    "xooong": "xoong",
    # z takes the tone away, another tone replaces it
    "hoasz": "hoa", "hoafs": "hóa", "maz": "maz",
    # the tone moves as letters join
    "hoas": "hóa", "hoasn": "hoán", "toans": "toán", "khuyur": "khuỷu", "muas": "múa",
    # w alone, and uo horned together
    "tw": "tư", "nhw": "như", "nwowcs": "nước", "dduocwj": "được", "dduwojc": "được",
    "thuowr": "thuở", "thuowng": "thương", "muaw": "mưa", "HDDND": "HĐND", "ddc": "đc",
    # capitals follow the letter, not the mark's key
    "DDaij": "Đại", "Ddaij": "Đại", "DDAIJ": "ĐẠI", "AAn": "Ân", "Aan": "Ân", "UWU": "ƯU",
    # what cannot be Vietnamese stays as typed
    "window": "window", "email": "email", "facebook": "facebook", "internet": "internet",
    "text": "text", "data": "data", "camera": "camera", "good": "good", "zalo": "zalo",
    "website": "website", "law": "law", "banana": "banana", "week": "week", "wifi": "wifi",
    "online": "online", "computer": "computer", "software": "software",
}  # fmt: skip
VNI_CASES = {
    "a66": "a6", "a11": "a1", "d99": "d9", "a10": "a", "2": "2", "b52": "b52", "2026": "2026",
    "truong72": "trường", "d9uoc75": "được", "thu3y": "thủy", "ho2a": "hòa", "covid19": "covid19",
}  # fmt: skip


def test_special_cases_of_telex(typed: Callable[..., list[str]]) -> None:
    got = typed([(keys, "telex") for keys in SPECIAL_CASES])
    assert dict(zip(SPECIAL_CASES, got, strict=True)) == SPECIAL_CASES


def test_special_cases_of_vni(typed: Callable[..., list[str]]) -> None:
    got = typed([(keys, "vni") for keys in VNI_CASES])
    assert dict(zip(VNI_CASES, got, strict=True)) == VNI_CASES


def test_without_a_method_every_key_is_itself(typed: Callable[..., list[str]]) -> None:
    assert typed([("hoas", "none"), ("a1", "none")]) == ["hoas", "a1"]


def test_a_word_goes_on_from_letters_already_marked(typed: Callable[..., list[str]]) -> None:
    assert typed([("tiến" + "g", "telex"), ("hóa" + "n", "telex"), ("mưa" + "s", "telex")]) == [
        "tiếng",
        "hoán",
        "mứa",
    ]


def test_no_order_of_keys_breaks_it(typed: Callable[..., list[str]]) -> None:
    mashed = [
        "sfrxjzw",
        "wwwwww",
        "dđdddd",
        "aâăaeeoow",
        "uwowuwow",
        "ươươwsfj",
        "qwertyuiop",
        "0123456789",
    ]
    for verb in ("compose", "finish"):
        got = typed([(keys, method) for keys in mashed for method in ("telex", "vni")], verb)
        assert all(0 < len(word) <= 12 for word in got)
