"""The typeface of printed documents, embedded in every PDF; loads reportlab, so only in jobs.

Liberation Serif has the widths of Times New Roman, which Decree 30/2020/ND-CP asks for, and may be
shipped. Its files lie beside this module under names of our own: a system's font of the same name
may be the old one without Vietnamese letters.
"""

from functools import cache
from pathlib import Path

from reportlab.lib.fonts import addMapping
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont

REGULAR = "NiemNoSerif"
BOLD = "NiemNoSerif-Bold"
ITALIC = "NiemNoSerif-Italic"
BOLD_ITALIC = "NiemNoSerif-BoldItalic"
FILES = {
    REGULAR: "LiberationSerif-Regular.ttf",
    BOLD: "LiberationSerif-Bold.ttf",
    ITALIC: "LiberationSerif-Italic.ttf",
    BOLD_ITALIC: "LiberationSerif-BoldItalic.ttf",
}
"""Name of a cut in reportlab → its file."""


def path(name: str) -> Path:
    """Give the file of a cut, such as `path(BOLD)`."""
    return Path(__file__).with_name("fonts") / FILES[name]


@cache
def register() -> None:
    """Make the four cuts known to reportlab; `<b>` and `<i>` in its paragraphs find theirs.

    A canvas begins in Helvetica, which is not embedded, unless `initialFontName` is a cut of these.
    """
    for name in FILES:
        pdfmetrics.registerFont(TTFont(name, path(name)))
    addMapping(REGULAR, 0, 0, REGULAR)
    addMapping(REGULAR, 1, 0, BOLD)
    addMapping(REGULAR, 0, 1, ITALIC)
    addMapping(REGULAR, 1, 1, BOLD_ITALIC)


def cut(*, bold: bool = False, italic: bool = False) -> str:
    """Name the cut of a look."""
    if bold:
        return BOLD_ITALIC if italic else BOLD
    return ITALIC if italic else REGULAR
