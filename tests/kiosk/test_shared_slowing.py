"""Slowing counted by several processes together, and what of it outlives one that dies."""

import os
import signal
import threading
import time
from collections.abc import Callable

import pytest
from werkzeug.exceptions import ServiceUnavailable

from kiosk.shared_memory import Memory
from kiosk.slowing import HELD_SECONDS, MOST_KEPT, MOST_WAITING, WINDOW_SECONDS, Slowing


class Now:
    """A clock that is set, and waits that are noted."""

    def __init__(self) -> None:
        self.moment = 1_000.0
        self.slept: list[float] = []

    def __call__(self) -> float:
        return self.moment


@pytest.fixture
def now() -> Now:
    return Now()


@pytest.fixture
def shared(now: Now) -> Slowing:
    return Slowing(3, now, now.slept.append)


def begin_in_another_process(act: Callable[[], object], *, killed: bool = False) -> int:
    """Let a process forked from this one act and end, or be killed; give its number.

    Forked while another thread counts, it would wait for that thread, which it does not have.
    """
    child = os.fork()
    if child == 0:
        act()
        if killed:
            os.kill(os.getpid(), signal.SIGKILL)
        os._exit(0)
    return child


def in_another_process(act: Callable[[], object], *, killed: bool = False) -> None:
    """Let a process forked from this one act and end, or be killed, and wait for it."""
    os.waitpid(begin_in_another_process(act, killed=killed), 0)


def count(shared: Slowing, key: str, times: int) -> Callable[[], None]:
    def act() -> None:
        for _ in range(times):
            shared.count(key)

    return act


def test_what_two_processes_count_is_over_the_free_ones_together(shared: Slowing, now: Now) -> None:
    for _ in range(2):
        in_another_process(count(shared, "a", 2))
    assert shared.is_over("a")
    assert not shared.is_over("b")
    shared.wait("a")
    assert now.slept == [pytest.approx(0.1)]


def test_none_is_lost_when_several_count_at_once(shared: Slowing) -> None:
    count_many = count(shared, "a", 100)
    children = [begin_in_another_process(count_many) for _ in range(3)]
    threads = [threading.Thread(target=count_many) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for child in children:
        os.waitpid(child, 0)
    assert shared._recent("a") == 500


def test_two_counts_wait_crosswise_in_two_processes_and_none_is_refused() -> None:
    one, other = Memory(1, 1), Memory(1, 1)
    child = os.fork()
    if child == 0:
        os._exit(_held_together(other, one))
    here = _held_together(one, other)
    _, status = os.waitpid(child, 0)
    assert (here, os.waitstatus_to_exitcode(status)) == (0, 0)


def _held_together(first: Memory, second: Memory) -> int:
    """Hold one memory in a thread, and another meanwhile; count the threads refused."""
    refused = []

    def hold(memory: Memory, after: float, long: float) -> None:
        time.sleep(after)
        try:
            with memory.alone():
                time.sleep(long)
        except OSError as refusal:
            refused.append(refusal)

    threads = [
        threading.Thread(target=hold, args=(first, 0, 0.4)),
        threading.Thread(target=hold, args=(second, 0.15, 0)),
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return len(refused)


def test_after_a_minute_nothing_counts_and_no_mark_is_left(shared: Slowing, now: Now) -> None:
    count(shared, "a", 4)()
    assert any(shared._memory.marks)
    now.moment += WINDOW_SECONDS + 1
    assert not shared.is_over("a")
    assert not any(shared._memory.marks)


def test_a_mark_tells_nothing_without_the_key_of_this_start(now: Now) -> None:
    one, other = Slowing(3, now), Slowing(3, now)
    assert one._mark("10.0.0.9") != other._mark("10.0.0.9")


def test_the_oldest_make_room_and_the_memory_stays_as_large(shared: Slowing) -> None:
    count(shared, "a", 4)()
    count(shared, "b", MOST_KEPT)()
    assert (shared._recent("a"), shared._recent("b")) == (0, MOST_KEPT)


def test_the_places_to_wait_are_those_of_all_processes(shared: Slowing, now: Now) -> None:
    count(shared, "a", 4)()
    in_another_process(shared._places.take, killed=True)
    for _ in range(MOST_WAITING - 1):
        assert shared._places.take()
    with pytest.raises(ServiceUnavailable):
        shared.wait("a")
    now.moment += HELD_SECONDS  # nobody keeps a place longer, whatever became of the process
    shared.wait("a")
    assert len(now.slept) == 1


def test_a_process_killed_while_it_counts_leaves_the_others_counting(
    shared: Slowing,
) -> None:
    in_another_process(shared._memory.alone().__enter__, killed=True)
    count(shared, "a", 4)()
    assert shared.is_over("a")


def test_what_was_counted_is_forgotten_when_asked(shared: Slowing) -> None:
    count(shared, "a", 4)()
    shared.forget()
    assert not shared.is_over("a")
