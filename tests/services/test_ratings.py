"""Recording ratings: each once, numbers without gaps, whose it is, what is marked beside it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from shared.domain.rating import Mark
from shared.models.organisation import Shift
from shared.models.rating import Rating, RatingDay
from shared.services import channels, ratings
from shared.services.rating_totals import Difference, differences
from tests.rating_office import (
    AFTERNOON,
    MORNING,
    RatingOffice,
    a_rating,
    kiosk_of,
    rating_office,
)

# Wednesday 18 November 2026 in Việt Nam, by the server's clock.
AT_NINE = datetime(2026, 11, 18, 2, tzinfo=UTC)
AT_TWO = datetime(2026, 11, 18, 7, tzinfo=UTC)


@pytest.fixture
def office(session: Session, now: datetime) -> RatingOffice:
    """The office, committed."""
    return rating_office(session, now)


def record(
    session: Session,
    token: str,
    *items: Any,
    device_time: datetime | None = None,
    now: datetime = AT_TWO,
) -> ratings.Receipt:
    """Record as the door does: the kiosk is recognised anew for every batch."""
    channel = channels.recognise(session, token)
    assert channel is not None
    return ratings.record(session, channel, items, device_time or now, now)


def kept(session: Session, rating: Mapping[str, Any]) -> Rating:
    """Find a rating by its id."""
    [found] = [row for row in session.scalars(select(Rating)) if str(row.id) == rating["id"]]
    return found


@dataclass
class Model:
    """What a kiosk's records must come to, thought out simply."""

    contents: dict[str, Any] = field(default_factory=dict)
    arrived: set[int] = field(default_factory=set)

    def answer(self, item: Any) -> str:
        """Say what must become of one record."""
        self.arrived.add(item["sequence"])
        if item["score"] not in range(1, 6):
            return "refused"
        first = self.contents.setdefault(item["id"], item)
        if first is item:
            return "stored"
        return "duplicate" if first == item else "conflict"

    def next_sequence(self) -> int:
        """Give the first number missing."""
        return min(set(range(1, len(self.arrived) + 2)) - self.arrived)


STEP = st.tuples(
    st.sampled_from(["new", "new", "new", "again", "changed", "bad"]),
    st.integers(1, 12),
    st.integers(0, 30),
)


def carry_out(step: tuple[str, int, int], sent: list[Any]) -> Any:
    """Write the record a step stands for."""
    what, sequence, chosen = step
    known = sent[chosen % len(sent)] if sent else None
    if what == "again" and known:
        return dict(known)
    if what == "changed" and known:
        return known | {"score": known["score"] % 5 + 1}
    rating = a_rating(sequence=sequence, at=AT_NINE + timedelta(seconds=chosen * 7))
    return rating | ({"score": 9} if what == "bad" else {"score": chosen % 5 + 1})


