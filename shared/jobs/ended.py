"""Daily job that removes what ended long ago: messages, long work and its files."""

from collections.abc import Callable
from pathlib import Path

from sqlalchemy.orm import Session

from shared.db import make_engine
from shared.jobs.work import Outcome, Task, folder
from shared.services import backup_notes, ended


def remove(task: Task) -> Outcome:
    """Remove some rows in one transaction after another, then the files that belong to none."""
    alarm = backup_notes.alarm_of(task.settings.data_directory, task.now)
    trouble = None if alarm is None else alarm.key
    return Outcome(
        {
            "messages": _until_none(task, lambda one: ended.remove_messages(one, task.now)),
            "jobs": _until_none(task, lambda one: ended.remove_jobs(one, trouble, task.now)),
            "files": _remove_files(task),
        }
    )


def _until_none(task: Task, remove_some: Callable[[Session], int]) -> int:
    engine, removed, some = make_engine(task.settings.database_url), 0, 1
    try:
        while some:
            with Session(engine) as session, session.begin():
                some = remove_some(session)
            removed += some
    finally:
        engine.dispose()
    return removed


def _remove_files(task: Task) -> int:
    """Remove the files of work that is gone; a file never comes before the row of its work."""
    found = [(path, _job_of(path)) for path in folder(task.settings, "results").iterdir()]
    needed = ended.jobs_with_files(task.session, task.now)
    old = [path for path, job_id in found if job_id is not None and job_id not in needed]
    for path in old:
        path.unlink(missing_ok=True)
    return len(old)


def _job_of(path: Path) -> int | None:
    """Give the job whose result or progress a file holds; None for any other file."""
    name = path.name.removesuffix(".progress")
    return int(name) if name.isascii() and name.isdigit() else None
