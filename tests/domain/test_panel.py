"""What staff may type as the size of a screen's panel."""

import pytest

from shared.domain.errors import Invalid
from shared.domain.panel import read_panel


@pytest.mark.parametrize(
    ("typed", "inches"),
    [("15,6", 15.6), (" 10.1 ", 10.1), ("21.5", 21.5), ('32"', 32.0), ("", None), ("  ", None)],
)
def test_a_diagonal_is_read_as_people_write_it(typed: str, inches: float | None) -> None:
    assert read_panel(typed) == inches


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("7", "panel_small"),
        ("10,09", "panel_small"),
        ("rộng", "panel_size"),
        ("nan", "panel_size"),
        ("inf", "panel_size"),
        ("-15", "panel_size"),
        ("400", "panel_size"),
    ],
)
def test_a_panel_without_room_for_targets_of_24_mm_is_refused(typed: str, code: str) -> None:
    with pytest.raises(Invalid) as refusal:
        read_panel(typed)
    assert (refusal.value.code, refusal.value.field) == (code, "panel")
