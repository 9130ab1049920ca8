"""Files that are too large, built to explode, locked or no table are refused with one line."""

import io
import os
import resource
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from shared.adapters.one_stop_archive import MAX_UNPACKED_BYTES
from shared.adapters.one_stop_sheet import MAX_FILE_BYTES, Refused
from tests.adapters.exports import dossier_row, read_here, read_sheet, xlsx

HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
NAMES = ["Mã hồ sơ", "Ngày tiếp nhận", "Ngày hẹn trả"]
MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'


def refusal(path: Path, read: Callable[[Path], object] = read_sheet) -> str:
    """Return the code of the refusal of a file, whose message is one line."""
    with pytest.raises(Refused) as refused:
        read(path)
    assert "\n" not in str(refused.value)
    assert str(refused.value).endswith(".")
    return refused.value.code


def rebuilt(path: Path, **parts: bytes) -> Path:
    """Write a good workbook with some parts replaced (by the end of their names) or added."""
    good = xlsx(path.with_suffix(".good"), [dossier_row(1)])
    with (
        zipfile.ZipFile(good) as source,
        zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as target,
    ):
        for name in source.namelist():
            key = Path(name).stem
            target.writestr(name, parts.pop(key, source.read(name)))
        for name, content in parts.items():
            target.writestr(name, content)
    return path


def _sheet(rows: str) -> bytes:
    return f"{HEAD}<worksheet {MAIN}><sheetData>{rows}</sheetData></worksheet>".encode()


def _first_row(names: list[str]) -> str:
    cells = "".join(
        f'<c r="{chr(65 + place)}1" t="inlineStr"><is><t>{name}</t></is></c>'
        for place, name in enumerate(names)
    )
    return f'<row r="1">{cells}</row>'


def _zeros(path: Path) -> Path:
    return rebuilt(path, sheet1=_sheet("<row r='1'/>" + " " * 30_000_000))


def _many_members(path: Path) -> Path:
    return rebuilt(path, **{f"xl/extra{number}.xml": b"x" for number in range(2001)})


