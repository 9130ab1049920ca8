"""Every sentence of the interface has its English, with the same places to be filled."""

import re
from functools import cache
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

from shared.config import PROJECT_ROOT

ENGLISH = PROJECT_ROOT / "shared/translations/en/LC_MESSAGES/messages.po"
METHODS = [("**.py", "python"), ("**/templates/**", "jinja2")]
KEYWORDS = {
    "_": None,
    "N_": None,
    "gettext": None,
    "lazy_gettext": None,
    "ngettext": (1, 2),
}
PLACE = re.compile(r"%\((\w+)\)s")
MORE_VIETNAMESE_THAN_A_NAME = re.compile(
    r"[ăâđêôơưĂÂĐÊÔƠƯạảấầẩẫậắằẳẵặẹẻẽếềểễệỉịọỏốồổỗộớờởỡợụủứừửữựỳỵỷỹ]"
)
# "xóa" beside "xoá": of the two ways to place the tone mark, the interface keeps to the newer.
OLDER_SPELLING = re.compile(r"[óòỏõọ][ae]\b|[úùủũụ]y\b")
# What is quoted, titles, names and examples stay as they are in English.
STAYS_VIETNAMESE = re.compile(
    r"“[^”]*”|Việt|Niềm Nở|ỦY BAN NHÂN DÂN|(?:NĐ-CP|QĐ-TTg|QĐ-BNV)|Tết|Quản trị|Việc của tôi"
    r"|Bắc Trà My|Long Mỹ|Núi Thành|Thạch Thất"
)


@cache
def sentences() -> frozenset[str]:
    """Collect every sentence marked for translation."""
    found: set[str] = set()
    for package in ("shared", "kiosk", "admin"):
        for _file, _line, message, _comments, _context in extract_from_dir(
            PROJECT_ROOT / package, METHODS, keywords=KEYWORDS
        ):
            found.add(message if isinstance(message, str) else message[0])
    return frozenset(found - {""})


@cache
def catalogue() -> Catalog:
    """Read the English catalogue."""
    with Path(ENGLISH).open("rb") as file:
        return read_po(file, locale="en")


def parts(message: Message) -> list[tuple[str, str]]:
    """Pair each form of a message with its English."""
    if isinstance(message.id, str):
        return [(message.id, str(message.string))]
    forms = message.string if isinstance(message.string, tuple | list) else ()
    return [(message.id[0], form) for form in forms]


def test_sentences_are_found_where_they_are_known_to_stand() -> None:
    assert {"Bình thường", "Xin chọn hoặc nhập mục này.", "Đăng nhập"} <= sentences()


def test_a_word_is_spelled_in_one_way() -> None:
    assert [text for text in sentences() if OLDER_SPELLING.search(text)] == []


def test_every_sentence_has_its_english() -> None:
    known = catalogue()
    without = [text for text in sentences() if not known.get(text) or not known[text].string]
    assert without == []


def test_no_english_is_left_of_a_sentence_that_is_gone() -> None:
    left = {text for message in catalogue() if message.id for text, _english in parts(message)}
    assert left - sentences() == set()


@pytest.mark.parametrize("wrong", ["fuzzy", "places", "vietnamese"])
def test_no_english_is_only_half_one(wrong: str) -> None:
    found = []
    for message in catalogue():
        for text, english in parts(message) if message.id else ():
            match wrong:
                case "fuzzy":
                    bad = message.fuzzy
                case "places":
                    bad = set(PLACE.findall(text)) != set(PLACE.findall(english))
                case _:
                    own = STAYS_VIETNAMESE.sub("", english)
                    bad = bool(MORE_VIETNAMESE_THAN_A_NAME.search(own))
            if bad:
                found.append(english)
    assert found == []
