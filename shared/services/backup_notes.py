"""What is noted of the nightly copies: in a file of the data folder, not in what is copied.

A database that is put back from a copy would not know of its own copy; a damaged one takes no note.
"""

import json
from contextlib import suppress
from datetime import datetime
from pathlib import Path

from shared.domain.backup import Alarm, Copies, alarm
from shared.services.whole_files import replacing

FILE = "backup.json"
LONGEST_PROBLEM = 300


def noted(folder: Path) -> Copies | None:
    """Give what is noted in the data folder; None where no nightly copy was ever tried."""
    try:
        found = json.loads((folder / FILE).read_text("utf-8"))
        return Copies(
            succeeded_at=_instant(found["succeeded_at"]),
            failed_at=_instant(found["failed_at"]),
            problem=str(found["problem"]),
            lacking=int(found["lacking"]),
            lacking_since=_instant(found["lacking_since"]),
        )
    except (OSError, ValueError, KeyError, TypeError):  # not there, or spoilt: the next is noted
        return None


def is_noted(folder: Path) -> bool:
    """Say whether a nightly copy was ever tried, also where what was noted of it is spoilt."""
    return (folder / FILE).exists()


def alarm_of(folder: Path, now: datetime) -> Alarm | None:
    """Say what is wrong with the nightly copies; None when nothing is, or nobody makes any."""
    copies = noted(folder)
    return None if copies is None else alarm(copies, now)


def note_success(folder: Path, lacking: int, now: datetime) -> None:
    """Note that a copy was made, and how many files it lacks."""
    _write(folder, (noted(folder) or Copies()).after_success(lacking, now))


def note_failure(folder: Path, problem: str, now: datetime) -> None:
    """Note that no copy could be made, and why in one line."""
    line = (problem.splitlines() or [""])[0][:LONGEST_PROBLEM]
    _write(folder, (noted(folder) or Copies()).after_failure(line, now))


def _write(folder: Path, copies: Copies) -> None:
    """Keep what is known; a full disk keeps what was, and in a day that is an alarm too."""
    known = {
        "succeeded_at": _text(copies.succeeded_at),
        "failed_at": _text(copies.failed_at),
        "problem": copies.problem,
        "lacking": copies.lacking,
        "lacking_since": _text(copies.lacking_since),
    }
    with suppress(OSError), replacing(folder / FILE) as draft:
        draft.write_text(json.dumps(known, ensure_ascii=False), "utf-8")


def _instant(text: str | None) -> datetime | None:
    found = None if text is None else datetime.fromisoformat(text)
    if found is not None and found.tzinfo is None:
        raise ValueError(text)
    return found


def _text(instant: datetime | None) -> str | None:
    return None if instant is None else instant.isoformat()
