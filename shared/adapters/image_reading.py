"""Makes a photo anew in a process of its own: `-m … megapixels source target thumbnail`.

What is wrong with a photo, by accident or on purpose, ends with this process.
"""

import resource
import sys
from pathlib import Path

from PIL import Image, ImageOps

FORMATS = ("JPEG", "PNG", "WEBP")
THUMBNAIL_POINTS = 320
SECONDS = 20
MEGABYTE = 1024 * 1024
OWN_MEGABYTES = 512
BYTES_A_POINT = 16  # as read, turned upright and written, with room
TOO_MANY_POINTS = 3
QUALITY = 88


def remake(megapixels: int, source: Path, target: Path, thumbnail: Path) -> None:
    """Write the points of a photo and nothing else of it: no place, no maker, no hidden file."""
    Image.MAX_IMAGE_PIXELS = None  # the limit is ours, below
    with Image.open(source, formats=FORMATS) as photo:
        if photo.width * photo.height > megapixels * 1_000_000:
            sys.exit(TOO_MANY_POINTS)
        # What telephones call MPO is a JPEG with a second picture behind it.
        kind = "JPEG" if photo.format == "MPO" else str(photo.format)
        photo.load()
        upright = ImageOps.exif_transpose(photo)
    whole = upright.convert("RGBA" if _is_clear(upright) and kind != "JPEG" else "RGB")
    # Only points are carried over; a fresh picture has no metadata to forget.
    bare = Image.frombytes(whole.mode, whole.size, whole.tobytes())
    bare.save(target, kind, **_options(kind))
    bare.thumbnail((THUMBNAIL_POINTS, THUMBNAIL_POINTS))
    on_white = Image.new("RGB", bare.size, "white")
    on_white.paste(bare, mask=bare.getchannel("A") if bare.mode == "RGBA" else None)
    on_white.save(thumbnail, "JPEG", quality=QUALITY)


def _is_clear(photo: Image.Image) -> bool:
    return photo.mode in ("RGBA", "LA", "PA") or "transparency" in photo.info


def _options(kind: str) -> dict[str, int]:
    return {"compress_level": 6} if kind == "PNG" else {"quality": QUALITY}


def _limit(megapixels: int) -> None:
    memory = OWN_MEGABYTES * MEGABYTE + megapixels * 1_000_000 * BYTES_A_POINT
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


if __name__ == "__main__":
    points, *paths = sys.argv[1:]
    _limit(int(points))
    remake(int(points), *map(Path, paths))
