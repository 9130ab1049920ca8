"""Measures of a document: columns fill the text's width and no heading breaks within a word."""

from dataclasses import replace
from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from shared.reports import decree
from shared.reports.content import Column
from tests.reports.test_word import LETTER

COLUMNS = st.lists(
    st.builds(Column, st.text("abcABC ", max_size=40), width=st.floats(1, 60)), min_size=1
).map(tuple)


@given(COLUMNS, st.sampled_from([10, 12]))
def test_columns_fill_the_width_of_the_text(columns: tuple[Column, ...], size: float) -> None:
    widths = decree.column_widths(columns, size)
    assert len(widths) == len(columns)
    assert abs(sum(widths) - decree.WIDTH) < 0.01
    assert min(widths) > 0


def test_a_narrow_column_still_holds_the_words_of_its_heading() -> None:
    columns = (Column("Hạng", "integer", 6), Column("Đơn vị", width=300), Column("Mức", width=200))
    narrow = decree.column_widths(columns)[0]
    assert narrow > 12.5  # four bold letters of 12 points with the cell's padding


def test_the_day_begins_the_line_where_no_place_is_given() -> None:
    letter = replace(LETTER, place="", on=date(2026, 11, 8))
    assert decree.place_and_day(letter) == "Ngày 08 tháng 11 năm 2026"
    assert decree.place_and_day(replace(letter, place="Sen Hồng")).startswith("Sen Hồng, ngày 08")
