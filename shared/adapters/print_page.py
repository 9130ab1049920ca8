"""One A4 page as PDF, sharp in print: shapes as lines, letters as fine masks in a colour."""

import io
import zlib
from functools import lru_cache
from itertools import groupby
from pathlib import Path
from typing import Final

from PIL import Image, ImageDraw, ImageFont

WIDTH_MM: Final = 210.0
HEIGHT_MM: Final = 297.0
_POINT = 72 / 25.4  # points in a millimetre
_DOT = 600 / 25.4  # dots of a mask in a millimetre: what an office printer shows
_FONTS = Path(__file__).parents[1] / "web" / "static" / "fonts"
# The font comes in two files; these letters are in the second (as its style sheet says).
_VIETNAMESE = (
    *((0x102, 0x103), (0x110, 0x111), (0x128, 0x129), (0x168, 0x169), (0x1A0, 0x1A1)),
    *((0x1AF, 0x1B0), (0x1EA0, 0x1EF9)),
)

Colour = tuple[float, float, float]
"""Red, green and blue, each from 0 to 1."""

BLACK: Final = (0.07, 0.13, 0.12)


class PrintPage:
    """A page that is drawn on from its upper left corner, all lengths in millimetres."""

    def __init__(self) -> None:
        self._content: list[str] = []
        self._pictures: list[tuple[str, bytes]] = []  # dictionary and data of each

    def rectangle(self, x: float, y: float, width: float, height: float, colour: Colour) -> None:
        """Fill a rectangle."""
        self._content.append(
            f"{_numbers(*colour)} rg {_box(x, y, width, height)} re f",
        )

    def disc(self, x: float, y: float, across: float, colour: Colour) -> None:
        """Fill a circle that fits into a square with this corner."""
        left, low, wide, _high = _corner(x, y, across, across)
        middle = _numbers(left + wide / 2, low + wide / 2)
        # A line of no length, as wide as the circle, with round ends.
        self._content.append(
            f"{_numbers(*colour)} RG 1 J {_numbers(wide)} w {middle} m {middle} l S"
        )

    def text(
        self, x: float, y: float, words: str, size: float, weight: int, colour: Colour
    ) -> None:
        """Write one line; `size` is the height of its letters' box, `weight` 400 to 700."""
        mask = _letters(words, round(size * _DOT), weight)
        data = Image.eval(mask, lambda lit: 255 - lit).convert("1").tobytes()
        name = self._keep(
            f"/Subtype /Image /ImageMask true /BitsPerComponent 1 "
            f"/Width {mask.width} /Height {mask.height}",
            data,
        )
        self._content.append(f"{_numbers(*colour)} rg")
        self._place(name, x, y, mask.width / _DOT, mask.height / _DOT)

    def picture(self, x: float, y: float, side: float, image: Image.Image) -> None:
        """Show a square picture on white."""
        flat = Image.new("RGB", image.size, "white")
        flat.paste(image, mask=image.getchannel("A") if "A" in image.getbands() else None)
        name = self._keep(
            f"/Subtype /Image /ColorSpace /DeviceRGB /BitsPerComponent 8 "
            f"/Width {flat.width} /Height {flat.height}",
            flat.tobytes(),
        )
        self._place(name, x, y, side, side)

    def lines(
        self, x: float, y: float, words: str, width: float, size: float, weight: int
    ) -> float:
        """Write words in as many lines as they need; give where the next line would begin."""
        for line in _broken(words, round(width * _DOT), round(size * _DOT), weight):
            self.text(x, y, line, size, weight, BLACK)
            y += size * 1.3
        return y

    def pdf(self) -> bytes:
        """Give the file."""
        named = " ".join(f"/P{number} {number + 5} 0 R" for number in range(len(self._pictures)))
        objects = [
            b"<< /Type /Catalog /Pages 2 0 R >>",
            b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
            f"<< /Type /Page /Parent 2 0 R /Contents 4 0 R /MediaBox "
            f"[0 0 {_numbers(WIDTH_MM * _POINT, HEIGHT_MM * _POINT)}] "
            f"/Resources << /XObject << {named} >> >> >>".encode(),
            _stream("", "\n".join(self._content).encode()),
            *(_stream(f"/Type /XObject {about}", data) for about, data in self._pictures),
        ]
        return _file(objects)

    def _keep(self, about: str, data: bytes) -> str:
        self._pictures.append((about, data))
        return f"P{len(self._pictures) - 1}"

    def _place(self, name: str, x: float, y: float, width: float, height: float) -> None:
        left, low, wide, high = _corner(x, y, width, height)
        self._content.append(f"q {_numbers(wide, 0, 0, high, left, low)} cm /{name} Do Q")


