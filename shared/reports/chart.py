"""Charts of lying bars, drawn from lines, boxes and words; the same drawing serves PDF and Word.

In a PDF it stays lines and words, sharp at any size; Word gets a picture. Loads reportlab for the
widths of words and Pillow for the picture, so only in jobs. Bars differ by length, side and
outline, never by colour alone.
"""

import io
import math
from collections.abc import Iterator
from dataclasses import dataclass, replace

from PIL import Image, ImageDraw, ImageFont
from reportlab.pdfbase.pdfmetrics import stringWidth

from shared.reports import typeface
from shared.reports.content import Bar, Chart
from shared.reports.text import printable

MOST_BARS = 36  # fill a page
INK, GRID, FILL = "#1A1A1A", "#C9C9C9", "#1B5E6B"
DOTS_PER_INCH = 220
_PITCH, _THICKNESS = 5.6, 3.4  # millimetres, of bars
_TOP, _BOTTOM, _GAP = 1.5, 6.5, 2.0
_LABELS = 0.36  # of the width, at most
LETTERS = 9.0  # points
_MM = 72 / 25.4  # points


@dataclass(frozen=True)
class Line:
    """A line; millimetres from the upper left corner."""

    x: float
    y: float
    to_x: float
    to_y: float
    colour: str


@dataclass(frozen=True)
class Box:
    """A bar: filled, or an outline."""

    x: float
    y: float
    width: float
    height: float
    open: bool


@dataclass(frozen=True)
class Words:
    """Words on a base line, set from `x` to the right, to the left or around it."""

    x: float
    y: float
    text: str
    side: str  # "left", "right" or "centre": where `x` lies


Mark = Line | Box | Words


@dataclass(frozen=True)
class Drawing:
    """What is to be drawn on a sheet of a size in millimetres, and all of it in words."""

    width: float
    height: float
    marks: tuple[Mark, ...]
    said: str


def drawings(chart: Chart, width: float) -> list[Drawing]:
    """Draw a chart `width` millimetres wide, on as many sheets as its bars need."""
    typeface.register()
    sheets = [chart.bars[at : at + MOST_BARS] for at in range(0, len(chart.bars), MOST_BARS)]
    return [_drawn(replace(chart, bars=bars), _scale(chart, width), width) for bars in sheets]


def png(drawing: Drawing) -> bytes:
    """Paint a drawing as a picture for print."""
    per_mm = DOTS_PER_INCH / 25.4
    size = (round(drawing.width * per_mm), round(drawing.height * per_mm))
    picture = Image.new("RGB", size, "white")
    pen = ImageDraw.Draw(picture)
    letters = ImageFont.truetype(typeface.path(typeface.REGULAR), LETTERS / 72 * DOTS_PER_INCH)
    for mark in drawing.marks:
        match mark:
            case Line():
                ends = [round(part * per_mm) for part in (mark.x, mark.y, mark.to_x, mark.to_y)]
                pen.line(ends, mark.colour, width=2)
            case Box():
                corners = (mark.x, mark.y, mark.x + mark.width, mark.y + mark.height)
                inside = "white" if mark.open else FILL
                pen.rectangle([round(c * per_mm) for c in corners], inside, FILL, width=3)
            case Words():
                anchor = {"left": "ls", "right": "rs", "centre": "ms"}[mark.side]
                at = (mark.x * per_mm, mark.y * per_mm)
                pen.text(at, mark.text, INK, font=letters, anchor=anchor)
    file = io.BytesIO()
    few = picture.quantize(32, Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE)
    few.save(file, "PNG", dpi=(DOTS_PER_INCH, DOTS_PER_INCH))
    return file.getvalue()


@dataclass(frozen=True)
class _Scale:
    """Where values lie: `zero` and `per_value` in millimetres, with the marked values."""

    labels: float
    zero: float
    per_value: float
    ticks: tuple[float, ...]

    def at(self, value: float) -> float:
        return self.zero + value * self.per_value


def _scale(chart: Chart, width: float) -> _Scale:
    values = [bar.value for bar in chart.bars if bar.value is not None]
    low, high = min([0.0, *values]), max([chart.highest, *values])
    labels = min(max((_width(bar.label) for bar in chart.bars), default=0), width * _LABELS)
    room = max((_width(bar.shown) for bar in chart.bars), default=0) + _GAP
    left = labels + _GAP + (room if low < 0 else 0)
    per_value = (width - left - room) / ((high - low) or 1)
    step = _step(high - low)
    ticks = [number * step for number in range(math.ceil(low / step), int(high / step) + 1)]
    return _Scale(labels, left - low * per_value, per_value, tuple(ticks))


def _step(span: float) -> float:
    """Give a round distance between marks that cuts a span into at most ten."""
    power = 10.0 ** math.floor(math.log10(span or 1))
    return next(
        (power * part for part in (0.1, 0.2, 0.25, 0.5) if span / (power * part) <= 8), power
    )


def _drawn(chart: Chart, scale: _Scale, width: float) -> Drawing:
    floor = _TOP + len(chart.bars) * _PITCH
    marks: list[Mark] = []
    for tick in scale.ticks:
        x = scale.at(tick)
        marks.append(Line(x, _TOP, x, floor + 1, INK if tick == 0 else GRID))
        marks.append(Words(x, floor + 4.6, f"{tick:g}".replace(".", ","), "centre"))
    for place, bar in enumerate(chart.bars):
        marks.extend(_bar(bar, _TOP + place * _PITCH, scale))
    height = floor + _BOTTOM
    if any(bar.open for bar in chart.bars) and chart.key:
        marks.append(Box(scale.zero, height + 0.6, 5, _THICKNESS - 0.6, open=True))
        marks.append(Words(scale.zero + 7, height + 3.2, chart.key, "left"))
        height += 5
    said = "; ".join(f"{bar.label}: {bar.shown}" for bar in chart.bars)
    return Drawing(width, height, tuple(marks), printable(f"{chart.title}. {said}"))


def _bar(bar: Bar, top: float, scale: _Scale) -> Iterator[Mark]:
    base = top + _PITCH / 2 + 1.1
    yield Words(scale.labels, base, _cut(bar.label, scale.labels), "right")
    end = scale.at(bar.value or 0)
    if bar.value:
        begin = min(scale.zero, end)
        yield Box(
            begin, top + (_PITCH - _THICKNESS) / 2, abs(end - scale.zero), _THICKNESS, bar.open
        )
    below = (bar.value or 0) < 0
    shown = printable(bar.shown)
    yield Words(end + (-1.2 if below else 1.2), base, shown, "right" if below else "left")


def _cut(label: str, room: float) -> str:
    """Shorten a label to its room; the table that follows has it whole."""
    text = printable(label)[:200]
    if _width(text) <= room + 0.1:
        return text
    while text and _width(f"{text}…") > room:
        text = text[:-1]
    return f"{text.rstrip()}…"


def _width(text: str) -> float:
    return float(stringWidth(printable(text)[:200], typeface.REGULAR, LETTERS)) / _MM
