"""The job process is killed in the middle of a job: it is begun anew soon, and never done twice."""

import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path

import pytest
from sqlalchemy import Engine, func, select, update
from sqlalchemy.orm import Session

from shared.config import PROJECT_ROOT, Settings
from shared.jobs import loop, uploads, work
from shared.jobs.held import held
from shared.jobs.kinds import KINDS
from shared.jobs.work import Outcome, Task
from shared.models.dossier import Dossier, DossierImport
from shared.models.job import Job
from shared.services import dossier_feeds, jobs
from shared.services.dossier_feeds import Handed
from tests.cast import build_places
from tests.conftest import SECRET
from tests.infrastructure.server import BINARIES, environment

ROWS = 20_000
PATIENCE_SECONDS = 100.0  # a busy machine is no fault
MINUTE = timedelta(minutes=1)


def table(rows: int = ROWS) -> bytes:
    lines = [f"HS-{number};02/11/2026" for number in range(rows)]
    return "\n".join(["Mã hồ sơ;Ngày tiếp nhận", *lines, ""]).encode()


def wait_until(done: Callable[[], object]) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not done():
        assert time.monotonic() < deadline, "it never came"
        time.sleep(0.01)


class Import:
    """The import of a long file, asked for; who does it is another process."""

    def __init__(self, engine: Engine, settings: Settings) -> None:
        self.engine, self.settings = engine, settings
        now = datetime.now(UTC)
        with Session(engine) as session, session.begin():
            session.info.update(actor="test", now=now)
            place = build_places(session, now)["sen"]
            kept = uploads.keep(settings, BytesIO(table()))
            handed = Handed(kept.name, "dem.csv", kept.digest, "http", "test")
            job, _new = dossier_feeds.receive(session, place.unit_id, handed, now)
            self.id = job.id

    def job(self) -> Job:
        with Session(self.engine) as session:
            return session.get_one(Job, self.id)

    def state(self) -> str:
        return self.job().state

    def wait_for_its_middle(self) -> None:
        wait_until(lambda: work.progress(self.settings, self.id)[1] > 0)
        assert self.state() == jobs.RUNNING

    def wait_for_its_end(self) -> None:
        wait_until(lambda: self.state() in (jobs.DONE, jobs.FAILED))
        assert self.job().error is None

    def assert_done_once(self) -> None:
        with Session(self.engine) as session:
            assert session.scalar(select(func.count()).select_from(Dossier)) == ROWS
            added = session.scalars(select(DossierImport.added)).all()
        assert (self.state(), added) == (jobs.DONE, [ROWS])


