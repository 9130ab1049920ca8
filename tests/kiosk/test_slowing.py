"""Slowing: free up to a number in a minute, a growing wait, and never more than a few who wait."""

import pytest
from werkzeug.exceptions import ServiceUnavailable

from kiosk import slowing
from kiosk.slowing import FREE_IN_WINDOW, LONGEST_SECONDS, MOST_KEPT, MOST_WAITING, Slowing


class Time:
    """A clock whose sleep passes at once and is written down."""

    def __init__(self) -> None:
        self.moment = 0.0
        self.slept: list[float] = []

    def __call__(self) -> float:
        """Give the moment in seconds."""
        return self.moment


@pytest.fixture
def time() -> Time:
    """A clock that stands."""
    return Time()


@pytest.fixture
def slow(time: Time) -> Slowing:
    """A count on that clock."""
    return Slowing(clock=time, sleep=time.slept.append)


def test_a_busy_office_is_not_slowed(slow: Slowing, time: Time) -> None:
    for _ in range(FREE_IN_WINDOW):
        slow.hold("one")
        slow.hold("another")
    assert time.slept == []


def test_the_wait_grows_and_stays_under_its_limit(slow: Slowing, time: Time) -> None:
    for _ in range(FREE_IN_WINDOW + 50):
        slow.hold("one")
    assert time.slept[0] < time.slept[5] < LONGEST_SECONDS
    assert max(time.slept) == LONGEST_SECONDS


def test_a_quiet_minute_forgives(slow: Slowing, time: Time) -> None:
    for _ in range(FREE_IN_WINDOW):
        slow.hold("one")
    time.moment += slowing.WINDOW_SECONDS + 1
    slow.hold("one")
    assert time.slept == []


def test_beyond_the_places_to_wait_it_asks_to_come_back(time: Time) -> None:
    refused: list[int | None] = []

    def sleep(_seconds: float) -> None:
        if len(time.slept) < MOST_WAITING + 2:
            time.slept.append(_seconds)
            try:
                busy_code.hold("one")  # another one comes while this one waits
            except ServiceUnavailable as busy:
                refused.append(busy.retry_after if isinstance(busy.retry_after, int) else None)

    busy_code = Slowing(free=0, clock=time, sleep=sleep)
    busy_code.hold("one")
    assert len(time.slept) == MOST_WAITING
    assert refused == [2]
    busy_code.hold("one")  # the places are free again


def test_made_up_codes_do_not_fill_the_memory(slow: Slowing, time: Time) -> None:
    for number in range(MOST_KEPT + 10):
        slow.hold(str(number))
    assert len(slow._memory.marks) == MOST_KEPT
    assert time.slept == []
