"""When a dossier is on time: waits for the applicant, the apology and its one new appointment."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from shared.domain.dossier_time import (
    Standing,
    Times,
    Wait,
    is_reappointed,
    last_day,
    standing,
    wait,
)
from shared.domain.errors import Invalid

DUE = date(2026, 3, 20)
TODAY = date(2026, 4, 30)
DAY = timedelta(days=1)
APOLOGISED = Times(
    DUE, DUE + 5 * DAY, apologised_on=DUE - DAY, reappointed_on=DUE + 5 * DAY, reappointments=1
)


def judged(**times: Any) -> Standing:
    return standing(Times(**({"due_on": DUE} | times)), times.pop("today", TODAY))


@pytest.mark.parametrize(
    ("finished", "found"),
    [(DUE - DAY, Standing.ON_TIME), (DUE, Standing.ON_TIME), (DUE + DAY, Standing.LATE)],
)
def test_the_day_of_the_appointment_is_still_on_time(finished: date, found: Standing) -> None:
    assert judged(finished_on=finished) == found


def test_an_open_dossier_is_judged_from_the_day_after_its_appointment() -> None:
    assert standing(Times(DUE), DUE) == Standing.OPEN
    assert standing(Times(DUE), DUE + DAY) == Standing.LATE
    assert standing(Times(DUE, DUE + 3 * DAY), DUE) == Standing.OPEN
    assert standing(Times(None, DUE), TODAY) == Standing.UNDATED


def test_the_wait_for_the_applicant_is_subtracted_from_the_time_taken() -> None:
    assert judged(finished_on=DUE + 4 * DAY, supplements=1, waited_days=4) == Standing.ON_TIME
    assert judged(finished_on=DUE + 5 * DAY, supplements=1, waited_days=4) == Standing.LATE
    assert standing(Times(DUE, None, 1, 4), DUE + 4 * DAY) == Standing.OPEN


def test_more_than_one_request_for_papers_is_late() -> None:
    assert judged(finished_on=DUE - DAY, supplements=1) == Standing.ON_TIME
    assert judged(finished_on=DUE - DAY, supplements=2) == Standing.LATE


def test_one_that_still_waits_ended_with_the_request() -> None:
    assert judged(supplements=1, waiting_since=DUE) == Standing.ON_TIME
    assert judged(supplements=1, waiting_since=DUE + DAY) == Standing.LATE
    assert standing(Times(DUE, None, 1, waiting_since=DUE), DUE) == Standing.OPEN


def test_an_apology_in_time_moves_the_appointment_once() -> None:
    assert is_reappointed(APOLOGISED)
    assert last_day(APOLOGISED) == DUE + 5 * DAY
    assert standing(APOLOGISED, TODAY) == Standing.ON_TIME
    assert standing(replace(APOLOGISED, finished_on=DUE + 6 * DAY), TODAY) == Standing.LATE


@pytest.mark.parametrize(
    "wrong",
    [
        {"apologised_on": DUE},
        {"apologised_on": None},
        {"reappointments": 2},
        {"reappointments": 0},
        {"reappointed_on": DUE},
        {"reappointed_on": None},
    ],
)
def test_any_other_new_appointment_leaves_the_first_in_force(wrong: dict[str, Any]) -> None:
    times = replace(APOLOGISED, **wrong)
    assert not is_reappointed(times)
    assert standing(times, TODAY) == Standing.LATE


def test_waits_are_added_up_request_by_request() -> None:
    assert wait([], []) == Wait()
    assert wait([DUE], [DUE + 3 * DAY]) == Wait(1, 3)
    assert wait([DUE, DUE + 9 * DAY], [DUE + 3 * DAY]) == Wait(2, 3, DUE + 9 * DAY)
    assert wait([DUE], [], finished_on=DUE + DAY) == Wait(1)


@pytest.mark.parametrize(
    ("requested", "supplied", "code"),
    [([], [DUE], "supplied_unasked"), ([DUE], [DUE - DAY], "supplied_before_request")],
)
def test_waits_without_sense_are_refused(
    requested: list[date], supplied: list[date], code: str
) -> None:
    with pytest.raises(Invalid) as refusal:
        wait(requested, supplied)
    assert refusal.value.code == code
