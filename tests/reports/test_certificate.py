"""Certificates: a page each, A4 across, whatever the name; every letter has its picture."""

import unicodedata
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from reportlab.pdfbase import pdfmetrics

from shared.reports import certificate, typeface
from shared.reports.certificate_content import Certificate

PLAIN = Certificate(
    title="Giấy khen",
    giver="Chủ tịch Ủy ban nhân dân phường Sen Hồng",
    recipient="Nguyễn Thị Hường",
    of="Trung tâm Phục vụ hành chính công",
    achievement="Đã có thành tích trong phong trào thi đua “Nụ cười công sở” & năm 2026",
    decision="12/QĐ-UBND",
    place="Sen Hồng",
    on=date(2026, 11, 18),
    signing_for="TM. Ủy ban nhân dân",
    signatory_title="Chủ tịch",
    signatory_name="Lê Văn Đỗ",
)
PAGE, ACROSS = b"/Type /Page\n", b"/MediaBox [ 0 0 841.8898 595.2756 ]"


def pages(content: bytes) -> int:
    return content.count(PAGE)


@pytest.mark.parametrize("how_many", [1, 3, 40])
def test_each_has_one_page_across(how_many: int) -> None:
    told: list[tuple[int, int]] = []
    content = certificate.write([PLAIN] * how_many, lambda *step: told.append(step))
    assert (pages(content), content.count(ACROSS)) == (how_many, how_many)
    assert told[-1] == (how_many, how_many)


@pytest.mark.parametrize(
    "change",
    [
        {"recipient": "Phòng Kinh tế, Hạ tầng và Đô thị " * 6},
        {"recipient": "<b>A</b> & B"},
        {"recipient": "a\0b\u202ec"},
        {"of": "", "place": "", "signing_for": "", "signatory_name": "", "decision": ""},
        {"on": None},
        {"achievement": "Đạt thành tích " * 60},
    ],
)
def test_whatever_it_says_it_stays_one_page(change: dict[str, str]) -> None:
    assert pages(certificate.write([replace(PLAIN, **change)])) == 1  # type: ignore[arg-type]  # by field


def test_the_typeface_is_within_and_has_every_vietnamese_letter() -> None:
    content = certificate.write([PLAIN])
    assert b"/FontFile2" in content
    assert b"/BaseFont /Helvetica" not in content
    bases = "aăâeêioôơuưyAĂÂEÊIOÔƠUƯY"
    letters = {
        unicodedata.normalize("NFC", base + tone)
        for base in bases
        for tone in ("", "\u0300", "\u0301", "\u0303", "\u0309", "\u0323")
    } | set("đĐ“”…–")
    for name in typeface.FILES:
        font: Any = pdfmetrics.getFont(name)  # what stands in its file is in no stub
        known = font.face.charToGlyph
        assert [one for one in letters if ord(one) not in known] == [], name


def test_a_sample_says_so() -> None:
    plain, sample = (len(certificate.write([replace(PLAIN, sample=one)])) for one in (False, True))
    assert sample > plain
