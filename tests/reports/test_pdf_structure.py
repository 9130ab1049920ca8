"""What a letter's PDF says of its structure, read back as a screen reader does."""

import io
import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from pypdf import PdfReader
from pypdf.generic import ContentStream

from shared.reports import certificate, decree
from shared.reports.content import Annex, Bar, Chart, Heading
from tests.reports.test_certificate import PLAIN
from tests.reports.test_pdf import read
from tests.reports.test_word import LETTER, TABLE

ROWS = 150
TALL = replace(
    TABLE,
    rows=(Heading("Nhóm"), *((n, f"Xã số {n}", 0.5) for n in range(1, ROWS + 1))),
    totals=None,
)
LONG = "Một đoạn dài. " * 400
CHART = Chart("Tổng điểm", (Bar("Xã Đo Thử", 96.5, "96,5"),), 100)
LETTER_OF_ALL = replace(
    LETTER,
    sample=True,
    body=(LONG, Heading("Đầu mục"), TALL, "Hết./."),
    annexes=(Annex("Kết quả", (Heading("Trong phụ lục"), CHART, TABLE)),),
)
Said = dict[tuple[int, int], str]
LETTER_OF = re.compile(r"<([0-9A-F]{2})> <([0-9A-F]{4})>\n")
DRAWS = {b"Tj", b"TJ", b"'", b'"', b"S", b"s", b"f", b"f*", b"B", b"B*", b"b", b"Do", b"sh"}


@pytest.fixture(scope="module")
def made() -> PdfReader:
    return read(LETTER_OF_ALL)


def parts(element: Any) -> list[Any]:
    """Give what stands in an element: elements, and marked content by its page and number."""
    found: list[Any] = []
    for one in element["/K"]:
        held = one.get_object()
        if isinstance(held, int):
            found.append((element.raw_get("/Pg").idnum, int(held)))
        else:
            is_content = "/MCID" in held
            found.append((held.raw_get("/Pg").idnum, held["/MCID"]) if is_content else held)
    return found


def elements(element: Any) -> Iterator[Any]:
    """Give an element and all below it, in the order of reading."""
    yield element
    for part in parts(element):
        if not isinstance(part, tuple):
            yield from elements(part)


def catalog(reader: PdfReader) -> Any:
    return reader.root_object


def document(reader: PdfReader) -> Any:
    return catalog(reader)["/StructTreeRoot"]["/K"]


def of_kind(reader: PdfReader, kind: str) -> list[Any]:
    return [one for one in elements(document(reader)) if one["/S"] == kind]


def words(element: Any, said: Said) -> str:
    """Give the words an element is read out with."""
    if "/ActualText" in element:
        return str(element["/ActualText"])
    return " ".join(
        said[part] if isinstance(part, tuple) else words(part, said) for part in parts(element)
    )


@pytest.fixture(scope="module")
def said(made: PdfReader) -> Said:
    """The words of all marked content of the letter."""
    return words_by_place(made)


def words_by_place(made: PdfReader) -> Said:
    """Give the words of all marked content, by its page and its number there."""
    found: Said = {}
    for page in made.pages:
        assert page.indirect_reference is not None
        fonts = {name: letters(font) for name, font in resources_of(page)["/Font"].items()}
        inside, font = -1, {}
        for what, how in ContentStream(page.get_contents(), made).operations:
            if how == b"BDC":
                inside = what[1]["/MCID"]
                found[page.indirect_reference.idnum, inside] = ""
            elif how == b"EMC":
                inside = -1
            elif how == b"Tf":
                font = fonts[what[0]]
            elif how == b"Tj" and inside >= 0:
                line = "".join(font[sign] for sign in what[0].original_bytes)
                found[page.indirect_reference.idnum, inside] += f" {line}"
    return {at: " ".join(text.split()) for at, text in found.items()}


def resources_of(page: Any) -> Any:
    return page["/Resources"]


def letters(font: Any) -> dict[int, str]:
    """Give the letter of every byte that is written in a font."""
    table = font.get_object()["/ToUnicode"].get_data().decode()
    return {int(sign, 16): chr(int(letter, 16)) for sign, letter in LETTER_OF.findall(table)}