class Server:
    """The real job process, as a server starts it."""

    def __init__(self, settings: Settings) -> None:
        data = settings.data_directory
        known = environment(data, DATABASE_URL=settings.database_url, SECRET_KEY=SECRET)
        with (data / "jobs.log").open("ab") as log:
            self.process = subprocess.Popen(
                [str(BINARIES / "python"), "-m", "shared.jobs"],
                cwd=PROJECT_ROOT,
                env=known,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def doing(self) -> int:
        """Give the process that does a job."""
        pid = self.process.pid
        (child,) = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
        return int(child)

    def lose_power(self) -> None:
        """End the process and the one that does its job at the same time."""
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()


@contextmanager
def running(settings: Settings) -> Iterator[Server]:
    server = Server(settings)
    try:
        yield server
    finally:
        try:
            server.lose_power()
        except ProcessLookupError:
            server.process.wait()


@pytest.fixture
def asked(engine: Engine, settings: Settings) -> Import:
    return Import(engine, settings)


def test_a_job_in_the_middle_of_a_power_cut_is_done_once_by_the_next_start(asked: Import) -> None:
    with running(asked.settings) as server:
        asked.wait_for_its_middle()
        server.lose_power()
    work.progress_path(asked.settings, asked.id).unlink()
    with running(asked.settings):
        asked.wait_for_its_end()
    asked.assert_done_once()


def test_a_job_whose_own_process_is_killed_is_begun_anew_without_a_start(asked: Import) -> None:
    with running(asked.settings) as server:
        asked.wait_for_its_middle()
        os.kill(server.doing(), signal.SIGKILL)
        asked.wait_for_its_end()
    asked.assert_done_once()


def test_a_job_that_outlives_the_process_that_started_it_is_not_begun_by_another(
    asked: Import,
) -> None:
    with running(asked.settings) as server:
        asked.wait_for_its_middle()
        doing = server.doing()
        os.kill(doing, signal.SIGSTOP)
        os.kill(server.process.pid, signal.SIGKILL)
        server.process.wait()
        with running(asked.settings):
            time.sleep(loop.LOOKED_FOR_KILLED_EVERY_SECONDS + 2)
            assert asked.state() == jobs.RUNNING
            os.kill(doing, signal.SIGCONT)
            asked.wait_for_its_end()
    asked.assert_done_once()


def test_of_two_servers_on_one_database_one_leaves_the_others_job_alone_until_it_is_gone(
    asked: Import,
) -> None:
    with running(asked.settings) as first:
        asked.wait_for_its_middle()
        os.killpg(first.process.pid, signal.SIGSTOP)
        with running(asked.settings):
            time.sleep(loop.LOOKED_FOR_KILLED_EVERY_SECONDS + 2)
            assert asked.state() == jobs.RUNNING
            first.lose_power()
            asked.wait_for_its_end()
    asked.assert_done_once()


@pytest.fixture
def job_id(session: Session, now: datetime) -> int:
    """A job that was taken and whose process is gone."""
    job = jobs.request(session, "count", {}, None, now)
    jobs.claim(session, now)
    session.commit()
    return job.id


def test_a_job_that_ends_its_process_each_time_has_failed_in_clear_words_after_the_third(
    engine: Engine, session: Session, settings: Settings, job_id: int, now: datetime
) -> None:
    states = []
    for minute in range(1, 4):
        later = now + minute * MINUTE
        loop.begin_anew(settings, engine, later)
        session.rollback()
        states.append(session.get_one(Job, job_id).state)
        jobs.claim(session, later)
        session.commit()
    assert states == [jobs.QUEUED, jobs.QUEUED, jobs.FAILED]
    job = session.get_one(Job, job_id)
    assert (job.error, job.finished_at) == (jobs.CUT_OFF, later)


def test_a_job_that_is_being_taken_this_moment_is_none_that_was_killed(
    engine: Engine, session: Session, settings: Settings, job_id: int, now: datetime
) -> None:
    loop.begin_anew(settings, engine, now + timedelta(seconds=1))
    session.rollback()
    assert session.get_one(Job, job_id).state == jobs.RUNNING


@pytest.mark.parametrize("state", [jobs.QUEUED, jobs.DONE, jobs.FAILED])
def test_who_comes_late_to_a_job_that_was_put_back_or_ended_leaves_it_alone(
    engine: Engine,
    session: Session,
    settings: Settings,
    job_id: int,
    monkeypatch: pytest.MonkeyPatch,
    state: str,
) -> None:
    done: list[Task] = []

    def count(task: Task) -> Outcome:
        done.append(task)
        return Outcome()

    monkeypatch.setattr("shared.jobs.loop.KINDS", {**KINDS, "count": count})
    session.execute(update(Job).values(state=state))
    session.commit()
    loop.run(settings, engine, job_id)
    session.rollback()
    assert (done, session.get_one(Job, job_id).state) == ([], state)


@pytest.mark.once  # on PostgreSQL whoever looks holds the row
def test_a_job_that_ends_while_it_is_looked_at_is_not_begun_anew(
    session: Session, engine: Engine, job_id: int, now: datetime
) -> None:
    later = now + MINUTE
    (job,) = jobs.left(session, later)
    with Session(engine) as other, other.begin():
        jobs.finish(other, job_id, {"taken": 3}, None, later)
    jobs.put_back(session, job, later)
    session.commit()
    assert (job.state, job.outcome) == (jobs.DONE, {"taken": 3})


def test_what_one_process_holds_no_other_does(
    engine: Engine, session: Session, settings: Settings, job_id: int, now: datetime
) -> None:
    with Session(engine) as holding:
        assert jobs.hold(holding, job_id) is not None
        with held(settings, job_id) as mine:
            assert mine
            other = subprocess.run(
                [str(BINARIES / "python"), "-c", _LOOK],
                env=environment(
                    settings.data_directory, DATABASE_URL=settings.database_url, SECRET_KEY=SECRET
                ),
                cwd=PROJECT_ROOT,
                check=True,
            )
    session.rollback()
    assert other.returncode == 0
    assert session.get_one(Job, job_id).state == jobs.RUNNING
    loop.begin_anew(settings, engine, now + MINUTE)
    session.rollback()
    assert session.get_one(Job, job_id).state == jobs.QUEUED


# What another server does meanwhile: it looks for jobs that were killed.
_LOOK = """
import os
from datetime import UTC, datetime
from shared.config import Settings
from shared.db import make_engine
from shared.jobs import loop
settings = Settings.from_environment(os.environ)
loop.begin_anew(settings, make_engine(settings.database_url), datetime(2027, 1, 1, tzinfo=UTC))
"""
