"""Figures read as Vietnamese text, and text that no spreadsheet computes."""

import subprocess
import sys
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.domain.cell_guard import guarded, unguarded
from shared.reports.content import Cell, Column, Table
from shared.reports.text import shown


@pytest.mark.parametrize(
    ("value", "column", "text"),
    [
        (1234.5, Column("Điểm", "number", decimals=2), "1.234,50"),
        (0.965, Column("Hài lòng", "percent"), "96,5%"),
        (1, Column("Hài lòng", "percent", decimals=0), "100%"),
        (1234567, Column("Hồ sơ", "integer"), "1.234.567"),
        (-3.25, Column("Lệch", "number"), "-3,2"),
        (date(2026, 3, 5), Column("Ngày", "date"), "05/03/2026"),
        (None, Column("Điểm", "number"), ""),
        ("chưa có", Column("Điểm", "number"), "chưa có"),
    ],
)
def test_cells_are_shown_as_they_are_read_in_vietnam(
    value: Cell, column: Column, text: str
) -> None:
    assert shown(value, column) == text


def test_a_row_that_does_not_fit_its_columns_makes_no_table() -> None:
    with pytest.raises(ValueError, match="Biểu 1"):
        Table("Biểu 1", (Column("A"), Column("B")), (("chỉ một ô",),))


@given(st.text())
def test_a_guarded_text_can_be_read_back(text: str) -> None:
    assert unguarded(guarded(text)) == text


def test_harmless_text_is_left_as_it_is() -> None:
    for text in ["Nguyễn Văn Mẫu", "000.00.00.H01-251120-0001", "1 + 1", "", "50%"]:
        assert guarded(text) == text


def test_the_content_of_a_report_loads_no_document_library() -> None:
    check = (
        "import sys, shared.reports.content, shared.reports.text, shared.reports.campaign_letter; "
        "heavy = ('docx', 'xlsxwriter', 'PIL', 'lxml', 'openpyxl', 'reportlab'); "
        "print([name for name in heavy if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", check], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
