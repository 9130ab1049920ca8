"""What a file is, by its content; and what it is called when it is handed out."""

import pytest

from shared.domain.attachment import (
    MOST_IN_A_CASE,
    MOST_OF_SENDER,
    FileKind,
    check_count,
    check_sender,
    kind_of,
    safe_name,
)
from shared.domain.errors import Invalid, RuleBroken


@pytest.mark.parametrize(
    ("head", "kind"),
    [
        (b"\xff\xd8\xff\xe1\x00\x10Exif", FileKind.JPEG),
        (b"\x89PNG\r\n\x1a\n\x00\x00", FileKind.PNG),
        (b"RIFF\x24\x00\x00\x00WEBPVP8 ", FileKind.WEBP),
        (b"%PDF-1.7\n%", FileKind.PDF),
    ],
)
def test_a_kind_is_told_by_the_first_bytes(head: bytes, kind: FileKind) -> None:
    assert kind_of(head) is kind


@pytest.mark.parametrize(
    "head",
    [
        b"",
        b"<svg xmlns=",
        b"<!DOCTYPE html>",
        b"GIF89a",
        b"MZ\x90\x00",
        b"PK\x03\x04",
        b"RIFF\x24\x00\x00\x00WAVEfmt ",
        b"\x00\x00\x00\x18ftypheic",
        b" %PDF-1.7",
    ],
)
def test_anything_else_is_refused_with_what_to_send(head: bytes) -> None:
    with pytest.raises(Invalid) as refusal:
        kind_of(head)
    assert refusal.value.field == "files"


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("ảnh quầy.JPG", "ảnh quầy.jpg"),
        ("C:\\Users\\mai\\đơn.pdf.exe", "đơn.pdf.jpg"),
        ("../../etc/passwd", "passwd.jpg"),
        ('a"b\r\nSet-Cookie: x.png', "a b Set-Cookie x.jpg"),
        ("\u202egpj.exe", "gpj.jpg"),
        ("...", "tep.jpg"),
        ("", "tep.jpg"),
        ("x" * 300 + ".jpg", "x" * 100 + ".jpg"),
        ("e\u0301.png", "é.jpg"),
    ],
)
def test_a_name_keeps_its_words_and_the_ending_of_its_content(sent: str, kept: str) -> None:
    assert safe_name(sent, FileKind.JPEG) == kept


def test_more_files_than_allowed_are_refused() -> None:
    check_count(5, 5)
    with pytest.raises(Invalid):
        check_count(6, 5)
    check_count(1, 5, MOST_IN_A_CASE - 1)
    with pytest.raises(RuleBroken):
        check_count(1, 5, MOST_IN_A_CASE)


def test_the_sender_of_a_case_leaves_room_for_the_office() -> None:
    check_sender(5, MOST_OF_SENDER - 5)
    with pytest.raises(Invalid) as refusal:
        check_sender(5, MOST_OF_SENDER - 4)
    assert refusal.value.field == "files"
    assert MOST_OF_SENDER <= MOST_IN_A_CASE / 2
