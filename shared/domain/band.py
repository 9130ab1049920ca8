"""The levels of a campaign: names with the fewest points that reach them."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from shared.domain.errors import N_, Invalid
from shared.domain.scoring import FULL_SCORE

LONGEST_NAME = 60
MOST_BANDS = 10
FINEST = Decimal("0.01")  # totals have two decimals, so a bound between two of them says nothing


@dataclass(frozen=True)
class Band:
    """A level and the fewest points of 100 that reach it; exactly as many do."""

    name: str
    lowest: Decimal


# Suggestions, for no text in force was found that gives them; the organiser confirms or changes
# them as it does weights. Their names are data of the campaign, so they are not translated.
SUGGESTED = (
    Band("Xuất sắc", Decimal(90)),
    Band("Tốt", Decimal(80)),
    Band("Khá", Decimal(70)),
    Band("Trung bình", Decimal(50)),
    Band("Yếu", Decimal(0)),
)


@dataclass(frozen=True)
class Level:
    """The band a total reaches; provisional while a criterion still lacks its figure."""

    band: Band
    provisional: bool


def in_order(bands: Sequence[Band]) -> tuple[Band, ...]:
    """Give the bands, the highest first."""
    return tuple(sorted(bands, key=lambda band: band.lowest, reverse=True))


def band_of(bands: Sequence[Band], total: Decimal | None) -> Band | None:
    """Give the highest band that a total (points of 100) reaches; None without bands or total."""
    if total is None:
        return None
    return next((band for band in in_order(bands) if total >= band.lowest), None)


def band_above(bands: Sequence[Band], total: Decimal | None) -> Band | None:
    """Give the nearest band that a total (points of 100) does not reach; None at the top."""
    if total is None:
        return None
    return next((band for band in reversed(in_order(bands)) if total < band.lowest), None)


def check_bands(bands: Sequence[Band]) -> None:
    """Refuse bands that leave points without a level or share a name or bound; raises Invalid.

    No bands at all are allowed: the standing then shows none.
    """
    names = {band.name for band in bands}
    bounds = {band.lowest for band in bands}
    if len(names) < len(bands) or len(bounds) < len(bands) or len(bands) > MOST_BANDS:
        raise _wrong(N_("Mỗi mức cần tên riêng và điểm riêng, nhiều nhất mười mức."))
    if any(not band.name.strip() or len(band.name) > LONGEST_NAME for band in bands):
        raise _wrong(N_("Mỗi mức cần một tên, không quá 60 ký tự."))
    if any(not 0 <= low <= FULL_SCORE or low != low.quantize(FINEST) for low in bounds):
        raise _wrong(N_("Điểm của mức phải từ 0 đến 100, nhiều nhất hai số sau dấu phẩy."))
    if bands and 0 not in bounds:
        raise _wrong(N_("Mức thấp nhất phải từ 0 điểm, để ai cũng có mức."))


def _wrong(message: str) -> Invalid:
    return Invalid("campaign_bands", message, field="bands")
