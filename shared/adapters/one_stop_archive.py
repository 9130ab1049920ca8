"""Look at an uploaded file before it is opened: its true type, and whether it would explode."""

import zipfile
from pathlib import Path
from typing import Literal

from shared.adapters.one_stop_sheet import MAX_FILE_BYTES, Refused
from shared.domain.errors import N_

MAX_UNPACKED_BYTES = 256 * 1024 * 1024  # 100,000 rows of 18 columns: 79 million; read in a stream
MAX_MEMBERS = 2_000
MAX_RATIO = 100
_SMALL_MEMBER = 64 * 1024  # below this no ratio does harm, and blank parts pack very well
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_OTHER_KINDS = (
    b"%PDF",
    b"\x89PNG",
    b"\xff\xd8\xff",
    b"{\\rtf",
    b"\x1f\x8b",
    b"Rar!",
    b"7z\xbc\xaf",
)


def check_size(path: Path) -> None:
    """Raise Refused (`file_too_large`, `file_empty`) by the size of the file alone."""
    size = path.stat().st_size
    if size > MAX_FILE_BYTES:
        message = N_("Tệp lớn hơn 48 MB. Xin tách thành nhiều tệp, mỗi tệp một tháng.")
        raise Refused("file_too_large", message)
    if size == 0:
        raise Refused("file_empty", N_("Tệp trống, không có dòng nào."))


def kind_of(path: Path) -> Literal["xlsx", "csv"]:
    """Tell by its content what a file is, whatever its name says.

    Raises Refused for encrypted and old workbooks, web pages saved as .xls, and other files.
    """
    with path.open("rb") as file:
        start = file.read(4096)
    if start.startswith(b"PK"):
        _check_archive(path)
        return "xlsx"
    if start.startswith(_OLE):
        raise _refused_ole(path)
    text = start.lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if text.startswith((b"<", b"\xff\xfe<", b"\xfe\xff\x00<")):
        message = N_(
            "Tệp là trang web lưu dưới tên bảng tính. Xin mở bằng Excel và lưu dạng .xlsx."
        )
        raise Refused("file_is_web_page", message)
    if start.startswith(_OTHER_KINDS):
        raise not_a_sheet()
    return "csv"


def not_a_sheet() -> Refused:
    """Return the refusal of a file that is neither of the two kinds."""
    return Refused("file_not_a_sheet", N_("Tệp không phải là bảng .xlsx hoặc .csv."))


def _refused_ole(path: Path) -> Refused:
    if _ENCRYPTED in path.read_bytes():
        message = N_("Tệp có mật khẩu. Xin bỏ mật khẩu rồi gửi lại.")
        return Refused("file_encrypted", message)
    message = N_("Tệp .xls kiểu cũ không đọc được. Xin mở bằng Excel và lưu dạng .xlsx.")
    return Refused("file_old_format", message)


def _check_archive(path: Path) -> None:
    try:
        with zipfile.ZipFile(path) as archive:
            members = archive.infolist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError) as cause:
        raise unreadable() from cause
    names = {member.filename for member in members}
    if not {"[Content_Types].xml", "xl/workbook.xml"} <= names:
        raise not_a_sheet()
    if any(member.flag_bits & 1 for member in members):
        message = N_("Tệp có mật khẩu. Xin bỏ mật khẩu rồi gửi lại.")
        raise Refused("file_encrypted", message)
    # The sizes are the file's own claim, but zipfile never unpacks more than was claimed.
    if _explodes(members):
        message = N_("Tệp nén bất thường nên không được mở. Xin xuất lại tệp từ phần mềm một cửa.")
        raise Refused("file_explodes", message)
    if sum(member.file_size for member in members) > MAX_UNPACKED_BYTES:
        message = N_("Tệp quá lớn khi mở ra. Xin tách thành nhiều tệp, mỗi tệp một tháng.")
        raise Refused("file_too_large", message)


def _explodes(members: list[zipfile.ZipInfo]) -> bool:
    unpacked = sum(member.file_size for member in members)
    packed = sum(member.compress_size for member in members)
    return (
        len(members) > MAX_MEMBERS
        or _steep(unpacked, packed)
        or any(_steep(member.file_size, member.compress_size) for member in members)
        or any(member.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
               for member in members)
    )  # fmt: skip


def _steep(unpacked: int, packed: int) -> bool:
    return unpacked > _SMALL_MEMBER and unpacked > MAX_RATIO * packed


def unreadable() -> Refused:
    """Return the refusal of a file that is damaged."""
    return Refused("file_unreadable", N_("Tệp hỏng, không đọc được. Xin xuất lại và gửi lại."))
