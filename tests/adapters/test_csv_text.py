"""CSV for people: Vietnamese letters kept, plain numbers, nothing that a spreadsheet computes."""

import csv
import io
from pathlib import Path

import pytest

from shared.adapters.csv_text import CsvFile, write_rows
from tests.reports.hostile import HOSTILE


def _read(data: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")))


def test_a_csv_keeps_vietnamese_letters_and_numbers() -> None:
    data = write_rows([("Đơn vị", "Điểm"), ("Xã Sen Hồng", -1.5), ("Cộng", None)])
    assert data.startswith(b"\xef\xbb\xbf")
    assert _read(data) == [["Đơn vị", "Điểm"], ["Xã Sen Hồng", "-1.5"], ["Cộng", ""]]


@pytest.mark.parametrize("text", HOSTILE[:19])
def test_no_cell_begins_a_formula(tmp_path: Path, text: str) -> None:
    assert _read(write_rows([(text,)])) == [[f"'{text}"]]
    file = CsvFile(tmp_path / "rows.csv", [text])
    file.add([text])
    file.close()
    assert _read((tmp_path / "rows.csv").read_bytes()) == [[f"'{text}"]] * 2
