"""What a kind of job is: a function from arguments to an outcome, with its progress told."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from shared.config import Settings


@dataclass(frozen=True)
class Outcome:
    """What a job ends with: plain facts, and a file when there is one."""

    facts: Mapping[str, Any] = field(default_factory=dict)
    file_name: str | None = None
    content: bytes | None = None


@dataclass(frozen=True)
class Task:
    """What a job is given; `progress(done, total)` may be called at any time, in its own items."""

    session: Session
    settings: Settings
    arguments: Mapping[str, Any]
    account_id: int | None
    now: datetime
    progress: Callable[[int, int], None]
    job_id: int


Work = Callable[[Task], Outcome]


def folder(settings: Settings, name: str) -> Path:
    """Give a folder of the data directory, made when missing, readable by this user only."""
    path = settings.data_directory / name
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    return path


def result_path(settings: Settings, job_id: int) -> Path:
    """Name the file that holds a job's result."""
    return folder(settings, "results") / str(job_id)


def progress_path(settings: Settings, job_id: int) -> Path:
    """Name the file a running job tells its progress in."""
    return folder(settings, "results") / f"{job_id}.progress"


def progress(settings: Settings, job_id: int) -> tuple[int, int]:
    """Give how many of how many items a job has done; (0, 0) before it told."""
    try:
        done, total = progress_path(settings, job_id).read_text().split()
    except (FileNotFoundError, ValueError):
        return 0, 0
    return int(done), int(total)
