"""Read codes back with a real decoder; draws the lines of an SVG or PDF code as a printer would."""

import io
import re
import zlib
from xml.etree import ElementTree as ET

import zxingcpp
from PIL import Image, ImageDraw

_PIXELS = 8  # a module's side when a drawing is turned into dots


def decode(picture: Image.Image) -> str:
    """Return the text of the only code in `picture`, or an empty text."""
    found = zxingcpp.read_barcodes(picture)
    return found[0].text if len(found) == 1 else ""


def decode_png(data: bytes) -> str:
    """Return the text of the code in a PNG file."""
    return decode(Image.open(io.BytesIO(data)))


def decode_svg(drawing: str | bytes) -> str:
    """Return the text of a code drawn as strokes one module thick."""
    root = ET.fromstring(drawing)
    path = next(e.get("d", "") for e in root.iter() if e.get("stroke"))
    lines, x, y = [], 0.0, 0.0
    for command, numbers in re.findall(r"([Mmh])([-0-9. ]*)", path):
        steps = [float(number) for number in numbers.split()]
        if command == "h":
            lines.append((x, y, steps[0]))
            x += steps[0]
        else:
            x, y = (steps[0], steps[1]) if command == "M" else (x + steps[0], y + steps[1])
    return decode(_drawn(lines))


def decode_pdf(document: bytes) -> str:
    """Return the text of a code drawn in a PDF as horizontal lines one module thick."""
    packed = re.search(rb"stream\r\n(.*?)\r?\nendstream", document, re.DOTALL)
    assert packed
    content = zlib.decompress(packed[1]).decode()
    strokes = re.findall(r"(-?[\d.]+) (-?[\d.]+) m (-?[\d.]+) -?[\d.]+ l", content)
    lines = [(float(a) + 4, 4.5 - float(y), float(b) - float(a)) for a, y, b in strokes]
    return decode(_drawn(lines))


def decode_page(document: bytes) -> str:
    """Return the text of a code drawn in a PDF page as filled boxes, in points."""
    [content] = [
        zlib.decompress(packed)
        for packed in re.findall(rb"stream\n(.*?)\nendstream", document, re.DOTALL)
        if b" re f" in zlib.decompress(packed)
    ]
    number = r"(-?[\d.]+)"
    boxes = [
        tuple(float(side) for side in found)
        for found in re.findall(rf"{number} {number} {number} {number} re f", content.decode())
    ]
    picture = Image.new("L", (2 * 595, 2 * 842), "white")
    pen = ImageDraw.Draw(picture)
    for left, low, width, height in boxes:
        across = (round(2 * left), round(2 * (left + width)) - 1)
        down = (round(2 * (842 - low - height)), round(2 * (842 - low)) - 1)
        pen.rectangle((across[0], down[0], across[1], max(down)), fill="black")
    return decode(picture)


def _drawn(lines: list[tuple[float, float, float]]) -> Image.Image:
    side = int(max(y for _, y, _ in lines) + 5) * _PIXELS
    picture = Image.new("L", (side, side), "white")
    pen = ImageDraw.Draw(picture)
    for x, y, length in lines:
        top = int((y - 0.5) * _PIXELS)
        left, right = int(x * _PIXELS), int((x + length) * _PIXELS)
        pen.rectangle((left, top, right - 1, top + _PIXELS - 1), fill="black")
    return picture