@settings(
    max_examples=60,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(walk=st.lists(st.lists(STEP, min_size=1, max_size=6), min_size=1, max_size=8))
def test_whatever_a_kiosk_sends_in_whatever_order_each_is_stored_once_and_counted_once(
    session: Session, office: RatingOffice, walk: list[list[tuple[str, int, int]]]
) -> None:
    _kiosk, token = channels.pair(session, "Q-1", None, AT_NINE)
    model, sent = Model(), list[Any]()
    for batch in walk:
        items = []
        for step in batch:
            items.append(carry_out(step, sent))
            sent += [items[-1]] if step[0] == "new" else []
        receipt = record(session, token, *items)
        assert [entry.result for entry in receipt.results] == [model.answer(it) for it in items]
        assert receipt.next_sequence == model.next_sequence()
    kiosk = kiosk_of(session, token)
    stored = session.scalars(select(Rating).where(Rating.kiosk_id == kiosk.id)).all()
    assert {str(row.id): row.score for row in stored} == {
        name: item["score"] for name, item in model.contents.items()
    }
    assert kiosk.highest_sequence == max(model.arrived)
    assert differences(session) == []


def test_a_long_backlog_that_closes_the_first_gap_is_counted_to_its_end(
    session: Session, office: RatingOffice
) -> None:
    for first in range(2, 2_502, 500):
        batch = [a_rating(sequence=number) for number in range(first, first + 500)]
        assert record(session, office.token, *batch).next_sequence == 1
    assert record(session, office.token, a_rating(sequence=1)).next_sequence == 2_502


def test_what_another_kiosk_sent_before_counts_as_arrived_in_whatever_order_it_comes(
    session: Session, office: RatingOffice
) -> None:
    """As from a profile copied to a device that was then paired as a kiosk of its own."""
    copied = [a_rating(sequence=number) for number in range(1, 5)]
    record(session, office.token, *copied)
    receipt = record(session, office.second_token, *(copied[place] for place in (2, 0, 3, 1)))
    assert {result.result for result in receipt.results} == {"duplicate"}
    assert receipt.next_sequence == 5
    assert record(session, office.second_token, a_rating(sequence=5)).next_sequence == 6


def test_of_an_earlier_batch_it_is_asked_for_once_more_and_then_counts(
    session: Session, office: RatingOffice
) -> None:
    """The screen sends again, in order, all it has from the number that the answer names."""
    copied = [a_rating(sequence=number) for number in range(1, 5)]
    record(session, office.token, *copied)
    answers = [
        record(session, office.second_token, copied[place]).next_sequence for place in (2, 0, 3, 1)
    ]
    assert answers == [1, 2, 2, 3]  # nothing is kept here of the third and the fourth
    own = [a_rating(sequence=number) for number in (5, 7)]
    assert record(session, office.second_token, *own).next_sequence == 3
    again = record(session, office.second_token, copied[2], copied[3], *own)
    assert again.next_sequence == 6  # the sixth is missing indeed
    assert [result.result for result in again.results] == ["duplicate"] * 4


def test_totals_that_differ_from_their_facts_are_found(
    session: Session, office: RatingOffice
) -> None:
    record(session, office.token, a_rating(at=AT_NINE, score=5, procedure="1.000894"))
    assert differences(session) == []
    session.execute(update(RatingDay).values(score_5=2))
    key = (office.unit_id, date(2026, 11, 18), "desk", office.desk_id, office.officers[MORNING])
    assert differences(session) == [
        Difference("rating_day", key, total=(0, 0, 0, 0, 2), facts=(0, 0, 0, 0, 1))
    ]


def test_late_sync_keeps_the_officer_who_was_on_duty(
    session: Session, office: RatingOffice
) -> None:
    morning, afternoon = a_rating(at=AT_NINE), a_rating(at=AT_TWO)
    days_later = AT_TWO + timedelta(days=9)
    record(session, office.token, morning, afternoon, now=days_later)
    assert kept(session, morning).officer_id == office.officers[MORNING]
    assert kept(session, afternoon).officer_id == office.officers[AFTERNOON]


def test_a_shift_that_ended_meanwhile_still_says_whose_rating_it_was(
    session: Session, office: RatingOffice
) -> None:
    session.execute(update(Shift).values(valid_to=date(2026, 11, 18)))
    on_last_day, after = a_rating(at=AT_NINE), a_rating(at=AT_NINE + timedelta(days=1))
    record(session, office.token, on_last_day, after, now=AT_TWO + timedelta(days=2))
    assert kept(session, on_last_day).officer_id == office.officers[MORNING]
    assert kept(session, after).officer_id is None
    assert Mark.NO_OFFICER in kept(session, after).marks


def test_the_officer_on_the_screen_when_touched_keeps_the_rating(
    session: Session, office: RatingOffice
) -> None:
    rating = a_rating(at=AT_NINE, officer=AFTERNOON)
    record(session, office.token, rating)
    assert kept(session, rating).officer_id == office.officers[AFTERNOON]
    assert kept(session, rating).marks == [Mark.AFTER_GAP, Mark.OFFICER_NOT_ON_DUTY]


def test_an_unknown_officer_leaves_the_one_on_duty_and_a_mark(
    session: Session, office: RatingOffice
) -> None:
    rating = a_rating(sequence=1, at=AT_NINE, officer="NV-NOBODY", procedure="9.999999")
    record(session, office.token, rating)
    assert kept(session, rating).officer_id == office.officers[MORNING]
    assert kept(session, rating).marks == [Mark.OFFICER_UNKNOWN, Mark.PROCEDURE_UNKNOWN]


def test_closed_hours_are_marked(session: Session, office: RatingOffice) -> None:
    at_noon = a_rating(sequence=1, at=AT_NINE + timedelta(hours=3))
    record(session, office.token, at_noon)
    assert kept(session, at_noon).marks == [Mark.CLOSED_HOURS, Mark.NO_OFFICER]


def test_disorder_gaps_bursts_and_numbers_used_twice_are_marked(
    session: Session, office: RatingOffice
) -> None:
    first = a_rating(sequence=1, at=AT_NINE)
    same_moment = a_rating(sequence=2, at=AT_NINE)
    after_gap = a_rating(sequence=5, at=AT_NINE + timedelta(minutes=1))
    earlier = a_rating(sequence=4, at=AT_NINE + timedelta(seconds=30))
    used = a_rating(sequence=2, at=AT_NINE + timedelta(minutes=2))
    record(session, office.token, first, same_moment)
    record(session, office.token, after_gap, earlier, used)
    expected = [
        (first, []),
        (same_moment, [Mark.BURST]),
        (after_gap, [Mark.AFTER_GAP]),
        (earlier, [Mark.OUT_OF_ORDER]),
        (used, [Mark.OUT_OF_ORDER, Mark.SEQUENCE_REUSED]),
    ]
    for rating, marks in expected:
        assert kept(session, rating).marks == marks


def test_a_clock_two_hours_slow_is_put_right_and_marked(
    session: Session, office: RatingOffice
) -> None:
    slow = timedelta(hours=2)
    rating = a_rating(sequence=1, at=AT_TWO - slow - timedelta(minutes=10))
    record(session, office.token, rating, device_time=AT_TWO - slow)
    assert kept(session, rating).rated_at == AT_TWO - timedelta(minutes=10)
    assert kept(session, rating).officer_id == office.officers[AFTERNOON]
    assert kept(session, rating).marks == [Mark.CLOCK_OFF]
    assert kiosk_of(session, office.token).clock_offset_ms == 7_200_000


@pytest.mark.parametrize("year", [1, 1969, 2038, 9999])
def test_a_clock_years_off_is_put_right_by_the_same_offset(
    session: Session, office: RatingOffice, year: int
) -> None:
    device_time = datetime(year, 6, 1, tzinfo=UTC)
    rating = a_rating(sequence=1, at=device_time - timedelta(hours=1))
    record(session, office.token, rating, device_time=device_time)
    assert kept(session, rating).rated_at == AT_TWO - timedelta(hours=1)
    assert kept(session, rating).marks == [Mark.CLOCK_OFF]


def test_a_moment_that_cannot_be_believed_is_taken_as_the_moment_of_receipt(
    session: Session, office: RatingOffice
) -> None:
    future = a_rating(sequence=1, at=AT_TWO + timedelta(days=1))
    long_past = a_rating(sequence=2, at=AT_TWO - timedelta(days=4_000))
    record(session, office.token, future, long_past)
    for rating in (future, long_past):
        assert kept(session, rating).rated_at == AT_TWO
        assert Mark.TIME_UNCERTAIN in kept(session, rating).marks


def test_the_day_of_a_rating_is_the_offices_own(session: Session, office: RatingOffice) -> None:
    before = a_rating(at=datetime(2026, 11, 17, 16, 59, 59, tzinfo=UTC))
    after = a_rating(at=datetime(2026, 11, 17, 17, 0, tzinfo=UTC))
    record(session, office.token, before, after)
    assert kept(session, before).rated_on == date(2026, 11, 17)
    assert kept(session, after).rated_on == date(2026, 11, 18)


def test_the_latest_touch_of_a_kiosk_never_goes_back(
    session: Session, office: RatingOffice
) -> None:
    record(session, office.token, a_rating(at=AT_TWO))
    record(session, office.token, a_rating(at=AT_NINE))
    record(session, office.token, {"id": "refused"})
    assert kiosk_of(session, office.token).last_rated_at == AT_TWO
