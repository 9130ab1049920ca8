"""Months and quarters of a campaign: cut to its days, offered when they are over."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from shared.domain.report_period import ReportKind, ReportPeriod, before, periods

DAYS = st.dates(date(2000, 1, 1), date(2099, 12, 31))


def keys(starts_on: date, ends_on: date, today: date) -> list[str]:
    return [one.key for one in periods(starts_on, ends_on, today)]


def test_a_month_is_offered_the_day_after_its_last() -> None:
    start, end = date(2026, 1, 1), date(2026, 12, 31)
    assert keys(start, end, date(2026, 1, 31)) == []
    assert keys(start, end, date(2026, 2, 1)) == ["2026-01"]
    assert keys(start, end, date(2026, 4, 1)) == ["2026-q1", "2026-03", "2026-02", "2026-01"]


def test_the_first_and_the_last_are_cut_to_the_campaign() -> None:
    found = periods(date(2025, 11, 20), date(2026, 2, 10), date(2026, 3, 1))
    assert [(one.key, one.first, one.last) for one in found] == [
        ("2026-q1", date(2026, 1, 1), date(2026, 2, 10)),
        ("2026-02", date(2026, 2, 1), date(2026, 2, 10)),
        ("2026-01", date(2026, 1, 1), date(2026, 1, 31)),
        ("2025-q4", date(2025, 11, 20), date(2025, 12, 31)),
        ("2025-12", date(2025, 12, 1), date(2025, 12, 31)),
        ("2025-11", date(2025, 11, 20), date(2025, 11, 30)),
    ]


def test_a_period_is_held_against_the_end_of_the_one_before() -> None:
    start = date(2026, 1, 1)
    march = ReportPeriod(ReportKind.MONTHLY, date(2026, 3, 1), date(2026, 3, 31))
    assert before(march, start) == date(2026, 2, 28)
    assert before(ReportPeriod(ReportKind.MONTHLY, start, date(2026, 1, 31)), start) is None


@given(DAYS, st.integers(0, 800))
def test_the_months_of_a_campaign_cover_each_of_its_days_once(start: date, length: int) -> None:
    end = start + timedelta(days=length)
    for kind in (ReportKind.MONTHLY, ReportKind.QUARTERLY):
        spans = [one for one in periods(start, end, end + timedelta(days=1)) if one.kind is kind]
        days = sum((one.last - one.first).days + 1 for one in spans)
        assert (spans[-1].first, spans[0].last, days) == (start, end, length + 1)
        assert len({one.key for one in spans}) == len(spans)
