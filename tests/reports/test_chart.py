"""Charts: bars to scale, told in words, the same for PDF and Word."""

import io

from PIL import Image

from shared.reports import chart
from shared.reports.chart import Box, Drawing, Words
from shared.reports.content import Bar, Chart

WIDTH = 165.0


def drawn(*bars: Bar, highest: float = 100, key: str = "") -> Drawing:
    (found,) = chart.drawings(Chart("Tổng điểm", bars, highest, key), WIDTH)
    return found


def boxes(drawing: Drawing) -> list[Box]:
    return [mark for mark in drawing.marks if isinstance(mark, Box)]


def words(drawing: Drawing) -> list[str]:
    return [mark.text for mark in drawing.marks if isinstance(mark, Words)]


def test_bars_are_as_long_as_their_values() -> None:
    whole, half, none = (Bar("An", 100, "100"), Bar("Bình", 50, "50"), Bar("Cát", None, "miễn"))
    found = drawn(whole, half, none)
    long, short = boxes(found)
    assert abs(long.width - 2 * short.width) < 0.01
    assert {"An", "Bình", "Cát", "miễn"} <= set(words(found))


def test_what_was_lost_lies_on_the_other_side_of_nought() -> None:
    up, down = boxes(drawn(Bar("An", 3, "+3"), Bar("Bình", -3, "−3"), highest=5))
    assert abs(down.x + down.width - up.x) < 0.01
    assert abs(down.width - up.width) < 0.01


def test_an_outline_is_explained_only_where_there_is_one() -> None:
    assert "tạm" in words(drawn(Bar("An", 3, "3", open=True), key="tạm"))
    assert "tạm" not in words(drawn(Bar("An", 3, "3"), key="tạm"))


def test_many_bars_go_on_on_the_next_sheet_with_the_same_scale() -> None:
    bars = tuple(Bar(f"Xã {n}", 100 - n, str(n)) for n in range(chart.MOST_BARS + 4))
    first, second = chart.drawings(Chart("Tổng điểm", bars, 100), WIDTH)
    assert len(boxes(first)) + len(boxes(second)) == len(bars)
    assert boxes(first)[0].x == boxes(second)[0].x
    assert first.height < 240


def test_nothing_leaves_the_sheet_and_a_long_label_is_shortened() -> None:
    found = drawn(Bar("Ủy ban nhân dân xã có tên rất dài " * 4, 100, "100,00"), Bar("B", 0, "0"))
    assert any(text.endswith("…") for text in words(found))
    assert all(0 <= mark.x <= WIDTH for mark in found.marks)
    assert max(box.x + box.width for box in boxes(found)) <= WIDTH


def test_all_is_said_in_words_for_who_does_not_see_it() -> None:
    assert drawn(Bar("Xã An", 96.5, "96,50")).said == "Tổng điểm. Xã An: 96,50"


def test_the_picture_for_word_is_fit_for_print() -> None:
    picture = Image.open(io.BytesIO(chart.png(drawn(Bar("Xã An", 50, "50")))))
    assert picture.width == round(WIDTH / 25.4 * chart.DOTS_PER_INCH)
    assert round(picture.info["dpi"][0]) == chart.DOTS_PER_INCH
    rgb = picture.convert("RGB")
    assert len(rgb.getcolors(100) or []) > 2


def test_an_empty_scale_breaks_nothing() -> None:
    assert boxes(drawn(Bar("An", 0, "0"), highest=0)) == []
