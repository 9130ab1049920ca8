"""QR posters as PNG with the agency's emblem in the middle; loads Pillow, so not in web workers."""

import io
from pathlib import Path
from typing import Final

import qrcode
from PIL import Image, ImageOps, UnidentifiedImageError
from qrcode.constants import ERROR_CORRECT_H
from qrcode.image.pil import PilImage

from shared.adapters.qr import QUIET_ZONE, checked_url
from shared.domain.errors import N_, Invalid

EMBLEM_SHARE: Final = 0.25
"""Largest side of the emblem with its white ground, as a fraction of the side of the code.

Measured: level H still reads at 0.40; a quarter leaves room for dirt, folds and bad light.
"""

MAX_EMBLEM_BYTES = 5 * 1024 * 1024
MAX_EMBLEM_PIXELS = 24_000_000
_EMBLEM_FORMATS = ("PNG", "JPEG", "WEBP")
_SIDE_PIXELS = 1600  # 135 mm at 300 dots an inch


def default_emblem() -> bytes:
    """Return the shipped lotus mark (PNG) for an agency that has set no emblem."""
    return (Path(__file__).parent / "emblem.png").read_bytes()


def poster_png(url: str, emblem: bytes | None = None) -> bytes:
    """Return a PNG of about 1,600 pixels a side with error correction H.

    `emblem` (PNG, JPEG or WebP) stands in the middle on white, at most a quarter of the side
    of the code, kept in its proportions and drawn anew. Without it the code is whole.
    Raises Invalid as `checked_url`, and `emblem_unreadable` or `emblem_too_large`.
    """
    code = qrcode.QRCode[PilImage](error_correction=ERROR_CORRECT_H, border=QUIET_ZONE)
    code.add_data(checked_url(url))
    code.make(fit=True)
    code.box_size = _SIDE_PIXELS // (code.modules_count + 2 * QUIET_ZONE)
    picture = code.make_image(image_factory=PilImage).get_image().convert("RGB")
    if emblem is not None:
        _place(_opened(emblem), picture, _patch_modules(code.modules_count) * code.box_size)
    file = io.BytesIO()
    picture.quantize(64).save(file, "PNG", optimize=True, dpi=(300, 300))
    return file.getvalue()


def _patch_modules(modules: int) -> int:
    """Return how many modules wide the white ground is: odd, so that it covers whole modules."""
    whole = int(modules * EMBLEM_SHARE)
    return whole if whole % 2 else whole - 1


def _place(emblem: Image.Image, picture: Image.Image, ground: int) -> None:
    left = (picture.width - ground) // 2
    picture.paste("white", (left, left, left + ground, left + ground))
    inner = int(ground * 0.92)
    drawn = ImageOps.contain(emblem, (inner, inner), Image.Resampling.LANCZOS)
    corner = ((picture.width - drawn.width) // 2, (picture.height - drawn.height) // 2)
    picture.paste(drawn, corner, drawn)


def _opened(emblem: bytes) -> Image.Image:
    """Decode an uploaded picture; its size is looked at before its pixels are."""
    if len(emblem) > MAX_EMBLEM_BYTES:
        raise Invalid("emblem_too_large", N_("Ảnh huy hiệu quá lớn, xin dùng ảnh dưới 5 MB."))
    try:
        with Image.open(io.BytesIO(emblem), formats=_EMBLEM_FORMATS) as picture:
            if picture.width * picture.height > MAX_EMBLEM_PIXELS:
                message = N_("Ảnh huy hiệu quá lớn, xin dùng ảnh dưới 24 triệu điểm.")
                raise Invalid("emblem_too_large", message)
            return picture.convert("RGBA")
    # Pillow raises each of these for pictures cut short or built to mislead.
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, MemoryError) as cause:
        message = N_("Không đọc được ảnh huy hiệu. Xin dùng ảnh PNG, JPEG hoặc WebP.")
        raise Invalid("emblem_unreadable", message) from cause
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as cause:
        message = N_("Ảnh huy hiệu quá lớn, xin dùng ảnh dưới 24 triệu điểm.")
        raise Invalid("emblem_too_large", message) from cause