def fits(words: str, width: float, size: float, weight: int) -> bool:
    """Tell whether a line of letters `size` mm high is at most `width` mm wide."""
    return _length(words, round(size * _DOT), weight) <= width * _DOT


@lru_cache(maxsize=32)
def _font(subset: str, size: int, weight: int) -> ImageFont.FreeTypeFont:
    name = f"be-vietnam-pro-{subset}-{weight}-normal.woff2"
    return ImageFont.truetype(_FONTS / name, size)


def _runs(words: str) -> list[tuple[str, str]]:
    """Divide words into runs of one file of the font."""
    return [(subset, "".join(letters)) for subset, letters in groupby(words, _subset)]


def _subset(letter: str) -> str:
    inside = any(first <= ord(letter) <= last for first, last in _VIETNAMESE)
    return "vietnamese" if inside else "latin"


def _length(words: str, size: int, weight: int) -> float:
    return sum(_font(subset, size, weight).getlength(run) for subset, run in _runs(words))


def _letters(words: str, size: int, weight: int) -> Image.Image:
    width = max(1, round(_length(words, size, weight)))
    mask = Image.new("L", (width, round(size * 1.3)))
    draw, x = ImageDraw.Draw(mask), 0.0
    for subset, run in _runs(words):
        font = _font(subset, size, weight)
        draw.text((x, size), run, fill=255, font=font, anchor="ls")
        x += font.getlength(run)
    return mask


def _broken(words: str, width: int, size: int, weight: int) -> list[str]:
    lines = [""]
    for word in words.split():
        longer = f"{lines[-1]} {word}".strip()
        if lines[-1] and _length(longer, size, weight) > width:
            lines.append(word)
        else:
            lines[-1] = longer
    return lines


def _numbers(*values: float) -> str:
    return " ".join(f"{value:.3f}".rstrip("0").rstrip(".") for value in values)


def _corner(x: float, y: float, width: float, height: float) -> tuple[float, float, float, float]:
    """Give a box in points, from the lower left corner as PDF counts."""
    return x * _POINT, (HEIGHT_MM - y - height) * _POINT, width * _POINT, height * _POINT


def _box(x: float, y: float, width: float, height: float) -> str:
    return _numbers(*_corner(x, y, width, height))


def _stream(about: str, data: bytes) -> bytes:
    packed = zlib.compress(data, 9)
    head = f"<< {about} /Filter /FlateDecode /Length {len(packed)} >>\nstream\n"
    return head.encode() + packed + b"\nendstream"


def _file(objects: list[bytes]) -> bytes:
    file, places = io.BytesIO(b"%PDF-1.5\n%\xe2\xe3\xcf\xd3\n"), []
    file.seek(0, io.SEEK_END)
    for number, content in enumerate(objects, start=1):
        places.append(file.tell())
        file.write(f"{number} 0 obj\n".encode() + content + b"\nendobj\n")
    start = file.tell()
    table = "".join(f"{place:010} 00000 n \n" for place in places)
    file.write(
        f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n{table}"
        f"trailer\n<< /Size {len(objects) + 1} /Root 1 0 R >>\nstartxref\n{start}\n%%EOF\n".encode()
    )
    return file.getvalue()
