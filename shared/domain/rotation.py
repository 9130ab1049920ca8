"""How long somebody has served at one place without a break (định kỳ chuyển đổi vị trí)."""

from collections.abc import Iterable
from datetime import date, timedelta

Stay = tuple[date, date]  # first and last local day, both included


def longest_months(stays: Iterable[Stay], first: date, last: date) -> int | None:
    """Give the longest unbroken stay at one place in whole months, counted up to `last`.

    Stays that touch or overlap are one; a single day between them breaks it. Only a stay that
    reaches `first` or later counts. None where there is none.
    """
    merged: list[Stay] = []
    for begun, ended in sorted((begun, min(ended, last)) for begun, ended in stays):
        if begun > last:
            continue
        if merged and begun <= merged[-1][1] + timedelta(days=1):
            merged[-1] = (merged[-1][0], max(merged[-1][1], ended))
        else:
            merged.append((begun, ended))
    return max((_months(*stay) for stay in merged if stay[1] >= first), default=None)


def _months(begun: date, ended: date) -> int:
    over = ended + timedelta(days=1)
    return (over.year - begun.year) * 12 + over.month - begun.month - (over.day < begun.day)
