"""QR codes as SVG and PDF for screens, labels and sheets."""

import io
from urllib.parse import urlsplit

import segno

from shared.domain.errors import N_, Invalid

MAX_URL_LENGTH = 300
"""Characters: a longer address gives modules too small for a cheap telephone."""

QUIET_ZONE = 4
"""Modules of white around a code, ISO/IEC 18004."""

_POINTS_PER_MM = 72 / 25.4


def checked_url(url: str) -> str:
    """Return `url` if a telephone will open it as a web address.

    Only ASCII http(s) addresses: other text is read differently by different scanners.
    Raises Invalid (`qr_address_unusable`, `qr_address_too_long`).
    """
    if len(url) > MAX_URL_LENGTH:
        message = N_("Địa chỉ cho mã QR dài quá %(limit)s ký tự.")
        raise Invalid("qr_address_too_long", message, limit=MAX_URL_LENGTH)
    if not _opens_in_a_browser(url):
        message = N_("Địa chỉ cho mã QR phải bắt đầu bằng http:// hoặc https:// và không có dấu.")
        raise Invalid("qr_address_unusable", message)
    return url


def _opens_in_a_browser(url: str) -> bool:
    if not url.isascii() or not url.isprintable() or any(sign in url for sign in " <>\"'\\`"):
        return False
    try:
        parts = urlsplit(url)
        return parts.scheme in ("http", "https") and bool(parts.hostname)
    except ValueError:  # such as "http://[x"
        return False


def svg(url: str, *, label: str = "", scale: int = 8) -> str:
    """Return an `<svg>` element to stand in a page, black on white also in the dark theme.

    `label` is read aloud by screen readers; `scale` is the side of a module in pixels, which
    a style sheet may override since the element carries a viewBox.
    Raises Invalid as `checked_url`.
    """
    code = _code(url)
    drawing = code.svg_inline(
        border=QUIET_ZONE,
        dark="#000",
        light="#fff",
        title=label or None,
        svgclass="qr",
        lineclass=None,
        omitsize=True,
    )
    side = _side(code) * scale
    reader = 'role="img"' if label else 'aria-hidden="true"'
    size = f'width="{side}" height="{side}"'
    return drawing.replace("<svg ", f'<svg {reader} {size} shape-rendering="crispEdges" ', 1)


def svg_file(url: str, *, label: str = "", side_mm: float = 100) -> bytes:
    """Return a whole SVG file whose printed side, white margin included, is `side_mm` millimetres.

    Raises Invalid as `checked_url`.
    """
    code = _code(url)
    file = io.BytesIO()
    code.save(
        file,
        kind="svg",
        scale=side_mm / _side(code),
        unit="mm",
        border=QUIET_ZONE,
        dark="#000",
        light="#fff",
        title=label or None,
        svgclass=None,
        lineclass=None,
    )
    return file.getvalue()


def pdf(url: str, *, side_mm: float = 100) -> bytes:
    """Return a one-page PDF, white margin included `side_mm` millimetres wide and high.

    Raises Invalid as `checked_url`.
    """
    code = _code(url)
    file = io.BytesIO()
    code.save(
        file,
        kind="pdf",
        scale=side_mm * _POINTS_PER_MM / _side(code),
        border=QUIET_ZONE,
        dark="#000",
        light="#fff",
    )
    return file.getvalue()


def _code(url: str) -> segno.QRCode:
    # Level M, raised by segno where it costs no larger symbol: whole codes read best with few,
    # large modules. Posters with an emblem take level H in shared.adapters.poster.
    return segno.make_qr(checked_url(url), error="m", boost_error=True)


def _side(code: segno.QRCode) -> int:
    """Return the side in modules with the white margin."""
    return int(code.symbol_size(scale=1, border=QUIET_ZONE)[0])
