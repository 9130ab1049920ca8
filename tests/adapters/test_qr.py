"""Codes on screens, labels and posters open the address they were made for."""

import io
import subprocess
import sys

import pytest
from PIL import Image, ImageChops

from shared.adapters import poster, qr
from shared.domain.errors import Invalid
from tests.adapters.decoding import decode_pdf, decode_png, decode_svg

ADDRESSES = [
    "http://127.0.0.1:8000/q/3K7P",
    "https://niem-no.example/q/3K7P?l=vi",
    "https://niem-no.example/d/000.00.00.H01-251120-0001/" + "x" * 80,
]


@pytest.mark.parametrize("url", ADDRESSES)
def test_every_form_of_code_is_read_by_a_decoder(url: str) -> None:
    assert decode_svg(qr.svg(url, label="Mã QR quầy 3")) == url
    assert decode_svg(qr.svg_file(url)) == url
    assert decode_pdf(qr.pdf(url)) == url


@pytest.mark.parametrize("url", ADDRESSES)
@pytest.mark.parametrize("emblem", [None, poster.default_emblem()])
def test_a_poster_is_read_with_and_without_an_emblem(url: str, emblem: bytes | None) -> None:
    assert decode_png(poster.poster_png(url, emblem)) == url


def _solid(size: tuple[int, int], kind: str = "PNG", mode: str = "RGB") -> bytes:
    file = io.BytesIO()
    Image.new(mode, size, "#b00020").save(file, kind)
    return file.getvalue()


@pytest.mark.parametrize("size", [(400, 400), (900, 100), (100, 900), (8, 8)])
def test_any_emblem_covers_at_most_a_quarter_of_the_side_and_still_reads(
    size: tuple[int, int],
) -> None:
    url = ADDRESSES[0]
    plain = Image.open(io.BytesIO(poster.poster_png(url))).convert("RGB")
    with_emblem = poster.poster_png(url, _solid(size))
    marked = Image.open(io.BytesIO(with_emblem)).convert("RGB")
    left, top, right, bottom = ImageChops.difference(plain, marked).getbbox() or (0, 0, 0, 0)
    dark = plain.convert("L").point([255] * 128 + [0] * 128).getbbox() or (0, 0, 1, 1)
    side = dark[2] - dark[0]
    assert 0 < max(right - left, bottom - top) <= side / 4
    assert abs((left + right) / 2 - plain.width / 2) < side / 8
    assert decode_png(with_emblem) == url


def test_the_emblem_is_drawn_anew_so_nothing_hidden_in_it_travels_on() -> None:
    hidden = _solid((50, 50), "JPEG") + b"<?php hidden payload ?>"
    assert b"hidden payload" not in poster.poster_png(ADDRESSES[0], hidden)


@pytest.mark.parametrize(
    ("emblem", "code"),
    [
        (b"", "emblem_unreadable"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "emblem_unreadable"),
        (_solid((40, 40))[:60], "emblem_unreadable"),
        (_solid((40, 40), "GIF"), "emblem_unreadable"),
        (_solid((6000, 4001), mode="1"), "emblem_too_large"),
        (b"\x89PNG" + bytes(poster.MAX_EMBLEM_BYTES), "emblem_too_large"),
    ],
)
def test_an_unusable_emblem_is_refused(emblem: bytes, code: str) -> None:
    with pytest.raises(Invalid) as refusal:
        poster.poster_png(ADDRESSES[0], emblem)
    assert refusal.value.code == code


@pytest.mark.parametrize(
    "url",
    [
        "",
        "niem-no.example/q/3K7P",
        "javascript:alert(1)",
        "ftp://niem-no.example/",
        "https://",
        "https://[x",
        "https://niềm-nở.example/",
        "https://niem-no.example/q/3K 7P",
        "https://niem-no.example/\nq",
        "https://niem-no.example/" + "x" * 300,
    ],
)
def test_only_short_ascii_web_addresses_become_codes(url: str) -> None:
    with pytest.raises(Invalid):
        qr.svg(url)
    with pytest.raises(Invalid):
        qr.pdf(url)
    with pytest.raises(Invalid):
        poster.poster_png(url)


def test_a_label_is_text_and_never_markup() -> None:
    drawing = qr.svg(ADDRESSES[0], label="<script>1</script>")
    assert "<script>" not in drawing
    assert 'role="img"' in drawing


def test_codes_for_pages_load_no_picture_library() -> None:
    check = (
        "import sys, shared.adapters.qr as q; q.svg('http://a.example/'); q.pdf('http://a.example/')"
        "; print([m for m in ('PIL', 'qrcode', 'openpyxl', 'docx') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", check], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
