"""Each job has a process of its own: what it loads or breaks goes with it."""

import os
import signal

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from shared.config import Settings
from shared.jobs import loop
from shared.jobs.kinds import KINDS
from shared.jobs.work import Outcome, Task
from shared.services import jobs
from tests.conftest import Clock


def tells(_task: Task) -> Outcome:
    return Outcome({"process": os.getpid()})


def dies(_task: Task) -> Outcome:
    os.kill(os.getpid(), signal.SIGKILL)
    raise AssertionError


def test_a_job_is_done_by_another_process_and_one_that_dies_stops_no_other(
    engine: Engine,
    session: Session,
    settings: Settings,
    clock: Clock,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("shared.jobs.loop.KINDS", {**KINDS, "tells": tells, "dies": dies})
    asked = [jobs.request(session, kind, {}, None, clock()) for kind in ("tells", "dies", "tells")]
    numbers = [job.id for job in asked]
    session.commit()
    for number in numbers:
        assert loop._claim(engine) == number
        engine.dispose()
        loop._wait_for(settings, number, os.getppid())
    assert [job.state for job in asked] == [jobs.DONE, jobs.RUNNING, jobs.DONE]
    processes = {job.outcome.get("process", os.getpid()) for job in asked}
    assert len(processes) == 3
