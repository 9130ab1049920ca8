"""Letters keep the layout that Decree 30/2020/ND-CP, Appendix I, asks for."""

import io
import unicodedata
from dataclasses import replace
from datetime import date

import docx
import pytest
from docx.document import Document
from docx.oxml.ns import qn

from shared.reports import word
from shared.reports.content import Column, Heading, OfficialLetter, Table
from tests.reports.hostile import HOSTILE

TABLE = Table(
    "Biểu 1. Bảng điểm",
    (Column("STT", "integer", 5), Column("Đơn vị", width=30), Column("Hài lòng", "percent", 10)),
    (Heading("Khối xã"), *((n, f"Xã số {n}", 0.965) for n in range(1, 41))),
    (None, "Bình quân", 0.97),
)
LETTER = OfficialLetter(
    superior_agency="Ủy ban nhân dân xã Sen Hồng",
    agency="Trung tâm Phục vụ hành chính công",
    number="12",
    symbol="BC-TTPVHCC",
    place="Sen Hồng",
    on=date(2026, 2, 5),
    kind="Báo cáo",
    subject="Kết quả phong trào thi đua năm 2026",
    body=("Đoạn mở đầu.", Heading("1. Kết quả"), TABLE, "Trên đây là báo cáo./."),
    signatory_title="Giám đốc",
    signatory_name="Nguyễn Văn Mẫu",
    signing_for="TM. Ủy ban nhân dân",
    recipients=("Ủy ban nhân dân xã;", "Lưu: VT."),
    sample=True,
)


def opened(letter: OfficialLetter) -> Document:
    """Write a letter and open it again."""
    return docx.Document(io.BytesIO(word.write(letter)))


def words(document: Document) -> str:
    """Return every text of the page's body, tables included."""
    return "\n".join(
        "".join(text.text or "" for text in paragraph.iter(qn("w:t")))
        for paragraph in document.element.body.iter(qn("w:p"))
    )


def test_the_page_is_a4_with_the_margins_of_the_decree() -> None:
    page = opened(LETTER).sections[0]
    sizes = (page.page_width, page.page_height)
    assert [round((size or 0) / 36_000) for size in sizes] == [210, 297]
    margins = (page.top_margin, page.bottom_margin, page.left_margin, page.right_margin)
    assert [round((margin or 0) / 36_000) for margin in margins] == [20, 20, 30, 15]


def test_the_number_of_the_page_stands_in_the_top_margin_but_not_on_page_one() -> None:
    page = opened(LETTER).sections[0]
    assert page.different_first_page_header_footer
    assert "PAGE" in "".join(page.header._element.itertext())
    assert "".join(page.first_page_header._element.itertext()).strip() == ""


def test_everything_is_times_new_roman_and_vietnamese() -> None:
    document = opened(LETTER)
    fonts = list(document.styles.element.iter(qn("w:rFonts")))
    assert {font.get(qn("w:ascii")) for font in fonts} == {"Times New Roman"}
    assert not list(document.element.body.iter(qn("w:rFonts")))
    languages = list(document.styles.element.iter(qn("w:lang")))
    assert [language.get(qn("w:val")) for language in languages] == ["vi-VN"]
    assert document.core_properties.language == "vi-VN"


def test_the_parts_of_the_head_stand_in_their_words() -> None:
    text = words(opened(LETTER)).split("\n")
    for line in [
        "ỦY BAN NHÂN DÂN XÃ SEN HỒNG",
        "TRUNG TÂM PHỤC VỤ HÀNH CHÍNH CÔNG",
        "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
        "Độc lập - Tự do - Hạnh phúc",
        "Số: 12/BC-TTPVHCC",
        "Sen Hồng, ngày 05 tháng 02 năm 2026",
        "BÁO CÁO",
        "Kết quả phong trào thi đua năm 2026",
    ]:
        assert line in text


@pytest.mark.parametrize(
    ("on", "words_of_day"),
    [
        (date(2026, 11, 22), "ngày 22 tháng 11 năm 2026"),
        (date(2026, 3, 9), "ngày 09 tháng 3 năm 2026"),
        (None, "ngày      tháng      năm"),
    ],
)
def test_the_day_is_written_as_the_appendix_asks(on: date | None, words_of_day: str) -> None:
    assert f"Sen Hồng, {words_of_day}" in words(opened(replace(LETTER, on=on)))


def test_room_is_left_for_a_number_not_given_yet() -> None:
    assert "Số:         /BC-TTPVHCC" in words(opened(replace(LETTER, number="")))


def test_table_rows_do_not_split_and_their_header_comes_again() -> None:
    table = opened(LETTER).tables[1]
    rows = [row._tr.trPr for row in table.rows]
    assert all(row is not None and row.find(qn("w:cantSplit")) is not None for row in rows)
    repeated = [row.find(qn("w:tblHeader")) is not None for row in rows]
    assert repeated == [True] + [False] * 42
    assert [cell.text for cell in table.rows[2].cells] == ["1", "Xã số 1", "96,5%"]
    assert [cell.text for cell in table.rows[-1].cells] == ["", "Bình quân", "97,0%"]


def test_the_signature_stands_right_and_the_recipients_left() -> None:
    left, right = opened(LETTER).tables[-1].rows[0].cells
    assert left.text.split("\n") == ["Nơi nhận:", "- Ủy ban nhân dân xã;", "- Lưu: VT."]
    assert right.text.split("\n") == ["TM. ỦY BAN NHÂN DÂN", "GIÁM ĐỐC", "Nguyễn Văn Mẫu"]


def test_a_sample_says_so_on_every_page_and_a_real_letter_does_not() -> None:
    sample, real = opened(LETTER), opened(replace(LETTER, sample=False))
    for part in (sample.sections[0].first_page_footer, sample.sections[0].footer):
        assert "VĂN BẢN MẪU" in part.paragraphs[0].text
    assert "VĂN BẢN MẪU" in words(sample)
    assert "VĂN BẢN MẪU" not in words(real)
    assert "VĂN BẢN MẪU" not in "".join(p.text for p in real.sections[0].footer.paragraphs)


def test_any_text_can_be_written() -> None:
    rows = tuple((text,) for text in HOSTILE)
    table = Table(HOSTILE[-1], (Column(HOSTILE[-1]),), rows)
    letter = replace(LETTER, subject=HOSTILE[-1], agency=HOSTILE[-1], body=(*HOSTILE, table))
    assert "Chữ bị hỏng đây" in words(opened(letter))


def test_text_is_composed_unicode() -> None:
    apart = unicodedata.normalize("NFD", "Tiếng Việt")
    assert "Tiếng Việt" in words(opened(replace(LETTER, body=(apart,))))
