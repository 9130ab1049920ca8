"""The PDF of a letter, read back: letters, numbers of pages, margins and the typeface in it."""

import io
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import pytest
from pypdf import PdfReader
from reportlab.lib.units import mm
from reportlab.pdfbase.pdfmetrics import stringWidth

from shared.reports import decree, pdf, typeface
from shared.reports.content import Annex, Bar, Block, Chart, Column, Heading, OfficialLetter, Table
from tests.reports.hostile import HOSTILE
from tests.reports.test_word import LETTER, TABLE

EVERY_LETTER = (
    "aàảãáạăằẳẵắặâầẩẫấậđeèẻẽéẹêềểễếệiìỉĩíịoòỏõóọôồổỗốộơờởỡớợuùủũúụưừửữứựyỳỷỹýỵ"
    "AÀẢÃÁẠĂẰẲẴẮẶÂẦẨẪẤẬĐEÈẺẼÉẸÊỀỂỄẾỆIÌỈĨÍỊOÒỎÕÓỌÔỒỔỖỐỘƠỜỞỠỚỢUÙỦŨÚỤƯỪỬỮỨỰYỲỶỸÝỴ"
)
CUTS = {path.removesuffix(".ttf"): name for name, path in typeface.FILES.items()}
CUTS["LiberationSerif"] = typeface.REGULAR
CHART = Chart(
    "Tổng điểm", (Bar("Xã Đo Thử", 96.5, "96,5"), Bar("Xã Lùi", -3.0, "−3", open=True)), 100, "tạm"
)
LONG = replace(
    LETTER,
    body=(" ".join(EVERY_LETTER), "Một đoạn văn dài của báo cáo. " * 30, TABLE, "Hết./."),
    annexes=(Annex("Số liệu còn thiếu", (TABLE,)), Annex("Kết quả", (CHART, TABLE))),
)


@dataclass(frozen=True)
class Run:
    """A run of text as it stands on a page; millimetres from the lower left corner."""

    text: str
    x: float
    y: float
    width: float
    size: float


def read(letter: OfficialLetter) -> PdfReader:
    return PdfReader(io.BytesIO(pdf.write(letter)))


@pytest.fixture(scope="module")
def made() -> PdfReader:
    return read(LONG)


def runs(page: Any) -> list[Run]:
    found: list[Run] = []

    def note(text: str, cm: list[float], tm: list[float], font: Any, size: float) -> None:
        if text.strip():
            name = CUTS[font["/BaseFont"].partition("+")[2]]
            x, y = tm[4] * cm[0] + cm[4], tm[5] * cm[3] + cm[5]
            words = text.rstrip("\n")
            found.append(Run(words, x / mm, y / mm, stringWidth(words, name, size) / mm, size))

    page.extract_text(visitor_text=note)
    return found


def fonts(reader: PdfReader) -> Iterator[Any]:
    for page in reader.pages:
        resources: Any = page["/Resources"]
        yield from (font.get_object() for font in resources["/Font"].values())


def test_every_vietnamese_letter_can_be_read_back(made: PdfReader) -> None:
    read_back = "".join(made.pages[0].extract_text().split())
    assert EVERY_LETTER in read_back


def test_the_parts_of_the_head_stand_in_their_words(made: PdfReader) -> None:
    said = " ".join(made.pages[0].extract_text().split())
    for line in [
        "ỦY BAN NHÂN DÂN XÃ SEN HỒNG",
        "TRUNG TÂM PHỤC VỤ HÀNH CHÍNH CÔNG",
        decree.STATE,
        decree.MOTTO,
        "Số: 12/BC-TTPVHCC",
        "Sen Hồng, ngày 05 tháng 02 năm 2026",
        "BÁO CÁO",
    ]:
        assert line in said


def test_only_the_bundled_typeface_is_used_and_it_is_in_the_file(made: PdfReader) -> None:
    names = set()
    for font in fonts(made):
        names.add(str(font["/BaseFont"]).partition("+")[2])
        assert "/FontFile2" in font["/FontDescriptor"]
    assert names <= set(CUTS)
    assert len(names) == 4


def test_pages_are_numbered_from_the_second_on_in_the_middle_of_the_top_margin(
    made: PdfReader,
) -> None:
    above = [
        [run for run in runs(page) if run.y > decree.PAGE_HEIGHT - decree.TOP_AND_BOTTOM]
        for page in made.pages
    ]
    assert len(above) > 4
    assert above[0] == []
    for number, found in enumerate(above[1:], 2):
        (run,) = found
        assert run.text.strip() == str(number)
        assert run.size in (13, 14)
        assert run.x + run.width / 2 == pytest.approx(105, abs=1)


