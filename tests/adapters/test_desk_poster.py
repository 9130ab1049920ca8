"""The A4 poster as PDF: the code reads, and the five faces leave its quiet zone alone."""

import re
import zlib

import pytest

from shared.adapters import desk_poster
from shared.adapters.qr import QUIET_ZONE
from tests.adapters.decoding import decode_page

SHORT = "http://127.0.0.1:8000/q/8AogeZAdCjve3ZFaRAjhIw"
LONG = "https://danh-gia.trung-tam-hanh-chinh-cong.example.gov.vn/q/8AogeZAdCjve3ZFaRAjhIw"
WORDS = desk_poster.Words(
    office="Phường Sen Hồng",
    headline="Mời Ông/Bà đánh giá phục vụ",
    place="Quầy 1: Hộ tịch, chứng thực",
    faces=("Rất không hài lòng", "Không hài lòng", "Bình thường", "Hài lòng", "Rất hài lòng"),
    steps=("Mở máy ảnh", "Chọn một khuôn mặt", "Giữ mã"),
    private="Ẩn danh.",
    typed="Không quét được?",
)
POINTS_A_MM = 72 / 25.4
NUMBER = r"(-?[\d.]+)"


def drawing(document: bytes) -> str:
    """Give what is drawn on the only page."""
    packed = re.findall(rb"stream\n(.*?)\nendstream", document, re.DOTALL)
    [content] = [one for one in map(zlib.decompress, packed) if b" re f" in one]
    return content.decode()


@pytest.mark.parametrize("address", [SHORT, LONG])
def test_five_faces_stand_beside_the_code_outside_its_quiet_zone(address: str) -> None:
    document = desk_poster.a4(address, WORDS)
    assert decode_page(document) == address
    drawn = drawing(document)
    modules = [
        tuple(map(float, found))
        for found in re.findall(rf"0.07 0.13 0.12 rg {' '.join([NUMBER] * 4)} re f", drawn)
    ]
    side = min(width for _left, _low, width, _height in modules)
    end = max(left + width for left, _low, width, _height in modules)
    low = min(low for _left, low, _width, _height in modules)
    high = max(low + height for _left, low, _width, height in modules)
    faces = [
        (float(x), float(y))
        for size, x, y in re.findall(rf"q {NUMBER} 0 0 \1 {NUMBER} {NUMBER} cm", drawn)
        if float(size) == pytest.approx(16 * POINTS_A_MM, abs=0.01)
    ]
    assert len(faces) == len(WORDS.faces)
    assert all(x >= end + QUIET_ZONE * side for x, _y in faces)
    assert all(low - 5 <= y and y + 16 * POINTS_A_MM <= high + 5 for _x, y in faces)
