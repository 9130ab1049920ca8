"""How alike two texts are, so that a person can check it."""

import pytest

from shared.domain.similarity import likeness

ONE = "Máy lấy số ở sảnh hỏng từ sáng, không ai sửa."


def test_marks_case_and_punctuation_make_no_difference() -> None:
    alike = likeness(ONE, "MAY LAY SO, o sanh: hong tu sang; KHONG AI SUA")
    assert alike.share == 1
    assert "may lay" in alike.shared


def test_a_short_text_within_a_long_one_is_wholly_alike() -> None:
    assert likeness("Máy lấy số ở sảnh hỏng", f"Sáng nay {ONE} Tôi chờ rất lâu.").share == 1


@pytest.mark.parametrize(
    ("other", "somewhere", "same_place"),
    [
        (ONE, True, True),
        ("Hôm nay máy lấy số ở sảnh lại kẹt giấy, phải gọi bảo vệ.", True, True),
        ("Máy lấy số ở quầy ba kêu to, xin sửa vì nghe rất khó chịu.", False, True),
        ("Xin thêm ghế ngồi chờ cho người già và trẻ em ở sảnh.", False, False),
        ("máy hỏng", False, False),
        ("", False, False),
    ],
)
def test_the_same_desk_needs_fewer_common_words(
    other: str, *, somewhere: bool, same_place: bool
) -> None:
    alike = likeness(ONE, other)
    assert alike.is_likely(same_place=False) is somewhere
    assert alike.is_likely(same_place=True) is same_place