def _large(path: Path) -> Path:
    """Claim in the archive's directory a size that no ratio gives away."""
    rebuilt(path, **{"xl/media/a.bin": os.urandom(MAX_UNPACKED_BYTES // 90)})
    data = bytearray(path.read_bytes())
    entry = data.rindex(b"PK\x01\x02")
    data[entry + 24 : entry + 28] = (MAX_UNPACKED_BYTES + 1).to_bytes(4, "little")
    path.write_bytes(bytes(data))
    return path


def _entities(path: Path) -> Path:
    laughs = "".join(f'<!ENTITY l{level} "{f"&l{level - 1};" * 10}">' for level in range(1, 12))
    start = f'{HEAD}<!DOCTYPE x [<!ENTITY l0 "ha">{laughs}]>'
    cell = '<row r="1"><c r="A1" t="inlineStr"><is><t>&l11;</t></is></c></row>'
    body = f"<worksheet {MAIN}><sheetData>{cell}</sheetData></worksheet>"
    return rebuilt(path, sheet1=(start + body).encode())


def _entities_in_strings(path: Path) -> Path:
    laughs = "".join(f'<!ENTITY l{level} "{f"&l{level - 1};" * 10}">' for level in range(1, 12))
    start = f'{HEAD}<!DOCTYPE x [<!ENTITY l0 "ha">{laughs}]>'
    return rebuilt(path, sharedStrings=f"{start}<sst {MAIN}><si><t>&l11;</t></si></sst>".encode())


def _one_small_entity(path: Path) -> Path:
    """Declare a name in a workbook that would be read without fault otherwise."""
    names = ["&name;", "Ngày tiếp nhận", "Ngày hẹn trả"]
    start = f'{HEAD}<!DOCTYPE worksheet [<!ENTITY name "Mã hồ sơ">]>'
    return rebuilt(path, sheet1=_sheet(_first_row(names)).replace(HEAD.encode(), start.encode()))


def _outside_entity(path: Path) -> Path:
    start = f'{HEAD}<!DOCTYPE x [<!ENTITY secret SYSTEM "file:///etc/passwd">]>'
    cell = '<row r="1"><c r="A1" t="inlineStr"><is><t>&secret;</t></is></c></row>'
    body = f"<worksheet {MAIN}><sheetData>{cell}</sheetData></worksheet>"
    return rebuilt(path, sheet1=(start + body).encode())


def _one_long_text_everywhere(path: Path) -> Path:
    text = os.urandom(16_000).hex()
    strings = f"{HEAD}<sst {MAIN}><si><t>{text}</t></si></sst>"
    cells = "".join(
        f'<row r="{row}"><c r="A{row}" t="s"><v>0</v></c><c r="B{row}" t="s"><v>0</v></c>'
        f'<c r="C{row}" t="s"><v>0</v></c></row>'
        for row in range(2, 30_000)
    )
    sheet = _sheet(f"{_first_row(NAMES)}{cells}")
    return rebuilt(path, sharedStrings=strings.encode(), sheet1=sheet)


def _rows_far_away(path: Path) -> Path:
    far = '<row r="99999999999"><c r="A99999999999" t="inlineStr"><is><t>x</t></is></c></row>'
    return rebuilt(path, sheet1=_sheet(f"{_first_row(NAMES)}{far}"))


BOMBS: list[tuple[Callable[[Path], Path], set[str]]] = [
    (_zeros, {"file_explodes"}),
    (_many_members, {"file_explodes"}),
    (_large, {"file_too_large"}),
    (_entities, {"file_unreadable"}),
    (_entities_in_strings, {"file_unreadable"}),
    (_one_small_entity, {"file_unreadable"}),
    (_outside_entity, {"file_unreadable"}),
    (_one_long_text_everywhere, {"file_too_heavy"}),
    (_rows_far_away, {"file_unreadable"}),
]


@pytest.mark.thorough
@pytest.mark.parametrize(("make", "codes"), BOMBS, ids=[make.__name__ for make, _ in BOMBS])
def test_a_bomb_is_refused_and_this_process_stays_small(
    make: Callable[[Path], Path], codes: set[str], tmp_path: Path
) -> None:
    path = make(tmp_path / "bomb.xlsx")
    assert path.stat().st_size < MAX_FILE_BYTES
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    assert refusal(path) in codes
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    assert grown < 50 * 1024  # KiB


def _locked(start: bytes) -> bytes:
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(512) + start + bytes(512)


def _zip_of(**parts: str) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return file.getvalue()


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "file_empty"),
        (b"\x00" * (MAX_FILE_BYTES + 1), "file_too_large"),
        (_locked("EncryptedPackage".encode("utf-16-le")), "file_encrypted"),
        (_locked(b"Workbook"), "file_old_format"),
        (b"\xef\xbb\xbf\r\n<html><table><tr><td>1</td></tr></table>", "file_is_web_page"),
        (b"<?xml version='1.0'?><Workbook/>", "file_is_web_page"),
        (b"%PDF-1.7\nabc", "file_not_a_sheet"),
        (b"\x89PNG\r\n\x1a\n", "file_not_a_sheet"),
        (b"\x7fELF\x02\x01\x01" + bytes(300), "file_not_a_sheet"),
        (_zip_of(a="1"), "file_not_a_sheet"),
        (b"PK\x03\x04 not a real archive", "file_unreadable"),
        (b"hello world", "file_without_header"),
        (b"a,b\n1,2\n", "file_without_header"),
        (b"\xff\xfe\x00", "file_not_a_sheet"),
    ],
)
def test_what_is_no_table_is_refused_by_its_content(
    content: bytes, code: str, tmp_path: Path
) -> None:
    path = tmp_path / "gia.xlsx"
    path.write_bytes(content)
    assert refusal(path, read_here) == code


