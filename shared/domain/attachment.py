"""What may be sent with a case: kinds told by content, names that are safe, states of a file."""

import unicodedata
from enum import StrEnum

from shared.domain.errors import N_, Invalid, RuleBroken

HEAD_BYTES = 16  # enough to tell a kind
LONGEST_NAME = 100
MOST_IN_A_CASE = 50
MOST_OF_SENDER = 25  # of one case, whenever they came: the office keeps room for its own
_HIDDEN = {"Cc", "Cf", "Cs", "Co", "Cn"}
_UNSAFE = set('/\\:*?"<>|')


class FileKind(StrEnum):
    """What a file is; the value is also the ending of its name."""

    JPEG = "jpg"
    PNG = "png"
    WEBP = "webp"
    PDF = "pdf"

    @property
    def is_photo(self) -> bool:
        """Say whether it is made anew and may be shown in a page."""
        return self is not FileKind.PDF

    @property
    def mimetype(self) -> str:
        """Name it for a browser."""
        return _MIMETYPES[self]


_MIMETYPES = {
    FileKind.JPEG: "image/jpeg",
    FileKind.PNG: "image/png",
    FileKind.WEBP: "image/webp",
    FileKind.PDF: "application/pdf",
}


class FileState(StrEnum):
    """Whether a file may be opened."""

    OPEN = "open"
    QUARANTINED = "quarantined"  # until the scanner has looked at it
    BLOCKED = "blocked"  # the scanner found something


def kind_of(head: bytes) -> FileKind:
    """Return what a file is by its first bytes, whatever it is called.

    Raise Invalid `file_kind` for anything else, telling what to send instead. HEIC is among the
    others: what reads it brings an encoder under the GPL, and telephones send JPEG when asked to.
    """
    if head.startswith(b"\xff\xd8\xff"):
        return FileKind.JPEG
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return FileKind.PNG
    if head.startswith(b"RIFF") and head[8:12] == b"WEBP":
        return FileKind.WEBP
    if head.startswith(b"%PDF-"):
        return FileKind.PDF
    raise Invalid(
        "file_kind",
        N_("Chỉ nhận ảnh JPEG, PNG, WebP và tệp PDF. Xin bỏ tệp “%(name)s” hoặc chụp lại."),
        field="files",
        name="",
    )


def safe_name(name: str, kind: FileKind) -> str:
    """Return a name to download a file under: the sender's words with the ending of its kind."""
    words = shown_name(name.replace("\\", "/").rpartition("/")[2])
    stem = words.rpartition(".")[0] or words
    plain = stem.strip(". ")[:LONGEST_NAME]
    return f"{plain or 'tep'}.{kind}"


def shown_name(name: str) -> str:
    """Return a sender's name of a file as it can be shown: one short line, no hidden signs."""
    shown = "".join(
        " " if sign in _UNSAFE or unicodedata.category(sign) in _HIDDEN else sign
        for sign in unicodedata.normalize("NFC", name)
    )
    return " ".join(shown.split())[: LONGEST_NAME + 10]


def check_count(new: int, most: int, kept: int = 0) -> None:
    """Raise Invalid when more files come at once than allowed, RuleBroken when a case is full."""
    if new > most:
        raise Invalid(
            "files_many", N_("Chỉ gửi được %(most)s tệp một lần."), field="files", most=most
        )
    if kept + new > MOST_IN_A_CASE:
        raise RuleBroken("case_full", N_("Việc này đã có đủ %(most)s tệp."), most=MOST_IN_A_CASE)


def check_sender(new: int, kept: int) -> None:
    """Raise Invalid when the sender of a case that has `kept` of theirs may add none so many."""
    if kept + new > MOST_OF_SENDER:
        raise Invalid(
            "files_enough",
            N_(
                "Việc này đã có %(kept)s tệp của Ông/Bà, nhiều nhất là %(most)s."
                " Xin gửi ít tệp hơn, hoặc chỉ gửi lời."
            ),
            field="files",
            kept=kept,
            most=MOST_OF_SENDER,
        )


def too_large(name: str, megabytes: int) -> Invalid:
    """Return the refusal of a file that is larger than it may be."""
    return Invalid(
        "file_large",
        N_("Tệp “%(name)s” lớn hơn %(megabytes)s MB. Xin chọn tệp nhỏ hơn."),
        field="files",
        name=name,
        megabytes=megabytes,
    )


def unreadable(name: str) -> Invalid:
    """Return the refusal of a photo that cannot be read to its end, or holds too many points."""
    return Invalid(
        "file_unreadable",
        N_("Không mở được ảnh “%(name)s”: ảnh hỏng hoặc quá lớn. Xin chụp lại hoặc bỏ ảnh này."),
        field="files",
        name=name,
    )
