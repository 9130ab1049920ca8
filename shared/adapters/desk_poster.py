"""The A4 poster of one code as PDF; loads Pillow, so not in web workers."""

import io
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import segno
from PIL import Image

from shared.adapters.poster import default_emblem
from shared.adapters.print_page import BLACK, WIDTH_MM, PrintPage, fits
from shared.adapters.qr import QUIET_ZONE, checked_url

_MARGIN: Final = 18.0
_WIDTH: Final = WIDTH_MM - 2 * _MARGIN
_CODE: Final = 110.0
_FACE: Final = 16.0
_TEAL: Final = (0.043, 0.357, 0.333)
_WHITE: Final = (1.0, 1.0, 1.0)


@dataclass(frozen=True)
class Words:
    """What stands on the poster, in the language of whoever asked for it."""

    office: str
    headline: str
    place: str
    faces: Sequence[str]  # the five scores, lowest first
    steps: Sequence[str]
    private: str
    typed: str
    sample: str = ""


def a4(url: str, words: Words) -> bytes:
    """Return a one-page A4 PDF that leads to `url`. Raises Invalid as `checked_url`."""
    page = PrintPage()
    page.picture(_MARGIN, 15, 14, Image.open(io.BytesIO(default_emblem())).convert("RGBA"))
    page.text(_MARGIN + 18, 19, words.office, 5, 600, BLACK)
    size = next((size for size in (15, 13, 11, 9) if fits(words.headline, _WIDTH, size, 700)), 8)
    y = page.lines(_MARGIN, 35, words.headline, _WIDTH, size, 700)
    y = page.lines(_MARGIN, y + 1, words.place, _WIDTH, 7, 600)
    # The quiet zone of the code is white anyway: its dark modules begin at the margin.
    _code(page, url, _MARGIN - _quiet(url), y)
    _scale(page, words.faces, y + _quiet(url))
    y += _CODE + 3
    for number, step in enumerate(words.steps, start=1):
        page.disc(_MARGIN, y, 10, _TEAL)
        page.text(_MARGIN + 3.4, y + 1, str(number), 6, 700, _WHITE)
        y = max(page.lines(_MARGIN + 15, y + 1, step, _WIDTH - 15, 6, 500), y + 13)
    page.rectangle(_MARGIN, 266, _WIDTH, 0.4, _TEAL)
    page.text(_MARGIN, 269, words.private, 5, 600, BLACK)
    y = page.lines(_MARGIN, 277, words.typed, _WIDTH, 4, 400)
    if words.sample:
        page.text(_MARGIN, y, words.sample, 4, 600, _TEAL)
    return page.pdf()


def _scale(page: PrintPage, faces: Sequence[str], top: float) -> None:
    """Draw the five faces with their words beside the code, the lowest on top."""
    drawn = Image.open(Path(__file__).parent / "faces.png").convert("RGB")
    left, side = _MARGIN + _CODE - 8, drawn.height
    for at, words in enumerate(faces):
        y = top + at * (_FACE + 2)
        page.picture(left, y, _FACE, drawn.crop((at * side, 0, (at + 1) * side, side)))
        page.lines(left + _FACE + 4, y + 5.2, words, WIDTH_MM - left - _FACE - 10, 4.4, 600)


def _quiet(url: str) -> float:
    """Give how wide the white around a code's modules is, in millimetres."""
    modules = len(segno.make_qr(checked_url(url), error="q").matrix)
    return _CODE * QUIET_ZONE / (modules + 2 * QUIET_ZONE)


def _code(page: PrintPage, url: str, x: float, y: float) -> None:
    """Draw the code, each row of dark modules one shape; its quiet zone is the paper's white."""
    rows = [list(row) for row in segno.make_qr(checked_url(url), error="q").matrix]
    side = _CODE / (len(rows) + 2 * QUIET_ZONE)
    for down, row in enumerate(rows):
        across = 0
        while across < len(row):
            end = across
            while end < len(row) and row[end]:
                end += 1
            if end > across:
                left, top = x + (across + QUIET_ZONE) * side, y + (down + QUIET_ZONE) * side
                # A hair higher than a module, so that no light shows between two rows.
                page.rectangle(left, top, (end - across) * side, side * 1.01, BLACK)
            across = max(end, across + 1)
