"""Photos made anew: the points stay, everything else goes; what is none is refused."""

import io
import struct
import zlib
from pathlib import Path

import pytest
from PIL import Image

from shared.adapters import image_reading, images

PLACE = "chụp tại số 1 đường Thử"


def photo(kind: str, size: tuple[int, int] = (64, 48), mode: str = "RGB") -> bytes:
    """Take a photo that says where and by whom it was made, lying on its side."""
    picture = Image.new(mode, size, "red")
    told = Image.Exif()
    told[0x0112] = 6  # to be turned a quarter
    told[0x010E] = PLACE
    told.get_ifd(0x8825)[1] = "N"
    written = io.BytesIO()
    picture.save(written, kind, exif=told.tobytes(), comment=PLACE, xmp=PLACE.encode())
    return written.getvalue()


def remake(folder: Path, content: bytes, megapixels: int = 40) -> tuple[bytes, bytes]:
    """Send a photo through a process of its own; give it and its small picture."""
    source, target, small = (folder / name for name in ("sent", "target", "small"))
    source.write_bytes(content)
    images.remake(source, target, small, megapixels, folder / "lock")
    return target.read_bytes(), small.read_bytes()


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_a_photo_forgets_where_and_by_whom_and_stands_upright(tmp_path: Path, kind: str) -> None:
    source, target, small = (tmp_path / name for name in ("sent", "target", "small"))
    source.write_bytes(photo(kind) + b"<script>alert(1)</script>")
    image_reading.remake(40, source, target, small)
    for path in (target, small):
        content = path.read_bytes()
        assert PLACE.encode() not in content
        assert b"<script>" not in content
        with Image.open(path) as made:
            assert dict(made.getexif()) == {}
            assert "comment" not in made.info
    with Image.open(target) as made:
        assert (made.format, made.size) == (kind, (48, 64))
        red, green, blue = made.convert("RGB").getpixel((20, 20))  # type: ignore[misc]  # a tuple
        assert red > 240
        assert max(green, blue) < 15


def test_clear_parts_of_a_picture_stay_clear(tmp_path: Path) -> None:
    clear = Image.new("RGBA", (4, 4), (0, 0, 0, 0))
    written = io.BytesIO()
    clear.save(written, "PNG")
    source = tmp_path / "sent"
    source.write_bytes(written.getvalue())
    image_reading.remake(1, source, tmp_path / "target", tmp_path / "small")
    with Image.open(tmp_path / "target") as made:
        assert made.mode == "RGBA"
    with Image.open(tmp_path / "small") as small:
        assert small.getpixel((1, 1)) == (255, 255, 255)


def test_a_whole_photo_goes_through_the_process_of_its_own(tmp_path: Path) -> None:
    made, small = remake(tmp_path, photo("JPEG", (2000, 1500)))
    assert made.startswith(b"\xff\xd8\xff")
    with Image.open(io.BytesIO(small)) as opened:
        assert max(opened.size) == image_reading.THUMBNAIL_POINTS


def bomb(width: int, height: int) -> bytes:
    """Make a small file of a picture with a great many points."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        checked = struct.pack(">I", zlib.crc32(kind + body))
        return struct.pack(">I", len(body)) + kind + body + checked

    header = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    rows = zlib.compress(b"\0" * 1000, 9)
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        chunk(kind, body) for kind, body in ((b"IHDR", header), (b"IDAT", rows), (b"IEND", b""))
    )


@pytest.mark.parametrize(
    "content",
    [
        photo("JPEG")[:300],
        b"\xff\xd8\xff" + b"\0" * 500,
        bomb(60_000, 60_000),
        b"RIFF\x24\x00\x00\x00WEBPVP8 " + b"\0" * 50,
    ],
    ids=["cut off", "only the beginning", "3,600 million points", "broken"],
)
def test_what_is_no_whole_photo_is_refused(tmp_path: Path, content: bytes) -> None:
    with pytest.raises(images.Unreadable):
        remake(tmp_path, content)
    assert not (tmp_path / "small").exists()


def test_a_photo_with_more_points_than_allowed_is_refused(tmp_path: Path) -> None:
    with pytest.raises(images.Unreadable):
        remake(tmp_path, photo("PNG", (1001, 1000)), megapixels=1)
