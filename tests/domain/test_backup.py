"""When administrators are told of the nightly copies, and when it is the same trouble still."""

from datetime import UTC, datetime, timedelta

import pytest

from shared.domain.backup import OVERDUE_AFTER, Alarm, Copies, Trouble, alarm

NIGHT = datetime(2026, 11, 23, 18, 30, tzinfo=UTC)
DAY, MINUTE = timedelta(days=1), timedelta(minutes=1)


def told(copies: Copies, now: datetime) -> Alarm:
    found = alarm(copies, now)
    assert found is not None
    return found


def test_a_good_copy_is_no_news_until_the_next_does_not_come() -> None:
    good = Copies().after_success(0, NIGHT)
    assert alarm(good, NIGHT + DAY + timedelta(hours=2)) is None
    assert alarm(good, NIGHT + OVERDUE_AFTER) is None
    assert told(good, NIGHT + OVERDUE_AFTER + MINUTE).trouble is Trouble.OVERDUE


def test_where_nothing_was_ever_tried_nothing_is_told() -> None:
    assert alarm(Copies(), NIGHT) is None


@pytest.mark.parametrize("before", [Copies(), Copies().after_success(0, NIGHT - DAY)])
def test_nights_that_fail_are_one_trouble_until_a_copy_succeeds(before: Copies) -> None:
    first = before.after_failure("disk full", NIGHT)
    second = first.after_failure("disk full", NIGHT + DAY)
    keys = {told(one, NIGHT + DAY).key for one in (first, second)}
    assert len(keys) == 1
    assert told(second, NIGHT + DAY).trouble is Trouble.FAILED
    good = second.after_success(0, NIGHT + 2 * DAY)
    assert alarm(good, NIGHT + 2 * DAY) is None
    later = told(good.after_failure("disk full", NIGHT + 3 * DAY), NIGHT + 3 * DAY)
    assert later.key not in keys


def test_a_copy_that_lacks_files_is_the_same_trouble_every_night_until_it_lacks_none() -> None:
    first = Copies().after_success(2, NIGHT)
    second = first.after_success(3, NIGHT + DAY)
    assert told(first, NIGHT).trouble is Trouble.LACKING
    assert told(first, NIGHT).key == told(second, NIGHT + DAY).key
    whole = second.after_success(0, NIGHT + 2 * DAY)
    assert alarm(whole, NIGHT + 2 * DAY) is None
    again = whole.after_success(1, NIGHT + 3 * DAY)
    assert told(again, NIGHT + 3 * DAY).key != told(first, NIGHT).key
