"""When a dossier counts as done and as late: its wait for the applicant, its one re-appointment."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from shared.domain.errors import N_, Invalid

MOST_SUPPLEMENTS = 1
"""Requests to the applicant for more papers; with one more the dossier counts as late."""

MOST_REAPPOINTMENTS = 1
"""Decree 61/2018/NĐ-CP, article 19(9): re-appointed at most once."""


class Standing(StrEnum):
    """How a dossier stands to its appointment at the end of a day."""

    ON_TIME = "on_time"
    LATE = "late"
    OPEN = "open"  # not finished, its appointment not past
    UNDATED = "undated"  # without an appointment: it cannot be judged


@dataclass(frozen=True)
class Times:
    """What judges a dossier; local dates of the office, the wait in calendar days.

    `due_on` is the appointment first given. `waiting_since` is the day of a request for more
    papers that the applicant has not met yet.
    """

    due_on: date | None
    finished_on: date | None = None
    supplements: int = 0
    waited_days: int = 0
    waiting_since: date | None = None
    apologised_on: date | None = None
    reappointed_on: date | None = None
    reappointments: int = 0


@dataclass(frozen=True)
class Wait:
    """How long a dossier waited for the applicant: requests, calendar days, since when it does."""

    requests: int = 0
    days: int = 0
    since: date | None = None


def wait(
    requested: Sequence[date], supplied: Sequence[date], finished_on: date | None = None
) -> Wait:
    """Add up the waits between the requests for more papers and the days they were met.

    Each request is met by the day that stands at its place; of a finished dossier a request
    without one adds nothing. Raises Invalid (`supplied_unasked`, `supplied_before_request`).
    """
    if len(supplied) > len(requested):
        message = N_("có nhiều ngày bổ sung hơn số lần yêu cầu")
        raise Invalid("supplied_unasked", message, field="supplemented_on")
    pairs = list(zip(requested, supplied, strict=False))
    if any(met < asked for asked, met in pairs):
        message = N_("sớm hơn ngày yêu cầu bổ sung")
        raise Invalid("supplied_before_request", message, field="supplemented_on")
    unmet = requested[len(supplied) :]
    return Wait(
        requests=len(requested),
        days=sum((met - asked).days for asked, met in pairs),
        since=unmet[0] if unmet and finished_on is None else None,
    )


def is_reappointed(times: Times) -> bool:
    """Say whether the new appointment stands in the place of the first.

    Decree 61/2018/NĐ-CP, article 19(9), kept under Decree 118/2025/NĐ-CP: the written apology with
    the new day is sent at the latest one day before the first, and once only. Anything else, also
    an apology whose day nobody knows, leaves the first appointment in force.
    """
    return (
        times.due_on is not None
        and times.reappointments == MOST_REAPPOINTMENTS
        and times.reappointed_on is not None
        and times.reappointed_on > times.due_on
        and times.apologised_on is not None
        and times.apologised_on < times.due_on
    )


def last_day(times: Times) -> date | None:
    """Give the last local day on which the dossier is on time; None without an appointment.

    It is the appointment in force and, since the wait for the applicant is subtracted from the
    time taken (formula of indicator 2.1 of Decision 766/QĐ-TTg), as many calendar days more.
    """
    appointed = times.reappointed_on if is_reappointed(times) else times.due_on
    return appointed and appointed + timedelta(days=times.waited_days)


def standing(times: Times, today: date) -> Standing:
    """Judge a dossier at the end of a local day (indicator 2.1 of Decision 766/QĐ-TTg).

    Finished by its last day is on time; more than one request for papers is late. One that still
    waits for the applicant counts as ended by the request, once its last day is past.
    """
    last = last_day(times)
    if last is None:
        return Standing.UNDATED
    finished = times.finished_on is not None and times.finished_on <= today
    if not finished and last >= today:
        return Standing.OPEN
    end = times.finished_on or times.waiting_since
    kept = end is not None and end <= last and times.supplements <= MOST_SUPPLEMENTS
    return Standing.ON_TIME if kept else Standing.LATE