def test_it_says_that_it_is_tagged(made: PdfReader) -> None:
    assert catalog(made)["/MarkInfo"]["/Marked"]
    assert catalog(made)["/Lang"] == decree.LANGUAGE
    assert document(made)["/S"] == "/Document"


def assert_every_mark_has_its_place(made: PdfReader) -> None:
    by_page = catalog(made)["/StructTreeRoot"]["/ParentTree"]["/Nums"]
    for page in made.pages:
        assert page.indirect_reference is not None
        open_now = 0
        numbers = []
        for what, how in ContentStream(page.get_contents(), made).operations:
            if how in (b"BDC", b"BMC"):
                open_now += 1
                if how == b"BDC":
                    numbers.append(what[1]["/MCID"])
            elif how == b"EMC":
                open_now -= 1
            assert how not in DRAWS or open_now == 1, (page.page_number, what, how)
        assert open_now == 0
        assert numbers == list(range(len(numbers)))
        found = by_page[by_page.index(page["/StructParents"]) + 1].get_object()
        assert len(found) == len(numbers)
        for number, element in enumerate(found):
            assert (page.indirect_reference.idnum, number) in parts(element.get_object())


def test_every_mark_is_of_an_element_or_an_artifact(made: PdfReader) -> None:
    assert_every_mark_has_its_place(made)


def test_certificates_are_read_out_from_their_title_on() -> None:
    file = certificate.write([replace(PLAIN, sample=True), PLAIN])
    made = PdfReader(io.BytesIO(file))
    assert_every_mark_has_its_place(made)
    titles = [words(one, words_by_place(made)) for one in of_kind(made, "/H1")]
    assert titles == ["GIẤY KHEN", "GIẤY KHEN"]
    said = words(document(made), words_by_place(made))
    assert said.count("BẢN MẪU") == 1
    assert said.count("TM. ỦY BAN NHÂN DÂN\nCHỦ TỊCH") == 2


def test_headings_stand_in_their_order(made: PdfReader, said: Said) -> None:
    levels = ("/H1", "/H2", "/H3")
    found = [one for one in elements(document(made)) if one["/S"] in levels]
    assert [one["/S"] for one in found] == ["/H1", "/H2", "/H2", "/H3"]
    title, *others = [words(one, said) for one in found]
    assert title.startswith("BÁO CÁO ")
    assert others == ["Đầu mục", "Phụ lục I KẾT QUẢ", "Trong phụ lục"]


def test_a_paragraph_on_two_pages_is_one(made: PdfReader, said: Said) -> None:
    assert len(made.pages) > 2
    across = [one for one in of_kind(made, "/P") if len({part[0] for part in parts(one)}) > 1]
    assert [words(one, said) for one in across] == [LONG]


def test_a_table_on_many_pages_is_one_with_one_header(made: PdfReader, said: Said) -> None:
    tall, short = of_kind(made, "/Table")
    header, group, *rows = parts(tall)
    assert len(rows) == ROWS
    assert [cell["/S"] for cell in parts(header)] == ["/TH"] * len(TABLE.columns)
    assert {cell["/A"]["/Scope"] for cell in parts(header)} == {"/Column"}
    assert [words(cell, said) for cell in parts(header)] == [one.title for one in TABLE.columns]
    (over,) = parts(group)
    assert (over["/S"], over["/A"]["/ColSpan"]) == ("/TH", len(TABLE.columns))
    assert [words(cell, said) for cell in parts(rows[-1])] == [str(ROWS), f"Xã số {ROWS}", "50,0%"]
    assert {len(parts(row)) for row in rows} == {len(TABLE.columns)}
    assert len(parts(short)) == 1 + len(TABLE.rows) + bool(TABLE.totals)


def test_a_chart_says_what_it_shows(made: PdfReader) -> None:
    (figure,) = of_kind(made, "/Figure")
    assert figure["/Alt"] == "Biểu đồ: Tổng điểm. Số liệu ở bảng kế tiếp."


def test_margins_are_not_read_out(made: PdfReader, said: Said) -> None:
    everything = words(document(made), said)
    assert everything.count(decree.SAMPLE) == 1  # above the head, not at the foot of every page
    assert everything.startswith(decree.SAMPLE)
