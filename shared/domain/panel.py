"""How large the panel of a desk screen is: targets are 24 mm there, so it cannot be any size."""

from shared.domain.errors import N_, Invalid

SMALLEST_INCHES = 10.1  # five faces of 24 mm beside each other, two rows of boxes
LARGEST_INCHES = 100.0


def read_panel(typed: str) -> float | None:
    """Read a panel's diagonal in inches, as staff type it; nothing typed is not known.

    Raises Invalid naming `panel` for what is no size, or too small for targets of 24 mm.
    """
    words = typed.strip().replace(",", ".").rstrip('"” ')
    if not words:
        return None
    try:
        inches = float(words)
    except ValueError:
        inches = 0.0
    if SMALLEST_INCHES <= inches <= LARGEST_INCHES:
        return round(inches, 1)
    if 0 < inches < SMALLEST_INCHES:
        raise Invalid(
            "panel_small",
            N_(
                "Màn hình dưới 10,1 inch không đủ chỗ cho nút rộng 24 mm."
                " Xin dùng màn hình lớn hơn."
            ),
            field="panel",
        )
    raise Invalid(
        "panel_size", N_("Xin ghi đường chéo màn hình bằng inch, ví dụ 15,6."), field="panel"
    )
