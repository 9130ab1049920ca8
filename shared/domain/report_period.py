"""What a report of a campaign is about: the months and quarters of it that are over."""

import calendar
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum


class ReportKind(StrEnum):
    """What a report is for; a review's figures are frozen, the others are computed."""

    NOW = "now"
    MONTHLY = "monthly"
    QUARTERLY = "quarterly"
    PRELIMINARY = "preliminary"
    CLOSING = "closing"
    OTHER = "other"  # a review that is neither


@dataclass(frozen=True)
class ReportPeriod:
    """A month or a quarter within a campaign; local dates, both included.

    Its standing counts from the campaign's first day to `last`.
    """

    kind: ReportKind
    first: date
    last: date

    @property
    def quarter(self) -> int:
        """Give the number of the quarter that the first day lies in, 1 to 4."""
        return (self.first.month + 2) // 3

    @property
    def key(self) -> str:
        """Give the period as an address and a file name have it: 2026-03, 2026-q1."""
        if self.kind is ReportKind.QUARTERLY:
            return f"{self.first.year}-q{self.quarter}"
        return f"{self.first:%Y-%m}"


def periods(starts_on: date, ends_on: date, today: date) -> list[ReportPeriod]:
    """Give the months and quarters of a campaign that are over on a local day, the latest first.

    The first and the last are cut to the campaign's days. A quarter comes before its last month.
    """
    months = [ReportPeriod(ReportKind.MONTHLY, *ends) for ends in _spans(starts_on, ends_on, 1)]
    quarters = [ReportPeriod(ReportKind.QUARTERLY, *ends) for ends in _spans(starts_on, ends_on, 3)]
    over = [one for one in (*quarters, *months) if one.last < today]
    return sorted(over, key=lambda one: one.last, reverse=True)


def before(period: ReportPeriod, starts_on: date) -> date | None:
    """Give the last day of the period before, whose standing is compared; None for the first."""
    last = period.first - timedelta(days=1)
    return last if last >= starts_on else None


def _spans(starts_on: date, ends_on: date, length: int) -> Iterator[tuple[date, date]]:
    """Cut days into spans of so many months of the year."""
    first = starts_on
    while first <= ends_on:
        month = (first.month - 1) // length * length + length
        last = date(first.year, month, calendar.monthrange(first.year, month)[1])
        yield first, min(last, ends_on)
        first = last + timedelta(days=1)