def test_a_workbook_cut_short_or_damaged_is_refused(tmp_path: Path) -> None:
    whole = xlsx(tmp_path / "a.xlsx", [dossier_row(1)]).read_bytes()
    broken = tmp_path / "b.xlsx"
    broken.write_bytes(whole[: len(whole) // 2])
    assert refusal(broken) == "file_unreadable"
    assert refusal(rebuilt(broken, workbook=b"<workbook>")) == "file_unreadable"


def test_more_rows_than_the_limit_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "dai.csv"
    body = "".join(f"HS{number},05/03/2026\n" for number in range(100_001))
    path.write_text("Mã hồ sơ,Ngày tiếp nhận\n" + body)
    assert refusal(path) == "file_too_many_rows"


def test_a_workbook_with_a_password_inside_the_archive_is_refused(tmp_path: Path) -> None:
    data = bytearray(xlsx(tmp_path / "a.xlsx", [dossier_row(1)]).read_bytes())
    place = data.index(b"PK\x01\x02")
    while place >= 0:  # set the flag "encrypted" of every entry of the archive's directory
        data[place + 8] |= 1
        place = data.find(b"PK\x01\x02", place + 4)
    path = tmp_path / "khoa.xlsx"
    path.write_bytes(bytes(data))
    assert refusal(path, read_here) == "file_encrypted"


def test_the_name_of_a_file_plays_no_part(tmp_path: Path) -> None:
    path = tmp_path / "bang.xls"
    path.write_text("Mã hồ sơ,Ngày tiếp nhận\nHS1,05/03/2026\n")
    assert len(read_here(path).rows) == 1


@pytest.mark.parametrize(
    "rows",
    [
        'HS1;05/03/2026;"quên giấy\nHS2;05/03/2026;\nHS3;05/03/2026;\n',
        'HS1;05/03/2026;"quên giấy\nHS2;05/03/2026;\nHS3;05/03/2026;"ống\n',
        'HS1;05/03/2026;"quên giấy\n' + "HS2;05/03/2026;\n" * 10_000,
        'HS1;05/03/2026;"quên giấy',
    ],
)
def test_a_quotation_mark_that_is_left_open_loses_no_row_without_a_word(
    rows: str, tmp_path: Path
) -> None:
    path = tmp_path / "ngoac.csv"
    path.write_text(f"Mã hồ sơ;Ngày tiếp nhận;Ghi chú\n{rows}")
    assert refusal(path) == "quote_open"


@pytest.mark.parametrize(
    "rows",
    [
        'HS-0001;05/03/2026;"một\nHS-0002;05/03/2026;\nHS-0003;05/03/2026;ba"\nHS-0004;06/03/2026;',
        'HS-0001;05/03/2026;"một\nHS-0002;05/03/2026;hai"',
        '"HS-0001;05/03/2026;\nHS-0002";05/03/2026;',
    ],
)
def test_a_stray_quotation_mark_closed_by_that_of_another_row_loses_no_row_without_a_word(
    tmp_path: Path, rows: str
) -> None:
    path = tmp_path / "ngoac.csv"
    path.write_text(f"Mã hồ sơ;Ngày tiếp nhận;Ghi chú\n{rows}\n")
    assert refusal(path) == "quote_open"


def test_lines_within_cells_may_hold_signs_days_and_numbers_of_their_own(tmp_path: Path) -> None:
    path = tmp_path / "ngoac.csv"
    rows = [
        'HS-0001,05/03/2026,"Số 5, đường A, phường B\ntổ 3, khu phố 2, 06/03/2026",07/03/2026',
        'HS-0002,05/03/2026,"xem HS-0001, 05/03/2026, trả\nHS-0009 chưa trả",07/03/2026',
        '"HS-0003\n",05/03/2026,ba,07/03/2026',
    ]
    path.write_text("Mã hồ sơ,Ngày tiếp nhận,Ghi chú,Ngày hẹn trả\n" + "\n".join(rows))
    read = [row.cells[0] for row in read_here(path).rows]
    assert read == ["HS-0001", "HS-0002", "HS-0003"]


def test_quotation_marks_within_words_and_lines_within_cells_are_read(tmp_path: Path) -> None:
    path = tmp_path / "ngoac.csv"
    rows = 'HS1;05/03/2026;ống 5"\n"HS2";05/03/2026;"hai\ndòng ""kép"""\nHS3;05/03/2026;5"'
    path.write_text(f"Mã hồ sơ;Ngày tiếp nhận;Ghi chú\n{rows}")
    assert [row.cells[0] for row in read_here(path).rows] == ["HS1", "HS2", "HS3"]