def test_nothing_but_number_and_mark_stands_in_the_margins(made: PdfReader) -> None:
    for page in made.pages:
        assert [round(float(side) / mm) for side in page.mediabox[2:]] == [210, 297]
        for run in runs(page):
            assert run.x > 29.9
            assert run.x + run.width < 210 - 15 + 0.1, run.text
            is_mark = run.text.strip() == decree.SAMPLE
            assert run.y > 20 or is_mark


def test_a_sample_says_so_on_every_page_and_a_real_letter_nowhere(made: PdfReader) -> None:
    assert all(decree.SAMPLE in page.extract_text() for page in made.pages)
    real = read(replace(LONG, sample=False))
    assert not any("MẪU" in page.extract_text() for page in real.pages)


def test_title_and_language_are_told(made: PdfReader) -> None:
    assert made.metadata is not None
    assert made.metadata.title == "Báo cáo Kết quả phong trào thi đua năm 2026"
    root: Any = made.trailer["/Root"]
    assert root["/Lang"] == "vi-VN"
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]


def test_a_table_repeats_its_header_and_loses_no_row() -> None:
    rows = tuple((n, f"Xã số {n}", 0.5) for n in range(1, 151))
    pages = [
        page.extract_text()
        for page in read(replace(LETTER, body=(replace(TABLE, rows=rows),))).pages
    ]
    holding = [page for page in pages if "Xã số" in page]
    assert len(holding) > 3
    assert all("Đơn vị" in page for page in holding)
    whole = "\n".join(pages)
    assert all(f"Xã số {n}\n" in whole for n in range(1, 151))


@pytest.mark.parametrize("lines", range(4, 34, 2))
def test_neither_a_title_nor_a_heading_stands_apart_from_its_table(lines: int) -> None:
    text, rows = "Một dòng.", tuple((n, f"Xã số {n}", 0.5) for n in range(1, 40))
    table = replace(TABLE, title="Tên bảng", rows=rows)
    body: tuple[Block, ...] = (*[text] * lines, Heading("Đầu mục"), table, "Hết./.")
    (page,) = (
        said
        for said in (page.extract_text() for page in read(replace(LETTER, body=body)).pages)
        if "Tên bảng" in said
    )
    assert "Đầu mục" in page
    assert "Xã số 1\n" in page


def test_a_row_of_many_lines_moves_to_the_next_page_whole() -> None:
    lines = "\n".join(f"dòng {n}" for n in range(12))
    rows = tuple((n, lines, 0.5) for n in range(1, 9))
    for page in read(replace(LETTER, body=(replace(TABLE, rows=rows, totals=None),))).pages:
        said = page.extract_text()
        assert said.count("dòng 0") == said.count("dòng 11")


def test_annexes_begin_on_pages_of_their_own_and_lead_from_the_outline(made: PdfReader) -> None:
    begins = [page for page in made.pages if "Phụ lục" in page.extract_text()]
    assert ["SỐ LIỆU CÒN THIẾU" in page.extract_text() for page in begins] == [True, False]
    assert "(Kèm theo Báo cáo số 12/BC-TTPVHCC ngày 05 tháng 02 năm 2026" in " ".join(
        begins[0].extract_text().split()
    )
    titles = [one.title for one in made.outline if not isinstance(one, list)]
    assert titles == ["Phụ lục I. Số liệu còn thiếu", "Phụ lục II. Kết quả"]


def test_a_chart_is_words_and_lines_not_a_picture(made: PdfReader) -> None:
    said = made.pages[-2].extract_text() + made.pages[-1].extract_text()
    for words in ("Xã Đo Thử", "96,5", "−3", "tạm"):
        assert words in said
    assert not any(page.images for page in made.pages)


def test_the_signature_stays_with_the_last_words() -> None:
    for lines in range(15, 26):
        letter = replace(LETTER, body=(*("Dòng.",) * lines, "Câu cuối./."), annexes=())
        (page,) = [p for p in read(letter).pages if "Câu cuối" in p.extract_text()]
        assert "Nguyễn Văn Mẫu" in page.extract_text()


def test_any_text_can_be_written_and_is_no_markup() -> None:
    rows = tuple((text,) for text in HOSTILE)
    table = Table(HOSTILE[-1], (Column(HOSTILE[-1]),), rows)
    letter = replace(LETTER, subject=HOSTILE[-1], agency=HOSTILE[-1], body=(*HOSTILE, table))
    said = "".join(page.extract_text() for page in read(letter).pages)
    assert "Chữ bị hỏng đây" in said
    assert "<b>đậm</b> & 'nháy'" in said


def test_room_is_left_for_number_and_day_not_given_yet() -> None:
    said = read(replace(LETTER, number="", on=None)).pages[0].extract_text()
    assert re.search(r"Số:\s{8,}/BC-TTPVHCC", said)
    assert re.search(r"ngày\s{6,}tháng\s{6,}năm", said)
