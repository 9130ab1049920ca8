"""The pages in English: what is Vietnamese on them is the organisation's own, never ours."""

import json
import re
from collections.abc import Iterable, Iterator
from functools import cache
from importlib.resources import files

import pytest
from sqlalchemy import select

from shared.db import Base
from shared.domain.answer_template import PLACES
from shared.services.paper_registers import HEADINGS
from tests.infrastructure.crawling import parse
from tests.infrastructure.peopled import Peopled
from tests.web.every_page import Opened, every_page, speak
from tests.web.test_translations import catalogue, parts

VIETNAMESE = re.compile(
    r"[ăâđêôơưàáảãạằắẳẵặầấẩẫậèéẻẽẹềếểễệìíỉĩịòóỏõọồốổỗộờớởỡợùúủũụừứửữựỳýỷỹỵ]", re.IGNORECASE
)
SPOKEN = ("title", "aria-label", "placeholder", "alt")
# Typed names and figures of the five plans, as the organisation takes them over by one touch.
TEMPLATES = files("shared.reference").joinpath("campaigns")
TAKEN_OVER = ("name", "document", "organiser")
# Examples of what to write into a file and what a file of the test says.
FROM_FILES = {
    "admin.registers_import.look",
    "admin.organisation_import.look",
    "admin.figures_import.look",
    "admin.accounts.look_at_file",
}


def strings(value: object) -> Iterator[str]:
    """Give every text within a value of a row."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        yield from (text for one in value.values() for text in strings(one))
    elif isinstance(value, list):
        yield from (text for one in value for text in strings(one))


def own_texts(peopled: Peopled) -> set[str]:
    """Give what the organisation and its people have written, and names it may take over."""
    with peopled.engine.connect() as connection:
        tables = Base.metadata.sorted_tables
        rows = [row for table in tables for row in connection.execute(select(table))]
    offered = [json.loads(one.read_text("utf-8")) for one in TEMPLATES.iterdir()]
    written = [text for row in rows for value in row for text in strings(value)]
    typed = [*HEADINGS, *(f"{{{place}}}" for place in PLACES)]  # as they are, in files and answers
    return {
        *typed,
        *written,
        *(line for text in written for line in text.splitlines()),
        *(plan[name] for plan in offered for name in TAKEN_OVER),
    }


@cache
def left_in_english() -> list[str]:
    """Give what our English itself keeps in Vietnamese: names, examples, quotations."""
    return [
        re.sub(r"%\(\w+\)s", " ", english)
        for message in catalogue()
        if message.id
        for _text, english in parts(message)
        if VIETNAMESE.search(english)
    ]


def shown(page: Opened) -> Iterator[str]:
    """Give the texts of a page that are read or heard, but those marked as Vietnamese."""
    for item in parse(page.text).iter():
        if not isinstance(item.tag, str) or item.tag in {"script", "style"}:
            continue
        if any(one.get("lang") == "vi" for one in (item, *item.iterancestors())):
            continue
        texts = (item.text, *(child.tail for child in item), *map(item.get, SPOKEN))
        yield from (" ".join(text.split()) for text in texts if text and VIETNAMESE.search(text))


def foreign(texts: Iterable[str], known: Iterable[str]) -> dict[str, str]:
    """Give of texts what is Vietnamese once everything known is taken out, the longest first."""
    words = {" ".join(text.split()) for text in known if VIETNAMESE.search(text)}
    longest_first = sorted(words, key=len, reverse=True)
    pattern = re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, longest_first))})(?!\w)")
    rest = {text: pattern.sub(" ", text).strip() for text in texts if text not in words}
    return {text: left for text, left in rest.items() if VIETNAMESE.search(left)}


@pytest.mark.once
@pytest.mark.thorough
def test_what_is_vietnamese_on_english_pages_is_the_organisations_own(peopled: Peopled) -> None:
    speak(peopled, "en")
    said: dict[str, set[str]] = {}
    for page in every_page(peopled):
        for text in shown(page) if page.endpoint not in FROM_FILES else ():
            said.setdefault(text, set()).add(page.endpoint)
    left = foreign(said, [*own_texts(peopled), *left_in_english(), "Niềm Nở", "Tiếng Việt"])
    assert {text: min(said[text]) for text in left} == {}
    assert said


def test_a_sentence_of_ours_left_in_vietnamese_is_found_beside_a_name() -> None:
    known = ["Xã An", "Việc của tôi"]
    assert foreign(["Xã An: quá hạn", "Xã An", "My work, Việc của tôi"], known) == {
        "Xã An: quá hạn": ": quá hạn"
    }


def test_a_word_that_only_begins_like_a_known_one_is_found() -> None:
    assert foreign(["Xã Anh"], ["Xã An"]) == {"Xã Anh": "Xã Anh"}
