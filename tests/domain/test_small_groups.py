"""No figure, and no difference of two figures, tells what fewer than five people said."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from shared.domain.small_groups import Batch, Week, last_shown, released, withheld

MONDAY = date(2026, 6, 1)
counts = st.lists(st.integers(0, 12), max_size=40)


def weeks(cases: list[int]) -> list[Week]:
    return [
        Week(MONDAY + timedelta(weeks=number), min(n, 1), n) for number, n in enumerate(cases) if n
    ]


def test_weeks_with_few_ratings_wait_for_the_next() -> None:
    found = released(weeks([7, 2, 1, 3, 4, 9]), MONDAY + timedelta(weeks=5))
    assert [(batch.first_monday, batch.last_monday, batch.cases) for batch in found] == [
        (MONDAY, MONDAY, 7),
        (MONDAY + timedelta(weeks=1), MONDAY + timedelta(weeks=3), 6),
    ]


def test_the_running_week_is_not_shown() -> None:
    assert released(weeks([9]), MONDAY) == []


@given(counts, st.integers(0, 45), st.integers(0, 45))
def test_two_looks_at_any_two_times_differ_by_nothing_or_five(
    cases: list[int], first: int, second: int
) -> None:
    def looked(week: int) -> set[Batch]:
        return set(released(weeks(cases), MONDAY + timedelta(weeks=week)))

    difference = looked(first) ^ looked(second)
    assert all(batch.cases >= 5 for batch in difference)
    earlier, later = looked(min(first, second)), looked(max(first, second))
    assert earlier <= later  # what was shown once is never cut in another way


@given(st.dictionaries(st.integers(0, 30), st.integers(0, 30), max_size=12))
def test_subtracting_what_is_shown_never_leaves_fewer_than_five(cases: dict[int, int]) -> None:
    hidden = withheld(cases)
    rest = sum(cases[key] for key in hidden)
    shown = [n for key, n in cases.items() if key not in hidden and n]
    assert all(n >= 5 for n in shown)
    assert rest == 0 or rest >= 5 or not shown


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)), max_size=30))
def test_a_figure_moves_on_by_five_of_its_own_and_only_where_a_batch_ends(
    cases: list[tuple[int, int]],
) -> None:
    """Of each week the figure counts some of the ratings that are known, as a campaign does."""
    known = weeks([max(pair) for pair in cases])
    counted = weeks([min(pair) for pair in cases])
    before, looked = 0, None
    for number in range(len(cases) + 2):
        monday = MONDAY + timedelta(weeks=number)
        last = last_shown(known, counted, monday)
        assert looked is None or (last is not None and last >= looked)
        if last is None:
            continue
        assert last in {batch.last_day for batch in released(known, monday)}
        counts = sum(week.cases for week in counted if week.monday <= last)
        assert counts - before == 0 or counts - before >= 5
        before, looked = counts, last
